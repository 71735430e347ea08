"""What the list of customers can be charted by: fields, the organisation's own choices, and the moments that are kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import DecimalField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Upper
from django.utils.translation import gettext_lazy

from rapport.customers.models import Kind
from rapport.fields.models import CustomField, Type, declared, living
from rapport.lists.chart import Amount, Axis, Charts
from rapport.people.models import Team, User

NOBODY = "nobody"


def charts_of(_reader: User) -> Charts:
    fields = living(declared())
    own = [axis_of(one) for one in fields if one.type == Type.CHOICE]
    return Charts(axes=(*axes(), *own), amounts=tuple(amount_of(one) for one in fields if one.type == Type.NUMBER))


def axes() -> tuple[Axis, ...]:
    return (
        Axis("kind", gettext_lazy("Kind"), "kind", lambda kind: ("kind", kind), kinds),
        Axis("city", gettext_lazy("City"), Upper("city"), said("city"), capitals),
        Axis("country", gettext_lazy("Country"), Upper("country"), said("country")),
        Axis("language", gettext_lazy("Language"), Upper("language"), said("language")),
        Axis("owner", gettext_lazy("Owner"), "owner", lambda pk: ("owner", str(pk or NOBODY)), users),
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


def said(name: str) -> Callable[[str], tuple[str, str] | None]:
    """As the list asks for it; a comma would part it into several values there."""
    return lambda text: (name, text) if text and "," not in text else None if text else (f"{name}.empty", "yes")


def capitals(values: Sequence[str]) -> Mapping[str, str]:
    """Small and capital letters are one group; it is called by a name in title case."""
    return {one: one.title() for one in values}


def kinds(values: Sequence[str]) -> Mapping[str, str]:
    return {one: str(Kind(one).label) for one in values}


def users(values: Sequence[int]) -> Mapping[int, str]:
    return {one.pk: str(one) for one in User.objects.filter(pk__in=values)}


def teams(values: Sequence[int]) -> Mapping[int, str]:
    return dict(Team.objects.filter(pk__in=values).values_list("pk", "name"))


def axis_of(field: CustomField) -> Axis:
    labels = {one.key: one.label for one in field.options}

    def condition(key: Any) -> tuple[str, str]:
        return (field.name, str(key)) if key is not None else (f"{field.name}.empty", "yes")

    return Axis(
        field.name,
        field.label,
        KeyTextTransform(field.key, "extra"),
        condition,
        lambda keys: {one: str(labels.get(one) or one) for one in keys},
    )


def amount_of(field: CustomField) -> Amount:
    return Amount(
        field.name,
        field.label,
        Cast(KeyTextTransform(field.key, "extra"), DecimalField(max_digits=30, decimal_places=6)),
    )
