"""Why two records may be one customer, in words."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS: "Mapping[str, StrOrPromise]" = {
    "same name": _("the same name"),
    "other order": _("the same name in another order"),
    "name with a slip": _("names a letter or two apart"),
    "same initial": _("a first name and its initial"),
    "part of the name": _("one name is part of the other"),
    "same word": _("both are called %(value)s"),
    "same street": _("the same street and number"),
    "like street": _("nearly the same street"),
    "same postcode": _("the same postcode"),
    "like postcode": _("nearly the same postcode"),
    "same city": _("the same city"),
    "like city": _("nearly the same city"),
    "same email": _("both have the address %(value)s"),
    "like email": _("e-mail addresses one letter apart"),
    "same local part": _("both write as %(value)s@…"),
    "same domain": _("both have an address at %(value)s"),
    "same phone": _("both have the number %(value)s"),
    "same account": _("both have the account %(value)s"),
    "same external": _("both have the record id %(value)s"),
    "same social": _("both are %(value)s"),
}
CONFLICT = _("A record or message from %(source)s named both.")
ALMOST_SURE, LIKELY = 9_500, 8_000


def in_words(reasons: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Each of the stored reasons, in the reader's language."""
    return tuple(str(WORDS[code]) % {"value": value} for code, value in reasons)


def conflict(source: str) -> str:
    return str(CONFLICT) % {"source": source} if source else ""


def likelihood(score: int) -> "StrOrPromise":
    if score >= ALMOST_SURE:
        return _("almost certain")
    return _("likely") if score >= LIKELY else _("possible")
