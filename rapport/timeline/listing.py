"""The list of interactions: everything that passed with any customer one may see, the newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from rapport.lists.colleagues import colleague_operators
from rapport.lists.record_list import RecordList
from rapport.lists.words import entries
from rapport.people.models import User
from rapport.timeline.charted import charts_of
from rapport.timeline.models import ChannelChoice, DirectionChoice, Interaction, Participation
from rapport.timeline.names import Named, named
from rapport.ui.conditions import Choices, Filter, Operator
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import choice_operators, each, moment_operators, text_operators


@dataclass(frozen=True)
class Line:
    interaction: Interaction
    customer: Named | None


def load(ids: Sequence[int], *, reader: User) -> dict[int, Line]:
    """The lines of a page in three queries."""
    found = Interaction.objects.visible_to(reader).select_related("author").in_bulk(ids)
    seats = Participation.objects.filter(interaction__in=ids, member__isnull=False).order_by("main", "-pk")
    # The main one comes last and so stays.
    members = dict(seats.values_list("interaction_id", "member_id"))
    names = named(members.values(), reader=reader)
    return {pk: Line(one, names.get(members.get(pk, 0))) for pk, one in found.items()}


def channels() -> Choices:
    return [(value, str(label)) for value, label in ChannelChoice.choices]


def directions() -> Choices:
    return [(value, str(label)) for value, label in DirectionChoice.choices]


def in_currency() -> tuple[Operator, ...]:
    """Of what carries an amount."""
    held = Q(amount__isnull=False)
    known = (replace(one, where=partial(both, held, one.where)) for one in text_operators("currency", "EUR"))
    return tuple(known)


def both(held: Q, where: Callable[[list[str]], Q], given: list[str]) -> Q:
    return held & where(given)


def address(line: Line) -> str:
    return reverse("customer", args=[line.customer.pk]) if line.customer else ""


def interactions_of(reader: User) -> Listing[Line]:
    return Listing(
        name="interactions",
        columns=(
            Column("subject", gettext_lazy("Subject"), lambda line: str(line.interaction), shape="long", link=address),
            Column("customer", gettext_lazy("Customer"), lambda line: line.customer.name if line.customer else ""),
            Column("channel", gettext_lazy("Channel"), lambda line: line.interaction.get_channel_display()),
            Column("direction", gettext_lazy("Direction"), lambda line: line.interaction.get_direction_display()),
            Column("kind", gettext_lazy("Kind"), lambda line: line.interaction.kind, shown=False),
            Column("source", gettext_lazy("Source"), lambda line: line.interaction.source, shown=False),
            Column("author", gettext_lazy("By"), lambda line: str(line.interaction.author or "")),
            Column(
                "at", gettext_lazy("When"), lambda line: line.interaction.at, sort="at", shape="moment", numeric=True
            ),
        ),
        sorts=(
            Sort(
                "at",
                gettext_lazy("When"),
                "at",
                gettext_lazy("Oldest first"),
                gettext_lazy("Newest first"),
                kind=datetime,
                down_first=True,
            ),
        ),
        filters=(
            Filter("at", gettext_lazy("When"), moment_operators("at"), gettext_lazy("moment")),
            Filter(
                "channel",
                gettext_lazy("Channel"),
                choice_operators(each("channel"), channels),
                gettext_lazy("channel"),
            ),
            Filter(
                "direction",
                gettext_lazy("Direction"),
                choice_operators(each("direction"), directions),
                gettext_lazy("direction"),
            ),
            Filter("subject", gettext_lazy("Subject"), text_operators("subject"), gettext_lazy("subject")),
            Filter("kind", gettext_lazy("Kind"), text_operators("kind"), gettext_lazy("kind")),
            Filter("source", gettext_lazy("Source"), text_operators("source"), gettext_lazy("source")),
            Filter("author", gettext_lazy("By"), colleague_operators("author", nullable=True), gettext_lazy("by")),
            Filter("currency", gettext_lazy("Currency"), in_currency(), gettext_lazy("currency")),
        ),
        sort="-at",
        load=partial(load, reader=reader),
        counted=entries,
    )


INTERACTION_LIST = RecordList(
    name="interactions",
    title=gettext_lazy("Timeline"),
    needs="timeline.view_interaction",
    exports="customers.export_customer",
    page="timeline:list",
    listing=interactions_of,
    rows=Interaction.objects.visible_to,
    charts=charts_of,
)
