"""Against whom the demo company sells, what its people say of them, and its plans for key customers: one grows, one was lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Model

from rapport.accounts.keep_part import keep_part
from rapport.accounts.keep_plan import open_plan
from rapport.accounts.models import Aim, Goal, Plan, Risk, Stakeholder
from rapport.agenda.add_task import add_task
from rapport.agenda.models import Task
from rapport.catalogue.keep_product import keep_product
from rapport.catalogue.product import Product
from rapport.customers.models import Customer, Identifier, Relationship
from rapport.customers.relate import relate
from rapport.demo import firm, planted
from rapport.people.models import User
from rapport.sales.competitor import Competitor, Positioning, Rival
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.keep_competitor import keep_competitor, position
from rapport.sales.move_deal import move_deal
from rapport.sales.name_rival import name_rival
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End, Pipeline, Reason, Stage
from rapport.sales.set_lines import LineWish, set_lines
from rapport.timeline.note import note

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """A competitor; ``weight`` is how often it is met, ``grows`` whether more and more."""

    name: str
    aliases: tuple[str, ...]
    strengths: str
    weaknesses: str
    answer: str
    weight: int
    grows: bool = False


COMPETITORS = (
    Known(
        "Velluti",
        ("Velluti Italia",),
        "Cheap to rent, delivered within a week, well known among hotels.",
        "Service by subcontractors: three days and more. Milk systems block.",
        "Ask who repairs it on a Sunday. Our technicians are there within two days, and parts are in the care plan.",
        5,
        grows=True,
    ),
    Known(
        "Barmann Kaffeetechnik",
        ("Barmann",),
        "Made in Germany, very quiet, strong among offices.",
        "Dear beans, and only their own fit.",
        "Reckon five years together: their beans cost more than our machines.",
        3,
    ),
    Known(
        "CupUp",
        ("Cup Up",),
        "An app for the cups, young and loud.",
        "No service of their own south of Lyon.",
        "Show them the clinic in Lisboa that came back to us after four months.",
        2,
    ),
)
WORDS = (
    "They have an offer of {name} on the table, a fifth below ours.",
    "{name} was there last week and left a machine to try.",
    "Their head office asks why we and not {name}.",
    "A colleague at another house is not happy with {name}: the milk system again.",
    "They know {name} from the fair and ask for a comparison.",
)
SAID = (
    "The rent of the others is a third lower.",
    "They deliver next week, you in four.",
    "Head office wants one supplier for all houses.",
    "Their app, the staff like it.",
)
NOTES = 26


def contest(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type[Model], int]]:
    """Competitors, the deals in which they were met, notes that name them, and two plans; what was made, as model and id."""
    rng = Random("market")  # noqa: S311
    shelve_what_was_sold(staff["Clara"], at=at)
    rivals = {one.name: written(one, staff["Mia"], at=at) for one in COMPETITORS}
    meet(rivals, rng, at=at)
    speak(rng, at=at)
    lose_the_hotel(staff, rivals["Velluti"], at=at)
    grow_the_clinics(staff, at=at)
    for model in (Competitor, Positioning, Rival, Plan, Stakeholder, Aim, Goal, Risk, Product, Deal, DealLine, Task):
        yield from ((model, pk) for pk in model._default_manager.values_list("pk", flat=True))  # noqa: SLF001
    yield from ((Relationship, pk) for pk in Relationship.objects.values_list("pk", flat=True))


def shelve_what_was_sold(by: User, *, at: datetime) -> None:
    """What orders of all these years are about stands in the catalogue too."""
    machines = {one.name: one for group in firm.MACHINES.values() for one in group}
    shelves = (("Machines", machines.values()), ("Beans", firm.BEANS), ("Supplies", firm.PARTS))
    for family, products in shelves:
        for place, one in enumerate(products, 1):
            number = one.code or f"{family[:1]}-{place}"
            keep_product(Product(number=number, name=one.name, family=family), by=by, at=at - 400 * DAY)
    keep_product(Product(number="CARE-Q", name=firm.CARE.name, family="Care plans"), by=by, at=at - 400 * DAY)


def written(one: Known, by: User, *, at: datetime) -> Competitor:
    made = Competitor(
        name=one.name,
        aliases=list(one.aliases),
        website=f"https://{one.name.split()[0].lower()}.example/",
        strengths=one.strengths,
        weaknesses=one.weaknesses,
        answer=one.answer,
    )
    keep_competitor(made, by=by, at=at - 390 * DAY)
    product = Product.objects.get(number="AP-200")
    position(made, product, f"Against {one.name}: two groups, our own technicians, parts included.", by=by, at=at)
    return made


def meet(rivals: Mapping[str, Competitor], rng: Random, *, at: datetime) -> None:
    """In about every third deal somebody else offers as well; what was lost to a competitor says to whom."""
    met = []
    deals = Deal.objects.select_related("stage", "reason").exclude(pipeline__name="Beans").order_by("pk")
    for deal in deals:
        lost = deal.stage.end == End.LOST
        named = lost and deal.reason is not None and deal.reason.name in {"A competitor", "Price"}
        if not named and rng.random() > 0.34:  # noqa: PLR2004 - about every third
            continue
        age = (at - deal.opened_at).days
        weights = [one.weight * (3 if one.grows and age < 120 else 1) for one in COMPETITORS]  # noqa: PLR2004 - lately
        known = rivals[rng.choices(COMPETITORS, weights)[0].name]
        role = Rival.Role.INCUMBENT if rng.random() < 0.3 else Rival.Role.RIVAL  # noqa: PLR2004
        met.append(Rival(deal=deal, competitor=known, role=role, beat_us=named))
        if named and not deal.said:
            Deal.objects.filter(pk=deal.pk).update(said=rng.choice(SAID))
    Rival.objects.bulk_create(met)


def speak(rng: Random, *, at: datetime) -> None:
    """Notes of a year in which somebody names a competitor; lately more of one of them."""
    firms = list(
        Customer.objects.living().filter(kind="company").exclude(owner=None).select_related("owner").order_by("pk")[:80]
    )
    for number in range(NOTES):
        days = int(340 * (1 - number / NOTES) ** 1.6) + rng.randrange(1, 9)
        weights = [one.weight * (3 if one.grows and days < 120 else 1) for one in COMPETITORS]  # noqa: PLR2004 - lately
        known = rng.choices(COMPETITORS, weights)[0]
        whose = rng.choice(firms)
        if whose.owner:
            name = rng.choice((known.name, *known.aliases))
            text = rng.choice(WORDS).format(name=name)
            note(whose, text, key=f"market {number}", by=whose.owner, at=at - days * DAY)


def known_by(address: str) -> Customer:
    return Identifier.objects.select_related("member__customer").get(kind="email", key=address).member.customer


def company(name: str) -> Customer:
    return Customer.objects.living().filter(kind="company", name=name).order_by("pk")[0]


def seat(plan: Plan, person: Customer, role: str, *, by: User, at: datetime, **more: object) -> None:
    part = Stakeholder(plan=plan, member=person.members.order_by("pk")[0], role=role, **more)
    keep_part(part, by=by, at=at)


def lose_the_hotel(staff: Mapping[str, User], velluti: Competitor, *, at: datetime) -> None:
    """A key account that went to somebody else, with its reasons, and the plan to win it back."""
    stefan, hotel = staff["Stefan"], company(planted.SILENT)
    begun = at - 260 * DAY
    machines = Pipeline.objects.get(name="Machines")
    stage = machines.stages.filter(end=End.OPEN).order_by("place")[0]
    new = NewDeal(
        "Machines for the new wing", stage, stefan, Decimal(64_000), "EUR", next_step="Show the trial machine"
    )
    deal = open_deal(new, customer=hotel, by=stefan, at=begun)
    machine = Product.objects.get(number="AP-400")
    wish = LineWish(machine, Decimal(11), Decimal(5_800))
    set_lines(deal.pk, [wish], currency="EUR", seen=None, by=stefan, at=begun)
    name_rival(deal.pk, velluti, Rival.Role.RIVAL, by=stefan, at=begun + 5 * DAY)
    price = Reason.objects.filter(end=End.LOST, name="A competitor")[0]
    words = "Velluti repaired within a day twice while we let them wait for two weeks. And they were cheaper."
    brought = {"reason": price, "said": words, "lost_to": velluti}
    lost = Stage.objects.get(pipeline=machines, end=End.LOST)
    move_deal(deal.pk, lost, seen=None, brought=brought, by=stefan, at=at - 186 * DAY)
    text = "Frau Leitner says it plainly: the repair that took two weeks cost us the house. Velluti is in now."
    note(hotel, text, key="hotel lost", by=stefan, at=at - 186 * DAY)
    today = at.date()
    said = {
        "name": "Win the Goldener Specht back",
        "owner": stefan,
        "starts": today - 150 * DAY,
        "ends": today + 215 * DAY,
        "strategy": (
            "Lost in spring after the repair that took two weeks. The contract with Velluti can be ended in a year. "
            "Until then: be there, keep the grinders running that are still ours, and offer the wing again with Care plan Plus."
        ),
    }
    plan = open_plan(hotel, said, by=stefan, at=at - 150 * DAY)
    renate, lukas = (known_by(f"{name}@goldener-specht.example") for name in ("renate.leitner", "lukas.pichler"))
    then = at - 149 * DAY
    seat(
        plan,
        renate,
        "decides",
        by=stefan,
        at=then,
        attitude=-1,
        influence=3,
        note="Wants to be called back the same day.",
    )
    seat(plan, lukas, "buys", by=stefan, at=then, attitude=0, influence=2, note="Reckons by the cup.")
    goal = Goal(plan=plan, words="A first order again", measure="orders", target=Decimal(1))
    keep_part(goal, by=stefan, at=then)
    for risk in (
        Risk(
            plan=plan,
            words="The care plan of the grinders runs out",
            likelihood=4,
            impact=4,
            owner=stefan,
            measure="Offer the renewal with two free services",
            due=today - 12 * DAY,
        ),
        Risk(plan=plan, words="Velluti takes over the beans as well", likelihood=3, impact=3),
    ):
        keep_part(risk, by=stefan, at=then)


def grow_the_clinics(staff: Mapping[str, User], *, at: datetime) -> None:
    """A key account that grows: three clinics, people who speak for us, and a floor without machines."""
    ana, aurora = staff["Ana"], company("Aurora Clínicas")
    today, then = at.date(), at - 75 * DAY
    parts = [company(name) for name in (planted.REFERRED[0], planted.REFERRED[2])]
    for part in parts:
        relate(part, aurora, Relationship.Kind.PART_OF, by=ana, at=then)
    said = {
        "name": "Aurora: one supplier for all clinics",
        "owner": ana,
        "starts": today - 90 * DAY,
        "ends": today + 275 * DAY,
        "strategy": (
            "Aurora has taken over two smaller houses. Lisboa buys machines, beans and care from us; the other two buy "
            "beans elsewhere. First care plans for all, then machines for the staff rooms, then one frame contract."
        ),
    }
    plan = open_plan(aurora, said, by=ana, at=then)
    people = {
        name: known_by(f"{name}@aurora-clinicas.example") for name in ("teresa.antunes", "rui.seabra", "hugo.cardoso")
    }
    seat(plan, known_by(planted.MARTA), "champion", by=ana, at=then, attitude=2, influence=3, note="Counts complaints.")
    seat(
        plan,
        people["teresa.antunes"],
        "decides",
        by=ana,
        at=then,
        attitude=0,
        influence=3,
        note="Signs above 10,000 €.",
    )
    seat(plan, people["rui.seabra"], "uses", by=ana, at=then, attitude=1, influence=2)
    seat(plan, people["hugo.cardoso"], "gatekeeper", by=ana, at=then, attitude=-1, influence=1)
    for aim in (
        Aim(plan=plan, member=parts[0].members.order_by("pk")[0], family="Care plans", amount=4_200, currency="EUR"),
        Aim(plan=plan, member=parts[1].members.order_by("pk")[0], family="Machines", amount=9_800, currency="EUR"),
    ):
        keep_part(aim, by=ana, at=then)
    for goal in (
        Goal(plan=plan, words="Revenue of the group", measure="revenue", target=Decimal(24_000), currency="EUR"),
        Goal(plan=plan, words="Orders of the group", measure="orders", target=Decimal(40)),
        Goal(plan=plan, words="A frame contract for all three houses", until=today + 200 * DAY),
    ):
        keep_part(goal, by=ana, at=then)
    risk = Risk(
        plan=plan,
        words="Head office asks for three offers, and CupUp is one of them",
        likelihood=3,
        impact=4,
        owner=ana,
        measure="Show Teresa what a day without coffee costs",
        due=today + 20 * DAY,
    )
    keep_part(risk, by=ana, at=then)
    add_task(
        "Send Teresa the figures of five years",
        assignee=ana,
        by=ana,
        at=at - 2 * DAY,
        due_at=at + 3 * DAY,
        customer=aurora,
    )
