"""The tables over which KPIs are expressed: their columns, and their rows as far as a reader may see them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import NullIf, TruncDate

from rapport.calendars.models import Guest, Kind, Meeting
from rapport.customers.models import Member
from rapport.people.models import User
from rapport.sales.convert import home_currency
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead
from rapport.sales.pipeline import End
from rapport.sales.standing import Standing
from rapport.timeline.models import ChannelChoice, Interaction, Participation

Sql = tuple[str, Sequence[Any]]
MOMENT = "timestamp('UTC')"


@dataclass(frozen=True)
class Facts:
    """A table: the kind of each column as Ibis names it, and the statement that answers with the rows of a reader."""

    columns: Mapping[str, str]
    rows: Callable[[User], Sql]


def deals(reader: User) -> Sql:
    told: dict[str, Any] = {
        "opened_on": TruncDate("opened_at"),
        "closed_on": TruncDate("closed_at"),
        "won": Q(stage__end=End.WON) & Q(closed_at__isnull=False),
        "customer": F("member__customer"),
        "team": F("owner__team"),
        "unit": F("owner__team__unit"),
        "known_currency": NullIf("currency", Value("")),
        "known_source": NullIf("source", Value("")),
    }
    return statement(
        Deal.objects.all_visible_to(reader).annotate(**told).order_by(),
        DEALS,
        currency="known_currency",
        source="known_source",
    )


def standings(reader: User) -> Sql:
    """How deals stood on earlier days."""
    return statement(Standing.objects.filter(deal__in=Deal.objects.all_visible_to(reader)).order_by(), STANDINGS)


def leads(reader: User) -> Sql:
    """Enquiries, on the day on which they came in."""
    told: dict[str, Any] = {
        "came_on": TruncDate("came_at"),
        "team": F("owner__team"),
        "unit": F("owner__team__unit"),
    }
    return statement(Lead.objects.visible_to(reader).annotate(**told).order_by(), LEADS)


def visits(reader: User) -> Sql:
    """Meetings with customers at a place that were held, on their day; they are of whoever planned them."""
    told: dict[str, Any] = {
        "held_on": TruncDate("starts_at"),
        "owner": F("created_by"),
        "team": F("created_by__team"),
        "unit": F("created_by__team__unit"),
    }
    seats = Guest.objects.filter(meeting=OuterRef("pk"))
    held = Meeting.objects.visible_to(reader).filter(Exists(seats), kind=Kind.MEETING, held_at__isnull=False)
    return statement(held.exclude(place__startswith="http").annotate(**told).order_by(), VISITS)


def contacts(reader: User) -> Sql:
    """What passed between a member and us, where the interaction is about them."""
    seen = Interaction.objects.visible_to(reader).exclude(channel=ChannelChoice.SYSTEM)
    rows = Participation.objects.filter(main=True, member__isnull=False, interaction__in=seen.values("pk"))
    return statement(rows.order_by(), CONTACTS)


def members(_reader: User) -> Sql:
    """Which members a customer is made of; their numbers alone tell nothing."""
    return statement(Member.objects.order_by(), MEMBERS)


def rates(_reader: User) -> Sql:
    """From which day until before which other each rate holds; the organisation's own currency is always one."""
    home = home_currency()
    return (
        """SELECT currency, since, coalesce(lead(since) OVER (PARTITION BY currency ORDER BY since), 'infinity'), rate
           FROM sales_rate WHERE home = %s UNION ALL SELECT %s, '-infinity', 'infinity', 1""",
        [home, home],
    )


def statement(rows: QuerySet[Any], columns: Mapping[str, str], **renamed: str) -> Sql:
    names = [renamed.get(one, one) for one in columns]
    text, values = rows.values_list(*names).query.sql_with_params()
    return text, values


DEALS = {
    "id": "int64",
    "opened_at": MOMENT,
    "closed_at": MOMENT,
    "opened_on": "date",
    "closed_on": "date",
    "won": "boolean",
    "amount": "decimal(18, 4)",
    "currency": "string",
    "customer": "int64",
    "owner": "int64",
    "team": "int64",
    "unit": "int64",
    "pipeline": "int64",
    "reason": "int64",
    "source": "string",
}
STANDINGS = {
    "deal": "int64",
    "since": "date",
    "until": "date",
    "category": "string",
    "amount": "decimal(18, 4)",
    "currency": "string",
    "closes_on": "date",
    "closed_on": "date",
}
LEADS = {
    "id": "int64",
    "came_at": MOMENT,
    "came_on": "date",
    "answered_at": MOMENT,
    "answer_by": MOMENT,
    "state": "string",
    "owner": "int64",
    "team": "int64",
    "unit": "int64",
    "source": "int64",
}
VISITS = {"id": "int64", "held_on": "date", "owner": "int64", "team": "int64", "unit": "int64"}
CONTACTS = {"interaction": "int64", "member": "int64", "at": MOMENT}
MEMBERS = {"pk": "int64", "customer": "int64"}
RATES = {"currency": "string", "since": "date", "until": "date", "rate": "decimal(20, 10)"}
FACTS: Mapping[str, Facts] = {
    "deals": Facts(DEALS, deals),
    "standings": Facts(STANDINGS, standings),
    "leads": Facts(LEADS, leads),
    "visits": Facts(VISITS, visits),
    "contacts": Facts(CONTACTS, contacts),
    "members": Facts(MEMBERS, members),
    "rates": Facts(RATES, rates),
}
