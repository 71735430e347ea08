"""How the firm governs itself: what it does with data, what is asked of it, and what went wrong once."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import models

from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.people.unit import Unit
from rapport.privacy.incident import Incident, Nature
from rapport.privacy.incident_affected import Whom, concern
from rapport.privacy.incident_decide import close_incident, decide, note_incident, note_step, tell_authority
from rapport.privacy.models import Activity, Entry, Obligation
from rapport.privacy.obligation_review import review, show

GUARDED = "Roles per team, the gate for everything that leaves, encrypted backups, every change on record."
# Name, what for, basis, whose, which data, tables, who receives it, how long, unit, owner, days until the review.
ACTIVITIES = (
    (
        "Looking after customers",
        "To advise, deliver to and service the firms and homes that use our machines.",
        "contract",
        "Customers and their contacts",
        "Names, addresses, contacts, machines, correspondence",
        ("customers_customer", "customers_identifier", "timeline_interaction", "agenda_task"),
        "Hosting provider (processor)",
        "As long as they are a customer, and three years after",
        ("Customers", "Helen", 140),
    ),
    (
        "Orders and invoices",
        "To fulfil orders and to account for them.",
        "obligation",
        "Customers",
        "Orders, amounts, delivery addresses",
        ("sales_order", "sales_orderline"),
        "Tax adviser; carriers",
        "Ten years",
        ("Customers", "Jonas", 60),
    ),
    (
        "Newsletter and offers",
        "To tell news and offers to whoever asked for them.",
        "consent",
        "Subscribers",
        "E-mail addresses, what they agreed to",
        ("consent_consent", "consent_message"),
        "Mail provider (processor)",
        "Until they withdraw; the proof three years longer",
        ("Customers", "Sofia", -12),
    ),
    (
        "Visits of our web shop",
        "To see which pages help, of those who agreed.",
        "consent",
        "Visitors who agreed",
        "Pages looked at, a random mark of the browser",
        ("web_visit", "web_browser"),
        "",
        "90 days",
        ("Private customers", "Sofia", 200),
    ),
)
# Duty, kind, source, applies to, control, owner, deputy, months, days until the review, how it stands, what was seen.
DUTIES = (
    (
        ("Tell the authority of a breach within 72 hours", "law", "GDPR, Article 33", "Every incident with a risk"),
        "Incidents are written down the same day; the register runs a clock.",
        ("Clara", "Helen", 6, 80, "met", "The clock was tried with the incident of the spring."),
    ),
    (
        ("Answer requests of persons within a month", "law", "GDPR, Article 12 (3)", "Access, correction, erasure"),
        "Requests are taken in on one page with a date; the deputy looks at it weekly.",
        ("Helen", "Jonas", 6, -9, "partly", "One of eleven was two days late: holidays without a deputy."),
    ),
    (
        ("Advertise by e-mail only with consent", "law", "ePrivacy Directive, Article 13", "Newsletter and offers"),
        "The gate refuses what nobody agreed to; each letter ends in one click.",
        ("Sofia", "", 12, 150, "met", "Twenty letters looked at, each with its proof."),
    ),
    (
        ("Web pages that everybody can use", "law", "European Accessibility Act", "Shop, forms, customer letters"),
        "Each page is tested with a screen reader before it goes live.",
        ("Sofia", "Rita", 6, 20, "partly", "Two forms had no labels; repaired in April."),
    ),
    (
        ("Keep invoices for ten years", "law", "Commercial and tax law", "All invoices and orders"),
        "Orders are never deleted; the backup is read back once a year.",
        ("Jonas", "", 12, 210, "met", "The backup of January was read back in full."),
    ),
    (
        ("Let private customers withdraw within 14 days", "law", "Consumer Rights Directive", "Orders from homes"),
        "The right is told with each order; returns are refunded within a week.",
        ("Sofia", "Ben", 12, 45, "met", "All 31 returns were refunded in time."),
    ),
    (
        ("Repair within two working days", "contract", "Full care plan, section 4", "Machines with full care"),
        "The queue is looked at each morning.",
        ("Jonas", "Lena", 3, -3, "partly", "Two of forty took three days."),
    ),
    (
        ("Complaints are answered, and learned from", "standard", "ISO 10002", "Every complaint"),
        "",
        ("Mia", "Ana", 12, 0, "", ""),
    ),
)
DESCRIBED = (("machines", "To plan care and coffee"), ("service_plan", "To know what was agreed on repairs"))


def govern(
    staff: Mapping[str, User], units: Mapping[str, Unit], *, at: datetime
) -> Iterator[tuple[type[models.Model], int]]:
    today = at.date()
    for name, purpose, basis, persons, data, tables, recipients, keeps, (unit, owner, days) in ACTIVITIES:
        made = Activity.objects.create(
            name=name,
            purpose=purpose,
            basis=basis,
            persons=persons,
            data=data,
            tables=list(tables),
            recipients=recipients,
            keeps=keeps,
            security=GUARDED,
            unit=units.get(unit),
            owner=staff[owner],
            review_on=today + timedelta(days=days),
        )
        yield Activity, made.pk
    for (title, origin, source, applies_to), control, (owner, deputy, months, days, state, seen) in DUTIES:
        duty = Obligation.objects.create(
            title=title,
            origin=origin,
            source=source,
            applies_to=applies_to,
            control=control,
            owner=staff[owner],
            deputy=staff.get(deputy),
            every_months=months,
        )
        if state:
            looked = at - timedelta(days=max(1, months * 30 - days))
            review(duty, state, seen, by=staff[owner], today=looked.date(), at=looked)
            show(duty, "How we do it", f"https://wiki.alvorena.example/duties/{duty.pk}", by=staff[owner], at=looked)
            Obligation.objects.filter(pk=duty.pk).update(review_on=today + timedelta(days=days))
        yield Obligation, duty.pk
    for key, purpose in DESCRIBED:
        entry = Entry.objects.create(
            table="customers_customer", column=f"extra.{key}", purpose=purpose, basis="contract"
        )
        yield Entry, entry.pk
    yield from went_wrong(staff, at=at)


def went_wrong(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type[models.Model], int]]:
    """One that is closed, and one whose clock runs."""
    helen, some = staff["Helen"], Customer.objects.living().order_by("pk")
    spring = at - timedelta(days=95)
    closed = Incident(
        title="Price list with names sent to a wrong firm",
        about="A list of 14 firms with their contacts and prices went to a firm of a similar name.",
        aware_at=spring,
        happened_at=spring - timedelta(hours=5),
        nature=[Nature.DISCLOSED.value],
        tables=["customers_customer", "customers_identifier"],
        owner=helen,
    )
    note_incident(closed, by=helen, at=spring)
    fourteen = Whom(Customer.objects.filter(pk__in=list(some.values_list("pk", flat=True)[20:34])), "the list itself")
    concern(closed, fourteen, by=helen, at=spring + timedelta(hours=1))
    note_step(
        closed, "The firm confirmed in writing that the mail was deleted.", by=helen, at=spring + timedelta(hours=3)
    )
    told = {
        "risk": "some",
        "risk_note": "Contacts and prices are known to one firm; nothing of private life.",
        "authority": "tell",
        "authority_why": "More than ten persons, and prices.",
        "persons": "leave",
        "persons_why": "No high risk; the firms were told by phone.",
    }
    decide(closed, told, by=helen, at=spring + timedelta(hours=5))
    tell_authority(closed, told_at=spring + timedelta(hours=26), by=helen, at=spring + timedelta(hours=26))
    lessons = "Addresses are no longer completed by the mail program; lists go out by the portal."
    close_incident(closed, lessons, by=staff["Clara"], at=spring + timedelta(days=9))
    yield Incident, closed.pk
    lately = at - timedelta(hours=20)
    running = Incident(
        title="Telephone of a technician stolen in Porto",
        about="The calendar of the week and the contacts of its visits were on it.",
        aware_at=lately,
        happened_at=lately - timedelta(hours=2),
        nature=[Nature.LOST.value],
        tables=["calendars_meeting", "customers_identifier"],
        owner=staff["Clara"],
    )
    note_incident(running, by=staff["Rui"], at=lately)
    eight = Whom(Customer.objects.filter(pk__in=list(some.values_list("pk", flat=True)[50:58])), "visits of the week")
    concern(running, eight, by=staff["Clara"], at=lately + timedelta(hours=2))
    note_step(running, "Locked and emptied from afar.", by=staff["Clara"], at=lately + timedelta(hours=1))
    yield Incident, running.pk
