"""What the demo company handed over from sales to onboarding and service: accepted, sent back, waiting, overdue."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from rapport.demo import firm
from rapport.handovers.handover import Handover
from rapport.handovers.open_handover import open_handover
from rapport.handovers.plan import Duty, Plan, Point, Station
from rapport.handovers.receive_handover import accept_handover, send_back, take_handover
from rapport.handovers.send_handover import fill_handover, send_handover
from rapport.handovers.shape_plan import begin_plan, keep_part
from rapport.people.models import Team, User
from rapport.sales.deal import Deal
from rapport.sales.pipeline import End, Pipeline

HOUR = timedelta(hours=1)
# Point → what sellers of the firm write there.
SAID: Mapping[str, tuple[str, ...]] = {
    "What was promised beyond the quote": (
        "A second grinder on loan until ours is repaired. No other extras.",
        "Training for the night shift as well, at no charge. Told them by phone.",
        "Nothing beyond the quote.",
    ),
    "Who is who on their side": (
        "Facility management decides on dates; the bar manager wants to be asked before anything is drilled.",
        "The head of purchasing signed. Day to day it is the reception, until four in the afternoon.",
    ),
    "Deadlines": (
        "Running before the lobby opens again, the first of next month. That date is fixed.",
        "They would like it this month; two weeks later is fine, too.",
    ),
    "Special conditions": ("Deliveries only by the back gate, before nine.", ""),
    "Risks": ("The water pressure on the second floor is at the limit; measure before you drill.", "", ""),
    "What they bought": ("As in the quote.",),
    "What was set up, and where": ("Two machines in the lobby, one on the third floor; filters changed.",),
    "What is still open": ("The invoice has to go to the new address.", "Nothing."),
    "What they care about": ("Answer mails the same day; they wait for nobody.", ""),
}
BACK = (
    "Which floor, and is there water? Nobody there knows of the date either.",
    "The contact has left the house in autumn. Who lets us in?",
)
# In turn: what became of it, and so many hours ago it was sent.
FATES = (
    ("late", 30),
    ("sent", 5),
    ("returned", 50),
    ("taken", 9),
    ("accepted", 140),
    ("gone on", 160),
    ("draft", 3),
    ("again", 60),
    ("accepted", 90),
)


def hand_over(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type, int]]:
    """Plans, and what became of the latest deals; what was made, as model and id."""
    plan = Plan(name="Machines", pipeline=Pipeline.objects.get(name="Machines"), by_itself=True)
    begin_plan(plan, by=staff["Mia"], at=at - timedelta(days=200))
    first = plan.stations.order_by("place")[0]
    first.team = Team.objects.get(name=firm.ONBOARDING_TEAM)
    keep_part(first, by=staff["Mia"], at=at - timedelta(days=200))
    rng = Random("handovers")  # noqa: S311
    won = Deal.objects.filter(stage__end=End.WON, pipeline=plan.pipeline, closed_at__lt=at - timedelta(days=7))
    latest = won.exclude(member=None).order_by("-closed_at", "pk").select_related("owner")[: len(FATES)]
    for (fate, hours), deal in zip(FATES, latest, strict=False):
        pursue(deal, fate, rng, staff, sent_at=at - hours * HOUR)
    for model in (Plan, Station, Point, Duty, Handover):
        yield from ((model, pk) for pk in model._default_manager.values_list("pk", flat=True))  # noqa: SLF001


def pursue(deal: Deal, fate: str, rng: Random, staff: Mapping[str, User], *, sent_at: datetime) -> None:
    """One hand-over, as far as ``fate`` says."""
    nora, paul = staff["Nora"], staff["Paul"]
    made = open_handover(deal.pk, by=deal.owner, at=sent_at - HOUR)
    if fate == "draft":
        return
    write(made, rng, by=deal.owner, at=sent_at)
    send_handover(made.pk, by=deal.owner, at=sent_at)
    if fate in {"returned", "again"}:
        send_back(made.pk, BACK[fate == "again"], by=nora, at=sent_at + 4 * HOUR)
    if fate == "again":
        send_handover(made.pk, by=deal.owner, at=sent_at + 20 * HOUR)
        accept_handover(made.pk, by=paul, at=sent_at + 26 * HOUR)
    if fate in {"taken", "accepted", "gone on"}:
        take_handover(made.pk, seen=None, by=nora, at=sent_at + 2 * HOUR)
    if fate in {"accepted", "gone on"}:
        accept_handover(made.pk, by=nora, at=sent_at + 5 * HOUR)
    if fate == "gone on":
        further = open_handover(deal.pk, by=nora, at=sent_at + 120 * HOUR)
        write(further, rng, by=nora, at=sent_at + 120 * HOUR)
        send_handover(further.pk, by=nora, at=sent_at + 121 * HOUR)


def write(handover: Handover, rng: Random, *, by: User, at: datetime) -> None:
    said = {one.pk: one.text or rng.choice(SAID[one.name]) for one in handover.answers.in_order()}
    fill_handover(handover.pk, said, by=by, at=at)
