"""What of a file is too sensitive for whoever looks at its import: samples, first rows, rows that failed."""

import re
from collections.abc import Collection, Iterable, Sequence

from rapport.customers.veil import hidden_columns, hidden_kinds
from rapport.fields.seen import declared_to
from rapport.fields.sensitivity import MASK
from rapport.imports.models import ImportFailure, ImportRun
from rapport.imports.plan import Plan, read
from rapport.people.models import User

# What a reason repeats of a cell stands between these signs.
REPEATED = re.compile(r"(?<=[“„]).+(?=[”“])", re.DOTALL)
# A key of a source stands in a column of another name.
COLUMNS_OF = {"external": "external_id"}


def closed_fields(reader: User) -> frozenset[str]:
    """The fields of a file whose values ``reader`` may not see once they are in."""
    kinds = {name for kind in hidden_kinds(reader) for name in (kind, COLUMNS_OF.get(kind, kind))}
    own = {one.claim for one in declared_to(reader) if one.hidden}
    return frozenset(hidden_columns(reader) | kinds | own)


def closed_columns(plan: Plan, closed: Collection[str]) -> frozenset[str]:
    return frozenset(one.column for one in plan.targets if one.field in closed and one.column)


def keeps_failures_from(run: ImportRun, *, reader: User) -> bool:
    """Whether failed rows hold what ``reader`` may not see; whoever brought the file has them anyhow."""
    return run.by_id != reader.pk and bool(closed_columns(read(run.plan), closed_fields(reader)))


def shown_failures(run: ImportRun, rows: Iterable[ImportFailure], *, reader: User) -> list[ImportFailure]:
    """``rows`` to be shown and never saved."""
    plan, found = read(run.plan), list(rows)
    if not keeps_failures_from(run, reader=reader):
        return found
    closed = closed_columns(plan, closed_fields(reader))
    for one in found:
        one.cells, one.reason = covered(one.cells, plan.columns, closed), hushed(one.reason)
    return found


def covered(cells: Sequence[str], columns: Sequence[str], closed: Collection[str]) -> list[str]:
    """A mask for what stands in a closed column; for all cells where it is not clear which is which."""
    if len(cells) != len(columns):
        return [MASK if cell else "" for cell in cells]
    return [MASK if cell and name in closed else cell for cell, name in zip(cells, columns, strict=True)]


def hushed(reason: str) -> str:
    """A reason without the value that it repeats."""
    return REPEATED.sub(MASK, reason)
