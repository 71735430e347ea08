"""Somebody's own calendar at a real Radicale: both sides follow each other, whatever happens in whatever order."""

from datetime import UTC, timedelta

import icalendar
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapport.agenda.models import Task
from rapport.calendars import sync as syncing
from rapport.calendars.busy import busy_of
from rapport.calendars.cancel import cancel, restore
from rapport.calendars.choose_side import choose_side
from rapport.calendars.connect import connect, disconnect, look
from rapport.calendars.models import BusyTime, Kind, Meeting, OwnCalendar, OwnEntry
from rapport.calendars.plan import Wish, change, plan
from rapport.channels import caldav
from rapport.channels.caldav import Account, DavError
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.people.models import ApiToken
from rapport.timeline.receive import receive
from tools import radicale

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(radicale.missing(), reason="no Radicale here")]
NOW = timezone.now().replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOMORROW = NOW + DAY


@pytest.fixture(scope="module")
def server():
    with radicale.running() as running:
        yield running


@pytest.fixture(autouse=True)
def may_ask(settings, tmp_path):
    settings.OUTBOUND_ALLOW, settings.HOME = ["127.0.0.1"], tmp_path


@pytest.fixture
def there(server, request):
    """An empty calendar: its name on the server."""
    name = f"c{abs(hash(request.node.nodeid)) % 10**9}"
    server.make(name, "Work")
    return name


def account(server, address="", secret=radicale.PASSWORD):
    return Account(address or server.address, radicale.USER, secret)


def connected(server, there, user):
    found = look(account(server, f"{server.address}/{radicale.USER}/{there}/"))
    return connect(account(server), found[0], by=user, at=NOW)


@pytest.fixture
def calendar(server, there, ana):
    return connected(server, there, ana)


@pytest.fixture
def marta():
    clue = Clue("email", "marta@x.example")
    arrived = Inbound("mail", "1", NOW, Channel.EMAIL, Direction.INBOUND, "mail", (Party((clue,), name="Marta"),))
    return Customer.objects.get(pk=receive([arrived], by=None, at=NOW)[0].customer_id)


def sync(calendar):
    OwnCalendar.objects.filter(pk=calendar.pk).update(next_at=NOW)
    assert syncing.sync(calendar.pk, at=timezone.now())
    calendar.refresh_from_db()
    assert calendar.trouble == ""


def planned(ana, title="Renewal", begin=TOMORROW, key="1", **more):
    wish = Wish(Kind.MEETING, title, begin, begin + HOUR, key, **more)
    return plan(wish, customers=[], colleagues=[ana], by=ana, at=NOW)


def changed(meeting, ana, at=None, **more):
    meeting.refresh_from_db()
    usual = {name: getattr(meeting, name) for name in ("title", "starts_at", "ends_at", "place", "note")}
    said = {**usual, **more}
    wish = Wish(
        Kind.MEETING, said["title"], said["starts_at"], said["ends_at"], "x", place=said["place"], note=said["note"]
    )
    return change(meeting, wish, customers=[], colleagues=[ana], by=ana, at=at or timezone.now())


def entry(uid="a", title="Theirs", begin=TOMORROW, *more):
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}"),
        *(f"DTSTART:{begin.astimezone(UTC):%Y%m%dT%H%M%SZ}", "DURATION:PT1H", "DTSTAMP:20260101T000000Z", *more),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    return "\r\n".join(lines)


WITH_MARTA = "ATTENDEE;CN=Marta:mailto:marta@x.example"


def event(server, there, name):
    (found,) = icalendar.Calendar.from_ical(server.get(f"{there}/{name}")).walk("VEVENT")
    return found


def edited(server, there, name, **more):
    """Changed behind our back, as a calendar program does: everything else stays."""
    calendar = icalendar.Calendar.from_ical(server.get(f"{there}/{name}"))
    (found,) = calendar.walk("VEVENT")
    for key, value in more.items():
        found.pop(key, None)
        found.add(key, value)
        if key == "dtstart":
            for other in ("dtend", "duration"):
                found.pop(other, None)
            found.add("dtend", value + HOUR)
    server.put(f"{there}/{name}", calendar.to_ical().decode())


@pytest.mark.req("A4")
def test_the_calendars_of_an_account_are_found_and_tasks_are_none(server, there):
    server.make(f"{there}-tasks", "To do", "VTODO")
    found = {one.address.rstrip("/").rsplit("/", 1)[-1]: one.name for one in look(account(server))}
    assert found[there] == "Work"
    assert f"{there}-tasks" not in found
    with pytest.raises(DavError, match="401"):
        look(account(server, secret="wrong"))


def test_nobody_is_asked_inside_our_own_walls(server, settings):
    settings.OUTBOUND_ALLOW = []
    for address in (server.address, "https://127.0.0.1/", "https://169.254.169.254/"):
        with pytest.raises(DavError, match=r"not_public|address"):
            look(account(server, address))


@pytest.mark.req("A4")
def test_what_is_planned_moved_and_cancelled_here_follows_there(server, there, calendar, ana):
    meeting = planned(ana, place="Room 1", note="Bring the cups")
    sync(calendar)
    (name,) = server.names(there)
    found = event(server, there, name)
    told = (found["SUMMARY"], found["LOCATION"], found["DESCRIPTION"], found["DTSTART"].dt)
    assert told == ("Renewal", "Room 1", "Bring the cups", TOMORROW)
    changed(meeting, ana, title="Renewed", starts_at=TOMORROW + HOUR, ends_at=TOMORROW + 2 * HOUR)
    sync(calendar)
    found = event(server, there, name)
    assert (found["SUMMARY"], found["DTSTART"].dt) == ("Renewed", TOMORROW + HOUR)
    meeting.refresh_from_db()
    cancel(meeting, by=ana, at=NOW)
    sync(calendar)
    assert server.names(there) == []
    restore(meeting, by=ana, at=NOW)
    sync(calendar)
    assert server.names(there) == [name]
    sync(calendar)
    assert Meeting.objects.count() == OwnEntry.objects.count() == 1


def test_it_goes_out_at_once_by_the_job_and_only_once(server, there, calendar, ana, run_jobs):
    planned(ana)
    run_jobs()
    assert len(server.names(there)) == 1
    assert not syncing.hasten([Meeting.objects.get().pk], at=timezone.now())


@pytest.mark.req("A4")
def test_what_is_moved_there_is_moved_here_by_its_host(server, there, calendar, ana):
    meeting = planned(ana)
    sync(calendar)
    (name,) = server.names(there)
    edited(server, there, name, summary="Moved", dtstart=TOMORROW + 3 * HOUR)
    sync(calendar)
    meeting.refresh_from_db()
    assert (meeting.title, meeting.starts_at, meeting.ends_at) == ("Moved", TOMORROW + 3 * HOUR, TOMORROW + 4 * HOUR)
    assert meeting.sequence == 1
    sync(calendar)
    meeting.refresh_from_db()
    assert meeting.sequence == 1


@pytest.mark.req("A4")
def test_what_is_made_there_with_a_customer_is_a_meeting_and_the_rest_keeps_busy(server, there, calendar, ana, marta):
    server.put(f"{there}/a.ics", entry("a", "With Marta", TOMORROW, WITH_MARTA))
    server.put(f"{there}/b.ics", entry("b", "Dentist", TOMORROW + 2 * HOUR, "CLASS:PRIVATE"))
    server.put(f"{there}/c.ics", entry("c", "Free", TOMORROW + 4 * HOUR, "TRANSP:TRANSPARENT"))
    sync(calendar)
    meeting = Meeting.objects.get()
    assert (meeting.title, meeting.guests.get().member.customer, meeting.hosts.get().user) == ("With Marta", marta, ana)
    busy = BusyTime.objects.get()
    assert (busy.title, busy.private, busy.starts_at) == ("Dentist", True, TOMORROW + 2 * HOUR)
    spans = busy_of(ana.pk, NOW, NOW + 9 * DAY)
    assert spans == [(TOMORROW, TOMORROW + HOUR), (TOMORROW + 2 * HOUR, TOMORROW + 3 * HOUR)]
    changed(meeting, ana, note="Ask about cork")
    sync(calendar)
    found = event(server, there, "a.ics")
    assert (found["DESCRIPTION"], str(found["ATTENDEE"])) == ("Ask about cork", "mailto:marta@x.example")
    server.delete(f"{there}/a.ics")
    server.delete(f"{there}/b.ics")
    sync(calendar)
    assert Meeting.objects.get().cancelled_at
    assert not BusyTime.objects.exists()


def test_of_what_is_private_others_learn_only_that_somebody_is_busy(server, there, calendar, ana, boss):
    server.put(f"{there}/b.ics", entry("b", "Dentist", TOMORROW, "CLASS:PRIVATE"))
    sync(calendar)
    mine, theirs = Client(), Client()
    mine.force_login(ana)
    theirs.force_login(boss)
    assert "Dentist" in mine.get("/calendars/own/").content.decode()
    for path in ("/calendars/own/", "/meetings/", "/calendars/", "/search/?q=dentist"):
        assert "Dentist" not in theirs.get(path, follow=True).content.decode()
    assert not BusyTime.objects.visible_to(boss).exists()
    assert busy_of(ana.pk, NOW, NOW + 9 * DAY)


@pytest.mark.req("A4")
def test_parts_that_do_not_clash_go_both_ways_and_what_clashes_is_asked_and_kept(server, there, calendar, ana):
    meeting = planned(ana)
    sync(calendar)
    (name,) = server.names(there)
    changed(meeting, ana, title="Here", note="Mine")
    edited(server, there, name, summary="There", location="Room 7")
    sync(calendar)
    meeting.refresh_from_db()
    found = event(server, there, name)
    assert (meeting.title, meeting.place, meeting.note) == ("Here", "Room 7", "Mine")
    assert (found["SUMMARY"], found["LOCATION"], found["DESCRIPTION"]) == ("There", "Room 7", "Mine")
    asked = OwnEntry.objects.get()
    assert asked.clash == {"title": ["Here", "There"]}
    assert Task.objects.get().assignee == ana
    sync(calendar)
    assert Task.objects.count() == 1
    assert choose_side(asked, "there", part="title", at=NOW)
    sync(calendar)
    meeting.refresh_from_db()
    assert (meeting.title, event(server, there, name)["SUMMARY"]) == ("There", "There")
    assert OwnEntry.objects.get().clash == {}
    assert not choose_side(asked, "here", part="title", at=NOW)


def test_a_clash_can_also_end_as_it_is_here(server, there, calendar, ana):
    meeting = planned(ana)
    sync(calendar)
    (name,) = server.names(there)
    changed(meeting, ana, starts_at=TOMORROW + HOUR, ends_at=TOMORROW + 2 * HOUR)
    edited(server, there, name, dtstart=TOMORROW + 5 * HOUR)
    sync(calendar)
    assert choose_side(OwnEntry.objects.get(), "here", part="time", at=NOW)
    sync(calendar)
    assert event(server, there, name)["DTSTART"].dt == TOMORROW + HOUR


@pytest.mark.req("A4")
@pytest.mark.parametrize(("side", "left", "cancelled"), [("again", 1, False), ("cancel", 0, True)])
def test_what_was_planned_here_and_deleted_there_is_asked(server, there, calendar, ana, side, left, cancelled):
    meeting = planned(ana)
    sync(calendar)
    server.delete(f"{there}/{server.names(there)[0]}")
    sync(calendar)
    sync(calendar)
    meeting.refresh_from_db()
    assert (meeting.cancelled_at, server.names(there)) == (None, [])
    assert Task.objects.count() == 1
    assert choose_side(OwnEntry.objects.get(), side, at=NOW)
    sync(calendar)
    meeting.refresh_from_db()
    assert (len(server.names(there)), meeting.cancelled_at is not None) == (left, cancelled)


def test_a_series_is_followed_and_its_exceptions_too(server, there, calendar, ana, marta):
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    server.put(f"{there}/s.ics", entry("s", "Weekly", TOMORROW, rule, WITH_MARTA))
    server.put(f"{there}/o.ics", entry("o", "Sport", TOMORROW + 2 * HOUR, rule))
    sync(calendar)
    assert Meeting.objects.planned().count() == BusyTime.objects.count() == 3
    server.put(f"{there}/s.ics", entry("s", "Weekly", TOMORROW, "RRULE:FREQ=WEEKLY;COUNT=2", WITH_MARTA))
    sync(calendar)
    assert Meeting.objects.planned().count() == 2
    server.delete(f"{there}/s.ics")
    server.delete(f"{there}/o.ics")
    sync(calendar)
    assert (Meeting.objects.planned().count(), BusyTime.objects.count()) == (0, 0)


def test_whoever_dies_between_writing_and_noting_has_nothing_twice(server, there, calendar, ana):
    meeting = planned(ana)
    sync(calendar)
    OwnEntry.objects.all().delete()
    sync(calendar)
    assert len(server.names(there)) == OwnEntry.objects.filter(meeting=meeting).count() == 1
    OwnCalendar.objects.update(token="gone with the wind")
    edited(server, there, server.names(there)[0], summary="After")
    sync(calendar)
    meeting.refresh_from_db()
    assert (meeting.title, OwnEntry.objects.count()) == ("After", 1)


def test_let_go_and_connected_anew_nothing_is_doubled(server, there, calendar, ana, marta):
    planned(ana)
    server.put(f"{there}/a.ics", entry("a", "With Marta", TOMORROW, WITH_MARTA))
    sync(calendar)
    disconnect(calendar)
    sync(connected(server, there, ana))
    assert (Meeting.objects.count(), len(server.names(there)), OwnEntry.objects.count()) == (2, 2, 2)
    assert OwnEntry.objects.asking().count() == 0


def test_two_colleagues_in_one_meeting_each_have_it_and_hear_of_the_others_change(server, there, calendar, ana, boss):
    server.make(f"{there}-2", "Other")
    other = connected(server, f"{there}-2", boss)
    wish = Wish(Kind.MEETING, "Both", TOMORROW, TOMORROW + HOUR, "b")
    plan(wish, customers=[], colleagues=[ana, boss], by=ana, at=NOW)
    for one in (calendar, other):
        sync(one)
    (name,) = server.names(f"{there}-2")
    edited(server, f"{there}-2", name, summary="Moved by Bea")
    for one in (other, calendar):
        sync(one)
    assert event(server, there, server.names(there)[0])["SUMMARY"] == "Moved by Bea"


def test_a_server_that_is_gone_is_told_and_tried_later_and_later(server, calendar, monkeypatch):
    calendar.address = "http://127.0.0.1:9/ana/x/"
    calendar.save()
    assert syncing.sync(calendar.pk, at=NOW)
    calendar.refresh_from_db()
    assert (calendar.trouble, calendar.tries, calendar.failing_since) == ("unreachable", 1, NOW)
    assert syncing.sync(calendar.pk, at=calendar.next_at)
    calendar.refresh_from_db()
    assert calendar.next_at - NOW > 2 * syncing.SOONEST
    assert not syncing.sync(calendar.pk, at=NOW)


def test_without_sync_collection_the_etags_are_compared(server, there, calendar, ana, monkeypatch):
    """As with servers that know no sync-token."""
    monkeypatch.setattr(caldav, "SINCE", "<nothing/>")
    meeting = planned(ana)
    sync(calendar)
    assert calendar.token == ""
    (name,) = server.names(there)
    edited(server, there, name, summary="Moved")
    sync(calendar)
    meeting.refresh_from_db()
    assert meeting.title == "Moved"
    server.delete(f"{there}/{name}")
    sync(calendar)
    assert OwnEntry.objects.get().gone_at


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), st.integers(0, 2)),
        st.tuples(st.just("make"), st.integers(0, 2)),
        st.tuples(st.just("here"), st.integers(0, 5), st.sampled_from(["title", "time", "place", "note"])),
        st.tuples(st.just("there"), st.integers(0, 5), st.sampled_from(["title", "time", "place", "note"])),
        st.tuples(st.just("cancel"), st.integers(0, 5)),
        st.tuples(st.just("delete"), st.integers(0, 5)),
        st.tuples(st.just("sync")),
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.req("A4")
@settings(
    max_examples=25, deadline=None, phases=[Phase.generate], derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(deeds=DEEDS, side=st.sampled_from(["here", "there"]))
def test_after_any_edits_in_any_order_both_sides_say_the_same_and_nothing_is_doubled(
    server, ana, marta, django_db_blocker, deeds, side
):
    RUN.append(1)
    name = f"random{len(RUN)}"
    server.make(name, "Random")
    Meeting.objects.all().delete()
    OwnCalendar.objects.all().delete()
    calendar = connected(server, name, ana)
    for number, deed in enumerate(deeds):
        done(deed, number, server, name, calendar, ana)
    for _round in range(3):
        sync(calendar)
        for one in OwnEntry.objects.asking():
            for part in list(one.clash):
                choose_side(one, side, part=part, at=NOW)
            if one.gone_at:
                choose_side(one, {"here": "again", "there": "cancel"}[side], at=NOW)
    sync(calendar)
    here = sorted(said(one.title, one.starts_at, one.place, one.note) for one in Meeting.objects.planned())
    found = [event(server, name, one) for one in server.names(name)]
    there = sorted(
        said(one["SUMMARY"], one["DTSTART"].dt, one.get("LOCATION", ""), one.get("DESCRIPTION", "")) for one in found
    )
    assert here == there
    assert len({str(one["UID"]) for one in found}) == len(found)


RUN: list[int] = []


def said(title, begin, place, note):
    return str(title), begin.astimezone(UTC).isoformat(), str(place), str(note)


def done(deed, number, server, name, calendar, ana):
    """One edit on one side; of what is not there, nothing."""
    kind, *rest = deed
    begin = TOMORROW + timedelta(minutes=number)
    if kind == "sync":
        sync(calendar)
    elif kind == "plan":
        planned(ana, f"Planned {rest[0]}", begin, f"k{rest[0]}")
    elif kind == "make":
        server.put(f"{name}/m{rest[0]}.ics", entry(f"m{rest[0]}", f"Made {number}", begin, WITH_MARTA))
    elif kind in {"here", "cancel"}:
        meetings = list(Meeting.objects.planned().order_by("pk"))
        if rest[0] < len(meetings) and kind == "cancel":
            cancel(meetings[rest[0]], by=ana, at=NOW)
        elif rest[0] < len(meetings):
            value = {"starts_at": begin, "ends_at": begin + HOUR} if rest[1] == "time" else {rest[1]: f"here {number}"}
            changed(meetings[rest[0]], ana, **value)
    else:
        names = server.names(name)
        if rest[0] < len(names) and kind == "delete":
            server.delete(f"{name}/{names[rest[0]]}")
        elif rest[0] < len(names):
            keys = {"title": "summary", "time": "dtstart", "place": "location", "note": "description"}
            value = begin.astimezone(UTC) if rest[1] == "time" else f"there {number}"
            edited(server, name, names[rest[0]], **{keys[rest[1]]: value})


def test_an_account_is_tested_chosen_and_its_password_never_shown(server, there, ana, client):
    server.make(f"{there}-b", "Private")
    client.force_login(ana)
    form = {"server": server.address, "login": radicale.USER, "secret": radicale.PASSWORD}
    wrong = client.post("/calendars/own/connect/", {**form, "secret": "wrong", "test": "1"})
    assert wrong.status_code == 422
    tried = client.post("/calendars/own/connect/", {**form, "test": "1"}).content.decode()
    assert "It works" in tried
    assert radicale.PASSWORD not in tried
    assert '<select name="calendar"' in tried
    assert not OwnCalendar.objects.exists()
    kept = tried.split('name="kept" value="')[1].split('"')[0]
    chosen = f"{server.address}/{radicale.USER}/{there}/"
    made = client.post("/calendars/own/connect/", {**form, "secret": "", "kept": kept, "calendar": chosen})
    assert made.headers["Location"] == "/calendars/own/"
    calendar = OwnCalendar.objects.get()
    assert (calendar.name, calendar.address) == ("Work", chosen)
    assert radicale.PASSWORD.encode() not in bytes(calendar.sealed)
    assert radicale.PASSWORD not in client.get("/calendars/own/connect/").content.decode()
    assert client.post("/calendars/own/sync/").status_code == 302
    assert client.post("/calendars/own/disconnect/").status_code == 302
    assert client.get("/calendars/own/").headers["Location"] == "/calendars/own/connect/"


def test_pages_and_api_tell_how_it_goes_and_take_what_is_chosen(server, there, calendar, ana, nils, client):
    meeting = planned(ana)
    sync(calendar)
    edited(server, there, server.names(there)[0], summary="There")
    changed(meeting, ana, title="Here")
    sync(calendar)
    client.force_login(ana)
    page = client.get("/calendars/own/").content.decode()
    assert "As in my calendar" in page
    head = {"headers": {"Authorization": f"Bearer {ApiToken.issue(ana, 'x', [])}"}}
    (asked,) = client.get("/api/v1/own-calendar", **head).json()["questions"]
    assert asked["differences"] == [{"part": "title", "here": "Here", "there": "There"}]
    path = f"/api/v1/own-calendar/questions/{asked['id']}"
    theirs = {"headers": {"Authorization": f"Bearer {ApiToken.issue(nils, 'x', [])}"}}
    assert client.post(path, {"side": "here", "part": "title"}, "application/json", **theirs).status_code == 404
    assert client.post(path, {"side": "again"}, "application/json", **head).status_code == 422
    done_ = client.post(path, {"side": "here", "part": "title"}, "application/json", **head).json()
    assert done_["questions"] == []
    assert client.post("/api/v1/own-calendar/sync", {}, "application/json", **head).status_code == 200
    sync(calendar)
    assert event(server, there, server.names(there)[0])["SUMMARY"] == "Here"


def test_a_hostile_server_leads_nowhere_else_and_costs_no_entity(server, ana):
    with pytest.raises(DavError, match="elsewhere"):
        caldav.on_same("https://a.example/cal/", "https://b.example/cal/x.ics")
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><d:multistatus xmlns:d="DAV:"><d:response>&a;</d:response></d:multistatus>'
    with pytest.raises(caldav.DefusedXmlException):
        caldav.fromstring(bomb)
    inside = "https://a.example/cal/"
    assert caldav.is_inside(inside, "/cal/x.ics")
    assert not any(caldav.is_inside(inside, path) for path in ("/cal/", "/other/x.ics", "/cal/sub/x.ics", "/cal/../x"))
