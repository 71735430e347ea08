"""How far it is and in which order: pure figures."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.visits.route import Point, apart, in_order, length, way

LISBON, PORTO, MADRID = Point(38.7223, -9.1393), Point(41.1579, -8.6291), Point(40.4168, -3.7038)
POINTS = st.builds(Point, st.floats(-80, 80), st.floats(-179, 179))


@pytest.mark.req("A5")
def test_cities_lie_as_far_apart_as_maps_say():
    assert apart(LISBON, PORTO) == pytest.approx(274, abs=2)
    assert apart(LISBON, MADRID) == pytest.approx(503, abs=3)
    assert apart(LISBON, LISBON) == 0


@settings(deadline=None, max_examples=60)
@given(POINTS, POINTS)
def test_it_is_as_far_there_as_back_and_never_round_more_than_half_the_earth(one, other):
    assert apart(one, other) == pytest.approx(apart(other, one), abs=1e-6)
    assert 0 <= apart(one, other) <= 20_016


@settings(deadline=None, max_examples=40)
@given(st.lists(POINTS, max_size=12), st.none() | POINTS)
def test_each_place_is_gone_to_once(points, start):
    assert sorted(in_order(points, start)) == list(range(len(points)))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.builds(Point, st.floats(47, 49), st.floats(10, 12)), min_size=2, max_size=6), POINTS)
def test_the_way_is_hardly_longer_than_the_shortest_and_never_than_as_it_came(points, start):
    found = way(points, in_order(points, start), start)
    shortest = min(way(points, order, start) for order in permutations(range(len(points))))
    assert found <= 1.3 * shortest + 1e-6


def test_a_row_of_places_is_gone_along_and_not_to_and_fro():
    row = [Point(48, 11 + step / 10) for step in (3, 0, 2, 4, 1)]
    assert in_order(row, Point(48, 10.9)) == [1, 4, 2, 0, 3]
    assert length([row[place] for place in in_order(row, Point(48, 10.9))]) == pytest.approx(
        length([row[1], row[3]]), 1e-3
    )
