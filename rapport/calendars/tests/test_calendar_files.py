"""Calendars of others, from a file to the timeline: every entry accounted for, a later word changes, nothing doubles."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rapport.calendars import run as room
from rapport.calendars.hold import hold
from rapport.calendars.models import Meeting, Reading, ReadingLine, SubscribedCalendar
from rapport.calendars.plan import Wish, change, plan
from rapport.calendars.planned import planned_with
from rapport.calendars.run import run
from rapport.calendars.settle import settle
from rapport.calendars.start import start
from rapport.calendars.subscribe import Wish as Address
from rapport.calendars.subscribe import subscribe
from rapport.calendars.why import why_entry
from rapport.channels.calendar.happening import NoCalendarError
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON, LATELY = NOW + 3 * DAY, NOW - 3 * DAY


@pytest.fixture
def marta():
    clue = Clue("email", "marta@x.example")
    arrived = Inbound("mail", "1", NOW, Channel.EMAIL, Direction.INBOUND, "mail", (Party((clue,), name="Marta"),))
    return Customer.objects.get(pk=receive([arrived], by=None, at=NOW)[0].customer_id)


def stamp(moment):
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def entry(*more, uid="1", begin=SOON, title="Renewal", people=("marta@x.example",), sequence=0):
    lines = (
        *("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", f"SEQUENCE:{sequence}"),
        *((f"DTSTART:{stamp(begin)}", f"DTEND:{stamp(begin + HOUR)}") if begin else ()),
        *(f"ATTENDEE;CN=Somebody:mailto:{one}" for one in people),
        *(*more, "END:VEVENT"),
    )
    return "\r\n".join(lines)


def calendar(*entries, head=""):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *([head] if head else []), *entries, "END:VCALENDAR", ""])


@pytest.fixture
def bring(tmp_path, ana):
    def brought(*entries, by=ana, newcomers=False, content=None, head=""):
        path = tmp_path / f"{Reading.objects.count()}.ics"
        path.write_bytes(content or calendar(*entries, head=head).encode())
        return run(start(path, path.name, newcomers=newcomers, by=by, at=NOW, defer=False).pk)

    return brought


def outcomes(reading):
    return [(line.outcome, line.reason) for line in reading.lines.order_by("number")]


def on_timeline(customer):
    return Interaction.objects.filter(participations__member__customer=customer, source="calendar").distinct()


def with_them(customer, reader):
    members = list(customer.members.values_list("pk", flat=True))
    return [line.meeting for line in planned_with(members, reader=reader, at=NOW)]


@pytest.mark.req("K10")
def test_what_is_to_come_is_planned_and_what_was_stands_on_the_timeline_of_whoever_took_part(bring, marta, ana):
    people = ("marta@x.example", ana.email, "nobody@else.example")
    reading = bring(entry(people=people), entry(uid="2", begin=LATELY, title="Call about the roof", people=people))
    (planned,) = with_them(marta, ana)
    assert (planned.title, planned.starts_at, planned.is_planned) == ("Renewal", SOON, True)
    assert [host.user for host in planned.hosts.all()] == [ana]
    (line,) = on_timeline(marta)
    assert (line.subject, line.at, line.channel, line.data["minutes"]) == ("Call about the roof", LATELY, "phone", 60)
    assert (reading.state, reading.entries, reading.taken) == ("done", 2, 2)
    assert not Identifier.objects.filter(value__contains="nobody@else").exists()


@pytest.mark.req("K10")
def test_every_entry_is_accounted_for_with_its_reason(bring, marta, ana):
    reading = bring(
        entry(),
        entry(uid="own", people=(ana.email,)),
        entry(uid="alone", people=()),
        entry(uid="strange", people=("somebody@else.example",)),
        entry("CLASS:PRIVATE", uid="private", title="Doctor"),
        entry(uid="dateless", begin=None),
        entry("RRULE:FREQ=YEARLY;UNTIL=19990101T000000Z", uid="old", begin=datetime(1990, 1, 1, tzinfo=UTC)),
        "BEGIN:VTODO\r\nUID:todo\r\nSUMMARY:Buy bread\r\nEND:VTODO",
        entry("DTSTART;TZID=Middle Earth:20260101T100000", uid="zone", begin=None),
        entry(uid="meeting-7@rapport"),
    )
    assert outcomes(reading) == [
        ("taken", ""),
        ("own", ""),
        ("own", "nobody"),
        ("stranger", ""),
        ("private", ""),
        ("refused", "no date"),
        ("outside", ""),
        ("other", "vtodo"),
        ("refused", "zone"),
        ("known", "ours"),
    ]
    assert reading.entries == 10
    assert not ReadingLine.objects.filter(title="Doctor").exists()


def test_people_whom_nobody_knows_become_customers_only_where_that_is_wanted(bring, ana):
    bring(entry(people=("new@else.example", "info@else.example")))
    assert not Customer.objects.exists()
    reading = bring(entry(people=("new@else.example", ana.email)), newcomers=True)
    assert outcomes(reading) == [("taken", "")]
    assert [one.name for one in Customer.objects.all()] == ["Somebody"]


@pytest.mark.req("K10")
def test_a_later_file_moves_a_meeting_and_an_earlier_one_does_not(bring, marta, ana, nils):
    bring(entry(sequence=1))
    moved = bring(entry(sequence=2, begin=SOON + DAY), by=nils)
    (meeting,) = with_them(marta, ana)
    assert (outcomes(moved), meeting.starts_at) == ([("taken", "")], SOON + DAY)
    assert outcomes(bring(entry(sequence=1))) == [("known", "older")]
    assert outcomes(bring(entry(sequence=2, begin=SOON + DAY), by=nils)) == [("known", "")]
    assert [one.starts_at for one in with_them(marta, ana)] == [SOON + DAY]


def test_what_is_changed_here_stays_until_the_calendar_says_something_new(bring, marta, ana):
    bring(entry())
    (meeting,) = with_them(marta, ana)
    wish = Wish("meeting", "Renewal, with cake", SOON, SOON + HOUR, "")
    change(meeting, wish, customers=[marta], colleagues=[ana], by=ana, at=NOW)
    bring(entry())
    assert [one.title for one in with_them(marta, ana)] == ["Renewal, with cake"]
    bring(entry(title="Renewal in Porto", sequence=1))
    assert [one.title for one in with_them(marta, ana)] == ["Renewal in Porto"]


@pytest.mark.parametrize("word", ["STATUS:CANCELLED", "METHOD"])
def test_what_is_called_off_is_cancelled_and_can_come_back(bring, marta, ana, word):
    bring(entry())
    gone = entry(sequence=1) if word == "METHOD" else entry(word, sequence=1)
    reading = bring(gone, head="METHOD:CANCEL" if word == "METHOD" else "")
    assert (outcomes(reading), with_them(marta, ana)) == ([("cancelled", "")], [])
    bring(entry(sequence=2))
    assert len(with_them(marta, ana)) == 1


def test_a_meeting_that_was_held_and_is_called_off_afterwards_says_so_on_the_timeline(bring, marta):
    bring(entry(begin=LATELY))
    bring(entry("STATUS:CANCELLED", begin=LATELY, sequence=1))
    (line,) = on_timeline(marta)
    assert line.kind == "cancelled meeting"


@pytest.mark.req("K10")
def test_a_series_is_each_of_its_times_and_one_of_them_may_be_moved_or_left_out(bring, marta, ana):
    rule = "RRULE:FREQ=WEEKLY;COUNT=4"
    out = f"EXDATE:{stamp(SOON + 14 * DAY)}"
    apart = entry(f"RECURRENCE-ID:{stamp(SOON + 7 * DAY)}", begin=SOON + 8 * DAY, title="Renewal, a day later")
    for entries in ([apart, entry(rule, out)], [entry(rule, out), apart]):
        bring(*entries)
        found = [(one.title, one.starts_at - SOON) for one in with_them(marta, ana)]
        assert found == [("Renewal", 0 * DAY), ("Renewal, a day later", 8 * DAY), ("Renewal", 21 * DAY)]
    shorter = bring(entry("RRULE:FREQ=WEEKLY;COUNT=2", sequence=1))
    assert outcomes(shorter) == [("taken", "")]
    assert [one.starts_at - SOON for one in with_them(marta, ana)] == [0 * DAY, 8 * DAY]


def test_a_single_meeting_that_becomes_a_series_does_not_stand_there_twice(bring, marta, ana):
    bring(entry())
    bring(entry("RRULE:FREQ=DAILY;COUNT=2", sequence=1))
    assert [one.starts_at for one in with_them(marta, ana)] == [SOON, SOON + DAY]
    bring(entry(sequence=2))
    assert [one.starts_at for one in with_them(marta, ana)] == [SOON]


def test_an_endless_series_ends_a_year_ahead_and_goes_on_when_it_is_read_again(bring, marta):
    reading = bring(entry("RRULE:FREQ=MONTHLY", begin=NOW - 3000 * DAY))
    begins = sorted(Meeting.objects.values_list("starts_at", flat=True))
    assert NOW - 5 * 367 * DAY < begins[0] < begins[-1] < NOW + 367 * DAY
    assert reading.times == len(begins) > 60


def test_a_weekly_meeting_keeps_its_hour_when_the_clocks_change(bring, marta):
    lines = ("DTSTART;TZID=W. Europe Standard Time:20260323T100000", "RRULE:FREQ=WEEKLY;COUNT=2", "DURATION:PT45M")
    bring(entry(*lines, begin=None))
    assert [stamp(one) for one in Meeting.objects.order_by("starts_at").values_list("starts_at", flat=True)] == [
        "20260323T090000Z",
        "20260330T080000Z",
    ]
    assert {one.ends_at - one.starts_at for one in Meeting.objects.all()} == {timedelta(minutes=45)}


def test_a_zone_that_only_the_file_describes_is_followed_wherever_it_stands(bring, marta):
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:20000101T000000\r\n"
        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    bring(entry("DTSTART;TZID=Ours:20260105T120000", begin=None), zone)
    assert [stamp(one.starts_at) for one in Meeting.objects.all()] == ["20260105T090000Z"]


def test_whole_days_are_those_of_whose_calendar_it_is(bring, marta, ana):
    ana.time_zone = "Pacific/Auckland"
    ana.save()
    bring(entry("DTSTART;VALUE=DATE:20260106", "DTEND;VALUE=DATE:20260108", begin=None))
    meeting = Meeting.objects.get()
    assert (meeting.whole_day, stamp(meeting.starts_at)) == (True, "20260105T110000Z")
    assert meeting.ends_at - meeting.starts_at == 2 * DAY


def test_what_is_over_is_on_the_timeline_without_anybody_saying_so(bring, marta, ana):
    bring(entry())
    assert settle(at=NOW) == 0
    assert settle(at=SOON + 2 * HOUR) == 1
    assert settle(at=SOON + 2 * HOUR) == 0
    (line,) = on_timeline(marta)
    hold(Meeting.objects.get(), "Signed.", by=ana, at=NOW)
    assert on_timeline(marta).get(pk=line.pk).text == "Signed."


def test_meetings_planned_here_are_nobody_elses_to_change(bring, marta, ana):
    meeting = plan(Wish("meeting", "Mine", SOON, SOON + HOUR, "k"), customers=[marta], colleagues=[ana], by=ana, at=NOW)
    assert outcomes(bring(entry(uid=meeting.uid, title="Theirs", sequence=9))) == [("known", "ours")]
    assert [one.title for one in with_them(marta, ana)] == ["Mine"]


def test_knowing_the_name_of_an_entry_is_not_enough_to_change_what_one_may_not_see(bring, marta, ana, nils):
    bring(entry(people=("marta@x.example", ana.email)))
    edit(marta, {"team": ana.team.name}, by=None, at=NOW)
    reading = bring(entry(title="Theirs", sequence=9), by=nils)
    assert outcomes(reading) == [("known", "hidden")]
    assert [one.title for one in with_them(marta, ana)] == ["Renewal"]


def test_a_reading_that_was_killed_goes_on_behind_what_is_in(bring, marta, ana, tmp_path, monkeypatch):
    monkeypatch.setattr("rapport.calendars.run.BATCH", 2)
    path = tmp_path / "long.ics"
    path.write_text(calendar(*(entry(uid=str(number)) for number in range(5))))
    reading = start(path, "long.ics", newcomers=False, by=ana, at=NOW, defer=False)
    taking = {"left": 2}

    def cut_short(*args, **named):
        taking["left"] -= 1
        if taking["left"] < 0:
            raise KeyboardInterrupt
        return real(*args, **named)

    real = room.take
    monkeypatch.setattr(room, "take", cut_short)
    with pytest.raises(KeyboardInterrupt):
        run(reading.pk)
    monkeypatch.setattr(room, "take", real)
    done = run(reading.pk)
    assert (done.state, done.entries, done.taken, Meeting.objects.count()) == ("done", 5, 5, 5)


def why(words, reader):
    return [(cause.about, cause.text) for cause in why_entry(words, reader)]


@pytest.mark.req("K10")
def test_asked_why_an_entry_is_not_here_the_newest_reading_tells(bring, marta, ana, mia, nils, signed_in):
    stranger = entry(uid="strange", title="Tasting in Lyon", people=("somebody@else.example",))
    bring(stranger)
    reading = bring(entry(), stranger, entry("CLASS:PRIVATE", uid="private", title="Doctor"))
    assert why("tasting", ana) == why("strange", ana) == [("Tasting in Lyon", "With nobody known.")]
    assert why("private", ana) == [("private", "Marked as private.")]
    assert why("Doctor", ana) == why("tasting", nils) == []
    page = signed_in(ana).get("/search/why/", {"q": "tasting"}).content.decode()
    assert f"/calendars/readings/{reading.pk}/?outcome=stranger&amp;after=1" in page
    assert "Tasting in Lyon" in signed_in(ana).get(why_entry("tasting", ana)[0].url).content.decode()


@pytest.mark.req("K10")
def test_an_unreadable_calendar_of_ones_own_is_named_where_no_entry_is_known(bring, ana, nils):
    broken = subscribe(Address("https://calendar.invalid/secret.ics", "Travels"), by=ana, at=NOW)
    SubscribedCalendar.objects.filter(pk=broken.pk).update(trouble="404", failing_since=NOW)
    told = "It can't be read, so what stands in it is not here: There is no calendar at this address any more."
    assert why("Tasting", ana) == [("Travels", told)]
    assert why("Tasting", nils) == why("somebody@else.example", ana) == why("4711", ana) == []


HOSTILE = {
    "every second": (entry("RRULE:FREQ=SECONDLY", uid="bad"), ("refused", "often")),
    "a day that never comes": (entry("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid="bad"), ("refused", "rule")),
    "never within a week": (entry("RRULE:FREQ=WEEKLY;BYYEARDAY=366;BYSETPOS=9", uid="bad"), ("refused", "rule")),
    "each second of a day": (
        entry(f"RRULE:FREQ=DAILY;BYSECOND={','.join(map(str, range(60)))}", uid="bad"),
        ("refused", "rule"),
    ),
    "an interval of nothing": (entry("RRULE:FREQ=DAILY;INTERVAL=0", uid="bad"), ("refused", "rule")),
    "a crowd": (
        entry(uid="bad", people=tuple(f"p{number}@x.example" for number in range(600))),
        ("refused", "crowd"),
    ),
    "a huge line": (entry(f"DESCRIPTION:{'a' * 3_000_000}", uid="bad"), ("taken", "")),
    "many lines": (entry(*["DESCRIPTION:" + "a" * 900] * 2_000, uid="bad"), ("refused", "large")),
    "an attached film": (entry("ATTACH;ENCODING=BASE64:" + ("A" * 70 + "\r\n ") * 50_000, uid="bad"), ("taken", "")),
    "nesting": (entry(*["BEGIN:X"] * 50, *["END:X"] * 50, uid="bad"), ("refused", "nested")),
    "nul bytes": (entry("LOCATION:Room\0 7", uid="bad"), ("taken", "")),
    "the end of time": (
        entry("DTSTART:99991231T235959Z", "DURATION:P9999W", uid="bad", begin=None),
        ("refused", "date"),
    ),
    "a zone that changes every second": (
        "BEGIN:VTIMEZONE\r\nTZID:Bomb\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        + entry("DTSTART;TZID=Bomb:20260105T120000", uid="bad", begin=None),
        ("refused", "zone"),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_entry_costs_only_itself(bring, marta, name):
    bad, wanted = HOSTILE[name]
    reading = bring(entry(uid="first"), bad, entry(uid="last"))
    assert outcomes(reading) == [("taken", ""), wanted, ("taken", "")]


def test_an_entry_that_never_ends_is_told(bring, marta):
    whole = calendar(entry(uid="first"), "BEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:Endless").encode()
    assert outcomes(bring(content=whole)) == [("taken", ""), ("refused", "never closed")]


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "empty"), (b"\0\0\n", "empty"), (b"Name,E-mail\n", "not a calendar")]
)
def test_what_is_no_calendar_is_refused_at_the_door(bring, content, why):
    with pytest.raises(NoCalendarError, match=why):
        bring(content=content or b" ")


def test_a_file_of_two_gigabytes_is_refused_unread(bring, tmp_path, ana):
    path = tmp_path / "huge.ics"
    with path.open("wb") as content:
        content.truncate(2 * 1024**3)
    with pytest.raises(NoCalendarError, match="large"):
        start(path, "huge.ics", newcomers=False, by=ana, at=NOW, defer=False)
    assert not Reading.objects.exists()


def test_reading_a_long_calendar_asks_no_more_of_the_database_for_each_entry(
    bring, marta, django_assert_max_num_queries
):
    with django_assert_max_num_queries(60):
        read = bring(*(entry(uid=str(number), begin=LATELY) for number in range(90)))
    assert outcomes(read) == [("taken", "")] * 90
