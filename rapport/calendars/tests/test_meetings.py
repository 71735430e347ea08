"""A meeting from its plan to the timeline."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.calendars.cancel import cancel, restore
from rapport.calendars.hold import hold
from rapport.calendars.models import Meeting
from rapport.calendars.plan import Wish, change, plan
from rapport.calendars.planned import planned_for, planned_with
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.people.models import ApiToken
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


def customer(name, team=""):
    clue = Clue("email", f"{name.lower()}@x.example")
    arrived = Inbound("mail", name, NOW, Channel.EMAIL, Direction.INBOUND, "mail", (Party((clue,)),))
    made = Customer.objects.get(pk=receive([arrived], by=None, at=NOW)[0].customer_id)
    return edit(made, {"name": name, "team": team}, by=None, at=NOW)


def wish(title="Renewal", start=NOW + HOUR, key="k1", **more):
    return Wish("meeting", title, start, start + HOUR, key, **more)


def planned(by, *customers, **more):
    return plan(wish(**more), customers=customers, colleagues=[by], by=by, at=NOW)


def members(one):
    return list(one.members.values_list("pk", flat=True))


def on_timeline(one):
    return Interaction.objects.filter(participations__member__customer=one, channel="visit").distinct()


@pytest.mark.req("K10")
def test_a_planned_meeting_stands_with_the_customer_and_in_the_day_of_those_who_take_part(ana, nils):
    marta = customer("Marta")
    planned(ana, marta)
    (line,) = planned_with(members(marta), reader=ana, at=NOW)
    assert (line.meeting.title, line.customers, line.colleagues) == ("Renewal", (marta,), (ana,))
    assert [one.meeting for one in planned_for(ana, at=NOW)] == [line.meeting]
    assert planned_for(nils, at=NOW) == []
    assert not on_timeline(marta).exists()


def test_the_same_form_sent_twice_plans_once(ana):
    marta = customer("Marta")
    assert planned(ana, marta) == planned(ana, marta)
    assert Meeting.objects.count() == 1


@pytest.mark.req("K10")
def test_a_held_meeting_is_one_line_on_the_timeline_of_every_customer_of_it(ana):
    marta, joao = customer("Marta"), customer("Joao")
    meeting = hold(planned(ana, marta, joao), "Signed.", by=ana, at=NOW)
    (line,) = on_timeline(marta)
    assert list(on_timeline(joao)) == [line]
    assert (line.kind, line.subject, line.text, line.data["minutes"]) == ("meeting", "Renewal", "Signed.", 60)
    assert Participation.objects.filter(interaction=line, clue_value=ana.email, member=None).exists()
    assert planned_for(ana, at=NOW) == []
    hold(meeting, "Signed and sealed.", by=ana, at=NOW)
    (line,) = on_timeline(marta)
    assert (line.text, line.version) == ("Signed and sealed.", 2)


def test_moving_a_meeting_keeps_its_guests_and_counts_for_calendars(ana):
    marta, joao = customer("Marta"), customer("Joao")
    meeting = planned(ana, marta)
    moved = change(meeting, wish(start=NOW + 3 * HOUR), customers=[marta, joao], colleagues=[ana], by=ana, at=NOW)
    assert (moved.starts_at, moved.sequence) == (NOW + 3 * HOUR, 1)
    assert set(planned_with(members(joao), reader=ana, at=NOW)[0].customers) == {marta, joao}


def test_a_cancelled_meeting_is_gone_until_that_is_taken_back_and_can_not_be_held(ana):
    marta = customer("Marta")
    meeting = planned(ana, marta)
    cancel(meeting, by=ana, at=NOW)
    assert planned_with(members(marta), reader=ana, at=NOW) == []
    hold(meeting, "", by=ana, at=NOW)
    assert not on_timeline(marta).exists()
    restore(meeting, by=ana, at=NOW)
    assert len(planned_with(members(marta), reader=ana, at=NOW)) == 1


@pytest.mark.req("G5")
def test_a_meeting_with_anothers_customer_is_not_found_and_their_name_is_not_told(ana, nils, signed_in):
    ours, theirs = customer("Marta", "Iberia"), customer("Sven", "Nordics")
    secret = planned(nils, theirs)
    both = planned(nils, ours, theirs, key="k2")
    browser = signed_in(ana)
    assert browser.get(f"/meetings/{secret.pk}/").status_code == 404
    page = browser.get(f"/meetings/{both.pk}/").content.decode()
    assert "Marta" in page
    assert "Sven" not in page


def test_changing_a_meeting_does_not_put_out_guests_one_may_not_see(ana, nils, signed_in):
    ours, theirs = customer("Marta", "Iberia"), customer("Sven", "Nordics")
    both = planned(nils, ours, theirs)
    sent = {"key": "7f1d7a0e-0f5c-4b7c-9a0e-6f2f0a1b2c3d", "kind": "meeting", "title": "Other", "day": "2030-01-02"}
    signed_in(ana).post(f"/meetings/{both.pk}/edit/", {**sent, "customers": [ours.pk], "colleagues": [nils.pk]})
    assert Meeting.objects.get().title == "Other"
    assert {guest.member.customer for guest in both.guests.all()} == {ours, theirs}


def test_the_form_plans_in_the_readers_zone_and_says_what_is_missing(ana, signed_in):
    marta = customer("Marta")
    ana.time_zone = "America/New_York"
    ana.save()
    browser = signed_in(ana)
    sent = {"key": "7f1d7a0e-0f5c-4b7c-9a0e-6f2f0a1b2c3d", "kind": "call", "title": "", "day": "2030-07-01"}
    assert browser.post("/meetings/new/", sent).status_code == 422
    browser.post("/meetings/new/", {**sent, "title": "Ring", "hour": "09:00", "minutes": "30", "customers": [marta.pk]})
    meeting = Meeting.objects.get()
    assert (meeting.starts_at.isoformat(), meeting.kind) == ("2030-07-01T13:00:00+00:00", "call")
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=30)


def test_programs_plan_move_hold_and_cancel(client, ana, nils):
    marta = customer("Marta", "Iberia")
    keys = {one: {"Authorization": f"Bearer {ApiToken.issue(one, 'x', [])}"} for one in (ana, nils)}

    def ask(method, path, body=None, who=ana):
        answer = client.generic(method, f"/api/v1/meetings{path}", body or "", "application/json", headers=keys[who])
        return answer.status_code, answer.json()

    body = f'{{"title": "Visit", "starts_at": "2030-01-02T09:00:00Z", "customers": [{marta.pk}], "key": "a"}}'
    status, made = ask("POST", "", body)
    assert (status, made["state"], made["colleagues"]) == (201, "planned", [ana.email])
    assert ask("POST", "", body)[1]["id"] == made["id"]
    assert ask("POST", "", body, nils)[0] == 422
    path = f"/{made['id']}"
    _status, moved = ask("PATCH", path, '{"starts_at": "2030-01-03T09:00:00Z"}')
    assert moved["ends_at"] == "2030-01-03T10:00:00Z"
    assert ask("PATCH", path, '{"title": "Mine"}', nils)[0] == 404
    assert ask("POST", f"{path}/hold", '{"result": "Good"}')[1]["state"] == "held"
    assert ask("POST", f"{path}/cancel")[1]["state"] == "held"
    assert [one["id"] for one in ask("GET", f"?customer_id={marta.pk}&state=held")[1]["items"]] == [made["id"]]
    assert ask("GET", "", who=nils)[1]["items"] == []
