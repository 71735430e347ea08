"""The bell, the page of notices, following and mentioning in the browser and over the API."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.notices.models import Follow, Kind, Notice, Reminder
from rapport.notices.read import unread
from rapport.notices.tests.cast import customer, write
from rapport.people.models import ApiToken, User
from rapport.people.roles import BuiltIn

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def notices_for(user, number):
    now = timezone.now()
    for place in range(number):
        member = customer(f"Firm {Notice.objects.count()}").members.get()
        at = now - timedelta(minutes=place)
        Notice.objects.create(user=user, kind=Kind.HEARD, channel="email", member=member, at=at, first_at=at)


def api(user):
    token = ApiToken.issue(user, "test", [])
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_a_notice_leads_to_its_place_and_is_read_then(ana, mia, signed_in, run_jobs):
    aurora = customer()
    line = write(aurora, "@Ana Klein see here", by=mia)
    run_jobs()
    browser, one = signed_in(ana), Notice.objects.get(user=ana)
    assert "Mia Lopes mentions you at Aurora" in browser.get("/").text
    assert browser.get(f"/notices/{one.pk}/").headers["Location"] == f"/customers/{aurora.pk}/#i{line}"
    assert unread(ana) == 0
    browser.post(f"/notices/{one.pk}/mark/")
    assert unread(ana) == 1
    answer = browser.post("/notices/read/", headers=HX)
    assert (answer.status_code, unread(ana)) == (204, 0)
    assert "notices:changed" in answer.headers["HX-Trigger"]


def test_nobody_opens_or_settles_notices_of_others(ana, mia, signed_in, run_jobs):
    write(customer(), "@Ana Klein see here", by=mia)
    run_jobs()
    one = Notice.objects.get(user=ana)
    for browser in (signed_in(mia), signed_in(User.objects.create(email="b@x.example", role_id=BuiltIn.ADMINISTRATOR))):
        assert browser.get(f"/notices/{one.pk}/").status_code == 404
        assert browser.post(f"/notices/{one.pk}/mark/").status_code == 404
        assert "mentions you" not in browser.get("/notices/").text
    api(mia).post("/api/v1/notices/read", json.dumps({"ids": [one.pk]}), "application/json")
    assert unread(ana) == 1


def test_pages_cost_the_same_with_one_notice_or_thirty(ana, signed_in):
    browser = signed_in(ana)

    def cost(path):
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    notices_for(ana, 1)
    paths = ("/", "/notices/", "/notices/newest/", "/notices/bell/", "/reminders/", "/quick/?path=/")
    few = [cost(path) for path in paths]
    notices_for(ana, 30)
    for number in range(30):
        member = customer(f"Reminded {number}").members.get()
        Reminder.objects.create(user=ana, at=timezone.now(), member=member)
    assert [cost(path) for path in paths] == few


def test_the_bell_counts_no_further_than_it_shows(ana):
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(user=ana, kind=Kind.REMINDER, at=now, first_at=now, reminder=Reminder.objects.create(user=ana, at=now))
        for _ in range(120)
    )
    assert unread(ana) == 99


def test_only_those_who_see_the_customer_are_offered(ana, nils, mia, boss, signed_in):
    aurora = customer(team="Iberia")
    offered = signed_in(ana).get(f"/customers/{aurora.pk}/colleagues/").text
    assert [name in offered for name in ("Ana Klein", "Mia Lopes", "Bea Boss", "Nils Berg")] == [True] * 3 + [False]
    assert "Ana Klein" not in signed_in(ana).get(f"/customers/{aurora.pk}/colleagues/?q=lop").text
    assert signed_in(nils).get(f"/customers/{aurora.pk}/colleagues/").status_code == 404
    User.objects.create(email="second@x.example", name="Mia Lopes", role_id=BuiltIn.AGENT, team=mia.team)
    assert 'data-name="second@x.example"' in signed_in(ana).get(f"/customers/{aurora.pk}/colleagues/?q=mia").text


def test_a_customer_is_followed_and_muted_by_one_button(ana, signed_in):
    aurora = customer()
    browser = signed_in(ana)
    here = {**HX, "HX-Current-URL": f"http://testserver/customers/{aurora.pk}/?log=call"}
    assert 'aria-pressed="true"' in browser.post(f"/customers/{aurora.pk}/follow/", headers=here).text
    assert Follow.objects.get().muted_at is None
    assert "Aurora" in browser.get("/follows/").text
    browser.post(f"/customers/{aurora.pk}/follow/")
    assert Follow.objects.get().muted_at


def test_a_note_marks_whom_it_speaks_to_and_stays_harmless(ana, mia, signed_in):
    aurora = customer()
    mia.name = "Mia <b>"
    mia.save()
    write(aurora, "Hello @Mia <b> & @nobody <script>", by=ana)
    page = signed_in(ana).get(f"/customers/{aurora.pk}/").text
    assert '<span class="mention">@Mia &lt;b&gt;</span> &amp; @nobody &lt;script&gt;' in page


def test_programs_read_follow_and_set_reminders(ana, mia, run_jobs):
    aurora, client = customer(), api(ana)
    run_jobs()
    answer = client.put(f"/api/v1/customers/{aurora.pk}/follow", json.dumps({"follow": True}), "application/json")
    assert answer.json() == {"customer_id": aurora.pk, "follow": True, "because": "chosen"}
    assert client.get("/api/v1/follows").json()["items"][0]["customer_id"] == aurora.pk
    write(aurora, "@Ana Klein see here", by=mia)
    run_jobs()
    (told,) = client.get("/api/v1/notices?kind=mention").json()["items"]
    assert (told["title"], told["customer_id"]) == ("Mia Lopes mentions you at Aurora", aurora.pk)
    read = client.post("/api/v1/notices/read", json.dumps({"ids": [told["id"]]}), "application/json")
    assert read.json()["unread"] == 0
    wanted = {"at": "2126-01-01T09:00:00Z", "customer_id": aurora.pk, "note": "Ask"}
    made = client.post("/api/v1/reminders", json.dumps(wanted), "application/json").json()
    assert made["title"] == "Ask (Aurora)"
    moved = client.patch(
        f"/api/v1/reminders/{made['id']}", json.dumps({"at": "2020-01-01T00:00:00Z"}), "application/json"
    )
    assert (moved.status_code, moved.json()["detail"]) == (422, "at: That is over already.")
    assert client.delete(f"/api/v1/reminders/{made['id']}").status_code == 204
    assert client.get("/api/v1/reminders").json() == {"items": []}


def test_pins_are_bounded_and_said_so(ana, signed_in, monkeypatch):
    monkeypatch.setattr("rapport.agenda.models.Pin.MOST", 2)
    browser, client = signed_in(ana), api(ana)
    aurora, boreal = customer(), customer("Boreal")
    browser.post(f"/customers/{aurora.pk}/pin/")
    assert (
        "Pinned"
        in browser.post("/pins/", {"path": "/customers/?tag=vip", "title": "VIPs"}, headers=HX).headers["HX-Trigger"]
    )
    full = browser.post(f"/customers/{boreal.pk}/pin/", headers=HX)
    assert "You have 2 pins" in full.headers["HX-Trigger"]
    assert client.post("/api/v1/pins", json.dumps({"customer_id": boreal.pk}), "application/json").status_code == 409
    assert [one["title"] for one in client.get("/api/v1/pins").json()["items"]] == ["Aurora", "VIPs"]
    offered = browser.get(f"/quick/?path=/customers/{boreal.pk}/edit/").text
    assert "VIPs" in offered
    assert "Merge with another record" in offered
    for path in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        answer = browser.post("/pins/", {"path": path, "title": "Evil"}, headers=HX)
        assert "Only a page of Rapport" in answer.headers["HX-Trigger"]


def test_the_palette_offers_only_what_one_may_do_and_see(ana, nils, rita, signed_in):
    aurora = customer(team="Iberia")
    path = f"/quick/?path=/customers/{aurora.pk}/"
    assert "Log call" in signed_in(ana).get(path).text
    assert "Log call" not in signed_in(rita).get(path).text
    assert "Aurora" not in signed_in(nils).get(path).text
    for odd in ("", "/nowhere/", "//x", "/customers/99999999999999999999/", "http://[", "%00"):
        assert signed_in(ana).get("/quick/", {"path": odd}).status_code == 200
