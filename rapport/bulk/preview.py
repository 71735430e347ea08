"""Say before it starts what a bulk change would do: how many, who for example, and how many are so already."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.bulk.action import Action, Records, Said
from rapport.bulk.start import Selection
from rapport.people.models import User

SHOWN = 8


@dataclass(frozen=True)
class Preview:
    """``same`` is None where that can't be told before."""

    total: int
    same: int | None
    sample: Sequence[str]
    too_many: bool

    @property
    def changes(self) -> int:
        return self.total - (self.same or 0)


def preview(records: Records, action: Action, selection: Selection, said: Said | None, *, user: User) -> Preview:
    rows = selection.rows(records, user)
    total = rows.order_by().count()
    where = action.same(said) if said is not None else None
    same = rows.filter(where).order_by().count() if where is not None else None
    sample = [records.sample(one) for one in rows.order_by("pk")[:SHOWN]]
    return Preview(total, same, sample, bool(action.most) and total > action.most)
