"""What the demo company is selling just now, what it won and lost in a year, and where it stands still."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from rapport.customers.models import Customer
from rapport.demo.road import place_deals
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.move_deal import move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End, Pipeline, Reason, Stage
from rapport.sales.shape_pipeline import begin_pipeline, keep_part

DAY = timedelta(days=1)
# Pipeline → what is sold through it, and for about how much.
SOLD: Mapping[str, Sequence[tuple[str, int]]] = {
    "Machines": (
        ("Six machines for the new floor", 28_400),
        ("Replacement of the old grinders", 9_800),
        ("Machines for the staff rooms", 14_600),
        ("Barista corner in the lobby", 21_300),
        ("Two machines, rented", 6_900),
    ),
    "Care plans": (
        ("Care plan, three years", 7_400),
        ("Renewal of the care plan", 5_200),
        ("One care plan for all houses", 16_800),
    ),
    "Beans": (("Beans every month", 3_600), ("Change to organic beans", 4_900), ("Trial: 20 kg of beans", 480)),
}
STEPS = (
    "Call and ask who decides",
    "Send the quote",
    "Visit and measure the rooms",
    "Ask for the order number",
    "Agree a date for the trial",
    "Send references of two clinics",
)
LOST_WORDS = {"Price": "A third cheaper elsewhere, they say.", "No budget": "Moved to next year.", "A competitor": ""}
EACH = 60


def pursue(staff: Mapping[str, User], *, seed: int, at: datetime) -> Iterator[tuple[type, int]]:
    """Open, move and close deals as they went over the last year; what was made, as model and id."""
    rng = Random(f"deals {seed}")  # noqa: S311
    leader = staff["Mia"]
    lines = [begin_pipeline(name, by=leader, at=at - 400 * DAY) for name in SOLD]
    care = lines[1].stages.get(name="Understanding the need")
    care.name, care.criteria = "Looking at the machines", "Somebody of ours has seen every machine."
    keep_part(care, by=leader, at=at - 399 * DAY)
    firms = list(
        Customer.objects.living().filter(kind="company").exclude(owner=None).select_related("owner").order_by("pk")
    )
    for pipeline in lines:
        for _ in range(min(EACH, len(firms))):
            pursued(pipeline, rng.choice(firms), rng, at=at)
    place_deals(staff, at=at)
    for model in (Pipeline, Stage, Reason, Deal):
        yield from ((model, pk) for pk in model._default_manager.values_list("pk", flat=True))  # noqa: SLF001


def pursued(pipeline: Pipeline, firm: Customer, rng: Random, *, at: datetime) -> None:
    stages = list(pipeline.stages.order_by("place"))
    going = [one for one in stages if one.end == End.OPEN]
    won, lost = (next(one for one in stages if one.end == end) for end in (End.WON, End.LOST))
    what, about = rng.choice(SOLD[pipeline.name])
    owner = firm.owner
    if owner is None:
        return
    begun = at - timedelta(
        days=rng.choice((6, 14, 25, 40, 60, 80, 110, 140, 200, 280)) + rng.randrange(10), hours=rng.randrange(9)
    )
    amount = Decimal(round(about * rng.lognormvariate(0, 0.4), -1))
    closes = (begun + timedelta(days=rng.randrange(45, 120))).date()
    new = NewDeal(what, going[0], owner, amount, "EUR", closes_on=closes, next_step=rng.choice(STEPS))
    deal = open_deal(replace(new, next_step_on=(begun + 5 * DAY).date()), customer=firm, by=owner, at=begun)
    moment = begun
    for number, stage in enumerate([*going[1:], won]):
        moment += timedelta(days=rng.randrange(3, 18), hours=rng.randrange(1, 8))
        old = at - begun > 120 * DAY
        if moment >= at or (not old and rng.random() < 0.2):  # noqa: PLR2004 - it rests here
            break
        if rng.random() < 0.16 + 0.04 * number:
            reason = rng.choice(list(Reason.objects.filter(end=End.LOST).order_by("pk")))
            brought = {"reason": reason, "said": LOST_WORDS.get(reason.name, "")}
            move_deal(deal.pk, lost, seen=None, brought=brought, by=owner, at=moment)
            return
        move_deal(deal.pk, stage, seen=None, brought={}, by=owner, at=moment)
    left_with(Deal.objects.get(pk=deal.pk), rng, at=at)


def left_with(deal: Deal, rng: Random, *, at: datetime) -> None:
    """How an open deal stands today: mostly in hand, some forgotten."""
    if deal.closed_at:
        return
    luck = rng.random()
    deal.next_step = "" if luck < 0.08 else rng.choice(STEPS)  # noqa: PLR2004
    days = rng.randrange(-9, -1) if luck < 0.25 else rng.randrange(0, 15)  # noqa: PLR2004
    deal.next_step_on = (at + timedelta(days=days)).date() if deal.next_step else None
    if luck > 0.2:  # noqa: PLR2004
        deal.closes_on = (at + timedelta(days=rng.randrange(10, 100))).date()
    deal.save(update_fields=["next_step", "next_step_on", "closes_on"])
