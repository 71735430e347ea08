"""The KPIs of selling, each expressed once over the deals that its reader may see."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from rapport.calendars.models import Meeting
from rapport.insight.kpi import Better, Dimension, Kpi, Measure, Subject, Unit, over, size
from rapport.people.models import Team, User
from rapport.people.unit import Unit as HouseUnit
from rapport.sales.deal import Deal
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import Lead
from rapport.sales.pipeline import Pipeline, Reason

if TYPE_CHECKING:
    from ibis.expr.types import Table

DAY_OF_SECONDS, HOUR_OF_SECONDS = 86_400, 3_600
Tables = Any


def load_deals(ids: Sequence[int], reader: User) -> Mapping[int, tuple[str, str]]:
    found = Deal.objects.visible_to(reader).in_bulk(ids)
    return {pk: (one.name, reverse("sales:deal", args=[pk])) for pk, one in found.items()}


def names_of(model: Any) -> Any:
    return lambda values: {one.pk: str(one) for one in model.objects.filter(pk__in=values)}


def as_said(values: Sequence[Any]) -> Mapping[Any, str]:
    return {one: str(one) for one in values}


DEAL = Subject(
    load_deals,
    (
        Dimension("owner", gettext_lazy("Owner"), names_of(User)),
        Dimension("team", gettext_lazy("Team"), names_of(Team)),
        Dimension("unit", gettext_lazy("Unit"), names_of(HouseUnit)),
        Dimension("pipeline", gettext_lazy("Pipeline"), names_of(Pipeline)),
        Dimension("reason", gettext_lazy("Reason"), names_of(Reason)),
        Dimension("source", gettext_lazy("Source"), as_said, numbers=False),
        Dimension("currency", gettext_lazy("Currency"), as_said, numbers=False),
    ),
)


def load_leads(ids: Sequence[int], reader: User) -> Mapping[int, tuple[str, str]]:
    found = Lead.objects.visible_to(reader).in_bulk(ids)
    return {pk: (one.wish, reverse("sales:lead", args=[pk])) for pk, one in found.items()}


LEAD = Subject(
    load_leads,
    (
        Dimension("owner", gettext_lazy("Owner"), names_of(User)),
        Dimension("team", gettext_lazy("Team"), names_of(Team)),
        Dimension("unit", gettext_lazy("Unit"), names_of(HouseUnit)),
        Dimension("source", gettext_lazy("Source"), names_of(LeadSource)),
    ),
)


def load_visits(ids: Sequence[int], reader: User) -> Mapping[int, tuple[str, str]]:
    found = Meeting.objects.visible_to(reader).in_bulk(ids)
    return {pk: (one.title, reverse("calendars:meeting", args=[pk])) for pk, one in found.items()}


VISIT = Subject(
    load_visits,
    (
        Dimension("owner", gettext_lazy("Planned by"), names_of(User)),
        Dimension("team", gettext_lazy("Team"), names_of(Team)),
        Dimension("unit", gettext_lazy("Unit"), names_of(HouseUnit)),
    ),
)
OF_VISIT = [one.name for one in VISIT.dimensions]
OF_LEAD = [one.name for one in LEAD.dimensions]
OF_DEAL = [one.name for one in DEAL.dimensions]


def closed(tables: Tables) -> "Table":
    """Deals that were won or lost, on the day when they were."""
    rows = tables.about(tables.deals, "closed_at")
    rows = rows.filter(rows.closed_at.notnull())
    lasted = (rows.closed_at.epoch_seconds() - rows.opened_at.epoch_seconds()) / DAY_OF_SECONDS
    return rows.mutate(day=rows.closed_on, known=True, one=1, wins=rows.won.ifelse(1, 0), days=lasted)


def won(tables: Tables) -> "Table":
    rows = closed(tables)
    return rows.filter(rows.won)


def valued(rows: "Table", rates: "Table") -> "Table":
    """With `worth`: the amount in the organisation's currency, at the rate of the day."""
    holds = [rows.currency == rates.currency, rows.day >= rates.since, rows.day < rates.until]
    joined = rows.left_join(rates, holds)
    told = joined.mutate(worth=(joined.amount * joined.rate).cast("decimal(24, 4)"))
    return told.select(*rows.columns, "worth")


def win_rate(tables: Tables) -> "Table":
    return told(closed(tables), "wins", "one")


def cycle_time(tables: Tables) -> "Table":
    return told(won(tables), "days", "one")


def average_deal(tables: Tables) -> "Table":
    rows = valued(won(tables), tables.rates)
    return told(rows.mutate(known=rows.worth.notnull()), "worth", "one")


def velocity(tables: Tables) -> "Table":
    rows = valued(closed(tables), tables.rates)
    zero = rows.worth * 0
    # What was lost counts among the deals, and brings neither money nor days.
    rows = rows.mutate(
        known=rows.worth.notnull() | ~rows.won,
        worth=rows.won.ifelse(rows.worth, zero).fill_null(0),
        days=rows.won.ifelse(rows.days, 0.0),
    )
    return told(rows, "worth", "wins", "days", "one")


def contacts_of_a_win(tables: Tables) -> "Table":
    """Won deals with the contacts there were with the customer from its opening to its end."""
    rows, seats, contacts = won(tables), tables.members, tables.contacts
    keys = rows.select("id", "customer", "opened_at", "closed_at")
    theirs = keys.join(seats, keys.customer == seats.customer).select("id", "pk", "opened_at", "closed_at")
    during = [theirs.pk == contacts.member, contacts.at >= theirs.opened_at, contacts.at <= theirs.closed_at]
    each = theirs.join(contacts, during).select("id", "interaction").distinct()
    many = each.group_by("id").aggregate(number=each.count())
    joined = rows.left_join(many, rows.id == many.id)
    return told(joined.mutate(contacts=joined.number.fill_null(0)), "contacts", "one")


def forecast_error(tables: Tables) -> "Table":
    """For each month that is over, deals committed to on the evening before it, and deals won in it."""
    then, deals = tables.standings, tables.deals
    month = then.closes_on.truncate("M").cast("date")
    stood = (then.since < month) & (then.until.isnull() | (then.until >= month))
    then = then.mutate(day=month).filter((then.category == "commit") & then.closed_on.isnull() & stood)
    said = then.select("day", "amount", "currency", id=then.deal, was=1, came=0)
    ended = deals.filter(deals.won)
    came = ended.select("amount", "currency", "id", day=ended.closed_on.truncate("M").cast("date"), was=0, came=1)
    both = came.union(said.select(*came.columns))
    both = both.filter((both.day < tables.this_month) & (both.day > tables.written_since))
    both = valued(both, tables.rates)
    each = both.group_by("id", "day").aggregate(
        known=both.worth.notnull().all(),
        said=(both.worth * both.was).sum(),
        came=(both.worth * both.came).sum(),
    )
    joined = each.join(deals, each.id == deals.id)
    return told(joined, "said", "came")


def answered_leads(tables: Tables) -> "Table":
    """Leads on the day they came in, with the hours until the first answer; those that wait still are not known."""
    rows = tables.about(tables.leads, "came_at")
    waited = (rows.answered_at.epoch_seconds() - rows.came_at.epoch_seconds()) / HOUR_OF_SECONDS
    in_time = rows.answer_by.isnull() | (rows.answered_at <= rows.answer_by)
    rows = rows.mutate(
        day=rows.came_on, known=rows.answered_at.notnull(), one=1, hours=waited, timely=in_time.ifelse(1, 0)
    )
    return rows.select("id", "day", "known", *OF_LEAD, "hours", "timely", "one")


def held_visits(tables: Tables) -> "Table":
    rows = tables.visits
    return rows.mutate(day=rows.held_on, known=True, one=1).select("id", "day", "known", *OF_VISIT, "one")


def told(rows: "Table", *measures: str) -> "Table":
    """Nothing but what a figure, its breakdown and its records need."""
    return rows.select("id", "day", "known", *OF_DEAL, *measures)


NUMBER = Measure("one", gettext_lazy("Deals"))
WORTH = Measure("worth", gettext_lazy("Amount"), Unit.MONEY)
WINS = Measure("wins", gettext_lazy("Won"))
LASTED = Measure("days", gettext_lazy("Days"), Unit.DAYS)
HOURS = Measure("hours", gettext_lazy("Waited"), Unit.HOURS)
LEADS = Measure("one", gettext_lazy("Leads"))
NOT_ANSWERED = gettext_lazy("not answered yet")
NO_RATE = gettext_lazy("without an amount, or in a currency without a rate for that day")

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "win-rate",
        gettext_lazy("Win rate"),
        gettext_lazy("How many of the deals that ended were won."),
        gettext_lazy("deals won ÷ deals won or lost"),
        gettext_lazy("a deal, on the day it was won or lost"),
        Unit.SHARE,
        Better.MORE,
        "sales.view_deal",
        DEAL,
        (WINS, NUMBER),
        win_rate,
        lambda sums: over(sums.wins, sums.one),
    ),
    Kpi(
        "cycle-time",
        gettext_lazy("Cycle time"),
        gettext_lazy("How long it takes from opening a deal to winning it."),
        gettext_lazy("days from opening to winning, added up ÷ deals won"),
        gettext_lazy("a deal won, on the day it was won"),
        Unit.DAYS,
        Better.LESS,
        "sales.view_deal",
        DEAL,
        (LASTED, NUMBER),
        cycle_time,
        lambda sums: over(sums.days, sums.one),
    ),
    Kpi(
        "average-deal",
        gettext_lazy("Average deal"),
        gettext_lazy("What a won deal is worth."),
        gettext_lazy("amounts of deals won, each at the rate of its day, added up ÷ deals won"),
        gettext_lazy("a deal won, on the day it was won"),
        Unit.MONEY,
        Better.MORE,
        "sales.view_deal",
        DEAL,
        (WORTH, NUMBER),
        average_deal,
        lambda sums: over(sums.worth, sums.one),
        NO_RATE,
    ),
    Kpi(
        "velocity",
        gettext_lazy("Sales velocity"),
        gettext_lazy("How much money the pipeline yields for each day that a deal takes."),
        gettext_lazy("deals ended × win rate × average deal ÷ cycle time"),
        gettext_lazy("a deal, on the day it was won or lost"),
        Unit.MONEY_A_DAY,
        Better.MORE,
        "sales.view_deal",
        DEAL,
        (WORTH, WINS, LASTED, NUMBER),
        velocity,
        lambda sums: over(sums.worth * sums.wins, sums.days),
        NO_RATE,
    ),
    Kpi(
        "activity-per-win",
        gettext_lazy("Contacts for a won deal"),
        gettext_lazy("How often we and the customer were in contact before a deal was won, on any channel."),
        gettext_lazy("contacts from opening to winning, added up ÷ deals won"),
        gettext_lazy("a deal won, on the day it was won"),
        Unit.NUMBER,
        Better.LESS,
        "sales.view_deal",
        DEAL,
        (Measure("contacts", gettext_lazy("Contacts")), NUMBER),
        contacts_of_a_win,
        lambda sums: over(sums.contacts, sums.one),
    ),
    Kpi(
        "forecast-error",
        gettext_lazy("Forecast error"),
        gettext_lazy("How far what was committed to on the evening before a month lay from what was won in it."),
        gettext_lazy("what was committed to and what was won, the difference ÷ what was won"),
        gettext_lazy("a deal committed to for a month that is over, or won in it; on the first of that month"),
        Unit.SHARE,
        Better.LESS,
        "sales.view_deal",
        DEAL,
        (Measure("said", gettext_lazy("Committed to"), Unit.MONEY), Measure("came", gettext_lazy("Won"), Unit.MONEY)),
        forecast_error,
        lambda sums: over(size(sums.said - sums.came), sums.came),
        NO_RATE,
        counted=False,
    ),
    Kpi(
        "response-time",
        gettext_lazy("Response time"),
        gettext_lazy("How long an enquiry waits for its first answer."),
        gettext_lazy("hours from coming in to the first answer, added up ÷ leads answered"),
        gettext_lazy("a lead, on the day it came in"),
        Unit.HOURS,
        Better.LESS,
        "sales.view_lead",
        LEAD,
        (HOURS, LEADS),
        answered_leads,
        lambda sums: over(sums.hours, sums.one),
        NOT_ANSWERED,
    ),
    Kpi(
        "answered-in-time",
        gettext_lazy("Answered in time"),
        gettext_lazy("How many of the answered enquiries were answered by when they had to be."),
        gettext_lazy("leads answered in time ÷ leads answered"),
        gettext_lazy("a lead, on the day it came in"),
        Unit.SHARE,
        Better.MORE,
        "sales.view_lead",
        LEAD,
        (Measure("timely", gettext_lazy("In time")), LEADS),
        answered_leads,
        lambda sums: over(sums.timely, sums.one),
        NOT_ANSWERED,
    ),
    Kpi(
        "visits",
        gettext_lazy("Visits"),
        gettext_lazy("How many visits to customers took place."),
        gettext_lazy("visits that were held"),
        gettext_lazy("a visit, on its day"),
        Unit.NUMBER,
        Better.MORE,
        "calendars.view_meeting",
        VISIT,
        (Measure("one", gettext_lazy("Visits")),),
        held_visits,
        lambda sums: sums.one,
        least=1,
    ),
)


def kpis_for(reader: User) -> list[Kpi]:
    return [one for one in KPIS if reader.allows(one.needs)]


def kpi_for(reader: User, name: str) -> Kpi | None:
    return next((one for one in kpis_for(reader) if one.name == name), None)
