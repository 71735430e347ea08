"""A call from its first ring to the timeline."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.customers.preference import Topic
from rapport.customers.wish import Said, wish
from rapport.journal.models import Event, Fact
from rapport.people.models import ApiToken
from rapport.telephony.models import Call, Extension
from rapport.telephony.touch import by_calls
from rapport.timeline.live import Watched
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
NUMBER = "+351 912 345 678"


@pytest.fixture
def marta(ana):
    return called("Marta", NUMBER)


def called(name, number):
    party = Party((Clue("email", f"{name.lower()}@x.example"), Clue("phone", number)))
    arrived = Inbound("mail", name, NOW, Channel.EMAIL, Direction.INBOUND, "mail", (party,), subject="Invoice 4711")
    made = Customer.objects.get(pk=receive([arrived], by=None, at=NOW)[0].customer_id)
    return edit(made, {"name": name}, by=None, at=NOW)


@pytest.fixture
def tell(client, boss):
    token = ApiToken.issue(boss, "pbx", ["telephony.report_call"])
    # By the clock of the test, not of the file: what rings does so for two minutes.
    began = timezone.now().replace(microsecond=0) - timedelta(minutes=5)

    def told(state, *, after=0, call="c1", **more):
        at = (began + timedelta(seconds=after)).isoformat()
        body = {"call_id": call, "state": state, "from": NUMBER, "to": "+351 210 000 100", "at": at, **more}
        head = {"Authorization": f"Bearer {token}"}
        return client.post("/api/v1/calls", json.dumps(body), "application/json", headers=head)

    return told


def rings_for(user, tell, **more):
    return tell("ringing", after=290, agent=user.email, **more)


@pytest.mark.req("K10")
def test_a_ringing_call_names_the_caller_and_the_last_contact_on_the_agents_screen_alone(
    ana, nils, marta, tell, signed_in
):
    assert rings_for(ana, tell).json()["agent"] == ana.email
    screen = signed_in(ana).get("/telephone/now/").content.decode()
    assert "Marta" in screen
    assert "Invoice 4711" in screen
    assert f"/customers/{marta.pk}/" in screen
    assert "Marta" not in signed_in(nils).get("/telephone/now/").content.decode()
    event = Event.objects.get(kind=Fact.CALLS_CHANGED)
    assert by_calls(event, Watched(frozenset(), frozenset({ana.pk, nils.pk}))).rung == {ana.pk}


@pytest.mark.req("K3")
def test_how_they_want_to_be_addressed_stands_beside_the_call(ana, marta, tell, signed_in):
    now = timezone.now()
    for topic, value in ((Topic.ADDRESS, "Dr. Leal"), (Topic.NOT_CHANNEL, "phone")):
        wish(marta, Said(topic, value, "in a letter"), by=ana, at=now)
    rings_for(ana, tell)
    browser = signed_in(ana)
    for page in ("/telephone/now/", f"/telephone/{Call.objects.get().pk}/"):
        told = browser.get(page).content.decode()
        assert "Address as <b>Dr. Leal</b>" in told, page
        assert "not by Phone" in told, page


def test_an_extension_leads_to_its_colleague_and_pages_open_only_for_whom_wants_it(ana, marta, tell, signed_in):
    browser = signed_in(ana)
    assert browser.post("/telephone/extension/", {"number": " 214 "}).status_code == 302
    assert tell("ringing", after=290, agent="214").json()["agent"] == ana.email
    assert "data-opens" not in browser.get("/telephone/now/").content.decode()
    Extension.objects.update(opens=True)
    assert f'data-opens="/customers/{marta.pk}/"' in browser.get("/telephone/now/").content.decode()


def test_an_extension_belongs_to_one_colleague(ana, nils, signed_in):
    Extension.objects.create(user=nils, number="214")
    assert signed_in(ana).post("/telephone/extension/", {"number": "214"}).status_code == 422


@pytest.mark.req("K10")
def test_an_ended_call_is_one_line_on_the_timeline_however_often_and_in_whatever_order_it_is_told(ana, marta, tell):
    for state, after in (("ringing", 0), ("answered", 10), ("ended", 130), ("ended", 130), ("ringing", 0)):
        answer = tell(state, after=after, agent=ana.email, recording="https://pbx.example/1" if after else "")
    assert answer.json()["state"] == "ended"
    line = Interaction.objects.get(channel="phone")
    assert (line.kind, line.direction, line.data) == (
        "call",
        "inbound",
        {"minutes": 2, "recording": "https://pbx.example/1"},
    )
    assert line.participations.get(main=True).member.customer == marta
    assert line.author == ana


def test_a_call_nobody_took_is_a_missed_one(ana, marta, tell):
    tell("ringing", agent=ana.email)
    tell("ended", after=30)
    assert Interaction.objects.get(channel="phone").kind == "missed call"


def test_an_unknown_number_founds_nobody_and_waits_for_somebody_who_knows(ana, tell, signed_in):
    rings_for(ana, tell)
    browser = signed_in(ana)
    screen = browser.get("/telephone/now/").content.decode()
    assert "/customers/new/?phones=%2B351%20912%20345%20678" in screen
    form = browser.get("/customers/new/", {"phones": NUMBER}).content.decode()
    assert NUMBER in form
    tell("ended", after=295)
    assert not Customer.objects.exists()
    line = Interaction.objects.unassigned().get()
    joao = called("Joao", "+351 911 111 111")
    call = Call.objects.get()
    browser.post(f"/telephone/{call.pk}/who/", {"customer": joao.pk})
    assert line.participations.get(main=True).member.customer == joao


def test_of_several_with_the_number_one_is_chosen_and_the_note_is_theirs(ana, tell, signed_in):
    one = called("Marta", "+351 800 200 300")
    other = called("Joao", "+351 800 200 300")
    rings_for(ana, tell, **{"from": "+351 800 200 300"})
    browser = signed_in(ana)
    screen = browser.get("/telephone/now/").content.decode()
    assert "Several have this number" in screen
    assert "Marta" in screen
    call = Call.objects.get()
    browser.post(f"/telephone/{call.pk}/who/", {"customer": other.pk})
    tell("answered", after=292)
    tell("ended", after=299)
    browser.post(f"/telephone/{call.pk}/note/", {"subject": "Opening hours", "text": "Told them."})
    line = Interaction.objects.get(channel="phone")
    assert (line.subject, line.text, line.data["minutes"]) == ("Opening hours", "Told them.", 1)
    assert line.participations.get(main=True).member.customer == other
    assert one.pk != other.pk
    assert browser.get("/telephone/now/").content.decode().strip() == ""


def test_a_program_that_tells_nonsense_is_told_so(tell):
    assert tell("rings").status_code == 422
    assert tell("ringing", recording="javascript:alert(1)").status_code == 422
    assert tell("ringing", agent="nobody", call="c2").json()["agent"] is None
