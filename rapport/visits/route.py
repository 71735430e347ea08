"""How far places lie apart, and in which order to go round them."""

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0088
# Roads are longer than the crow flies, by about this much: Ballou, Rahardja, Sakai (2002), "Selected country circuity
# factors for road travel distance estimation", means of 1.2 to 1.6.
DETOUR = 1.3
KM_PER_HOUR = 45.0
# A tour of more is left in the order of its nearest neighbours.
MOST_IMPROVED = 60


class Point(NamedTuple):
    """A place on the earth in degrees (WGS 84)."""

    latitude: float
    longitude: float

    @property
    def written(self) -> str:
        """As `geo:` addresses and maps take it, whatever the reader's language."""
        return f"{self.latitude:.5f},{self.longitude:.5f}"


def apart(one: Point, other: Point) -> float:
    """Kilometres along the great circle (haversine)."""
    north, south = radians(one.latitude), radians(other.latitude)
    rise, run = south - north, radians(other.longitude - one.longitude)
    half = sin(rise / 2) ** 2 + cos(north) * cos(south) * sin(run / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def minutes_between(one: Point, other: Point) -> float:
    """About how long the way takes by road."""
    return apart(one, other) * DETOUR / KM_PER_HOUR * 60


def length(way: Sequence[Point]) -> float:
    """Kilometres of a way from its first point to its last."""
    return sum(apart(one, other) for one, other in pairwise(way))


def in_order(points: Sequence[Point], start: Point | None) -> list[int]:
    """Places in ``points`` in the order of a short way that begins at ``start``, or at the first of them.

    The nearest one next, then every stretch turned round while that makes the way shorter (2-opt: Croes 1958).
    """
    if not points:
        return []
    left = list(range(len(points)))
    tour: list[int] = []
    here = start or points[0]
    while left:
        nearest = min(left, key=lambda place: apart(here, points[place]))
        left.remove(nearest)
        tour.append(nearest)
        here = points[nearest]
    return shortened(points, tour, start) if len(points) <= MOST_IMPROVED else tour


def shortened(points: Sequence[Point], tour: list[int], start: Point | None) -> list[int]:
    """``tour`` with its crossings undone; without a start its first place stays where it is."""
    fixed = 0 if start else 1
    better = True
    while better:
        better = False
        for low in range(fixed, len(tour) - 1):
            for high in range(low + 1, len(tour)):
                turned = [*tour[:low], *reversed(tour[low : high + 1]), *tour[high + 1 :]]
                if way(points, turned, start) < way(points, tour, start) - 1e-9:
                    tour, better = turned, True
    return tour


def way(points: Sequence[Point], tour: Sequence[int], start: Point | None) -> float:
    return length([*([start] if start else []), *(points[place] for place in tour)])
