"""Which times are free, as values."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.bookings.slots import Terms, free

LISBON = ZoneInfo("Europe/Lisbon")
MORNINGS = [[(time(9), time(12))]] * 5 + [[], []]
# A Monday.
NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def terms(**other):
    usual = {"hours": MORNINGS, "zone": LISBON, "minutes": 60, "buffer": 0, "notice_hours": 0, "horizon_days": 7}
    return Terms(**{**usual, **other})


def at(day, hour, minute=0):
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.req("A4")
def test_hours_are_offered_in_steps_and_never_beyond_their_end():
    times = free(terms(horizon_days=1), [], now=NOW)
    assert times == [at(1, 9), at(1, 9, 30), at(1, 10), at(1, 10, 30), at(1, 11)]


def test_what_is_taken_and_the_time_around_it_is_not_offered():
    busy = [(at(1, 10), at(1, 10, 30))]
    assert free(terms(horizon_days=1, minutes=30), busy, now=NOW)[:3] == [at(1, 9), at(1, 9, 30), at(1, 10, 30)]
    assert free(terms(horizon_days=1, minutes=30, buffer=30), busy, now=NOW) == [at(1, 9), at(1, 11), at(1, 11, 30)]


def test_a_long_meeting_behind_a_short_one_still_counts():
    busy = [(at(1, 6), at(1, 12)), (at(1, 8), at(1, 8, 30))]
    assert free(terms(horizon_days=1), busy, now=NOW) == []


def test_notice_and_horizon_bound_what_is_offered():
    times = free(terms(notice_hours=24, horizon_days=2), [], now=NOW)
    assert (times[0], times[-1].day) == (at(2, 9), 2)
    assert [one.weekday() for one in free(terms(), [], now=NOW)].count(6) == 0


def test_an_hour_that_the_clock_skips_is_none_and_hours_follow_the_hosts_clock():
    """On 28 March 2027 the clock of Lisbon goes from one to two."""
    night = [[(time(0), time(4))]] * 7
    times = free(terms(hours=night, horizon_days=30), [], now=at(27, 12))
    that_day = [one for one in times if one.astimezone(LISBON).day == 28]
    assert [one.astimezone(LISBON).hour for one in that_day] == [0, 0, 2, 2, 3]
    assert that_day[2] - that_day[1] == timedelta(minutes=30)


moments = st.integers(0, 7 * 24 * 4).map(lambda quarter: NOW + timedelta(minutes=15 * quarter))
spans = st.lists(
    st.tuples(moments, st.integers(1, 16)).map(lambda one: (one[0], one[0] + timedelta(minutes=15 * one[1])))
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(spans, st.sampled_from([15, 30, 45, 60, 90]), st.sampled_from([0, 10, 30]))
def test_nothing_offered_ever_touches_what_is_taken(busy, minutes, buffer):
    ours = terms(minutes=minutes, buffer=buffer, horizon_days=6)
    around, length = timedelta(minutes=buffer), timedelta(minutes=minutes)
    times = free(ours, busy, now=NOW)
    clear = free(ours, [], now=NOW)
    for one in clear:
        taken = any(one - around < end and one + length + around > begin for begin, end in busy)
        assert (one in times) is not taken
    assert set(times) <= set(clear)
