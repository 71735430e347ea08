"""What the demo company expects to sell: targets, exchange rates, how sure its people are, and how deals stood on earlier days."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Model, Sum
from django.utils.timezone import localtime

from rapport.people.models import User
from rapport.people.unit import Unit
from rapport.sales.deal import Deal, Move
from rapport.sales.keep_rates import keep_rates, reckon_in
from rapport.sales.outlook import Category, Outlook, by_stage
from rapport.sales.period import Period, quarter_at
from rapport.sales.pipeline import End
from rapport.sales.rate import Books, Rate
from rapport.sales.read_rates import Said
from rapport.sales.say_outlook import say_outlook
from rapport.sales.set_targets import set_targets
from rapport.sales.standing import Standing
from rapport.sales.target import Target

MONEY_OF = {"GB": "GBP", "CH": "CHF"}
WORTH = {"GBP": Decimal("1.17"), "CHF": Decimal("1.05")}
# Who has a quarter that stalls: a target far above all that is open.
STALLED = "Priya"


def foresee(staff: Mapping[str, User], *, seed: int, at: datetime) -> Iterator[tuple[type[Model], int]]:
    """Say rates, targets and outlooks, and write down how deals stood; what was made, as model and id."""
    rng, today = Random(f"forecast {seed}"), localtime(at).date()  # noqa: S311
    reckon_in("EUR")
    first = quarter_at(today).shifted(-4).first
    keep_rates(list(rates(first, today, rng)), home="EUR")
    elsewhere(rng)
    write_history(rng, today)
    for deal in Deal.objects.open().select_related("owner", "stage").order_by("pk"):
        if rng.random() < 0.25:  # noqa: PLR2004 - who sells knows more than the stage
            usual = [*Category].index(by_stage(deal.stage.probability))
            other = [*Category][max(0, min(2, usual + rng.choice((-1, 1))))]
            say_outlook(deal, other, by=deal.owner, at=at - timedelta(days=rng.randrange(1, 20)))
    set_all_targets(staff, today)
    for model in (Books, Rate, Target, Outlook, Standing):
        yield from ((model, pk) for pk in model._default_manager.values_list("pk", flat=True))  # noqa: SLF001


def rates(first: date, today: date, rng: Random) -> Iterator[Said]:
    for code, worth in WORTH.items():
        day, value = first, worth
        while day <= today:
            yield Said(code, day, round(value, 4))
            value *= Decimal(1 + rng.uniform(-0.012, 0.012))
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def elsewhere(rng: Random) -> None:
    """Firms abroad pay in their own money; and of some deals their owner says a probability of their own."""
    for country, code in MONEY_OF.items():
        Deal.objects.filter(member__customer__country=country).exclude(amount=None).update(currency=code)
    for deal in Deal.objects.select_related("stage").order_by("pk"):
        if rng.random() < 0.6:  # noqa: PLR2004
            # Hopeful people: nine in ten deals are given more than deals like them have kept.
            won = deal.stage.end == End.WON
            deal.probability = rng.choice((60, 70, 70, 80, 90) if won or rng.random() < 0.5 else (20, 30, 50, 60, 70))  # noqa: PLR2004
            deal.save(update_fields=["probability"])


def write_history(rng: Random, today: date) -> None:
    """How deals stood, from their moves: some were larger once, some were to close earlier."""
    moves: dict[int, list[Move]] = {}
    for move in Move.objects.select_related("to_stage").order_by("deal", "at", "pk"):
        moves.setdefault(move.deal_id, []).append(move)
    rows = []
    for deal in Deal.objects.order_by("pk"):
        days = [(localtime(one.at).date(), one) for one in moves[deal.pk]]
        last_of_day = dict(days)
        steps = list(last_of_day.items())
        slipped, other = rng.random() < 0.25, rng.random() < 0.3  # noqa: PLR2004
        for place, (since, move) in enumerate(steps):
            until = steps[place + 1][0] if place + 1 < len(steps) else None
            now = until is None
            rows.append(standing(deal, move, since, until, early=not now and slipped, other=not now and other))
        if slipped and deal.closed_at is None and steps[-1][0] < today - timedelta(days=4):
            # It slipped only lately, so that there is something to tell of this week.
            rows[-1].until = today - timedelta(days=3)
            fresh = standing(deal, steps[-1][1], today - timedelta(days=3), None, early=False, other=False)
            rows[-1].closes_on = earlier(deal)
            rows.append(fresh)
    Standing.objects.bulk_create(rows)


def standing(deal: Deal, move: Move, since: date, until: date | None, *, early: bool, other: bool) -> Standing:
    stage, amount = move.to_stage, deal.amount
    if other and amount is not None:
        amount = round(amount * Decimal("0.85"), -1)
    over = stage.end != End.OPEN
    return Standing(
        deal=deal,
        since=since,
        until=until,
        stage=stage,
        owner_id=deal.owner_id,
        category=by_stage(stage.probability),
        probability=stage.probability,
        amount=amount,
        currency=deal.currency,
        closes_on=earlier(deal) if early else deal.closes_on,
        closed_on=since if over else None,
        won=stage.end == End.WON,
    )


def earlier(deal: Deal) -> date | None:
    return deal.closes_on - timedelta(days=75) if deal.closes_on else None


def set_all_targets(staff: Mapping[str, User], today: date) -> None:
    here = quarter_at(today)
    wanted = {}
    for period in (here.shifted(step) for step in range(-3, 2)):
        for user in staff.values():
            wanted[("user", user.pk), period] = target_of(user, period, here, stalled=user == staff[STALLED])
    set_targets({key: amount for key, amount in wanted.items() if amount}, currency="EUR")
    top = Unit.objects.filter(parent=None).order_by("pk").first()
    if top:
        whole = {
            period: sum((amount for (_who, when), amount in wanted.items() if when == period and amount), Decimal(0))
            for period in (here.shifted(step) for step in range(-3, 2))
        }
        # The house asks for a little less than its people promise it.
        set_targets(
            {(("unit", top.pk), period): round(one * Decimal("0.95"), -3) for period, one in whole.items() if one},
            currency="EUR",
        )


def target_of(user: User, period: Period, here: Period, *, stalled: bool) -> Decimal | None:
    """About what somebody sells in a quarter; nothing for who sells nothing."""
    theirs = Deal.objects.filter(owner=user).aggregate(all=Sum("amount"))["all"]
    if not theirs:
        return None
    usual: Decimal = max(Decimal(5_000), round(Decimal(theirs) / 12, -3))
    return usual * 3 if stalled and period == here else usual
