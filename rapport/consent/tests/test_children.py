"""A child's own yes is not enough: the gate asks for one that a parent or guardian gave in its name."""

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.consent.judge import Intent, judge
from rapport.consent.ledger import Consent, Said
from rapport.consent.marks import CHILD, mark, unmark
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import main_member
from rapport.identity.merge import merge

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]
ANN = "ann.lee@x.example"


@pytest.fixture
def ann(ana):
    found = customer_at()
    mark(found, CHILD, "born 2016, said the form", by=ana, at=timezone.now())
    return found


def offers():
    return Purpose.objects.get(code="offers")


def agreed(guardian="", address=ANN):
    say(Word(offers(), address, Said.GRANTED, guardian=guardian), by=None, at=timezone.now())


def verdict(member=None, purpose=None):
    intent = Intent(ANN, purpose=purpose or offers(), member_id=member.pk if member else None)
    return judge([intent], at=timezone.now())[0]


@pytest.mark.parametrize("named", [True, False])
def test_what_rests_on_consent_needs_a_guardians(ann, named):
    agreed()
    found = verdict(main_member(ann) if named else None)
    assert (found.reason, found.consent) == ("guardian", Consent.objects.get())
    assert "no parent or guardian" in found.words
    agreed("Kim Lee, her mother")
    assert verdict(main_member(ann) if named else None).allowed


def test_what_needs_no_consent_reaches_a_child(ann):
    assert verdict(main_member(ann), Purpose.objects.get(code="service")).allowed


def test_a_no_of_the_child_itself_counts(ann):
    agreed("Kim Lee, her mother")
    say(Word(offers(), ANN, Said.WITHDRAWN), by=None, at=timezone.now())
    assert verdict(main_member(ann)).reason == "withdrawn"


def test_once_grown_up_ones_own_yes_is_enough(ann, ana):
    agreed()
    unmark(ann, CHILD, by=ana, at=timezone.now())
    assert verdict(main_member(ann)).allowed


def test_a_merge_brings_the_flag_along(ann, boss):
    other = customer_at("ann@home.example", "Ann L.")
    member = main_member(ann)
    merge(other, ann, by=boss, at=timezone.now())
    agreed()
    assert verdict(member).reason == "guardian"


def test_a_parent_at_the_same_address_is_no_child(ann):
    parent = customer_at("kim@x.example", "Kim Lee")
    agreed()
    assert verdict(main_member(parent)).allowed


def test_who_writes_down_a_childs_yes_names_the_guardian(signed_in, boss, ann):
    address = reverse("consent:note", args=[ann.pk])
    place = f"email {ANN}"
    sent = {"purpose": offers().pk, "place": place, "said": "granted", "evidence": "On the phone"}
    assert "This is a child" in signed_in(boss).post(address, sent).content.decode()
    assert signed_in(boss).post(address, sent | {"guardian": "Kim Lee"}).status_code == 302
