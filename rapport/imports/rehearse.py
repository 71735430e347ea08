"""Rehearse an import: do all of it, say what became of each row, and take everything back."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.channels.inbound import Inbound
from rapport.customers.models import Customer
from rapport.customers.records import RecordIn
from rapport.fields.sensitivity import MASK
from rapport.imports.closed import closed_columns, hushed
from rapport.imports.fields import fields_of
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Plan, read
from rapport.imports.rows import PlannedRows
from rapport.imports.run import Chunk, chunks, tally
from rapport.imports.take_in import Intake, Result, Status
from rapport.imports.translate import Item, OrderRow
from rapport.imports.unreadable import in_words
from rapport.lib.layouts import Row, UnreadableError
from rapport.people.models import User

# Up to here all rows are rehearsed in one transaction, so that later rows meet the earlier ones. Beyond, each chunk is
# taken back before the next, lest a rehearsal keeps everybody else's new customers waiting.
TOGETHER = 50_000
REASONS_KEPT = 20
MOST_REMEMBERED = 2_000_000


@dataclass(frozen=True)
class Foreseen:
    """A row as it would become."""

    row: Row
    result: Result
    customer: str
    values: tuple[tuple[str, str], ...]


@dataclass
class Forecast:
    """The totals of a rehearsal, and why rows would fail."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    unassigned: int = 0
    passed_over: int = 0
    ragged: int = 0
    linked: int = 0
    adrift: int = 0
    exact: bool = True
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, counts: dict[str, int], results: Iterable[Result]) -> None:
        for name, number in counts.items():
            setattr(self, name, getattr(self, name) + number)
        for result in results:
            if result.status is Status.FAILED and (result.reason in self.reasons or len(self.reasons) < REASONS_KEPT):
                self.reasons[result.reason] = self.reasons.get(result.reason, 0) + 1


def foresee(
    path: Path, plan: Plan, count: int, *, by: User | None, at: datetime, closed: Collection[str] = ()
) -> list[Foreseen]:
    """The first ``count`` rows as they would become, without what stands in the ``closed`` fields."""
    planned = PlannedRows(path, plan)
    rows = list(islice((row for row in planned if planned.chosen(row)), count))
    with transaction.atomic():
        results = Intake(plan, by=by).take(rows, at=at)
        ids = {result.customer_id for result in results if result.customer_id}
        names = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name"))
        transaction.set_rollback(True)
    labels = {one.name: str(one.label) for one in fields_of(plan.kind)}
    if closed_columns(plan, closed):
        results = [one._replace(reason=hushed(one.reason)) for one in results]
    return [
        Foreseen(row, result, names.get(result.customer_id or 0, ""), shown(labels, result.item, closed))
        for row, result in zip(rows, results, strict=True)
    ]


def rehearse(
    path: Path, plan: Plan, *, by: User | None, at: datetime, progress: Callable[[float], object] | None = None
) -> Forecast:
    """What the whole file would do."""
    forecast = Forecast(exact=few(path, plan))
    planned = PlannedRows(path, plan)
    intake = Intake(plan, by=by)
    pieces = chunks(planned, plan, intake, after=0)
    if forecast.exact:
        with transaction.atomic():
            for chunk in pieces:
                results = intake.take(chunk.rows, at=at)
                forecast.add(tally(chunk, results), results)
            transaction.set_rollback(True)
        return forecast
    for chunk, results in apart(pieces, intake, at=at):
        forecast.add(tally(chunk, results), results)
        if progress:
            progress(planned.share)
    return forecast


def few(path: Path, plan: Plan) -> bool:
    return next(islice(PlannedRows(path, plan), TOGETHER, None), None) is None


def apart(pieces: Iterable[Chunk], intake: Intake, *, at: datetime) -> Iterator[tuple[Chunk, list[Result]]]:
    """Each chunk rehearsed by itself; who was created in an earlier one counts as met again."""
    met: set[int] = set()
    for chunk in pieces:
        with transaction.atomic():
            results = intake.take(chunk.rows, at=at)
            transaction.set_rollback(True)
        fresh: set[int] = set()
        for place, result in enumerate(results):
            marks = {hash(mark) for mark in recognised_by(result.item)}
            if result.status is Status.CREATED and marks & met:
                results[place] = Result(Status.UPDATED)
            fresh |= marks
        if len(met) < MOST_REMEMBERED:
            met |= fresh
        yield chunk, results


def recognised_by(item: Item | None) -> list[object]:
    if not isinstance(item, RecordIn):
        return []
    proofs: list[object] = [one.proof for one in item.identities if one.strength == "strong"]
    return [*proofs, item.external_id] if item.external_id else proofs


def shown(labels: Mapping[str, str], item: Item | None, closed: Collection[str]) -> tuple[tuple[str, str], ...]:
    """What was made of a row: the field's label and its value."""
    return tuple((labels.get(name, name), MASK if name in closed else value) for name, value in values(item) if value)


def values(item: Item | None) -> list[tuple[str, str]]:
    if isinstance(item, RecordIn):
        said = {name: spelt(value) for name, value in item.claims.items()}
        names = {"name": said.pop("name", "")} | said
        found = [*names.items(), *((one.kind, one.key) for one in item.identities), ("company", item.company)]
    elif isinstance(item, Inbound):
        found = [
            ("occurred_at", localize(item.at)),
            ("channel", item.channel.value),
            ("direction", item.direction.value),
            ("kind", item.kind),
            ("subject", item.subject[:200]),
            ("text", item.text[:200]),
            ("amount", money(item.amount, item.currency)),
            *((clue.kind, clue.value) for party in item.parties for clue in party.clues),
        ]
    elif isinstance(item, OrderRow):
        found = [
            ("external_id", item.external_id),
            ("ordered_at", localize(item.ordered_at)),
            ("product", item.line.product),
            ("quantity", f"{item.line.quantity:f}"),
            ("amount", money(item.line.amount, item.currency)),
            *((clue.kind, clue.value) for clue in item.party.clues),
        ]
    else:
        found = []
    return found


def spelt(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        value = list(value.values())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def money(amount: object, currency: str) -> str:
    return "" if amount is None else f"{amount:f} {currency}".strip()


def rehearse_draft(draft: ImportRun) -> None:
    """Rehearse the whole file of a draft and keep the forecast with it."""

    def got_on(share: float) -> None:
        ImportRun.objects.filter(pk=draft.pk).update(share=share, moved_at=timezone.now())

    found: dict[str, Any] = {}
    trouble = ""
    with override(draft.by.language if draft.by else "en"):
        try:
            found = asdict(
                rehearse(Path(draft.path), read(draft.plan), by=draft.by, at=timezone.now(), progress=got_on)
            )
        except (UnreadableError, FileNotFoundError) as problem:
            trouble = in_words(problem)[:400]
    ImportRun.objects.filter(pk=draft.pk, state=State.REHEARSING).update(
        state=State.DRAFT, rehearsal=found, trouble=trouble, share=0, moved_at=timezone.now()
    )
