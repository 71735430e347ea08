"""An erasure takes two people, stops before a legal hold, and a search says where a value stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.customers.models import Customer, Identifier, Member
from rapport.privacy.erase import EraseError, propose, run
from rapport.privacy.erase_search import search_everywhere
from rapport.privacy.erasure import Erasure
from rapport.privacy.hold import hold
from rapport.privacy.pack import Pack
from rapport.privacy.pack_make import let_packs_go
from rapport.privacy.request import Asks, Step
from rapport.privacy.request_steps import Asked, check, receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now()


@pytest.fixture
def ada():
    made = Customer.objects.create(name="Ada Nirgends", sort_key="ada nirgends", fold_key="ada nirgends")
    member = Member.objects.create(customer=made, home=made)
    Identifier.objects.create(
        member=member, kind="email", value="ada@nirgends.example", key="ada@nirgends.example", strength="strong"
    )
    return made


def asked(ada, boss, asks=Asks.ERASURE):
    made = receive(Asked(asks, "Ada", "ada@nirgends.example", "email", NOW, "", ada), assignee=None, by=boss, at=NOW)
    return check(made, "called back", by=boss, at=NOW)


def test_nobody_confirms_what_they_proposed_themselves(signed_in, boss, mia, ada):
    request = asked(ada, boss)
    own, others = signed_in(boss), signed_in(mia)
    assert "What stays, and why" in own.get(f"/govern/privacy/requests/{request.pk}/erasure/").content.decode()
    own.post(f"/govern/privacy/requests/{request.pk}/erasure/")
    made = Erasure.objects.get()
    place = f"/govern/privacy/erasures/{made.pk}/"
    assert "Nobody else may at present" not in own.get(place).text
    assert f"Who may: {mia}" in own.get(place).text
    assert own.post(f"{place}confirm/").status_code == 422
    assert "Erase for good" in others.get(place).content.decode()
    assert others.post(f"{place}confirm/").status_code == 302
    made.refresh_from_db()
    assert (made.state, made.confirmed_by) == (Erasure.State.RUNNING, mia)


def test_whoever_proposes_is_told_when_nobody_could_confirm_it(signed_in, boss, ada, nils):
    made = propose(asked(ada, boss), by=boss, at=NOW)
    assert "Nobody else may at present" in signed_in(boss).get(f"/govern/privacy/erasures/{made.pk}/").text


def test_the_desk_sees_what_was_done_and_that_nothing_is_left(signed_in, boss, mia, ada, run_jobs):
    request = asked(ada, boss)
    made = propose(request, by=boss, at=NOW)
    signed_in(mia).post(f"/govern/privacy/erasures/{made.pk}/confirm/")
    run_jobs()
    page = signed_in(mia).get(f"/govern/privacy/erasures/{made.pk}/").content.decode()
    assert "No table names them any more." in page
    assert signed_in(boss).get(f"/customers/{ada.pk}/").status_code == 404
    assert not search_everywhere(["ada@nirgends.example", "Ada Nirgends"]).places
    assert run(made.pk).state == Erasure.State.DONE


def test_what_the_law_holds_is_neither_proposed_nor_done(boss, mia, ada):
    request = asked(ada, boss)
    made = propose(request, by=boss, at=NOW)
    hold(ada, "a dispute", timezone.localdate() + timedelta(days=9), by=boss, at=NOW)
    Erasure.objects.filter(pk=made.pk).update(state=Erasure.State.RUNNING)
    assert (run(made.pk).state, run(made.pk).trouble) == (Erasure.State.BROKEN, "held")
    assert Identifier.objects.filter(member__customer=ada).exists()
    Erasure.objects.filter(pk=made.pk).update(state=Erasure.State.DROPPED)
    with pytest.raises(EraseError, match="held"):
        propose(request, by=boss, at=NOW)


def test_only_a_checked_request_for_it_leads_to_an_erasure(boss, ada):
    with pytest.raises(EraseError, match="other request"):
        propose(asked(ada, boss, Asks.ACCESS), by=boss, at=NOW)
    unchecked = receive(Asked(Asks.ERASURE, "Ada", "", "email", NOW, "", ada), assignee=None, by=boss, at=NOW)
    with pytest.raises(EraseError, match="unchecked"):
        propose(unchecked, by=boss, at=NOW)


def test_a_value_is_found_wherever_it_stands_also_in_other_letters(signed_in, boss, ada):
    answer = signed_in(boss).post("/govern/privacy/search/", {"values": "ADA@nirgends.example"}).content.decode()
    assert "customers_identifier.key" in answer
    assert signed_in(boss).post("/govern/privacy/search/", {"values": "Ad"}).status_code == 422
    assert "Nowhere." in signed_in(boss).post("/govern/privacy/search/", {"values": "quirina"}).content.decode()


def test_a_pack_is_downloaded_for_a_week_and_each_time_noted(signed_in, boss, ada, run_jobs, settings, tmp_path):
    settings.HOME = tmp_path
    request = asked(ada, boss, Asks.ACCESS)
    browser = signed_in(boss)
    browser.post(f"/govern/privacy/requests/{request.pk}/pack/")
    run_jobs()
    made = Pack.objects.get()
    answer = browser.get(f"/govern/privacy/packs/{made.pk}/")
    assert (answer.status_code, answer.getvalue()[:2]) == (200, b"PK")
    assert request.steps.filter(kind=Step.Kind.READ, by=boss).count() == 1
    path = made.path
    let_packs_go(at=timezone.now() + timedelta(days=8))
    assert not path.exists()
    assert browser.get(f"/govern/privacy/packs/{made.pk}/").status_code == 404


def test_no_pack_is_made_for_somebody_whose_identity_nobody_checked(signed_in, boss, ada):
    request = receive(Asked(Asks.ACCESS, "Ada", "", "email", NOW, "", ada), assignee=None, by=boss, at=NOW)
    signed_in(boss).post(f"/govern/privacy/requests/{request.pk}/pack/")
    assert not Pack.objects.exists()
