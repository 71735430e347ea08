"""Who asked the demo company for something lately: by its web site, by phone, at a fair; some wait too long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.people.models import Team, User
from rapport.sales.deal import Deal
from rapport.sales.enquiry import LeadSource, Route, To
from rapport.sales.hear_enquiries import hear_answers
from rapport.sales.lead import Lead
from rapport.sales.open_deal import NewDeal
from rapport.sales.open_lead import NewLead, open_lead
from rapport.sales.pipeline import Reason, Stage
from rapport.sales.qualify_lead import qualify_lead
from rapport.sales.settle_lead import keep_warm, set_aside
from rapport.sales.shape_leads import begin_sources, keep_lead_part
from rapport.sales.take_lead import take_lead
from rapport.timeline.log_call import Call, log_call
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.receive import receive

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORM, CALL, WORD, FAIR = "Web form", "Call", "Recommendation", "Trade fair"
CHANNEL = {FORM: Channel.WEB, CALL: Channel.PHONE, WORD: Channel.PHONE, FAIR: Channel.VISIT}


@dataclass(frozen=True)
class Asked:
    """What somebody asked, so long ago, and what became of it: answered after so many hours, and then."""

    name: str
    wish: str
    text: str
    source: str
    ago: timedelta
    answered: float | None = None
    then: str = ""


ASKED = (
    Asked("Dora Fink", "Coffee for a law office of 40", "We move in January. Who can advise us?", FORM, 9 * HOUR),
    Asked("Pedro Antunes", "Two machines for our hotel bar", "We open in spring.", FORM, 5 * HOUR),
    Asked("Ines Falk", "Grinder for a small roastery", "Which one do you have in stock?", FORM, 2 * HOUR),
    Asked("Owen Pryce", "Care plan for machines from elsewhere", "Do you service other makes, too?", CALL, 40 * HOUR),
    Asked("Klara Lindner", "Machines on trial in our canteen", "400 lunches a day.", FORM, 26 * HOUR, 3, "working"),
    Asked("Marcos Vidal", "Rent for three months", "For an exhibition.", CALL, 30 * HOUR, 1, "working"),
    Asked("Ruth Sommer", "Beans every month for two shops", "Dr Fink told us of you.", WORD, 3 * DAY, 20, "deal"),
    Asked("Ada Nowak", "Machines for all four clinics", "We met at the fair.", FAIR, 9 * DAY, 30, "deal"),
    Asked("Luis Prado", "Replacement of eight machines", "Ours are ten years old.", FORM, 12 * DAY, 2, "deal"),
    Asked("Greta Holm", "Machines for a new branch", "Not before summer.", FORM, 15 * DAY, 6, "warm"),
    Asked("Sam Turner", "Coffee corner in the lobby", "Next budget year.", WORD, 11 * DAY, 12, "warm"),
    Asked("Bruno Keil", "Two hundred paper cups", "Printed with our name.", FORM, 8 * DAY, 1, "aside"),
    Asked("Nora Quint", "A student's survey", "May I ask ten questions?", FORM, 14 * DAY, 9, "aside"),
)


def enquire(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type, int]]:
    """Sources, routes, and who came by them; what was made, as model and id."""
    leader = staff["Mia"]
    begin_sources(by=leader, at=at - 400 * DAY)
    sources = {one.name: one for one in LeadSource.objects.all()}
    sources[FORM].words = "Ask for an offer"
    keep_lead_part(sources[FORM], by=leader, at=at - 399 * DAY)
    for place, route in enumerate(
        (
            Route(name="Known customers", to=To.KEEPER),
            Route(name="Enquiries by the web", source=sources[FORM], to=To.TEAM, team=Team.objects.get(name="Iberia")),
        ),
        start=1,
    ):
        route.place = place
        keep_lead_part(route, by=leader, at=at - 399 * DAY)
    for place, one in enumerate(ASKED):
        came(place, one, sources[one.source], staff, at=at)
    leads = Lead.objects.all()
    calls = Interaction.objects.filter(participations__member__leads__in=leads)
    for model, ids in (
        (LeadSource, LeadSource.objects.values_list("pk", flat=True)),
        (Route, Route.objects.values_list("pk", flat=True)),
        (Reason, Reason.objects.filter(end=Reason.UNFIT).values_list("pk", flat=True)),
        (Customer, leads.values_list("member__customer", flat=True)),
        (Interaction, calls.values_list("pk", flat=True)),
        (Deal, leads.exclude(deal=None).values_list("deal", flat=True)),
        (Lead, leads.values_list("pk", flat=True)),
    ):
        yield from ((model, pk) for pk in set(ids))


def came(place: int, one: Asked, source: LeadSource, staff: Mapping[str, User], *, at: datetime) -> None:
    when = at - one.ago
    clue = Clue("email", f"{one.name.split()[0].lower()}@{one.name.split()[1].lower()}.example")
    arrival = Inbound(
        "web form" if one.source == FORM else "demo",
        f"enquiry:{place}",
        when,
        CHANNEL[one.source],
        Direction.INBOUND,
        "form" if one.source == FORM else "enquiry",
        (Party((clue,), "from", one.name),),
        subject="Ask for an offer" if one.source == FORM else one.wish,
        text=one.text if one.source != FORM else f"{one.wish}. {one.text}",
        touchpoint="www.aurora.example" if one.source == FORM else "",
    )
    (received,) = receive([arrival], by=None, at=when)
    seat = Participation.objects.get(interaction=received.interaction_id, main=True)
    interaction = Interaction.objects.get(pk=received.interaction_id)
    lead = open_lead(NewLead(one.wish, source, seat.member, one.name, interaction), by=None, at=when)
    if one.answered is not None and seat.member:
        answer(lead, seat.member.customer, one, staff, at=at)


def answer(lead: Lead, customer: Customer, one: Asked, staff: Mapping[str, User], *, at: datetime) -> None:
    owner = lead.owner or staff["Ana"]
    when = lead.came_at + (one.answered or 0) * HOUR
    take_lead(lead.pk, seen=lead.owner_id, by=owner, at=when)
    call = Call(Direction.OUTBOUND, f"Called back: {one.wish}", "", 6, when)
    hear_answers([log_call(customer, call, key=f"demo-{lead.pk}", by=owner, at=when)], at=when)
    later = min(when + DAY, at)
    if one.then == "deal":
        stage = Stage.objects.current()[0]
        step = "Visit them and measure the room"
        new = NewDeal(one.wish, stage, owner, next_step=step, next_step_on=localtime(at + 2 * DAY).date())
        qualify_lead(lead.pk, new, by=owner, at=later)
    if one.then == "warm":
        keep_warm(lead.pk, localtime(at + 60 * DAY).date(), by=owner, at=later)
    if one.then == "aside":
        reason = Reason.objects.get(name="No enquiry at all" if "survey" in one.wish else "Not what we offer")
        set_aside(lead.pk, reason, "", by=owner, at=later)
