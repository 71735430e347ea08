"""Merging by hand: the preview is the result, and everything can be taken back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind, SourceRecord
from rapport.customers.records import RecordIn, claims
from rapport.fields.declare import Wish, declare
from rapport.identity.compare import compare
from rapport.identity.merge import merge
from rapport.identity.models import Merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.lib.identifiers import normalise

pytestmark = pytest.mark.django_db


def customer(name, source="crm", kind=Kind.PERSON, **said):
    given = RecordIn(source, name, kind, claims({"name": name, **said}), (normalise("account", name, namespace="crm"),))
    return Customer.objects.get(pk=register([given], by=None, at=timezone.now())[0].customer_id)


@pytest.fixture
def marta():
    return customer("Marta Oliveira", city="Lisboa", tags=["vip"])


@pytest.fixture
def martha():
    return customer("Martha Oliveira", source="shop", street="R. da Prata 80", tags=["press"])


@pytest.mark.req("K1")
def test_what_the_page_shows_is_what_the_merge_makes(ana, marta, martha, signed_in):
    edit(martha, {"owner": ana.email}, by=ana, at=timezone.now())
    martha.refresh_from_db()
    shown = {field.label: field for field in compare(marta, martha).fields}
    done = signed_in(ana).post(f"/customers/{marta.pk}/merge/", {"other": martha.pk})
    assert done.headers["Location"] == f"/customers/{marta.pk}/"
    marta.refresh_from_db()
    for name in ("name", "city", "street", "owner", "team"):
        label = str(Customer._meta.get_field(name).verbose_name)
        assert shown[label].result == str(getattr(marta, name))
    assert shown["tags"].result == ", ".join(marta.tags) == "press, vip"
    assert shown["name"].why
    assert shown["street"].source == "shop"


def test_one_chooses_which_of_the_two_is_right(ana, marta, martha, signed_in):
    browser = signed_in(ana)
    page = browser.get(f"/customers/{marta.pk}/merge/?other={martha.pk}").text
    assert re.search(rf'name="choice_name" value="{martha.pk}" checked', page), "the most recent wins by the rules"
    assert "choice_tags" not in page
    choices = {"other": martha.pk, "choice_name": marta.pk, "choice_street": marta.pk, "choice_city": "no record"}
    browser.post(f"/customers/{marta.pk}/merge/", choices)
    marta.refresh_from_db()
    assert (marta.name, marta.street, marta.city) == ("Marta Oliveira", "", "Lisboa")
    browser.post(f"/merges/{Merge.objects.get().pk}/undo/")
    martha.refresh_from_db()
    assert (martha.name, martha.street) == ("Martha Oliveira", "R. da Prata 80")


@pytest.mark.req("T3")
def test_one_chooses_which_value_of_a_field_of_ones_own_is_right_and_gets_all_back(ana, marta, martha, signed_in):
    declare("choice", Wish("Tier", "all"), ("Gold", "Silver"))
    declare("number", Wish("Seats", "all"))
    declare("formula", Wish("Twice", "all", formula="seats * 2"))
    declare("customer", Wish("Adviser", "all"))
    edit(marta, {"x:tier": "gold", "x:seats": 3}, by=ana, at=timezone.now())
    edit(martha, {"x:tier": "silver", "x:adviser": marta.pk}, by=ana, at=timezone.now())
    before = state()
    browser = signed_in(ana)
    page = browser.get(f"/customers/{marta.pk}/merge/?other={martha.pk}").text
    assert re.search(rf'name="choice_x:tier" value="{martha.pk}" checked', page), "what was written last wins"
    assert 'name="choice_x:seats"' in page
    assert "choice_x:twice" not in page
    choices = {
        "choice_x:tier": marta.pk,
        "choice_x:seats": martha.pk,
        "choice_x:twice": martha.pk,
        "choice_x:no": marta.pk,
    }
    browser.post(f"/customers/{marta.pk}/merge/", {"other": martha.pk, **choices})
    marta.refresh_from_db()
    assert marta.extra == {"tier": "gold", "adviser": marta.pk}, "nobody's seats were chosen"
    assert marta.lineage["x:tier"][1] == "by hand"
    browser.post(f"/merges/{Merge.objects.get().pk}/undo/")
    assert state() == before


def test_choices_of_two_merges_go_in_whatever_order_they_are_taken_back(ana, marta, martha):
    third = customer("M. Oliveira", source="fair", city="Faro")
    declare("text", Wish("Note", "all"))
    five, three, one, now = (timezone.now() - timedelta(hours=hours) for hours in (5, 3, 1, 0))
    edit(marta, {"city": "Porto", "x:note": None}, by=ana, at=five)
    edit(martha, {"city": "Beja", "x:note": "two"}, by=ana, at=five)
    edit(third, {"city": "Braga", "x:note": "three"}, by=ana, at=one)
    before = state()
    for first_back in (0, 1):
        both = []
        for absorbed, at in ((martha, three), (third, now)):
            stays = Customer.objects.get(pk=marta.pk)
            both.append(merge(stays, absorbed, by=ana, at=at, choices={"city": stays, "x:note": stays}))
        assert all(len(done.choices) == 2 for done in both)
        marta.refresh_from_db()
        assert (marta.city, marta.extra) == ("Porto", {})
        for done in (both[first_back], both[1 - first_back]):
            unmerge(done, by=ana, at=timezone.now())
        assert state() == before


def state():
    """All that is said of everybody, and what follows from it."""
    said = SourceRecord.objects.order_by("pk").values("pk", "member", "claims", "said_at")
    return list(said), list(Customer.objects.order_by("pk").values())


def test_one_looks_swaps_merges_and_takes_back(ana, marta, martha, signed_in):
    browser = signed_in(ana)
    assert "Who else is Marta Oliveira?" in browser.get(f"/customers/{marta.pk}/merge/").text
    page = browser.get(f"/customers/{marta.pk}/merge/?other={martha.pk}")
    assert "R. da Prata 80" in page.text
    assert f"/customers/{martha.pk}/merge/?other={marta.pk}" in page.text
    assert not Merge.objects.exists()
    browser.post(f"/customers/{marta.pk}/merge/", {"other": martha.pk})
    merge = Merge.objects.get()
    assert merge.by == ana
    listed = browser.get(f"/customers/{marta.pk}/merges/")
    assert re.search(rf'action="/merges/{merge.pk}/undo/"', listed.text)
    back = browser.post(f"/merges/{merge.pk}/undo/", follow=True)
    assert "stands alone again" in back.text
    assert "taken back" in back.text
    martha.refresh_from_db()
    assert martha.merged_into is None
    again = browser.post(f"/merges/{merge.pk}/undo/", follow=True)
    assert "taken back before" in again.text


def test_what_cannot_be_merged_is_said_in_words(ana, marta, martha, signed_in):
    browser, firm = signed_in(ana), customer("Oliveira Lda", kind=Kind.COMPANY)
    for other, words in ((firm, "stay apart"), (marta, "one and the same record")):
        for page in (
            browser.get(f"/customers/{marta.pk}/merge/?other={other.pk}"),
            browser.post(f"/customers/{marta.pk}/merge/", {"other": other.pk}),
        ):
            assert page.status_code == 409
            assert words in page.text
    browser.post(f"/customers/{marta.pk}/merge/", {"other": martha.pk})
    assert "before" in browser.get(f"/customers/{firm.pk}/merge/?other={martha.pk}").text
    assert Merge.objects.count() == 1


def test_another_teams_record_is_not_found_on_either_side(ana, nils, marta, martha, signed_in):
    edit(martha, {"owner": ana.email}, by=None, at=timezone.now())
    browser = signed_in(nils)
    assert browser.get(f"/customers/{martha.pk}/merge/").status_code == 404
    assert browser.post(f"/customers/{marta.pk}/merge/", {"other": martha.pk}).status_code == 404
    assert browser.get(f"/customers/{marta.pk}/merge/?other=x").status_code == 404


@pytest.mark.parametrize("chosen", ["abc", "9" * 5000])
def test_a_choice_that_is_no_record_is_not_found(chosen, ana, marta, signed_in):
    assert signed_in(ana).get(f"/customers/{marta.pk}/merge/", {"other": chosen}).status_code == 404
