"""Merging by hand: the preview is the result, and everything can be taken back."""

import re

import pytest
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity.compare import compare
from rapport.identity.models import Merge
from rapport.identity.register import register
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
