"""What lists are charted by most: texts, choices with words, colleagues."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Upper

from rapport.lists.chart import Amount, Axis, Pair
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def by_text(name: str, label: "StrOrPromise", field: str) -> Axis:
    """Small and capital letters are one group, as the list asks for them."""
    return Axis(name, label, Upper(field), said(name))


def by_choice(name: str, label: "StrOrPromise", field: Any, choices: Iterable[tuple[str, "StrOrPromise"]]) -> Axis:
    """A field that is never empty, and what its values are called."""
    words = dict(choices)
    return Axis(
        name,
        label,
        field,
        lambda value: (name, value),
        lambda values: {one: str(words.get(one, one)) for one in values},
    )


def by_user(name: str, label: "StrOrPromise", field: Any, *, nobody: Pair | None = None) -> Axis:
    """``nobody`` is how the list asks for what is nobody's."""
    return Axis(name, label, field, lambda pk: (name, str(pk)) if pk else nobody, users)


def money_in(name: str, label: "StrOrPromise", field: str) -> Amount:
    """An amount with its currency beside it, where the list has a condition ``currency``."""
    return Amount(name, label, field, "currency", said("currency"))


def said(name: str) -> Callable[[str], Pair | None]:
    """As the list asks for it; a comma would part it into several values there."""
    return lambda text: (name, text) if text and "," not in text else None if text else (f"{name}.empty", "yes")


def users(values: Sequence[int]) -> Mapping[int, str]:
    return {one.pk: str(one) for one in User.objects.filter(pk__in=values)}
