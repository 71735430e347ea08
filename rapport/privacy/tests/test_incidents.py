"""Incidents: the clock of 72 hours, whom one concerns, what is decided, and letters that only the gate lets out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport.channels.models import MailAccount
from rapport.consent.models import Message
from rapport.consent.object import object_to
from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier
from rapport.identity.merge import merge
from rapport.lists.models import View
from rapport.people.models import ApiToken, Scope
from rapport.privacy import incident_letter
from rapport.privacy.incident import Affected, Incident, IncidentStep, Notification
from rapport.privacy.incident_affected import by_conditions, by_ids, concern, concerned
from rapport.privacy.incident_decide import close_incident, decide, note_incident, tell_authority
from rapport.privacy.incident_letter import put_on_their_way
from rapport.privacy.incident_mailing import Mailing, order

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
DECISION = {
    "risk": "some",
    "risk_note": "Unwanted advertising",
    "authority": "tell",
    "authority_why": "About 40 persons",
    "persons": "leave",
    "persons_why": "No high risk",
}


@pytest.fixture
def lost(mia):
    one = Incident(title="List sent to the wrong firm", aware_at=FRIDAY, nature=["disclosed"])
    return note_incident(one, by=mia, at=FRIDAY)


@pytest.fixture
def ann(ana):
    return edit(customer_at("ann.lee@x.example"), {"city": "Porto", "name": "Ann Lee"}, by=None, at=timezone.now())


@pytest.fixture
def bob(ana):
    return edit(customer_at("bob@x.example"), {"city": "Lisboa", "name": "Bob Ray"}, by=None, at=timezone.now())


def test_the_clock_runs_through_the_weekend(lost):
    assert lost.due_at == datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    assert lost.left(FRIDAY + timedelta(hours=70)) == timedelta(hours=2)
    assert not lost.is_late(lost.due_at)
    assert lost.is_late(lost.due_at + timedelta(seconds=1))


def test_telling_the_authority_stops_it_and_says_whether_that_was_in_time(lost, mia):
    told = tell_authority(lost, told_at=lost.due_at, by=mia, at=lost.due_at)
    assert told.clock_stopped
    assert not told.is_late(FRIDAY + timedelta(days=30))
    again = tell_authority(lost, told_at=FRIDAY + timedelta(days=9), by=mia, at=FRIDAY + timedelta(days=9))
    assert again.authority_told_at == lost.due_at
    late = Incident(aware_at=FRIDAY, authority_told_at=FRIDAY + timedelta(hours=73))
    assert late.is_late(FRIDAY + timedelta(hours=74))


def test_who_need_not_be_told_stops_it_too(lost, mia):
    left = decide(lost, DECISION | {"authority": "leave", "risk": "none"}, by=mia, at=FRIDAY)
    assert left.clock_stopped
    assert not left.is_late(FRIDAY + timedelta(days=30))


def test_whom_it_concerns_is_found_by_ids_as_far_as_one_may_see_them(lost, ann, bob, mia, nordics):
    edit(bob, {"team": "Nordics"}, by=None, at=timezone.now())
    whom = by_ids([ann.pk, bob.pk, 10**12], by=mia)
    assert sorted(whom.not_found) == sorted([bob.pk, 10**12])
    assert concern(lost, whom, by=mia, at=FRIDAY) == 1
    assert concern(lost, whom, by=mia, at=FRIDAY) == 0
    assert list(concerned(lost, reader=mia)) == [ann]


def test_whom_it_concerns_is_found_by_the_addresses_of_a_list_that_was_lost(signed_in, lost, ann, bob, mia, nordics):
    edit(bob, {"team": "Nordics"}, by=None, at=timezone.now())
    path = f"/govern/incidents/{lost.pk}/affected/"
    signed_in(mia).post(path, {"ids": "ANN.Lee@x.example; bob@x.example\nnobody@x.example"})
    assert list(concerned(lost, reader=mia)) == [ann]
    page = signed_in(mia).get(f"/govern/incidents/{lost.pk}/").text
    assert "3 e-mail addresses" in page
    assert "ann.lee@x.example" not in page.split("<main")[1]


def test_the_customers_page_leads_to_what_happened_to_their_data(signed_in, lost, ann, bob, mia, ana):
    concern(lost, by_ids([ann.pk], by=mia), by=mia, at=FRIDAY)
    link = f'href="/govern/incidents/{lost.pk}/"'
    assert link in signed_in(mia).get(f"/customers/{ann.pk}/panels/privacy/").text
    assert link not in signed_in(mia).get(f"/customers/{bob.pk}/panels/privacy/").text
    assert link not in signed_in(ana).get(f"/customers/{ann.pk}/panels/privacy/").text


def test_nothing_decided_is_no_decision(signed_in, lost, mia):
    answer = signed_in(mia).post(f"/govern/incidents/{lost.pk}/decision/", {})
    assert answer.status_code == 422
    assert "Nothing is decided yet" in answer.text


def test_whom_it_concerns_is_found_by_the_conditions_of_a_list(lost, ann, bob, mia):
    assert by_conditions("", by=mia) is None
    assert by_conditions("sort=name", by=mia) is None
    whom = by_conditions("city=Porto", by=mia)
    assert whom is not None
    assert "Porto" in whom.words
    concern(lost, whom, by=mia, at=FRIDAY)
    assert list(concerned(lost, reader=mia)) == [ann]


def test_somebody_of_another_team_counts_and_is_not_shown(signed_in, lost, ann, bob, mia, boss, nordics):
    edit(bob, {"team": "Nordics"}, by=None, at=timezone.now())
    concern(lost, by_ids([ann.pk, bob.pk], by=boss), by=boss, at=FRIDAY)
    page = signed_in(mia).get(f"/govern/incidents/{lost.pk}/").content.decode()
    assert "2 persons concerned" in page
    assert "You may see 1 of them." in page
    assert "Bob Ray" not in page


def test_a_merge_leads_the_incident_to_the_survivor(lost, ann, bob, mia):
    concern(lost, by_ids([bob.pk], by=mia), by=mia, at=FRIDAY)
    merge(ann, bob, by=mia, at=timezone.now())
    assert list(concerned(lost, reader=mia)) == [ann]
    assert list(by_ids([bob.pk], by=mia).customers) == [ann]


def test_it_is_found_in_the_browser_by_a_saved_view(signed_in, lost, ann, bob, mia):
    view = View.objects.create(listing="customers", name="Porto", state="city=Porto", owner=mia)
    client, path = signed_in(mia), f"/govern/incidents/{lost.pk}/affected/"
    assert client.post(path, {"view": view.pk, "ids": "1"}).status_code == 422
    assert client.post(path, {"ids": "one"}).status_code == 422
    assert client.post(path, {"address": "https://crm.example/customers/"}).status_code == 422
    view_of_nobody = View.objects.create(listing="customers", name="All", state="no-such=1", owner=mia)
    assert client.post(path, {"view": view_of_nobody.pk}).status_code == 422
    assert client.post(path, {"view": view.pk}).status_code == 302
    assert Affected.objects.get().member.customer == ann
    client.post(path, {"address": "https://crm.example/customers/?city=Lisboa"})
    assert Affected.objects.count() == 2


def test_it_closes_only_when_all_is_decided_and_the_authority_was_told(signed_in, lost, mia):
    client, path = signed_in(mia), f"/govern/incidents/{lost.pk}/"
    refused = client.post(f"{path}end/", {"lessons": "Check the list twice"})
    assert refused.status_code == 422
    assert "First weigh the risk" in refused.content.decode()
    assert client.post(f"{path}decision/", DECISION | {"authority_why": ""}).status_code == 422
    assert client.post(f"{path}decision/", DECISION).status_code == 302
    assert close_incident(lost, "Check twice", by=mia, at=FRIDAY) != ""
    client.post(f"{path}told/")
    client.post(f"{path}end/", {"lessons": "Check the list twice"})
    lost.refresh_from_db()
    assert (lost.lessons, lost.closed_at is not None) == ("Check the list twice", True)
    words = "\n".join(IncidentStep.objects.filter(incident=lost).values_list("words", flat=True))
    assert "About 40 persons" in words
    assert "Closed." in words


def test_the_drafts_say_what_the_register_knows(signed_in, lost, ann, mia):
    concern(lost, by_ids([ann.pk], by=mia), by=mia, at=FRIDAY)
    path = f"/govern/incidents/{lost.pk}/letters/"
    page = signed_in(mia).get(f"{path}authority/").content.decode()
    assert "List sent to the wrong firm" in page
    assert "About 1 person." in page
    assert signed_in(mia).get(f"{path}press/").status_code == 404
    client = signed_in(mia)
    assert "What it may mean for you" not in client.get(f"{path}persons/").content.decode()
    client.post(f"{path}persons/", {"subject": "Your data", "text": "We lost it."})
    assert "We lost it." in client.get(f"{path}persons/").content.decode()


def test_letters_to_the_persons_leave_through_the_gate_which_still_refuses(signed_in, lost, ann, bob, mia, run_jobs):
    account = MailAccount.objects.create(
        name="Us", address="us@x.example", scope=Scope.objects.get(pk=1), imap_host="127.0.0.1", imap_port=9
    )
    nobody = edit(customer_at("carl@x.example"), {"name": "Carl"}, by=None, at=timezone.now())
    Identifier.objects.filter(member__customer=nobody).delete()
    object_to("bob@x.example", evidence="Letter", by=None, at=timezone.now())
    concern(lost, by_ids([ann.pk, bob.pk, nobody.pk], by=mia), by=mia, at=FRIDAY)
    client, path = signed_in(mia), f"/govern/incidents/{lost.pk}/letters/"
    client.post(f"{path}persons/", {"subject": "Your data", "text": "We lost it."})
    assert client.post(path, {"account": 0}).status_code == 422
    client.post(path, {"account": account.pk})
    client.post(path, {"account": account.pk})
    assert "Letters are being written" in client.get(f"{path}progress/").content.decode()
    run_jobs()
    page = client.get(f"/govern/incidents/{lost.pk}/").content.decode()
    assert "2 letters to the gate." in page
    assert "to be told otherwise: 1" in page
    assert "Letters are being written" not in page
    client.post(path, {"account": account.pk})
    run_jobs()
    letters = {one.to[0]: one for one in Message.objects.all()}
    assert set(letters) == {"ann.lee@x.example", "bob@x.example"}
    assert letters["ann.lee@x.example"].purpose.code == "service"
    assert Affected.objects.filter(message=None).get().member.customer == nobody


def test_agents_see_no_incidents(signed_in, lost, ana):
    assert signed_in(ana).get("/govern/incidents/").status_code == 403
    assert signed_in(ana).get(f"/govern/incidents/{lost.pk}/").status_code == 403


def test_over_the_api_an_incident_is_noted_and_its_clock_told(mia):
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(mia, 'walk', [])}"})

    def post(path, given):
        return client.post(f"/api/v1/incidents{path}", json.dumps(given), "application/json")

    given = {"title": "Laptop gone", "nature": ["lost"], "aware_at": FRIDAY.isoformat()}
    assert post("", given | {"aware_at": "2999-01-01T00:00:00Z"}).status_code == 422
    made = post("", given).json()
    assert made["due_at"] == "2026-11-30T16:30:00Z"
    assert post(f"/{made['id']}/steps", {"words": "Locked it from afar"}).status_code == 201
    assert client.get("/api/v1/incidents").json()["items"][0]["title"] == "Laptop gone"
    assert Customer.objects.count() == 0


def test_what_the_list_does_not_know_is_refused_and_named(signed_in, lost, ann, bob, mia):
    client, path = signed_in(mia), f"/govern/incidents/{lost.pk}/affected/"
    for address in (
        "https://crm.example/customers/?city=Porto&shoe=44",
        "https://crm.example/customers/?city=Porto&created.sometime=1",
        "city=Porto&any1.shoe=44",
    ):
        refused = client.post(path, {"address": address})
        assert refused.status_code == 422
        assert "It asks for what is not known here" in refused.content.decode()
    gone = View.objects.create(listing="customers", name="Shoes", state="city=Porto&shoe=44", owner=mia)
    assert "shoe=44" in client.post(path, {"view": gone.pk}).content.decode()
    assert not Affected.objects.exists()
    usual = "city=Porto&sort=-name&columns=name,city&chart=city&after=x"
    assert client.post(path, {"address": usual}).status_code == 302
    assert Affected.objects.get().member.customer == ann


@pytest.fixture
def mailing(lost, mia):
    """Letters to seven persons, three at a time."""
    people = [customer_at(f"p{number}@x.example", f"Person {number}") for number in range(7)]
    concern(lost, by_ids([one.pk for one in people], by=mia), by=mia, at=FRIDAY)
    account = MailAccount.objects.create(
        name="Us", address="us@x.example", scope=Scope.objects.get(pk=1), imap_host="127.0.0.1", imap_port=9
    )
    draft = Notification(incident=lost, to="persons", subject="Your data", text="We lost it.")
    return order(lost, account, draft, total=7, by=mia, at=FRIDAY)


def test_all_of_them_are_written_to_batch_by_batch_and_a_cut_changes_nothing(mailing, lost, monkeypatch):
    monkeypatch.setattr(incident_letter, "BATCH", 3)
    assert put_on_their_way(mailing.pk, spell=-1)
    mailing.refresh_from_db()
    assert (mailing.written, mailing.percent, mailing.ended_at) == (3, 42, None)

    def cut(*_args, **_named):
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(Mailing, "save", cut)
        with pytest.raises(ConnectionError):
            put_on_their_way(mailing.pk, spell=9)
    assert Message.objects.count() == 3, "a batch that was cut off wrote nobody"
    assert not put_on_their_way(mailing.pk, spell=9)
    assert not put_on_their_way(mailing.pk, spell=9)
    mailing.refresh_from_db()
    assert (mailing.written, mailing.percent) == (7, 100)
    assert sorted(one.to[0] for one in Message.objects.all()) == [f"p{number}@x.example" for number in range(7)]
    assert IncidentStep.objects.filter(incident=lost, words="7 letters to the gate.").count() == 1


def test_who_ordered_the_letters_writes_in_the_words_of_then(mailing, lost, mia):
    Notification.objects.create(incident=lost, to="persons", subject="Changed", text="Changed.", by=mia)
    put_on_their_way(mailing.pk, spell=9)
    assert {one.subject for one in Message.objects.all()} == {"Your data"}


def test_who_became_one_person_since_gets_one_letter(mailing, mia):
    merge(Customer.objects.get(name="Person 0"), Customer.objects.get(name="Person 1"), by=mia, at=timezone.now())
    put_on_their_way(mailing.pk, spell=9)
    assert Message.objects.count() == 6
    assert not Affected.objects.filter(message=None).exists()
