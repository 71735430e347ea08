"""Keep a competitor as it is now, say whether we still meet it, and what we say against it about a product."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.catalogue.product import Product
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sales.competitor import Competitor, Positioning

MOST_NAMES = 20


class CompetitorError(Exception):
    """It can't be so; ``field`` names what is wrong, the message says why, in the reader's language."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def keep_competitor(competitor: Competitor, *, by: User | None, at: datetime) -> None:
    """Write it, new or changed. Raises CompetitorError where another one is called so."""
    names = dict.fromkeys(name.strip()[:100] for name in competitor.aliases)
    competitor.aliases = [name for name in names if name and name.casefold() != competitor.name.casefold()][:MOST_NAMES]
    same = Competitor.objects.current().filter(name__iexact=competitor.name)
    if competitor.retired_at is None and (same.exclude(pk=competitor.pk) if competitor.pk else same).exists():
        raise CompetitorError("name", _("There is one of this name already."))
    competitor.save()
    record(Fact.COMPETITORS_CHANGED, [competitor.pk], by=by, at=at)


def retire_competitor(competitor: Competitor, *, by: User, at: datetime, again: bool = False) -> None:
    """We do not meet them any more; or ``again``. Raises CompetitorError where another one took the name meanwhile."""
    competitor.retired_at = None if again else at
    keep_competitor(competitor, by=by, at=at)


@transaction.atomic
def position(competitor: Competitor, product: Product, words: str, *, by: User, at: datetime) -> None:
    """What we say about ``product`` against them; no words: nothing any more."""
    if words.strip():
        Positioning.objects.update_or_create(competitor=competitor, product=product, defaults={"words": words.strip()})
    else:
        Positioning.objects.filter(competitor=competitor, product=product).delete()
    record(Fact.COMPETITORS_CHANGED, [competitor.pk], by=by, at=at)
