"""What later imports wrote over what one of them had written: taken back in the middle, each follows what was before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from rapport.imports.models import ImportTrace, State
from rapport.lib.copying import as_array

UNDONE = Q(run__state=State.REVERTED) | Q(run__state=State.REVERTING, step__gte=F("run__undone_to"))
SAME_ROWS = "EXISTS (SELECT FROM unnest(ids) held JOIN unnest(%s::bigint[]) wanted ON held = wanted)"
Pair = list[dict[str, Any]]


@dataclass
class Later:
    """Changes of the same rows by later imports that stand, oldest first by row."""

    pairs: dict[int, list[tuple[ImportTrace, Pair]]] = field(default_factory=lambda: defaultdict(list))
    mended: dict[int, ImportTrace] = field(default_factory=dict)

    @classmethod
    def than(cls, run_id: int, newest: int, label: str, ids: Iterable[int]) -> "Later":
        """``newest`` is the last trace of the step that is taken back."""
        found, wanted = cls(), set(ids)
        later = ImportTrace.objects.filter(pk__gt=newest, label=label, deed="update").exclude(Q(run=run_id) | UNDONE)
        for trace in later.alias(same=RawSQL(SAME_ROWS, [as_array(wanted)])).filter(same=True).order_by("pk"):  # noqa: S611
            for pair in trace.images:
                if pair[1]["id"] in wanted:
                    found.pairs[pair[1]["id"]].append((trace, pair))
        return found

    def takes_over(self, row: int, key: str, old: Any, new: Any, part: str = "") -> bool:
        """Whether the next change of ``key`` began with ``new``; from now on it began with ``old``."""
        for trace, pair in self.pairs[row]:
            before, after = (one[part] if part else one for one in pair)
            if said(before, key) == said(after, key):
                continue
            if said(before, key) != new:
                return False
            lay(before, key, old)
            self.mended[trace.pk] = trace
            return True
        return False

    def keep(self, own: Iterable[ImportTrace]) -> None:
        """``own`` traces say from now on that what was taken over was never changed."""
        if self.mended:
            ImportTrace.objects.bulk_update([*self.mended.values(), *own], ["images"])


def said(image: dict[str, Any], key: str) -> tuple[Any, ...]:
    """What an image says of a key; nothing is something else than null."""
    return (image[key],) if key in image else ()


def lay(image: dict[str, Any], key: str, value: tuple[Any, ...]) -> None:
    if value:
        image[key] = value[0]
    else:
        image.pop(key, None)
