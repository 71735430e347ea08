"""Look at a duty: how it stands is written down, and the next review follows from its rhythm."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction

from rapport.files.keep import Content, keep
from rapport.people.models import User
from rapport.privacy.obligation import Evidence, Obligation, Review


@transaction.atomic
def review(obligation: Obligation, state: str, note: str, *, by: User, today: date, at: datetime) -> Review:
    found = Obligation.objects.select_for_update().get(pk=obligation.pk)
    over = state == Obligation.State.OVER
    found.state = state
    found.review_on = None if over else today + relativedelta(months=found.every_months)
    found.save(update_fields=["state", "review_on"])
    return Review.objects.create(obligation=found, state=state, note=note, by=by, at=at)


@transaction.atomic
def show(obligation: Obligation, title: str, shown: Content | str, *, by: User, at: datetime) -> Evidence:
    """Keep what shows that the duty is met: a file, or the address of it."""
    made = Evidence(obligation=obligation, title=title, by=by, at=at)
    if isinstance(shown, str):
        made.link = shown
    else:
        made.file, made.name = keep([shown], at=at)[0], shown.name[:200]
    made.save()
    return made
