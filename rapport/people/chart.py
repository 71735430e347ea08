"""The organisation as a tree: units, the positions and teams in them, and whatever has no unit yet."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from rapport.people.models import Team, User
from rapport.people.unit import Position, Unit


@dataclass(frozen=True)
class Node:
    """One unit with what is in it; ``depth`` counts from 0 at the top."""

    unit: Unit
    parent: Unit | None
    depth: int
    positions: list[Position]
    teams: list[Team]
    children: "list[Node]"

    def walk(self) -> "Iterator[Node]":
        """Itself and all below, each before its own."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Chart:
    """The tops of the tree; teams and people that stand nowhere in it."""

    tops: list[Node]
    loose_teams: list[Team]
    loose_people: list[User]

    @property
    def lines(self) -> list[Node]:
        """The same, one under the other."""
        return [node for top in self.tops for node in top.walk()]

    @property
    def vacant(self) -> list[Position]:
        return [position for node in self.lines for position in node.positions if position.is_vacant]


def chart(*, reader: User) -> Chart:
    """In five queries, however large the house is."""
    working = User.objects.visible_to(reader).filter(is_active=True).order_by("name", "pk")
    teams, positions = defaultdict[int | None, list[Team]](list), defaultdict[int, list[Position]](list)
    for team in Team.objects.visible_to(reader).prefetch_related(Prefetch("users", working)).order_by("name"):
        teams[team.unit_id].append(team)
    for position in Position.objects.visible_to(reader).in_order():
        positions[position.unit_id].append(position)
    below = defaultdict[int | None, list[Unit]](list)
    for unit in Unit.objects.visible_to(reader).order_by("name"):
        below[unit.parent_id].append(unit)

    def node(unit: Unit, parent: Unit | None, depth: int) -> Node:
        children = [node(child, unit, depth + 1) for child in below[unit.pk]]
        return Node(unit, parent, depth, positions[unit.pk], teams[unit.pk], children)

    loose = working.filter(team=None, positions=None)
    return Chart([node(unit, None, 0) for unit in below[None]], teams[None], list(loose))
