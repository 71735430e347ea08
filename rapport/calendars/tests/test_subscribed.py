"""Calendars at an address, read by the clock; the command, the API and the pages of calendars of others."""

import json
import threading
from argparse import Namespace
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.calendars import command
from rapport.calendars.models import Meeting, Reading, SubscribedCalendar
from rapport.calendars.subscribe import Wish, address_of, look_at_due, now, subscribe, unsubscribe
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.people.models import ApiToken
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def marta():
    clue = Clue("email", "marta@x.example")
    arrived = Inbound("mail", "1", NOW, Channel.EMAIL, Direction.INBOUND, "mail", (Party((clue,), name="Marta"),))
    return Customer.objects.get(pk=receive([arrived], by=None, at=NOW)[0].customer_id)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def calendar(*entries):
    return "\r\n".join(["BEGIN:VCALENDAR", *entries, "END:VCALENDAR", ""])


def entry(uid="1", begin=NOW + DAY, who="marta@x.example"):
    times = (f"DTSTART:{begin.astimezone(UTC):%Y%m%dT%H%M%SZ}", "DURATION:PT1H")
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", *times, "SUMMARY:Renewal", f"ATTENDEE:mailto:{who}", "END:VEVENT"]
    )


@pytest.fixture
def server(settings):
    """A calendar at an address, and how often it was asked for."""

    class Served(BaseHTTPRequestHandler):
        def do_GET(self):
            served.asked.append(self.headers.get("If-None-Match", ""))
            same = served.etag and self.headers.get("If-None-Match") == served.etag
            body = b"" if same else served.body
            self.send_response(304 if same else served.status)
            if served.etag:
                self.send_header("ETag", served.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said):
            """Say nothing."""

    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    served = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    served.asked, served.etag, served.status, served.body = [], "", 200, calendar(entry()).encode()
    served.address = f"http://127.0.0.1:{served.server_port}/secret.ics"
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


def planned():
    return [one.uid for one in Meeting.objects.planned().order_by("uid")]


def state():
    return SubscribedCalendar.objects.get()


@pytest.mark.req("K10")
def test_a_subscribed_calendar_is_read_by_the_clock_and_what_vanishes_from_it_is_cancelled(server, ana, run_jobs):
    subscribe(Wish(server.address), by=ana, at=NOW)
    assert b"secret" not in bytes(state().sealed)
    assert address_of(state()) == server.address
    server.body = calendar(entry("1"), entry("2")).encode()
    assert look_at_due(at=NOW) == 1
    run_jobs()
    assert planned() == ["1", "2"]
    assert look_at_due(at=NOW + HOUR / 2) == 0
    server.body = calendar(entry("2"), entry("3")).encode()
    look_at_due(at=NOW + HOUR)
    run_jobs()
    assert planned() == ["2", "3"]
    server.body = calendar(entry("1"), entry("2"), entry("3")).encode()
    look_at_due(at=NOW + 2 * HOUR)
    run_jobs()
    assert planned() == ["1", "2", "3"]


def test_a_calendar_that_says_nothing_new_is_not_read_again(server, ana, run_jobs):
    server.etag = '"one"'
    subscribe(Wish(server.address), by=ana, at=NOW)
    for hours in range(3):
        look_at_due(at=NOW + hours * HOUR)
        run_jobs()
    assert server.asked == ["", '"one"', '"one"']
    assert Reading.objects.count() == 1
    now(state(), at=NOW + 3 * HOUR)
    look_at_due(at=NOW + 3 * HOUR)
    assert Reading.objects.count() == 2


@pytest.mark.parametrize(("status", "body", "why"), [(404, b"", "404"), (200, b"<html>", "not a calendar")])
def test_what_can_not_be_read_says_why_and_is_tried_again_less_and_less_often(server, ana, status, body, why):
    subscribe(Wish(server.address), by=ana, at=NOW)
    server.status, server.body = status, body
    look_at_due(at=NOW)
    assert (state().trouble, state().failing_since, state().next_at) == (why, NOW, NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=5)
    look_at_due(at=later)
    assert (state().tries, state().next_at, state().failing_since) == (2, later + timedelta(minutes=10), NOW)
    server.status, server.body = 200, calendar(entry()).encode()
    look_at_due(at=NOW + HOUR)
    assert (state().trouble, state().tries, state().read_at) == ("", 0, NOW + HOUR)


def test_only_public_servers_are_asked(ana, settings):
    settings.OUTBOUND_ALLOW = []
    subscribe(Wish("webcal://127.0.0.1/x.ics"), by=ana, at=NOW)
    look_at_due(at=NOW)
    assert state().trouble == "not_public"


def test_a_calendar_that_is_let_go_cancels_what_is_to_come_and_comes_back_when_it_is_read_again(server, ana, run_jobs):
    subscribe(Wish(server.address), by=ana, at=NOW)
    look_at_due(at=NOW)
    run_jobs()
    unsubscribe(state(), by=ana, at=NOW)
    assert (planned(), look_at_due(at=NOW + DAY)) == ([], 0)
    now(state(), at=NOW)
    look_at_due(at=NOW)
    run_jobs()
    assert planned() == ["1"]


def test_in_the_browser_a_calendar_is_tried_out_subscribed_to_and_never_shown_again(server, client, ana, run_jobs):
    client.force_login(ana)
    tried = client.post(
        "/calendars/subscribe/", {"address": server.address, "test": "1"}, headers={"HX-Request": "true"}
    )
    assert b"1 entries" in tried.content
    assert not SubscribedCalendar.objects.exists()
    wrong = client.post("/calendars/subscribe/", {"address": "file:///etc/passwd"})
    assert (wrong.status_code, b"This is no address of a calendar" in wrong.content) == (422, True)
    made = client.post("/calendars/subscribe/", {"address": server.address, "name": "Travels"})
    look_at_due(at=timezone.now())
    run_jobs()
    page = client.get(made.headers["Location"])
    assert b"Up to date" in page.content
    assert b"Renewal" in page.content
    assert b"secret.ics" not in page.content + client.get("/calendars/").content
    assert client.post("/calendars/subscribe/", {"address": server.address}).status_code == 422


def test_a_calendar_file_comes_in_on_its_own_page_and_where_tables_come_in(client, boss, run_jobs):
    client.force_login(boss)
    for address, uid in (("/calendars/files/", "1"), ("/imports/new/", "2")):
        upload = SimpleUploadedFile("trips.ics", calendar(entry(uid)).encode(), "text/calendar")
        made = client.post(address, {"file": upload})
        run_jobs()
        page = client.get(made.headers["Location"])
        assert b"Renewal" in page.content
    assert planned() == ["1", "2"]
    for address in ("/calendars/files/", "/imports/new/"):
        broken = client.post(address, {"file": SimpleUploadedFile("trips.ics", b"no calendar at all")})
        assert (broken.status_code, b"This is no calendar" in broken.content) == (422, True)


@pytest.mark.parametrize("address", ["/calendars/", "/calendars/readings/{reading}/", "/calendars/{calendar}/"])
def test_pages_of_calendars_cost_the_same_for_one_entry_or_twenty(server, client, ana, run_jobs, address):
    client.force_login(ana)
    counts = []
    for number in (1, 20):
        server.body = calendar(*(entry(f"{number}-{one}") for one in range(number))).encode()
        made = subscribe(Wish(f"{server.address}?{number}"), by=ana, at=NOW)
        look_at_due(at=NOW)
        run_jobs()
        reading = Reading.objects.newest_first().first()
        client.get("/profile/")
        with CaptureQueriesContext(connection) as asked:
            client.get(address.format(reading=reading.pk, calendar=made.pk))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_command_takes_a_folder_and_accounts_for_every_entry(tmp_path, ana, capsys):
    folder = tmp_path / "calendars"
    folder.mkdir()
    (folder / "a.ics").write_text(calendar(entry("1"), entry("2", who="nobody@else.example")))
    (folder / "b.ics").write_text(calendar("BEGIN:VEVENT\r\nUID:3\r\nSUMMARY:When?\r\nEND:VEVENT"))
    (folder / "c.ics").write_text("nothing")
    options = Namespace(file=folder, of=ana.email, newcomers=False, json=True)
    assert command.run(options) == command.SOME_REFUSED
    said = capsys.readouterr()
    counts = json.loads(said.out)
    assert (counts["files"], counts["files refused"], counts["entries"]) == (3, 1, 3)
    assert (counts["taken"], counts["stranger"], counts["refused"], counts["meetings"]) == (1, 1, 1, 1)
    assert "b.ics, entry 1: It does not say when it begins. When?" in said.err
    assert "c.ics: This is no calendar" in said.err
    assert command.run(Namespace(file=folder, of="nobody@x.example", newcomers=False, json=True)) == command.NOT_STARTED


@pytest.fixture
def api(client, ana):
    token = ApiToken.issue(ana, "calendar", ["calendars.bring_calendar", "calendars.view_meeting"])

    def ask(method, path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        return client.generic(method, f"/api/v1{path}", json.dumps(body or {}), "application/json", headers=headers)

    return ask


@pytest.mark.req("K10")
def test_over_the_api_a_calendar_is_sent_in_and_each_entry_told(api, run_jobs):
    made = api(
        "POST", "/calendar-files", {"name": "trips.ics", "content": calendar(entry(), entry("2", who="x@y.example"))}
    )
    assert made.status_code == 201
    run_jobs()
    reading = api("GET", f"/calendar-readings/{made.json()['id']}").json()
    assert (reading["state"], reading["entries"], reading["outcomes"]["taken"]) == ("done", 2, 1)
    page = api("GET", f"/calendar-readings/{reading['id']}/entries?limit=1").json()
    assert (page["items"][0]["outcome"], page["next"]) == ("taken", 1)
    (meeting,) = api("GET", "/meetings").json()["items"]
    assert page["items"][0]["meeting_id"] == meeting["id"]
    broken = api("POST", "/calendar-files", {"content": "no calendar"})
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (422, "#/content")


def test_over_the_api_a_calendar_is_subscribed_to_and_let_go(api, server, run_jobs):
    made = api("POST", "/calendars", {"address": server.address, "name": "Travels"})
    assert (made.status_code, "secret" in made.content.decode()) == (201, False)
    look_at_due(at=timezone.now())
    run_jobs()
    (listed,) = api("GET", "/calendars").json()["items"]
    assert (listed["name"], listed["trouble"], listed["active"]) == ("Travels", "", True)
    assert api("DELETE", f"/calendars/{listed['id']}").status_code == 204
    assert planned() == []
    assert api("POST", f"/calendars/{listed['id']}/read").json()["active"] is True
    assert api("POST", "/calendars", {"address": "gopher://x"}).status_code == 422
