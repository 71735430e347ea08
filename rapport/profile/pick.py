"""Find the customer somebody means while they type: those seen last, then by the beginnings of names and numbers."""

from django.db.models import Q

from rapport.agenda.models import Recent
from rapport.customers.models import Customer, Identifier, NameUse
from rapport.lib.names import fold_key
from rapport.people.models import User

SHOWN = 10


def pick(words: str, *, reader: User) -> list[Customer]:
    """A few customers that ``reader`` may see; without ``words`` those looked at last."""
    seen = Customer.objects.visible_to(reader).living()
    if not words.strip():
        recent = Recent.objects.filter(user=reader, customer__in=seen).select_related("customer").order_by("-at")
        return [one.customer for one in recent[:SHOWN]]
    return list(seen.filter(by_name(words) | by_number(words)).order_by("sort_key", "pk")[:SHOWN])


def by_name(words: str) -> Q:
    """Every word begins a word of the name."""
    tokens = fold_key(words).split()
    named = Q(pk__in=[]) if not tokens else Q()
    for token in tokens:
        named &= Q(pk__in=NameUse.objects.filter(token__token__startswith=token).values("customer"))
    return named


def by_number(words: str) -> Q:
    """An address or number begins so."""
    key = words.strip().lower()
    digits = "".join(letter for letter in words if letter.isdigit())
    begins = Q(key__startswith=key)
    if len(digits) > 3:  # noqa: PLR2004
        begins |= Q(kind="phone", key__startswith=f"+{digits}")
    return Q(pk__in=Identifier.objects.filter(begins).values("member__customer"))
