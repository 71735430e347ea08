"""A small world with one of everything in each place, and what the parameters of addresses stand for in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from rapport.accounts.keep_plan import open_plan
from rapport.accounts.models import Aim, Goal, Plan, Risk, Stakeholder
from rapport.agenda.models import Pin, Task
from rapport.bookings.links import token_of as booking_token
from rapport.bookings.models import Booking, BookingLink
from rapport.bulk.models import BulkRun
from rapport.calendars.models import Feed, Meeting, OwnCalendar, OwnEntry, Reading, SubscribedCalendar
from rapport.calendars.plan import Wish as MeetingWish
from rapport.calendars.plan import plan
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Component, Product, Tax
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.channels.models import MailAccount
from rapport.consent.ledger import Consent, Said
from rapport.consent.links import Link, What
from rapport.consent.models import Message, Suppression
from rapport.consent.object import object_to
from rapport.consent.policy import Policy
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.customers.discard import discard
from rapport.customers.edit import edit
from rapport.customers.models import Address, Customer, Identifier, Kind, Member, Relationship
from rapport.customers.preference import Preference
from rapport.customers.trash import Trashed
from rapport.fields.declare import Wish, declare
from rapport.fields.models import CustomField
from rapport.files.keep import Content, keep
from rapport.handovers.handover import Handover
from rapport.handovers.plan import Duty, Point, Station
from rapport.handovers.plan import Plan as HandoverPlan
from rapport.handovers.shape_plan import begin_plan
from rapport.identity.merge import merge
from rapport.identity.models import Pair
from rapport.imports.fields import Kind as ImportKind
from rapport.imports.models import ImportRun, ImportWatch
from rapport.imports.propose import Wishes, propose
from rapport.imports.start import drafted
from rapport.journal.change import Change, Deed
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.letters.models import Template
from rapport.lists.models import View
from rapport.mail.models import Attachment, Mail, Mailbox, MailFile, Thread
from rapport.migration.models import Migration
from rapport.notices.models import Kind as NoticeKind
from rapport.notices.models import Notice, Reminder
from rapport.people.add_team import add_team
from rapport.people.duty import ServiceDomain
from rapport.people.models import ApiToken, Brand, LegalEntity, Scope, Team, User, digest
from rapport.people.post import Post, Term
from rapport.people.roles import BuiltIn, standard
from rapport.people.shape_role import Shape, add_role
from rapport.people.territory import Territory, TerritoryMember
from rapport.people.unit import Position, Unit
from rapport.privacy.erasure import Erasure
from rapport.privacy.hold import Hold, hold
from rapport.privacy.incident_decide import note_incident
from rapport.privacy.models import Activity, Evidence, Incident, Obligation
from rapport.privacy.obligation_review import show
from rapport.privacy.pack import Pack
from rapport.privacy.request import Asks, Request
from rapport.privacy.request_steps import Asked
from rapport.privacy.request_steps import receive as receive_request
from rapport.profile.lay_out import lay_out
from rapport.profile.models import Layout
from rapport.profile.place import Places
from rapport.quotes.links import token_of
from rapport.quotes.quote import Quote
from rapport.rules.declare import Wish as RuleWish
from rapport.rules.declare import declare as declare_rule
from rapport.rules.models import Act, Run
from rapport.sales.competitor import Competitor
from rapport.sales.deal import Deal
from rapport.sales.enquiry import LeadSource, Route
from rapport.sales.lead import Lead
from rapport.sales.name_rival import name_rival
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.open_lead import NewLead, open_lead
from rapport.sales.order import Order
from rapport.sales.pipeline import Pipeline, Reason, Stage
from rapport.sales.rate import Rate
from rapport.sales.shape_leads import begin_sources, keep_lead_part
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sequences.models import Course, Sequence
from rapport.telephony.models import Call
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive
from rapport.web.models import Site, WebForm
from rapport.webhooks.declare import Wish as SourceWish
from rapport.webhooks.declare import declare as declare_source
from rapport.webhooks.models import Arrival, Delivery, Source, Subscription
from rapport.webhooks.subscribe import Wanted, subscribe, try_out

OWN, THEIRS, EVERYONES, TRASH = "Iberia", "Nordics", "everyone", "trash"
SECRET = "secret-of-an-agent"
PLACES = (OWN, THEIRS, EVERYONES, TRASH)
# What each user of this world may do. The steward's role is one of the organisation's own, and sees none but own customers.
STEWARD = standard(BuiltIn.READER) - {"search.find", "sales.view_order"} | {
    *("customers.add_customer", "customers.change_customer", "customers.export_customer", "people.change_domain"),
}
MAY = {
    "reader": standard(BuiltIn.READER),
    "agent": standard(BuiltIn.AGENT),
    "agent of another team": standard(BuiltIn.AGENT),
    "steward": STEWARD,
    # In no team, with a role that sees by territory, and the other team's customers lie in theirs.
    "ranger": standard(BuiltIn.AGENT),
    "manager": standard(BuiltIn.MANAGER),
    "data protection officer": standard(BuiltIn.PROTECTOR),
    "administrator": standard(BuiltIn.ADMINISTRATOR),
}
# Parameters whose record is seen as far as its customer is …
OF_CUSTOMERS = {
    *("customer_id", "interaction_id", "task_id", "merge_id", "pair_id", "order_id", "identifier_id", "address_id"),
    *("person_id", "relationship_id", "preference_id", "meeting_id", "trashed_id", "suppression_id", "consent_id"),
    *("message_id", "act_id", "course_id", "deal_id", "lead_id", "quote_id", "plan_id"),
    *("stakeholder_id", "goal_id", "risk_id", "aim_id", "rival_id", "handover_id"),
}
# … and of those the ones that are hidden while the customer lies in the trash.
HIDDEN_IN_TRASH = OF_CUSTOMERS - {"meeting_id", "trashed_id", "suppression_id", "consent_id", "message_id"}


@dataclass(frozen=True)
class Place:
    """The records of one team, or of everyone."""

    customer: Customer
    interaction: Interaction
    task: Task
    merge_id: int
    pair: Pair
    run: ImportRun
    migration: Migration
    mail_file: MailFile
    reading: Reading
    calendar: SubscribedCalendar
    booking_link: BookingLink
    booking: Booking
    mailbox: Mailbox
    order: Order
    deal: Deal
    lead: Lead
    course: Course
    quote: Quote
    plan: Plan
    handover: Handover
    meeting: Meeting
    call: Call
    identifier: Identifier
    address: Address
    relationship: Relationship
    preference: Preference
    message: Message
    suppression: Suppression
    consent: Consent
    trashed: Trashed
    view: View
    act: Act
    request: Request
    hold: Hold
    pack: Pack
    erasure: Erasure


@dataclass
class World:
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[tuple[bool, str], Client] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    tokens: dict[str, ApiToken] = field(default_factory=dict)
    sessions: dict[str, UserSession] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    reminders: dict[str, Reminder] = field(default_factory=dict)
    own_entries: dict[str, OwnEntry] = field(default_factory=dict)
    pins: dict[str, Pin] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    bulk_runs: dict[str, BulkRun] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    territory: Territory | None = None
    brand: Brand | None = None
    field: CustomField | None = None
    template: Template | None = None
    watch: ImportWatch | None = None
    source: Source | None = None
    arrival: Arrival | None = None
    subscription: Subscription | None = None
    delivery: Delivery | None = None
    site: Site | None = None
    web_form: WebForm | None = None
    layout: Layout | None = None
    position: Position | None = None
    term: Term | None = None
    domain: ServiceDomain | None = None
    activity: Activity | None = None
    evidence: Evidence | None = None
    incident: Incident | None = None
    part: Component | None = None
    waiting: int = 0


def build(folder: Path) -> World:
    """Two teams, a user of each role, and one of everything for each team and for everyone."""
    world = World()
    entity = LegalEntity.objects.create(name="Aurora SA", country="PT")
    world.brand = Brand.objects.create(name="Aurora", legal_entity=entity)
    world.position = Position.objects.create(title="Head of service", unit=Unit.objects.create(name="Service"))
    world.template = Template.objects.create(name="Welcome", text="Hello")
    world.field = declare("text", Wish("Nick name", "all"))
    world.teams = {name: add_team(name) for name in (OWN, THEIRS)}
    world.territory = Territory.objects.create(name="North", cities=["Oslo"])
    steward = add_role(Shape("Steward", BuiltIn.READER, STEWARD, "own")).key
    ranger = add_role(Shape("Ranger", BuiltIn.AGENT, standard(BuiltIn.AGENT), "territory")).key
    for name, role, team in (
        ("reader", BuiltIn.READER, OWN),
        ("steward", steward, OWN),
        ("ranger", ranger, ""),
        ("agent", BuiltIn.AGENT, OWN),
        ("agent of another team", BuiltIn.AGENT, THEIRS),
        ("manager", BuiltIn.MANAGER, OWN),
        ("data protection officer", BuiltIn.PROTECTOR, ""),
        ("administrator", BuiltIn.ADMINISTRATOR, ""),
    ):
        email = f"{name.replace(' ', '.')}@rapport.example"
        user = User.objects.create(email=email, name=name, role_id=role, team=world.teams.get(team))
        equip(name, user, world)
    TerritoryMember.objects.create(territory=world.territory, user=world.users["ranger"])
    begin_to_sell(world)
    Feed.objects.create(user=world.users["agent"], digest=digest(SECRET))
    for place in PLACES:
        file = folder / f"{place.lower()}.csv"
        file.write_text(f"name,email\nAnn Lee,ann.lee@{place.lower()}.example\n")
        world.places[place] = furnish(place, world, file)
    hidden = world.places[TRASH]
    discard([hidden.customer.pk, hidden.relationship.other.customer_id], by=None, at=timezone.now())
    administrator = world.users["administrator"]
    wish = SourceWish("Shop", "hex", "", "", "interaction", {})
    world.source = declare_source(wish, by=administrator, at=timezone.now())
    world.arrival = Arrival.objects.create(source=world.source, digest="one", body=b"{}", at=timezone.now())
    wanted = Wanted("Shop", "https://shop.example/", ["customers created"])
    plan = world.places[OWN].run.plan
    world.watch = ImportWatch.objects.create(folder="crm", pattern="*.csv", plan=plan, by=administrator)
    world.subscription = subscribe(wanted, by=administrator, at=timezone.now())
    world.site = Site.objects.create(name="Shop", origins=["https://shop.example"], tracking=True)
    world.web_form = WebForm.objects.create(site=world.site, title="Ask us", asked={"email": True}, owner=administrator)
    world.layout = lay_out(BuiltIn.AGENT, [Kind.PERSON], Places(), by=administrator, at=timezone.now())
    world.term = Term.objects.create(
        post=Post.objects.create(kind="process", about="Complaints"), holder=administrator, since=date(2026, 1, 1)
    )
    govern(world)
    world.domain = ServiceDomain.objects.create(name="Repairs")
    world.waiting = say(agreed("ann@x.example", "newsletter"), by=None, at=timezone.now()).pk
    world.delivery = try_out(world.subscription, at=timezone.now())
    return world


def govern(world: World) -> None:
    """What privacy keeps that belongs to no team."""
    administrator = world.users["administrator"]
    world.activity = Activity.objects.create(name="Deliveries", basis="contract")
    duty = Obligation.objects.create(title="Answer within a month", origin="law", source="GDPR")
    world.evidence = show(duty, "How", Content("how.txt", "text/plain", b"So"), by=administrator, at=timezone.now())
    world.incident = note_incident(Incident(title="Lost", aware_at=timezone.now()), by=administrator, at=timezone.now())


def equip(name: str, user: User, world: World) -> None:
    """What is one's own, one of each."""
    world.users[name], now = user, timezone.now()
    world.changes[name] = Change.objects.create(deed=Deed.MERGED, by=user, at=timezone.now(), back={"merge": 0})
    world.bulk_runs[name] = BulkRun.objects.create(records="customers", action="delete", by=user)
    world.tokens[name] = ApiToken.objects.create(user=user, name="one's own", digest=name)
    world.sessions[name] = UserSession.objects.create(user=user, ip="127.0.0.1", session_key=name)
    world.notices[name] = Notice.objects.create(user=user, kind=NoticeKind.TASK, at=now, first_at=now)
    world.reminders[name] = Reminder.objects.create(user=user, at=now, note="Look again")
    own = OwnCalendar.objects.create(
        user=user, server="https://x.example/", login="x", sealed=b"none", address="https://x.example/c/", name="Work"
    )
    world.own_entries[name] = OwnEntry.objects.create(calendar=own, path="/c/x.ics", uid="x")
    world.pins[name] = Pin.objects.create(user=user, path="/customers/", title="Customers")


def furnish(place: str, world: World, file: Path) -> Place:
    now, author = timezone.now(), world.users["agent of another team" if place == THEIRS else "agent"]
    seen, twin, partner = (customer(f"{place.lower()}-{which}", place) for which in ("one", "twin", "partner"))
    member = seen.members.get()
    whose = world.users["agent of another team" if place == THEIRS else "manager"]
    run = drafted(file, file.name, propose(file, file.name, Wishes(ImportKind.CUSTOMERS)).plan, by=whose, at=now)
    run.save()
    arrived = Interaction.objects.get(subject=f"{place.lower()}-one")
    order = Order.objects.create(
        source="shop", external_id=place, member=member, interaction=arrived, ordered_at=now, total=1
    )
    meeting = planned(place, seen, author)
    return Place(
        customer=seen,
        interaction=arrived,
        task=Task.objects.create(title="Call", member=member, assignee=author, created_by=author),
        merge_id=merge(seen, twin, by=author, at=now).pk,
        pair=suspected(seen, partner),
        run=run,
        migration=Migration.objects.create(source="crm", by=whose),
        mail_file=post(arrived, author),
        reading=Reading.objects.create(file_name="trips.ics", path="/none", by=author, state="done"),
        calendar=SubscribedCalendar.objects.create(user=author, name=place, sealed=b"none", host="x.example"),
        booking_link=(link := bookable(place, author)),
        booking=booked(link, meeting),
        mailbox=shared_mailbox(place),
        order=order,
        deal=(deal := begun(seen, author)),
        quote=offered(deal, author),
        plan=planned_for(seen, author),
        handover=Handover.objects.create(
            deal=deal, station=Station.objects.current()[0], sender=author, opened_at=timezone.now()
        ),
        lead=enquired(seen),
        course=Course.objects.create(sequence=a_sequence(), member=member, by=author, started_at=now),
        meeting=meeting,
        call=Call.objects.create(
            call_id=place, state="ringing", number="1", rang_at=now, user=None if place == EVERYONES else author
        ),
        identifier=member.identifiers.filter(kind="email").get(),
        address=Address.objects.create(member=member, city="Lisboa"),
        relationship=Relationship.objects.create(
            member=member, other=partner.members.get(), kind="family", since=date(2020, 1, 1)
        ),
        preference=Preference.objects.create(member=member, topic="other", value="No calls", said_at=now, source="crm"),
        suppression=object_to(f"{place.lower()}-one@x.example", evidence="by phone", by=None, at=now),
        consent=say(agreed(f"{place.lower()}-one@x.example"), by=None, at=now),
        act=acted(seen, whose),
        request=(request := asked(seen)),
        pack=Pack.objects.create(request=request, state="gone"),
        erasure=Erasure.objects.create(request=request, customer=partner, proposed_by=author, proposed_at=now),
        hold=hold(
            customer(f"{place.lower()}-held", place), "A dispute", now.date() + timedelta(days=30), by=author, at=now
        ),
        view=View.objects.create(
            listing="customers",
            name=place,
            state="sort=name",
            reach="all" if place == EVERYONES else "team",
            owner=author,
            team=world.teams.get(team_of(place)),
        ),
        trashed=discarded(customer(f"{place.lower()}-gone", place), author),
        message=Message.objects.create(
            key=place, member=member, to=["ann@x.example"], message_id=f"{place}@x", subject="S", text="T", due_at=now
        ),
    )


def agreed(address: str, purpose: str = "offers") -> Word:
    return Word(Purpose.objects.get(code=purpose), address, Said.GRANTED, evidence="by phone")


def discarded(gone: Customer, by: User) -> Trashed:
    trashed = discard([gone.pk], by=by, at=timezone.now())
    assert trashed is not None
    return trashed


def asked(seen: Customer) -> Request:
    """What the person asks; its words name the team, so that they are looked for."""
    now = timezone.now()
    words = Asked(Asks.ACCESS, seen.name, "ann@x.example", "email", now, seen.name, seen)
    return receive_request(words, assignee=None, by=None, at=now)


def acted(seen: Customer, whose: User) -> Act:
    now = timezone.now()
    rule = declare_rule(RuleWish("Tag", "created", {}, "", "tag", {"tags": ["new"]}), by=whose, at=now)
    event = record(Fact.CUSTOMERS_CREATED, [seen.pk], by=None, at=now)
    run = Run.objects.create(rule=rule, version=rule.version, event=event, at=now, done=1)
    return Act.objects.create(run=run, rule=rule, event=event, customer=seen, subject=seen.pk, outcome="done", at=now)


def begun(seen: Customer, author: User) -> Deal:
    stage = Stage.objects.current()[0]
    new = NewDeal("Cork floor", stage, author, next_step="Call")
    deal = open_deal(new, customer=seen, by=author, at=timezone.now())
    name_rival(deal.pk, Competitor.objects.get(name="Rivale"), "rival", by=author, at=timezone.now())
    return deal


def begin_to_sell(world: World) -> None:
    by, now = world.users["administrator"], timezone.now()
    begin_pipeline("Sales", by=by, at=now)
    Competitor.objects.create(name="Rivale")
    begin_sources(by=by, at=now)
    begin_plan(HandoverPlan(name="Sales"), by=by, at=now)
    # Nobody's lead of this world comes from a fair.
    keep_lead_part(Route(name="Fairs", source=LeadSource.objects.current().last(), to="keeper"), by=by, at=now)
    world.part = Component.objects.create(
        bundle=Product.objects.create(number="SET-1", name="Set", sort_key="set"),
        product=Product.objects.create(
            number="CUP-1", name="Cup", sort_key="cup", tax=Tax.objects.create(name="Full rate")
        ),
        quantity=6,
    )
    Price.objects.create(
        price_list=PriceList.objects.create(name="Retail", currency="EUR"), product=world.part.product, amount=4
    )


def enquired(seen: Customer) -> Lead:
    """Nobody's yet: seen as far as its customer is."""
    new = NewLead("Cork floor", LeadSource.objects.current()[0], Member.objects.filter(home=seen)[0])
    return open_lead(new, by=None, at=timezone.now())


def planned_for(seen: Customer, author: User) -> Plan:
    """With one part of each kind; the person of the buying centre is the customer itself."""
    now, day = timezone.now(), timezone.localdate()
    plan = open_plan(seen, {"name": seen.name, "owner": author, "starts": day, "ends": day}, by=author, at=now)
    member = plan.member
    Stakeholder.objects.create(plan=plan, member=member, role="decides")
    Aim.objects.create(plan=plan, member=member, family="Cups")
    Goal.objects.create(plan=plan, words="More cups")
    Risk.objects.create(plan=plan, words="Less cups")
    return plan


def a_sequence() -> Sequence:
    return Sequence.objects.get_or_create(name="Remind", purpose=Purpose.objects.get(code="offers"))[0]


def offered(deal: Deal, author: User) -> Quote:
    day = timezone.localdate()
    return Quote.objects.create(
        deal=deal,
        number=f"Q-{deal.pk}",
        owner=author,
        currency="EUR",
        day=day,
        valid_until=day,
        created_at=timezone.now(),
        link_key="key",
    )


def planned(place: str, seen: Customer, author: User) -> Meeting:
    now = timezone.now()
    wish = MeetingWish("meeting", "Visit", now, now, place)
    return plan(wish, customers=[seen], colleagues=[author], by=author, at=now)


def bookable(place: str, author: User) -> BookingLink:
    return BookingLink.objects.create(user=author, title=place, hours=[[["00:00", "23:59"]]] * 7)


def booked(link: BookingLink, meeting: Meeting) -> Booking:
    seat = meeting.guests.get()
    return Booking.objects.create(
        link=link,
        meeting=meeting,
        member=seat.member,
        name="Ann",
        email="ann@x.example",
        zone="UTC",
        language="en",
        nonce="1",
        at=timezone.now(),
    )


def suspected(one: Customer, other: Customer) -> Pair:
    members = sorted(customer.members.order_by("pk")[0].pk for customer in (one, other))
    return Pair.objects.create(
        one_id=members[0], other_id=members[1], scope=one.scope, score=9_000, found_at=timezone.now()
    )


def customer(key: str, place: str) -> Customer:
    now = timezone.now()
    clues = (Clue("email", f"{key}@x.example"),)
    arrival = Inbound("mail", key, now, Channel.EMAIL, Direction.INBOUND, "mail", (Party(clues),), subject=key)
    made = Customer.objects.get(pk=receive([arrival], by=None, at=now)[0].customer_id)
    if place == EVERYONES:
        return made
    where = {"city": "Oslo"} if place == THEIRS else {}
    return edit(made, {"team": team_of(place), "name": key, **where}, by=None, at=now)


def team_of(place: str) -> str:
    """The name of the team that the records of a place belong to; what lies in the trash is one's own team's."""
    return {EVERYONES: "", TRASH: OWN}.get(place, place)


def post(interaction: Interaction, by: User) -> MailFile:
    """A mail with an attachment on the line of ``interaction``, and the file of ``by`` that it might have come in."""
    now = timezone.now()
    thread = Thread.objects.create(first_at=now, last_at=now)
    mail = Mail.objects.create(interaction=interaction, sender="ann@x.example", at=now, thread=thread)
    file = keep([Content("plan.pdf", "application/pdf", b"%PDF")], at=now)[0]
    Attachment.objects.create(mail=mail, position=1, file=file, name="plan.pdf", media_type=file.media_type)
    return MailFile.objects.create(file_name="box.mbox", path="/none", by=by)


def shared_mailbox(place: str) -> Mailbox:
    """A mailbox of a team or of everyone, with the folder in which its mail lies; nothing answers at its server."""
    team = team_of(place)
    scope = (
        Scope.objects.get(team__name=team, person=None, territory=None)
        if team
        else Scope.objects.get(pk=Scope.EVERYONE)
    )
    account = MailAccount.objects.create(
        name=place, address=f"{place.lower()}@shared.example", scope=scope, imap_host="127.0.0.1", imap_port=9
    )
    return Mailbox.objects.create(account=account)


Value = Callable[[World, str, str], object]
# Parameter of an address → what stands there, by the place of the record and the name of the user who asks.
# These belong to a team or to everyone: whoever may not see the record is told that there is none.
SCOPED: dict[str, Value] = {
    "customer_id": lambda world, place, _user: world.places[place].customer.pk,
    "interaction_id": lambda world, place, _user: world.places[place].interaction.pk,
    "task_id": lambda world, place, _user: world.places[place].task.pk,
    "meeting_id": lambda world, place, _user: world.places[place].meeting.pk,
    "call_id": lambda world, place, _user: world.places[place].call.pk,
    "merge_id": lambda world, place, _user: world.places[place].merge_id,
    "pair_id": lambda world, place, _user: world.places[place].pair.pk,
    "deal_id": lambda world, place, _user: world.places[place].deal.pk,
    "lead_id": lambda world, place, _user: world.places[place].lead.pk,
    "course_id": lambda world, place, _user: world.places[place].course.pk,
    "quote_id": lambda world, place, _user: world.places[place].quote.pk,
    "plan_id": lambda world, place, _user: world.places[place].plan.pk,
    "stakeholder_id": lambda world, place, _user: world.places[place].plan.stakeholders.get().pk,
    "goal_id": lambda world, place, _user: world.places[place].plan.goals.get().pk,
    "risk_id": lambda world, place, _user: world.places[place].plan.risks.get().pk,
    "rival_id": lambda world, place, _user: world.places[place].deal.rivals.get().pk,
    "aim_id": lambda world, place, _user: world.places[place].plan.aims.get().pk,
    "handover_id": lambda world, place, _user: world.places[place].handover.pk,
    "order_id": lambda world, place, _user: world.places[place].order.pk,
    "identifier_id": lambda world, place, _user: world.places[place].identifier.pk,
    "address_id": lambda world, place, _user: world.places[place].address.pk,
    "person_id": lambda world, place, _user: world.places[place].relationship.other.customer_id,
    "relationship_id": lambda world, place, _user: world.places[place].relationship.pk,
    "preference_id": lambda world, place, _user: world.places[place].preference.pk,
    "run_id": lambda world, place, _user: world.places[place].run.pk,
    "rule_id": lambda world, place, _user: world.places[place].act.rule_id,
    "rule_run_id": lambda world, place, _user: world.places[place].act.run_id,
    "act_id": lambda world, place, _user: world.places[place].act.pk,
    "migration_id": lambda world, place, _user: world.places[place].migration.pk,
    "mailbox_id": lambda world, place, _user: world.places[place].mailbox.pk,
    "mail_file_id": lambda world, place, _user: world.places[place].mail_file.pk,
    "reading_id": lambda world, place, _user: world.places[place].reading.pk,
    "calendar_id": lambda world, place, _user: world.places[place].calendar.pk,
    "booking_link_id": lambda world, place, _user: world.places[place].booking_link.pk,
    "suppression_id": lambda world, place, _user: world.places[place].suppression.pk,
    "consent_id": lambda world, place, _user: world.places[place].consent.pk,
    "trashed_id": lambda world, place, _user: world.places[place].trashed.pk,
    "view_id": lambda world, place, _user: world.places[place].view.pk,
    "message_id": lambda world, place, _user: world.places[place].message.pk,
    "request_id": lambda world, place, _user: world.places[place].request.pk,
    "pack_id": lambda world, place, _user: world.places[place].pack.pk,
    "erasure_id": lambda world, place, _user: world.places[place].erasure.pk,
    "hold_id": lambda world, place, _user: world.places[place].hold.pk,
}
# These are the same for everybody who may enter at all.
SHARED: dict[str, Value] = {
    "user_id": lambda world, _place, _user: world.users["agent"].pk,
    "team_id": lambda world, _place, _user: world.teams[OWN].pk,
    "territory_id": lambda world, _place, _user: world.territory.pk if world.territory else 0,
    "entity_id": lambda world, _place, _user: world.brand.legal_entity_id if world.brand else 0,
    "brand_id": lambda world, _place, _user: world.brand.pk if world.brand else 0,
    "template_id": lambda world, _place, _user: world.template.pk if world.template else 0,
    "purpose_id": lambda *_: Purpose.objects.get(code="offers").pk,
    "policy_id": lambda *_: Policy.objects.get(number=1).pk,
    "link": lambda *_: Link(What.CHOOSE, "email", "ann@x.example", Purpose.objects.get(code="offers").pk).token,
    "confirmation": lambda world, *_: Link(What.CONFIRM, "email", "ann@x.example", world.waiting).token,
    "field_id": lambda world, _place, _user: world.field.pk if world.field else 0,
    "token_id": lambda world, _place, user: world.tokens[user or "agent"].pk,
    "session_id": lambda world, _place, user: world.sessions[user or "agent"].pk,
    "notice_id": lambda world, _place, user: world.notices[user or "agent"].pk,
    "reminder_id": lambda world, _place, user: world.reminders[user or "agent"].pk,
    "own_entry_id": lambda world, _place, user: world.own_entries[user or "agent"].pk,
    "pin_id": lambda world, _place, user: world.pins[user or "agent"].pk,
    "source_id": lambda world, _place, _user: world.source.pk if world.source else 0,
    "arrival_id": lambda world, _place, _user: world.arrival.pk if world.arrival else 0,
    "subscription_id": lambda world, _place, _user: world.subscription.pk if world.subscription else 0,
    "site_id": lambda world, _place, _user: world.site.pk if world.site else 0,
    "web_form_id": lambda world, _place, _user: world.web_form.pk if world.web_form else 0,
    "form_key": lambda world, _place, _user: world.web_form.key if world.web_form else "",
    "delivery_id": lambda world, _place, _user: world.delivery.pk if world.delivery else 0,
    "watch_id": lambda world, _place, _user: world.watch.pk if world.watch else 0,
    "layout_id": lambda world, _place, _user: world.layout.pk if world.layout else 0,
    "role": lambda *_: "agent",
    "table": lambda *_: "customers_customer",
    "column": lambda *_: "city",
    "kept_kind": lambda *_: "visits",
    "party": lambda *_: "persons",
    "activity_id": lambda world, _place, _user: world.activity.pk if world.activity else 0,
    "obligation_id": lambda world, _place, _user: world.evidence.obligation_id if world.evidence else 0,
    "evidence_id": lambda world, _place, _user: world.evidence.pk if world.evidence else 0,
    "incident_id": lambda world, _place, _user: world.incident.pk if world.incident else 0,
    "booking_slug": lambda world, *_: world.places[EVERYONES].booking_link.slug,
    "booking_token": lambda world, *_: booking_token(world.places[EVERYONES].booking),
    "sequence_id": lambda *_: a_sequence().pk,
    "quote_link": lambda world, *_: token_of(world.places[EVERYONES].quote),
    "product_id": lambda world, *_: world.part.bundle_id if world.part else 0,
    "component_id": lambda world, *_: world.part.pk if world.part else 0,
    "tax_id": lambda *_: Tax.objects.get().pk,
    "price_list_id": lambda *_: PriceList.objects.get().pk,
    "price_id": lambda *_: Price.objects.get().pk,
    "competitor_id": lambda *_: Competitor.objects.order_by("pk")[0].pk,
    "pipeline_id": lambda *_: Pipeline.objects.get().pk,
    "stage_id": lambda *_: Stage.objects.current()[1].pk,
    "handover_plan_id": lambda *_: HandoverPlan.objects.get().pk,
    "station_id": lambda *_: Station.objects.current()[1].pk,
    "point_id": lambda *_: Point.objects.current()[0].pk,
    "duty_id": lambda *_: Duty.objects.current()[0].pk,
    "reason_id": lambda *_: Reason.objects.order_by("pk")[0].pk,
    "kpi_name": lambda *_: "win-rate",
    "rate_id": lambda *_: Rate.objects.get_or_create(home="EUR", currency="USD", since=date(2026, 1, 1), rate=1)[0].pk,
    "lead_source_id": lambda *_: LeadSource.objects.current()[1].pk,
    "route_id": lambda *_: Route.objects.get().pk,
    "unit_id": lambda world, _place, _user: world.position.unit_id if world.position else 0,
    "position_id": lambda world, _place, _user: world.position.pk if world.position else 0,
    "post_id": lambda world, _place, _user: world.term.post_id if world.term else 0,
    "domain_id": lambda world, _place, _user: world.domain.pk if world.domain else 0,
    "role_key": lambda *_: "agent",
    "kind": lambda *_: "person",
    "key": lambda world, _place, _user: world.source.key if world.source else "",
    "change_id": lambda world, _place, user: world.changes[user or "agent"].pk,
    "bulk_id": lambda world, _place, user: world.bulk_runs[user or "agent"].pk,
    "records_name": lambda *_: "customers",
    "secret": lambda *_: SECRET,
    "code": lambda *_: "de",
    "form": lambda *_: "csv",
    "listing": lambda *_: "customers",
    "position": lambda *_: 1,
    "step": lambda *_: "away",
    "use": lambda *_: "note",
}
# What one name means in one address.
HERE: dict[tuple[str, str], str] = {
    ("privacy:deed", "deed"): "note",
    ("profile:panel", "name"): "history",
    ("customers:field", "name"): "city",
    ("profile:fold", "name"): "worth",
}


def source_of_leads() -> int:
    return LeadSource.objects.current()[0].pk


def body(name: str, world: World, place: str) -> dict[str, object]:
    """What has to be sent so that nothing but the right to do it decides."""
    partner = world.places[EVERYONES].relationship.other.customer_id
    bodies: dict[str, dict[str, object]] = {
        "people:end_term": {"term": world.term.pk if world.term else 0},
        "unassigned-assign": {"other": partner},
        "unassigned-adopt": {"name": "New", "kind": "person"},
        "api:merge_customers": {"other": partner},
        "api:assign_interaction": {"customer_id": partner},
        "api:add_identifier": {"kind": "email", "value": f"new-{place.lower()}@x.example"},
        "api:add_relationship": {"other": partner, "kind": "family"},
        "api:add_household": {"name": "Lee", "people": [partner]},
        "api:add_household_member": {"customer_id": partner},
        "api:add_preference": {"topic": "other", "value": "No calls"},
        "api:add_consent": {
            "purpose": "offers",
            "address": f"{place.lower()}-one@x.example",
            "said": "withdrawn",
            "evidence": "by phone",
        },
        "api:put_stakeholder": {"customer_id": partner, "role": "uses"},
        "api:put_aim": {"customer_id": partner, "family": "Cups"},
        "api:add_plan_goal": {"words": "More cups"},
        "api:add_plan_risk": {"words": "Less cups"},
        "api:add_plan": {"customer_id": partner, "name": "New", "starts": "2026-01-01", "ends": "2026-12-31"},
        "api:put_rival": {"competitor_id": Competitor.objects.order_by("pk")[0].pk},
        "api:add_competitor": {"name": f"{place} rival"},
        "api:move_a_deal": {"stage_id": Stage.objects.current()[1].pk, "seen_stage_id": 0},
        "api:set_deal_lines": {"lines": [{"name": "Cork floor", "unit_price": "48"}], "currency": "EUR"},
        "api:put_product_part": {"product_id": Product.objects.get(number="CUP-1").pk, "quantity": 2},
        "api:set_product_price": {"product_id": Product.objects.get(number="CUP-1").pk, "amount": "5"},
        "api:add_price_list": {"name": f"{place} list", "currency": "EUR"},
        "api:add_product": {"number": f"{place}-new", "name": "New"},
        "api:change_product": {"family": "Cups"},
        "api:put_outlook": {"category": "commit"},
        "api:put_target": {"period": "2026-Q4", "user_id": world.users["agent"].pk, "amount": "1", "currency": "EUR"},
        "api:set_billing": {"state": "invoiced"},
        "api:add_delivery": {"lines": [{"line": "1", "quantity": 1}]},
        "api:add_quote": {"deal_id": world.places[place].deal.pk},
        "api:add_handover": {"deal_id": world.places[place].deal.pk},
        "api:write_handover_points": {"points": []},
        "api:return_a_handover": {"reason": "Who lets us in?"},
        "api:start_sequence": {"customers": [partner]},
        "api:add_deal": {"customer_id": partner, "name": "Cork floor"},
        "api:add_lead": {"customer_id": partner, "wish": "Cork", "source_id": source_of_leads(), "external_id": "1"},
        "api:give_lead": {},
        "api:qualify_a_lead": {"next_step": "Call"},
        "api:set_a_lead_aside": {"reason_id": Reason.objects.filter(end=Reason.UNFIT)[0].pk},
        "api:keep_a_lead_warm": {"until": "2199-12-31"},
        "api:send_report": {"key": str(UUID(int=world.places[place].meeting.pk)), "text": "They want it"},
        "api:put_spot": {"latitude": "38.7", "longitude": "-9.1"},
        "api:add_objection": {"evidence": "by phone"},
        "api:change_customer": {"city": "Porto"},
        "profile:preview": {"customer": world.places[place].customer.pk},
        "api:follow_customer": {"follow": True},
        "api:decide_duplicate": {"decision": "not the same"},
        "api:add_privacy_request": {"asks": "access", "who": "Ann"},
        "api:add_privacy_step": {"note": "Looked"},
    }
    return bodies.get(name, {})
