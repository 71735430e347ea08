"""Rows as a run found and left them, read from its traces."""

from collections import defaultdict
from dataclasses import dataclass, field

from rapport.imports.models import ImportTrace, Stay
from rapport.journal.rows import Image


@dataclass(frozen=True)
class Left:
    """Something that stays, and why. `field` is empty where all of it does."""

    label: str
    subject: int
    reason: Stay
    field: str = ""
    detail: str = ""


@dataclass
class Step:
    """What one piece of a run wrote. Changes and deletions stand newest first, as they are taken back."""

    run: int = 0
    newest: int = 0
    made: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[str, list[tuple[Image, Image]]] = field(default_factory=lambda: defaultdict(list))
    deleted: dict[str, list[list[Image]]] = field(default_factory=lambda: defaultdict(list))
    traces: dict[str, list[ImportTrace]] = field(default_factory=lambda: defaultdict(list), repr=False)

    @classmethod
    def of(cls, run_id: int, step: int) -> "Step":
        found = cls(run_id)
        for trace in ImportTrace.objects.filter(run=run_id, step=step).order_by("-pk"):
            found.newest = max(found.newest, trace.pk)
            if trace.deed == "insert":
                found.made[trace.label].update(trace.ids)
            elif trace.deed == "delete":
                found.deleted[trace.label].append(trace.images)
            else:
                found.traces[trace.label].append(trace)
                found.changed[trace.label] += [(before, after) for before, after in reversed(trace.images)]
        return found
