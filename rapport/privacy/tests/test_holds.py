"""A legal hold stands until somebody ends it, and keeps a record from being merged away."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone

from rapport.audit.seal import seal
from rapport.audit.tables import sealed_tables
from rapport.audit.verify import verify
from rapport.customers.models import Customer, Member
from rapport.identity.merge import MergeError, merge
from rapport.privacy.hold import Hold, held, hold, release

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now()
LATER = timezone.localdate() + timedelta(days=90)


def customer(name):
    made = Customer.objects.create(name=name, sort_key=name, fold_key=name)
    Member.objects.create(customer=made, home=made)
    return made


def test_a_hold_is_one_truth_with_the_condition_that_the_contact_policy_asks_for(boss):
    ada, bob = customer("ada"), customer("bob")
    made = hold(ada, "a dispute", LATER, by=boss, at=NOW)
    assert ada.conditions.get(until=None).name == "legal hold"
    assert held([ada.pk, bob.pk]) == {ada.pk}
    release(made, "settled", by=boss, at=NOW)
    assert (held([ada.pk]), ada.conditions.filter(until=None).exists()) == (frozenset(), False)


def test_a_second_hold_says_the_reason_anew_and_stays_one(boss):
    ada = customer("ada")
    hold(ada, "a dispute", LATER, by=boss, at=NOW)
    hold(ada, "another dispute", LATER, by=boss, at=NOW)
    assert [one.reason for one in Hold.objects.standing()] == ["another dispute"]


def test_what_is_held_is_not_merged_away_but_may_take_another_record_in(boss):
    ada, twin = customer("ada"), customer("twin")
    hold(ada, "a dispute", LATER, by=boss, at=NOW)
    with pytest.raises(MergeError, match="held by law"):
        merge(twin, ada, by=boss, at=NOW)
    merge(ada, twin, by=boss, at=NOW)
    assert held([ada.pk]) == {ada.pk}


def test_a_record_that_took_in_a_held_one_is_held(boss):
    ada, twin = customer("ada"), customer("twin")
    merge(ada, twin, by=boss, at=NOW)
    hold(twin, "a dispute", LATER, by=boss, at=NOW)
    assert held([ada.pk]) == {ada.pk}


def test_a_hold_is_put_on_and_ended_in_the_browser(signed_in, boss):
    ada, browser = customer("ada"), signed_in(boss)
    given = {"reason": "a dispute", "review_on": LATER.isoformat()}
    assert browser.post(f"/customers/{ada.pk}/hold/", {**given, "review_on": "2020-01-01"}).status_code == 422
    assert browser.post(f"/customers/{ada.pk}/hold/", given).status_code == 302
    made = Hold.objects.get()
    assert "a dispute" in browser.get("/govern/privacy/holds/").content.decode()
    assert "a dispute" in browser.get(f"/customers/{ada.pk}/panels/privacy/").content.decode()
    assert browser.post(f"/govern/privacy/holds/{made.pk}/end/", {"why": "settled"}).status_code == 302
    assert not held([ada.pk])


def test_a_legal_hold_and_what_was_said_of_it_stand_in_the_trail(signed_in, boss):
    """Put on, the reason said anew, ended: each step is sealed with the old words and the new."""
    ada = customer("ada")
    later = timezone.localdate() + timedelta(days=90)
    made = hold(ada, "A dispute", later, by=boss, at=timezone.now())
    hold(ada, "Another dispute", later, by=boss, at=timezone.now())
    release(made, "Settled", by=boss, at=timezone.now())
    seal(at=timezone.now())
    assert verify(at=timezone.now()).broken == 0
    text = signed_in(boss).get("/govern/audit/").content.decode()
    for told in ("A dispute", "Another dispute", "Settled", "Condition added", "Legal hold changed"):
        assert told in text
    Hold.objects.filter(pk=made.pk).update(reason="Nothing was ever held")
    sealed = {one.label for one in sealed_tables().values()}
    assert {"privacy.HoldEvent", "customers.ConditionEvent"} <= sealed
    with pgtrigger.ignore():
        Hold.pgh_event_model.objects.filter(pgh_obj_id=made.pk).update(reason="Forged")
    assert verify(at=timezone.now()).broken
