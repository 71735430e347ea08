"""Write deals that another system tells of, many at once; said again they stay, said otherwise they follow."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max

from rapport.catalogue.product import Product
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.names import fold_key
from rapport.people.models import User
from rapport.sales.competitor import Competitor, Rival
from rapport.sales.deal import Deal, Move
from rapport.sales.deal_line import DealLine
from rapport.sales.pipeline import End, Pipeline, Reason, Stage

# How programs call what is won and lost, folded and without signs.
ENDS = {
    **dict.fromkeys(("won", "closedwon", "closewon", "gewonnen", "gagne", "ganado", "vinto"), End.WON),
    **dict.fromkeys(("lost", "closedlost", "closelost", "verloren", "perdu", "perdido", "perso"), End.LOST),
}
FIRST = frozenset(("", "open", "new", "offen", "neu"))
# How likely deals in a stage of which nobody has said it yet.
UNKNOWN_CHANCE = 50


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class DealIn:
    """One deal as its source tells it; whatever names something here is in the words of the source."""

    source: str
    external_id: str
    name: str = ""
    member_id: int | None = None
    customer: str = ""
    pipeline: str = ""
    stage: str = ""
    owner: str = ""
    product: str = ""
    amount: Decimal | None = None
    currency: str = ""
    probability: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    closes_on: date | None = None
    next_step: str = ""
    reason: str = ""
    competitor: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What the source says, as it is kept: without what only we know."""
        names = ("name", "customer", "pipeline", "stage", "owner", "product", "amount", "currency", "probability")
        times = ("opened_at", "closed_at", "closes_on", "next_step", "reason", "competitor")
        return {name: said for name in (*names, *times) if (said := plain(getattr(self, name)))}


@dataclass(frozen=True)
class Recorded:
    deal_id: int
    outcome: Outcome
    member_id: int | None


def plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else str(value)


@transaction.atomic
def record_deals(deals: Sequence[DealIn], *, by: User | None, at: datetime) -> list[Recorded]:
    """Write ``deals``; what became of each, in their order. Of one that is known only what the source says anew changes."""
    if not deals:
        return []
    known = {
        (one.source, one.external_id): one
        for one in Deal.objects.select_for_update(of=("self",)).filter(
            source__in={one.source for one in deals}, external_id__in=[one.external_id for one in deals]
        )
    }
    house, outcomes = House.now(deals, by=by), dict[tuple[str, str], Recorded]()
    fresh: dict[tuple[str, str], tuple[DealIn, Deal]] = {}
    for one in deals:
        key = (one.source, one.external_id)
        if key in fresh:
            fresh[key] = (one, new_deal(one, house, at=at))
        elif key in known:
            outcome = follow(known[key], one, house, at=at)
            outcomes[key] = Recorded(known[key].pk, outcome, known[key].member_id)
        else:
            fresh[key] = (one, new_deal(one, house, at=at))
    made = Deal.objects.bulk_create([deal for _one, deal in fresh.values()])
    Move.objects.bulk_create(Move(deal=one, to_stage=one.stage, at=one.stage_since) for one in made)
    DealLine.objects.bulk_create(
        line for (one, _draft), deal in zip(fresh.values(), made, strict=True) if (line := house.line(one, deal))
    )
    house.set_against((one, deal) for (one, _draft), deal in zip(fresh.values(), made, strict=True))
    for deal in made:
        outcomes[deal.source, deal.external_id] = Recorded(deal.pk, Outcome.CREATED, deal.member_id)
    told = [one.deal_id for one in outcomes.values() if one.outcome is not Outcome.SKIPPED]
    if told:
        record(Fact.DEALS_CHANGED, told, by=by, at=at)
    return [outcomes[one.source, one.external_id] for one in deals]


def new_deal(one: DealIn, house: "House", *, at: datetime) -> Deal:
    stage, owner = house.stage(one), house.owner(one)
    opened = one.opened_at or one.closed_at or at
    closed = None if stage.end == End.OPEN else one.closed_at or opened
    return Deal(
        name=called(one),
        member_id=one.member_id,
        pipeline=stage.pipeline,
        stage=stage,
        owner=owner or house.nobody,
        agent="" if owner else one.owner[:200],
        **worth(one),
        closes_on=expected(one, stage),
        next_step=one.next_step[:400],
        stage_since=closed or opened,
        opened_at=opened,
        closed_at=closed,
        **house.ended(one, stage),
        source=one.source,
        external_id=one.external_id,
        told=one.told,
    )


def called(one: DealIn) -> str:
    """A deal that its source gives no name is called by what it is about."""
    return (one.name or " · ".join(filter(None, (one.product, one.customer))) or one.external_id)[:200]


def worth(one: DealIn) -> dict[str, Any]:
    """An amount stands in a currency; without one nobody knows how much it is."""
    amount = one.amount if one.currency else None
    return {
        "amount": amount,
        "currency": one.currency if amount is not None else "",
        "probability": one.probability,
    }


def expected(one: DealIn, stage: Stage) -> date | None:
    if one.closes_on:
        return one.closes_on
    return one.closed_at.date() if one.closed_at and stage.end == End.OPEN else None


def follow(deal: Deal, one: DealIn, house: "House", *, at: datetime) -> Outcome:
    """Change what the source says otherwise than when it told of it last; what people changed here since stays else."""
    news = {name for name in one.told.keys() | deal.told.keys() if one.told.get(name) != deal.told.get(name)}
    found = deal.member_id is None and one.member_id is not None
    if not news and not found:
        return Outcome.SKIPPED
    new = new_deal(one, house, at=at)
    for column in columns_of(news):
        setattr(deal, column, getattr(new, column))
    if found:
        deal.member_id = one.member_id
    moved = {"stage", "pipeline"} & news and deal.stage_id != new.stage_id
    if moved:
        left = deal.stage_id
        deal.stage, deal.pipeline = new.stage, new.pipeline
        deal.stage_since, deal.closed_at = new.stage_since, new.closed_at
        deal.reason, deal.said = new.reason, new.said
        Move.objects.create(deal=deal, from_stage_id=left, to_stage=new.stage, at=new.stage_since)
    deal.told = one.told
    deal.save()
    if "product" in news or "amount" in news:
        own = deal.lines.filter(place=0)
        line = house.line(one, deal)
        if line and own.count() == 1 and deal.lines.count() == 1:
            own.update(product=line.product, name=line.name, unit_price=line.unit_price)
    if "competitor" in news:
        house.set_against([(one, deal)])
    return Outcome.UPDATED


# What of a deal follows from what its source says.
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "customer": ("member_id",),
    "owner": ("owner", "agent"),
    "amount": ("amount", "currency"),
    "currency": ("amount", "currency"),
    "probability": ("probability",),
    "opened_at": ("opened_at",),
    "closed_at": ("closed_at", "stage_since", "closes_on"),
    "closes_on": ("closes_on",),
    "next_step": ("next_step",),
    "reason": ("reason", "said"),
}


def columns_of(news: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(column for name in sorted(news) for column in FOLLOWS.get(name, ())))


class House:
    """Our own pipelines, colleagues, products and reasons, to be found by the words of others."""

    def __init__(self, users: Iterable[User], nobody: User) -> None:
        self.nobody = nobody
        self.users = {word.casefold(): one for one in users for word in (one.name, one.email) if word}
        self.products = products()
        self.reasons = {(one.end, fold_key(one.name)): one for one in Reason.objects.current()}
        self.competitors = {
            squeezed(name): one for one in Competitor.objects.filter(retired_at=None) for name in one.called
        }
        self.pipelines = {fold_key(one.name): one for one in Pipeline.objects.current()}
        self.stages = {
            (one.pipeline_id, squeezed(one.name)): one for one in Stage.objects.current().select_related("pipeline")
        }

    @classmethod
    def now(cls, deals: Sequence[DealIn], *, by: User | None) -> "House":
        nobody = keeper(by)
        if nobody is None:
            message = "whoever records deals makes sure that somebody works here"
            raise LookupError(message)
        found = cls(User.objects.filter(is_active=True).order_by("pk"), nobody)
        for one in deals:
            found.begin(one)
        for one in {found.pipeline(one).pk: one for one in deals}.values():
            pipeline = found.pipeline(one)
            if not any(two.end == End.OPEN for two in found.stages.values() if two.pipeline_id == pipeline.pk):
                found.add_stage(pipeline, str(End.OPEN.label))
        return found

    def begin(self, one: DealIn) -> None:
        """A pipeline that the source names and we do not have, and stages of it, come into being."""
        pipeline = self.pipeline(one)
        key = squeezed(one.stage)
        if key in FIRST or key in ENDS or (pipeline.pk, key) in self.stages:
            return
        self.add_stage(pipeline, one.stage)

    def add_stage(self, pipeline: Pipeline, name: str) -> None:
        """A further open one, before those in which deals end."""
        last = pipeline.stages.filter(end=End.OPEN).aggregate(last=Max("place"))["last"]
        place = 0 if last is None else last + 1
        for later in pipeline.stages.filter(place__gte=place).exclude(end=End.OPEN):
            later.place += 1
            later.save(update_fields=["place"])
        made = Stage.objects.create(
            pipeline=pipeline, name=name[:100], place=place, end=End.OPEN, probability=UNKNOWN_CHANCE
        )
        self.stages[pipeline.pk, squeezed(name)] = made

    def pipeline(self, one: DealIn) -> Pipeline:
        """The one that is named; without a name the first one that there is."""
        if not one.pipeline and self.pipelines:
            return next(iter(self.pipelines.values()))
        name = one.pipeline or one.source
        key = fold_key(name)
        if key not in self.pipelines:
            place = Pipeline.objects.aggregate(last=Max("place"))["last"] or 0
            made = Pipeline.objects.create(name=name[:100], place=place + 1)
            self.pipelines[key] = made
            for number, end in enumerate((End.WON, End.LOST)):
                stage = Stage(pipeline=made, name=str(end.label), place=number, end=end)
                stage.probability = 100 if end == End.WON else 0
                stage.save()
                self.stages[made.pk, squeezed(stage.name)] = stage
        return self.pipelines[key]

    def stage(self, one: DealIn) -> Stage:
        """By its name; else by what it means; an open one without a name is the first."""
        pipeline, key = self.pipeline(one), squeezed(one.stage)
        if found := self.stages.get((pipeline.pk, key)):
            return found
        theirs = sorted(
            (two for two in self.stages.values() if two.pipeline_id == pipeline.pk), key=lambda it: it.place
        )
        return next(two for two in theirs if two.end == ENDS.get(key, End.OPEN))

    def owner(self, one: DealIn) -> User | None:
        return self.users.get(one.owner.casefold())

    def ended(self, one: DealIn, stage: Stage) -> dict[str, Any]:
        """Why it ended; a reason that we do not have stands in their words."""
        if stage.end == End.OPEN or not one.reason:
            return {"reason": None, "said": ""}
        reason = self.reasons.get((stage.end, fold_key(one.reason)))
        return {"reason": reason, "said": "" if reason else one.reason[:1000]}

    def set_against(self, pairs: Iterable[tuple[DealIn, Deal]]) -> None:
        """Who stands against us by what the source says; whom we do not know yet is written down."""
        rivals = []
        for one, deal in pairs:
            if one.competitor:
                lost = deal.stage.end == End.LOST
                rivals.append(Rival(deal=deal, competitor=self.competitor(one.competitor), beat_us=lost))
        for rival in rivals:
            if rival.beat_us:
                Rival.objects.filter(deal=rival.deal, beat_us=True).exclude(competitor=rival.competitor).update(
                    beat_us=False
                )
        Rival.objects.bulk_create(
            rivals, update_conflicts=True, unique_fields=["deal", "competitor"], update_fields=["beat_us"]
        )

    def competitor(self, words: str) -> Competitor:
        key = squeezed(words)
        if key not in self.competitors:
            self.competitors[key] = Competitor.objects.create(name=words[:100])
        return self.competitors[key]

    def line(self, one: DealIn, deal: Deal) -> DealLine | None:
        if not one.product:
            return None
        product = self.products.get(squeezed(one.product))
        price = max(deal.amount or Decimal(0), Decimal(0))
        name = product.name if product else one.product
        return DealLine(deal=deal, product=product, name=name[:300], quantity=1, unit_price=price)


def products() -> dict[str, Product]:
    """By number and by name, however they are written; what two share names neither."""
    found: dict[str, Product | None] = {}
    for one in Product.objects.filter(retired_at=None).order_by("pk"):
        for word in {squeezed(one.number), squeezed(one.name)} - {""}:
            found[word] = None if word in found else one
    return {word: one for word, one in found.items() if one}


def keeper(by: User | None) -> User | None:
    """Whose deals are that nobody's name stands on: whoever brings them in, else the first administrator."""
    if by:
        return by
    people = User.objects.filter(is_active=True).order_by("pk")
    return people.filter(User.who_see_all()).first() or people.first()


def squeezed(text: str) -> str:
    """Only what is said, not how it is set: “GTX Pro” is “GTXPro”."""
    return re.sub(r"[^\w]|_", "", fold_key(text))
