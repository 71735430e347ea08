"""Whoever was erased stays unwritten to when a list brings them again, and nothing here says who that is."""

import pytest
from django.utils import timezone

from rapport.consent.judge import verdicts
from rapport.consent.models import Suppression
from rapport.consent.purpose import Purpose
from rapport.consent.shun import shun

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now()
PROOF = ("email", "quirina@x.example")


def offers():
    return Purpose.objects.get(code="offers")


def test_advertising_to_an_erased_address_is_refused_when_it_comes_back():
    shun([PROOF], {}, evidence="request 7", at=NOW)
    asked = ["Quirina@X.example", "other@x.example"]
    found = verdicts(asked, offers(), at=NOW)
    assert [found[one].reason for one in asked] == ["erased", "unknown"]
    assert "request 7" in found[asked[0]].words
    # What is no advertising may go, unless they objected to everything.
    assert verdicts([asked[0]], None, at=NOW)[asked[0]].allowed
    shun([("email", "all@x.example")], {("email", "all@x.example"): "everything"}, evidence="request 8", at=NOW)
    assert not verdicts(["all@x.example"], None, at=NOW)["all@x.example"].allowed


def test_the_list_names_nobody_and_holds_each_once():
    shun([PROOF], {}, evidence="request 7", at=NOW)
    shun([PROOF], {}, evidence="request 9", at=NOW)
    kept = Suppression.objects.get()
    assert "quirina" not in f"{kept.key} {kept.value} {kept.evidence}".lower()
    assert len(kept.key) > 64
