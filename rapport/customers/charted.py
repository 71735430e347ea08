"""What the list of customers can be charted by: fields, the organisation's own, and the moments that are kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import DateField, DecimalField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.models import Kind
from rapport.customers.veil import hidden_columns
from rapport.fields.models import CustomField, Type, living
from rapport.fields.seen import declared_to, open_ones
from rapport.lists.axes import by_choice, by_text, by_user, said, users
from rapport.lists.chart import Amount, Axis, Charts, Pair
from rapport.people.models import Team, User

NOBODY = "nobody"
AsAsked = Callable[[str], str]
Words = Callable[[Sequence[str]], Mapping[str, str]]


def charts_of(reader: User) -> Charts:
    fields = living(open_ones(declared_to(reader)))
    closed = hidden_columns(reader)
    return Charts((*(one for one in axes() if one.name not in closed), *own_axes(fields)), tuple(own_amounts(fields)))


def axes() -> tuple[Axis, ...]:
    return (
        by_choice("kind", gettext_lazy("Kind"), "kind", Kind.choices),
        Axis("city", gettext_lazy("City"), Upper("city"), said("city"), capitals),
        by_text("country", gettext_lazy("Country"), "country"),
        by_text("language", gettext_lazy("Language"), "language"),
        by_user("owner", gettext_lazy("Owner"), "owner", nobody=("owner", NOBODY)),
        Axis(
            "team", gettext_lazy("Team"), "team", lambda pk: ("team", str(pk)) if pk else ("team.empty", "yes"), teams
        ),
        Axis("created", gettext_lazy("Created"), "created_at", moment=True),
        Axis(
            "contact",
            gettext_lazy("Last contact"),
            "last_contact_at",
            lambda _none: ("contact.empty", "yes"),
            moment=True,
        ),
    )


def capitals(values: Sequence[str]) -> Mapping[str, str]:
    """Small and capital letters are one group; it is called by a name in title case."""
    return {one: one.title() for one in values}


def teams(values: Sequence[int]) -> Mapping[int, str]:
    return dict(Team.objects.filter(pk__in=values).values_list("pk", "name"))


def own_axes(fields: Sequence[CustomField]) -> Iterator[Axis]:
    """What one value at most is kept of; formulas are not kept."""
    for one in fields:
        kept = KeyTextTransform(one.key, "extra")
        if one.type == Type.DATE:
            yield Axis(one.name, one.label, Cast(kept, DateField()), held(one), moment=True)
        elif one.type in WORDS:
            as_asked, words = WORDS[one.type]
            yield Axis(one.name, one.label, kept, held(one, as_asked), words(one))


def held(field: CustomField, as_asked: AsAsked = str) -> Callable[[Any], Pair | None]:
    """How the list asks for a value, and for those who have none."""

    def condition(value: str | None) -> Pair | None:
        if value is None:
            return f"{field.name}.empty", "yes"
        return (field.name, as_asked(value)) if "," not in value else None

    return condition


def options(field: CustomField) -> Words:
    labels = {one.key: one.label for one in field.options}
    return lambda keys: {one: str(labels.get(one) or one) for one in keys}


def as_they_are(_field: CustomField) -> Words:
    return lambda values: {one: one for one in values}


def flags(_field: CustomField) -> Words:
    return lambda values: {one: _("yes") if one == "true" else _("no") for one in values}


def named(_field: CustomField) -> Words:
    def words(values: Sequence[str]) -> Mapping[str, str]:
        known = users([int(one) for one in values])
        return {one: known.get(int(one), one) for one in values}

    return words


# By type: how the list asks for a value, and what the groups are called.
WORDS: Mapping[str, tuple[AsAsked, Callable[[CustomField], Words]]] = {
    Type.TEXT: (str, as_they_are),
    Type.CHOICE: (str, options),
    Type.FLAG: (lambda value: "yes" if value == "true" else "no", flags),
    Type.USER: (str, named),
}


def own_amounts(fields: Sequence[CustomField]) -> Iterator[Amount]:
    for one in fields:
        if one.type == Type.NUMBER:
            yield Amount(one.name, one.label, decimal(KeyTextTransform(one.key, "extra")))
        elif one.type == Type.MONEY:
            place = KeyTransform(one.key, "extra")
            amount, currency = decimal(KeyTextTransform("amount", place)), KeyTextTransform("currency", place)
            yield Amount(one.name, one.label, amount, currency, stands_in(one))


def stands_in(field: CustomField) -> Callable[[str], Pair | None]:
    return lambda currency: (f"{field.name}.currency", currency)


def decimal(text: Any) -> Any:
    return Cast(text, DecimalField(max_digits=30, decimal_places=6))
