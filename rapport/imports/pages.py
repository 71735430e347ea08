"""What the pages of an import show, put together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.fields.sensitivity import MASK
from rapport.imports.closed import closed_columns, closed_fields, hushed, keeps_failures_from, shown_failures
from rapport.imports.fields import ABOUT, CHOICES, fields_of
from rapport.imports.forms import CONSTANTS, key_choices
from rapport.imports.left import left_lines
from rapport.imports.models import ImportRun, State, Stay
from rapport.imports.plan import Plan, Target, read
from rapport.imports.propose import Proposal, Seen, Wishes, as_wishes, propose
from rapport.imports.rehearse import Foreseen, foresee
from rapport.imports.revert import revertible
from rapport.imports.whole import whole_of
from rapport.lib.suggest import Reason
from rapport.lib.values import Habit, Sort
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PREVIEWED = 12
SILENT_SECONDS = 60
WHY: Mapping[Reason, "StrOrPromise"] = {
    Reason.NAME: gettext_lazy("by its name"),
    Reason.PART: gettext_lazy("by part of its name"),
    Reason.NAME_AND_VALUES: gettext_lazy("by its name and values"),
    Reason.VALUES: gettext_lazy("by its values"),
}
ORDERS = {
    "dmy": gettext_lazy("day before month"),
    "mdy": gettext_lazy("month before day"),
    "ymd": gettext_lazy("year first"),
}


@dataclass(frozen=True)
class Line:
    """A column of the file on the mapping page."""

    place: int
    seen: Seen
    field: str
    why: "StrOrPromise"
    note: str


@dataclass(frozen=True)
class Constant:
    """A value for every row, or a place for one."""

    number: int
    field: str
    value: str


@dataclass(frozen=True)
class Draft:
    """The mapping page."""

    run: ImportRun
    plan: Plan
    proposal: Proposal
    lines: Sequence[Line]
    blank: Sequence[Line]
    constants: Sequence[Constant]
    foreseen: Sequence[Foreseen]
    kinds: Sequence[tuple[str, "StrOrPromise"]]
    keys: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, "StrOrPromise"]]
    where_column: str
    where_value: str
    earlier: ImportRun | None
    may_declare: bool
    reasons: Sequence[tuple[str, int]]

    @property
    def ask_for_fields(self) -> bool:
        return self.plan.kind in ABOUT and not self.may_declare and any(not line.field for line in self.lines)


def draft_page(run: ImportRun, wishes: Wishes | None, *, by: User) -> Draft:
    """The draft as ``wishes`` want it, with its first rows as they would become."""
    path = Path(run.path)
    proposal = propose(path, run.file_name, wishes or as_wishes(read(run.plan)))
    plan = proposal.plan
    closed = closed_fields(by)
    lines = [as_line(place, seen, closed) for place, seen in enumerate(proposal.columns)]
    blank = [line for line in lines if line.seen.habit.sort is Sort.EMPTY and not line.field]
    foreseen = [] if proposal.refusal else foresee(path, plan, PREVIEWED, by=by, at=timezone.now(), closed=closed)
    return Draft(
        run,
        plan,
        proposal,
        [line for line in lines if line not in blank],
        blank,
        constants(plan),
        foreseen,
        CHOICES,
        key_choices(plan.kind),
        [(one.name, one.label) for one in fields_of(plan.kind)],
        plan.where[0].column if plan.where else "",
        " | ".join(condition.value for condition in plan.where),
        ImportRun.objects.filter(digest=run.digest, state=State.DONE).exclude(pk=run.pk).newest_first().first(),
        plan.kind in ABOUT and by.allows("fields.change_field"),
        reasons_of(run, plan, closed),
    )


def reasons_of(run: ImportRun, plan: Plan, closed: Collection[str]) -> list[tuple[str, int]]:
    """Why rows would fail, and how many."""
    veil = bool(closed_columns(plan, closed))
    told = run.rehearsal.get("reasons", {}).items()
    return [(hushed(reason) if veil else reason, times) for reason, times in told]


def as_line(place: int, seen: Seen, closed: Collection[str]) -> Line:
    """What a column seems to hold is covered as well as what it is said to hold, or unsaying it would uncover it."""
    field = seen.fields[0] if seen.fields else ""
    if frozenset(closed) & {*seen.fields, seen.suggestion.field if seen.suggestion else ""}:
        seen = replace(seen, samples=(MASK,) if seen.samples else ())
    suggestion = seen.suggestion if seen.suggestion and seen.suggestion.field == field else None
    return Line(place, seen, field, WHY[suggestion.reason] if suggestion else "", note(seen.habit) if field else "")


def note(habit: Habit) -> str:
    """What was decided about a column and should be looked at."""
    if habit.certain:
        return ""
    if habit.sort is Sort.DATE:
        return _("The dates do not show which part comes first; read as %(order)s.") % {
            "order": ORDERS.get(habit.order, habit.order)
        }
    if habit.sort in {Sort.NUMBER, Sort.MONEY}:
        return _("The numbers do not show which mark is the decimal one; read as “%(mark)s”.") % {"mark": habit.mark}
    return ""


def constants(plan: Plan) -> list[Constant]:
    given: list[Target] = [target for target in plan.targets if not target.column][:CONSTANTS]
    shown = min(len(given) + 1, CONSTANTS)
    return [
        Constant(number, given[number].field, given[number].constant)
        if number < len(given)
        else Constant(number, "", "")
        for number in range(shown)
    ]


def stalled(run: ImportRun) -> bool:
    """Whether a running import has not got on for so long that nobody seems to be at it."""
    return run.busy and (timezone.now() - run.moved_at).total_seconds() > SILENT_SECONDS


def state_page(run: ImportRun, *, reader: User) -> dict[str, Any]:
    return {
        "run": run,
        "whole": whole_of(run),
        "revertible": revertible(run),
        "reasons": [(Stay(code).label, times) for code, times in run.undone.get("reasons", {}).items()],
        "left": left_lines(run, reader=reader) if run.undone.get("rows_left") or run.state == State.REVERTED else [],
        "percent": round(run.share * 100),
        "stalled": stalled(run),
        "failures": shown_failures(run, run.failures.order_by("number")[:20], reader=reader) if run.failed else [],
        "keeps_failures": bool(run.failed) and keeps_failures_from(run, reader=reader),
    }
