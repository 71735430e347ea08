"""The queue of duplicates as a page: decided in place, taken back, and only by those who see both records."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier, Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity.models import Crowd, Merge, Pair
from rapport.identity.queue import suspected
from rapport.identity.register import register
from rapport.identity.tests.test_duplicates import customer
from rapport.lib.identifiers import normalise

pytestmark = [pytest.mark.django_db, pytest.mark.req("K1")]
HX = {"HX-Request": "true"}


@pytest.fixture
def twins(run_jobs):
    """Two records of one person; the address is not the same."""
    found = [
        customer("Marta Leal", ("email", "marta@aurora.example"), city="Porto", street="Rua do Sol 1"),
        customer("Marta Leal", ("phone", "+351 912 555 014"), city="Porto", street="Rua da Prata 80"),
    ]
    run_jobs()
    return found


@pytest.fixture
def pair(twins):
    return Pair.objects.get()


def test_both_stand_side_by_side_with_the_reasons_and_what_differs(ana, pair, signed_in):
    page = signed_in(ana).get("/duplicates/").text
    assert "the same name · the same city" in page
    assert page.count("differs") == 1
    assert re.search(r"Street\s*<span[^>]*>differs", page)
    for value in ("marta@aurora.example", "+351 912 555 014", "Rua do Sol 1", "Rua da Prata 80"):
        assert value in page
    assert re.search(r'<a href="/duplicates/"[^>]*>.*?Duplicates<span class="count">1</span>', page, re.DOTALL)


def test_one_merges_in_place_and_takes_it_back(ana, twins, pair, signed_in):
    browser = signed_in(ana)
    done = browser.post(f"/duplicates/{pair.pk}/merge/", headers=HX)
    assert "The two records of Marta Leal are one now." in done.text
    assert f'hx-post="/duplicates/{pair.pk}/undo/"' in done.text
    merge = Merge.objects.get()
    assert (merge.survivor, merge.absorbed, merge.by) == (*twins, ana)
    assert browser.post(f"/duplicates/{pair.pk}/merge/", headers=HX).status_code == 204
    assert "Merged" in browser.get("/duplicates/decided/").text
    back = browser.post(f"/duplicates/{pair.pk}/undo/", headers=HX)
    assert f'id="pair-{pair.pk}"' in back.text
    assert Customer.objects.living().count() == 2
    assert "nothing to take back" in browser.post(f"/duplicates/{pair.pk}/undo/", follow=True).text


def test_without_scripts_the_queue_comes_again_and_says_what_was_done(ana, pair, signed_in):
    browser = signed_in(ana)
    page = browser.post(f"/duplicates/{pair.pk}/apart/", follow=True).text
    assert "Marta Leal and Marta Leal are not the same." in page
    assert "Nobody stands here twice" in page
    decided = browser.get("/duplicates/decided/").text
    assert "Not the same" in decided
    assert ana.name in decided
    assert "decided this one in the meantime" in browser.post(f"/duplicates/{pair.pk}/apart/", follow=True).text
    assert "Taken back." in browser.post(f"/duplicates/{pair.pk}/undo/", follow=True).text


def test_a_pair_shows_only_to_those_who_see_both_records(ana, nils, boss, twins, signed_in, run_jobs):
    edit(twins[0], {"owner": ana.email}, by=boss, at=timezone.now())
    assert suspected(nils) == 0, "also before the job has run"
    run_jobs()
    assert (suspected(ana), suspected(nils), suspected(boss)) == (1, 0, 1)
    browser, pair = signed_in(nils), Pair.objects.get()
    assert "Marta" not in browser.get("/duplicates/").text
    for verb in ("merge", "apart", "undo"):
        assert browser.post(f"/duplicates/{pair.pk}/{verb}/").status_code == 404
    edit(twins[1], {"owner": nils.email}, by=boss, at=timezone.now())
    run_jobs()
    assert (suspected(ana), suspected(nils), suspected(boss)) == (0, 0, 1)


def test_pages_follow_each_other_from_the_likeliest_down(boss, signed_in, run_jobs):
    for place in range(12):
        for _twice in range(2):
            customer(f"Marta Leal{'abcdefghijkl'[place] * 6}", city="Porto" if place % 2 else "")
    run_jobs()
    browser = signed_in(boss)
    first = browser.get("/duplicates/")
    shown = re.findall(r'id="pair-(\d+)"', first.text)
    onwards = re.search(r'href="(\?after=[^"]+)" rel="next"', first.text).group(1)
    second = browser.get(f"/duplicates/{onwards.replace('&amp;', '&')}")
    rest = re.findall(r'id="pair-(\d+)"', second.text)
    assert [*map(int, shown + rest)] == list(Pair.objects.open().order_by("-score", "-pk").values_list("pk", flat=True))
    assert 'rel="prev"' in second.text


def test_only_administrators_read_which_names_too_many_share(ana, boss, signed_in):
    Crowd.objects.create(kind="name", value="maria silva", at=timezone.now())
    assert "maria silva" in signed_in(boss).get("/duplicates/").text
    assert "maria silva" not in signed_in(ana).get("/duplicates/").text


def test_the_page_asks_as_much_for_one_pair_as_for_many(boss, pair, signed_in, run_jobs):
    browser = signed_in(boss)
    browser.get("/duplicates/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/duplicates/")
    for letter in "abcde":
        for _twice in range(2):
            customer(f"Otto Kern{letter * 6}", city="Porto")
    run_jobs()
    with CaptureQueriesContext(connection) as many:
        assert browser.get("/duplicates/").text.count('id="pair-') > 1
    assert len(many) == len(one)


def test_an_address_that_a_source_gives_to_somebody_elses_record_waits_with_its_reason_until_one_decides(
    ana, boss, signed_in
):
    marta, otto = (
        customer("Marta Leal", ("email", "m@aurora.example")),
        customer("Otto Kern", ("email", "otto@kern.example")),
    )
    both = (normalise("email", "m@aurora.example"), normalise("email", "otto@kern.example"))

    def said(source):
        record = RecordIn(source, "1", Kind.PERSON, claims({"name": "Marta Leal"}), both)
        return register([record], by=None, at=timezone.now())[0]

    assert said("web shop").conflicts == (otto.pk,)
    browser = signed_in(ana)
    page = browser.get("/duplicates/").text
    assert "web shop" in page
    for value in ("m@aurora.example", "otto@kern.example", "Otto Kern"):
        assert value in page
    waits = Pair.objects.get()
    assert "not the same" in browser.post(f"/duplicates/{waits.pk}/apart/", headers=HX).text
    said("web shop")
    said("fair")
    assert not Pair.objects.open().exists(), "what was decided is not asked again"
    browser.post(f"/duplicates/{waits.pk}/undo/", headers=HX)
    assert "is part of Marta Leal now" in browser.post(f"/duplicates/{waits.pk}/merge/", headers=HX).text
    assert said("fair").conflicts == ()
    assert Customer.objects.living().count() == 1
    assert Identifier.objects.filter(key="m@aurora.example").count() == 1
    # Taken back, each has its own, and the source is heard again.
    browser.post(f"/merges/{Merge.objects.get().pk}/undo/")
    assert Pair.objects.open().get() == waits
    assert {marta.pk, otto.pk} == set(Customer.objects.living().values_list("pk", flat=True))
