"""Say where each panel stands by a layout: a pure function of names, so that panels may come and go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapport.profile.panel import Panel, Side

HIDDEN = "hidden"
COLUMNS = (Side.WHO.value, Side.NOW.value, HIDDEN)


@dataclass(frozen=True)
class Places:
    """The names of panels: of the left column, of the right one, and of those that are not shown."""

    who: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def column(self, name: str) -> tuple[str, ...]:
        return {Side.WHO.value: self.who, Side.NOW.value: self.now, HIDDEN: self.hidden}[name]

    def where(self, name: str) -> str:
        """The column of a panel, or nothing."""
        return next((column for column in COLUMNS if name in self.column(column)), "")


def place(panels: Sequence[Panel], kept: Places) -> Places:
    """Where ``panels``, which come in their standard order, stand; those that ``kept`` does not name as in the standard."""
    known = {panel.name for panel in panels}
    seen: set[str] = set()
    columns: dict[str, list[str]] = {}
    for column in COLUMNS:
        columns[column] = [name for name in dict.fromkeys(kept.column(column)) if name in known and name not in seen]
        seen.update(columns[column])
    above: dict[Side, list[str]] = {Side.WHO: [], Side.NOW: []}
    for panel in panels:
        if panel.name not in seen:
            insert(columns[panel.side], panel.name, above[panel.side])
        above[panel.side].append(panel.name)
    return as_places(columns)


def insert(column: list[str], name: str, above: Sequence[str]) -> None:
    """Behind the nearest of those that the standard has above it."""
    neighbour = next((one for one in reversed(above) if one in column), None)
    column.insert(column.index(neighbour) + 1 if neighbour else 0, name)


def as_places(columns: Mapping[str, Sequence[str]]) -> Places:
    return Places(*(tuple(columns.get(column, ())) for column in COLUMNS))


def step(places: Places, name: str, way: str) -> Places:
    """One place up or down, or to the end of another column."""
    column = places.where(name)
    if not column:
        return places
    order = list(places.column(column))
    if way in COLUMNS:
        order.remove(name)
        moved = replace(places, **{column: tuple(order)})
        return replace(moved, **{way: (*moved.column(way), name)})
    before = order.index(name)
    order.insert(max(0, before + {"up": -1, "down": 1}.get(way, 0)), order.pop(before))
    return replace(places, **{column: tuple(order)})
