"""A customer who came regularly and then stopped is silent until they speak again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Condition, Customer
from rapport.identity.merge import merge
from rapport.identity.unmerge import unmerge
from rapport.timeline.receive import receive
from rapport.timeline.silence import publish, publish_all

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


def said(days_ago, who="marta", direction=Direction.INBOUND):
    at = NOW - days_ago * DAY
    party = Party((Clue("email", f"{who}@aurora.example"),))
    return Inbound("mail", f"{who} {days_ago} {direction}", at, Channel.EMAIL, direction, "email", (party,))


def heard(*days, who="marta"):
    receive([said(one, who) for one in days], by=None, at=NOW)
    return Customer.objects.get(members__identifiers__key=f"{who}@aurora.example")


def silent(one):
    return Condition.objects.filter(customer=one, name="silent", until=None)


def test_a_regular_who_stopped_is_silent_since_their_last_word():
    marta = heard(300, 280, 260, 240, 220, 200)
    publish_all(at=NOW)
    condition = silent(marta).get()
    assert condition.since == NOW - 200 * DAY
    assert condition.evidence == "used to be in touch every 20 days"


@pytest.mark.parametrize(
    "days", [(300, 280, 260, 240, 220), (160, 140, 120, 110, 100, 80), (2000, 1700, 1400, 1100, 800, 500)]
)
def test_few_words_a_short_pause_or_a_slow_habit_are_no_silence(days):
    one = heard(*days)
    publish([one.pk], at=NOW)
    assert not silent(one).exists()


def test_what_we_say_does_not_break_a_silence_and_what_they_say_does(run_jobs):
    marta = heard(300, 280, 260, 240, 220, 200)
    receive([said(50, direction=Direction.OUTBOUND)], by=None, at=NOW)
    publish([marta.pk], at=NOW)
    assert silent(marta).exists()
    receive([said(1)], by=None, at=NOW)
    run_jobs()
    assert not silent(marta).exists()
    assert Condition.objects.get(customer=marta).until == NOW - DAY


def test_publishing_twice_changes_nothing_and_a_late_word_moves_the_beginning():
    marta = heard(300, 280, 260, 240, 220, 200)
    publish_all(at=NOW)
    publish_all(at=NOW)
    assert Condition.objects.count() == 1
    heard(195)
    publish_all(at=NOW)
    assert silent(marta).get().since == NOW - 195 * DAY


def test_a_merge_joins_what_was_heard_and_parting_tells_it_apart_again(boss):
    marta, other = heard(300, 280, 260, 240, 220, 200), heard(5, who="m.oliveira")
    publish_all(at=NOW)
    merged = merge(other, marta, by=boss, at=NOW)
    publish([marta.pk, other.pk], at=NOW)
    assert not silent(marta).exists()
    assert not silent(other).exists()
    unmerge(merged, by=boss, at=NOW)
    publish([marta.pk, other.pk], at=NOW)
    assert silent(marta).exists()
