"""Comparing all customers: who was here before the queue, where it stops and goes on, and crowds that are none any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.identity import blocks, compare_all
from rapport.identity.compare_all import begin, compare_batch, stop
from rapport.identity.models import Crowd, Pair, Sweep
from rapport.identity.tests.test_duplicates import customer, queue

pytestmark = [pytest.mark.django_db, pytest.mark.req("K1")]


@pytest.fixture
def before_the_queue(run_jobs):
    """Two couples of namesakes whom nobody has compared."""
    for name in ("Marta Leal", "Otto Kern") * 2:
        customer(name, city="Porto")
    run_jobs()
    Pair.objects.all().delete()


def test_those_who_were_here_before_are_compared_once_it_is_asked_for(before_the_queue, boss, signed_in, run_jobs):
    browser = signed_in(boss)
    assert "Compare all customers" in browser.get("/duplicates/").text
    browser.post("/duplicates/compare/")
    browser.post("/duplicates/compare/")
    assert "every 2s" in browser.get("/duplicates/").text
    run_jobs()
    assert sorted(queue()) == [("Marta Leal", "Marta Leal"), ("Otto Kern", "Otto Kern")]
    sweep = Sweep.objects.get()
    assert (sweep.by, sweep.compared, sweep.total, sweep.under_way) == (boss, 4, 4, False)
    assert "every 2s" not in browser.get("/duplicates/compare/progress/").text


def test_it_stops_behind_a_batch_and_the_next_one_begins_anew(before_the_queue, boss, signed_in, monkeypatch):
    monkeypatch.setattr(compare_all, "BATCH", 1)
    sweep = begin(by=boss, at=timezone.now())
    for _batch in range(2):
        compare_batch(sweep.pk, at=timezone.now())
    assert begin(by=boss, at=timezone.now()) == sweep, "it goes on where it stood"
    assert compare_batch(sweep.pk, at=timezone.now()).compared == 3
    assert "Stopped. What was found stays." in signed_in(boss).post("/duplicates/compare/stop/", follow=True).text
    assert not stop(at=timezone.now())
    assert compare_batch(sweep.pk, at=timezone.now()).compared == 3
    assert len(queue()) == 2
    assert begin(by=boss, at=timezone.now()).reached == 0


def test_a_sweep_that_got_stuck_can_be_pressed_on(before_the_queue, boss, signed_in, run_jobs):
    begin(by=boss, at=timezone.now())
    Sweep.objects.update(moved_at=timezone.now() - timedelta(minutes=5))
    assert "Go on" in signed_in(boss).get("/duplicates/").text


@pytest.mark.req("G5")
def test_only_administrators_compare_all(before_the_queue, mia, signed_in):
    browser = signed_in(mia)
    assert "Compare all customers" not in browser.get("/duplicates/").text
    assert browser.post("/duplicates/compare/").status_code == 403


def test_a_crowd_that_is_none_any_more_is_forgotten_and_who_was_in_it_compared(run_jobs, monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST", 3)
    monkeypatch.setattr(blocks, "RAREST", 0)
    everybody = [customer("Maria Silva", city="Lisboa") for _one in range(4)]
    run_jobs()
    assert Crowd.objects.get().value == "maria silva, Lisboa"
    Pair.objects.all().delete()
    edit(everybody[0], {"name": "Otto Kern"}, by=None, at=timezone.now())
    run_jobs()
    assert not Crowd.objects.exists()
    assert queue() == [("Maria Silva", "Maria Silva")] * 3
    assert Customer.objects.living().count() == 4


def test_an_identifier_stays_a_crowd_while_too_many_have_it(run_jobs, monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST", 2)
    everybody = [
        customer(name, ("email", "info@aurora.example")) for name in ("Ann Lee", "Bob Ray", "Cid Tal", "Dan Oz")
    ]
    run_jobs()
    edit(everybody[0], {"city": "Porto"}, by=None, at=timezone.now())
    run_jobs()
    assert Crowd.objects.get().value == "info@aurora.example"
    everybody[1].members.get().identifiers.get(kind="email").delete()
    edit(everybody[1], {"city": "Porto"}, by=None, at=timezone.now())
    run_jobs()
    assert not Crowd.objects.exists()
