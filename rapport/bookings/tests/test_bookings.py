"""A guest books a time by a link, moves it, lets it go; two at once; what is refused; who sees what."""

import threading
from datetime import timedelta
from urllib.parse import quote

import icalendar
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.bookings import ask
from rapport.bookings.book import Asked, BookingError, book, cancel, move
from rapport.bookings.links import address_for, address_of, token_of
from rapport.bookings.models import Booking, BookingLink, span_of
from rapport.bookings.offer import free_times
from rapport.bookings.tell import tell
from rapport.calendars.cancel import cancel as call_off
from rapport.calendars.models import Kind, Meeting
from rapport.calendars.plan import Wish, plan, reschedule
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.channels.models import MailAccount
from rapport.consent.models import Message
from rapport.customers.models import Customer
from rapport.people.models import ApiToken
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import Lead
from rapport.sales.shape_leads import begin_sources
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive
from rapport.ui import callers

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ALWAYS = [[["00:00", "23:59"]]] * 7


@pytest.fixture(autouse=True)
def fresh_buckets(settings, tmp_path):
    settings.HOME = tmp_path
    callers.BUCKETS.empty()


@pytest.fixture(autouse=True)
def account(db):
    return MailAccount.objects.create(name="Aurora", address="hello@aurora.example", smtp_host="127.0.0.1")


@pytest.fixture
def link(ana):
    return BookingLink.objects.create(
        user=ana, title="A first talk", hours=ALWAYS, minutes=30, notice_hours=2, place="https://video.example/ana"
    )


def now():
    return timezone.now()


def soonest(link):
    """The first free time that is still free when the clock has gone on a little."""
    return free_times(link, now=now() + timedelta(minutes=5))[0]


def asked(link, begin=None, nonce="1", email="marta@x.example", **more):
    return Asked(nonce, begin or soonest(link), "Marta Leal", email, zone="Europe/Lisbon", **more)


def page_of(link, **query):
    words = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
    return f"/book/{link.slug}/?{words}"


def token(link, monkeypatch):
    """One that was shown long enough ago."""
    monkeypatch.setattr(ask, "QUICKEST", -1)
    return ask.new_token(link)


def filled(link, monkeypatch, **other):
    usual = {
        "at": soonest(link).isoformat(),
        "name": "Marta Leal",
        "email": "marta@x.example",
        "words": "Cork floors",
        "zone": "Europe/Berlin",
        "language": "de",
        "token": token(link, monkeypatch),
    }
    return {**usual, **other}


@pytest.mark.req("A4")
def test_a_guest_becomes_a_customer_with_a_meeting_a_line_and_a_confirmation(client, link, ana, monkeypatch, run_jobs):
    sent = client.post(f"/book/{link.slug}/", filled(link, monkeypatch))
    assert sent.status_code == 302
    booking = Booking.objects.get()
    meeting, customer = booking.meeting, Customer.objects.get()
    assert (customer.name, meeting.hosts.get().user, meeting.guests.get().member.customer) == (
        "Marta Leal",
        ana,
        customer,
    )
    assert Interaction.objects.get(kind="form").text == "Cork floors"
    run_jobs()
    guest = Message.objects.get(to=["marta@x.example"])
    assert (guest.purpose.code, guest.member.customer, guest.subject) == (
        "service",
        customer,
        "Gebucht: A first talk mit Ana Klein",
    )
    file = guest.enclosures.get().file
    (event,) = icalendar.Calendar.from_ical(file.path.read_bytes()).walk("VEVENT")
    assert (event["UID"], event["DTSTART"].dt) == (f"meeting-{meeting.pk}@rapport", meeting.starts_at)
    assert Message.objects.get(reader=ana).subject == "Marta Leal booked “A first talk”"
    page = client.get(sent.headers["Location"]).content.decode()
    assert "Es ist gebucht" in page
    assert "Europe/Berlin" in page
    assert token_of(booking) not in guest.text


def test_the_same_form_sent_twice_is_one_booking(client, link, monkeypatch):
    form = filled(link, monkeypatch)
    first, second = (client.post(f"/book/{link.slug}/", form).headers["Location"] for _ in range(2))
    assert Booking.objects.count() == Meeting.objects.count() == 1
    assert first.partition("?")[0].startswith("/booked/")
    assert second.startswith("/booked/")


@pytest.mark.req("A4")
def test_whoever_comes_second_is_told_and_offered_others_and_nothing_typed_is_lost(client, link, monkeypatch):
    form = filled(link, monkeypatch, language="en")
    book(link, asked(link, nonce="first", email="other@x.example"), at=now())
    told = client.post(f"/book/{link.slug}/", form)
    page = told.content.decode()
    assert told.status_code == 422
    assert "Somebody else was quicker" in page
    assert 'value="Marta Leal"' in page
    assert "Cork floors" in page
    assert page.count('type="radio"') == 6
    assert Booking.objects.count() == 1


def test_the_database_itself_holds_one_booking_at_a_time(link, ana):
    one = book(link, asked(link), at=now())
    other = BookingLink.objects.create(user=ana, title="Longer", hours=ALWAYS)
    meeting = plan(
        Wish(Kind.MEETING, "x", one.meeting.starts_at, one.meeting.ends_at, "x"),
        customers=[],
        colleagues=[ana],
        by=ana,
        at=now(),
    )
    overlap = span_of(ana.pk, one.meeting.starts_at + timedelta(minutes=10), one.meeting.ends_at + HOUR)
    with pytest.raises(IntegrityError, match="one_booking_at_a_time"), transaction.atomic():
        Booking.objects.create(link=other, meeting=meeting, name="x", email="x", nonce="x", span=overlap, at=now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("A4")
def test_two_at_once_on_one_time_are_one_booking_and_one_refusal(link):
    begin, said = free_times(link, now=now())[0], []
    both = threading.Barrier(2)

    def guest(number):
        try:
            both.wait(10)
            book(link, asked(link, begin, str(number), f"guest{number}@x.example"), at=now())
            said.append("booked")
        except BookingError as problem:
            said.append(str(problem))
        finally:
            connection.close()

    guests = [threading.Thread(target=guest, args=(number,)) for number in range(2)]
    for one in guests:
        one.start()
    for one in guests:
        one.join(30)
    assert sorted(said) == ["booked", "taken"]
    assert (Booking.objects.count(), Meeting.objects.count(), Interaction.objects.count()) == (1, 1, 1)


def test_a_guest_moves_and_cancels_by_the_link_and_is_told_each_time(client, link, ana, run_jobs):
    booking = book(link, asked(link), at=now())
    run_jobs()
    path, other = f"/booked/{token_of(booking)}/", free_times(link, now=now())[5]
    assert client.post(f"{path}move/", {"at": other.isoformat()}).status_code == 302
    run_jobs()
    booking.refresh_from_db()
    assert booking.meeting.starts_at == other
    assert client.post(f"{path}cancel/").status_code == 302
    run_jobs()
    assert Meeting.objects.get().cancelled_at
    subjects = list(Message.objects.filter(to=["marta@x.example"]).order_by("pk").values_list("subject", flat=True))
    assert [one.partition(":")[0] for one in subjects] == ["Booked", "Changed", "Cancelled"]
    assert Message.objects.filter(reader=ana).count() == 3
    assert "It does not take place" in client.get(path).content.decode()
    assert client.post(f"{path}cancel/").status_code == 302
    assert Booking.objects.get().span is None


def test_what_we_move_or_cancel_is_told_to_the_guest_once(link, ana, run_jobs):
    booking = book(link, asked(link), at=now())
    run_jobs()
    meeting = booking.meeting
    moved = reschedule(meeting, meeting.starts_at + 24 * HOUR, meeting.ends_at + 24 * HOUR, by=ana, at=now())
    run_jobs()
    assert tell([moved.pk], at=now()) == 0
    call_off(Meeting.objects.get(), by=ana, at=now())
    run_jobs()
    assert Message.objects.filter(to=["marta@x.example"]).count() == 3
    assert meeting.starts_at in free_times(link, now=now())


def test_two_that_we_ourselves_put_side_by_side_stay_so(link, ana, run_jobs):
    times = free_times(link, now=now())
    first, second = (book(link, asked(link, times[at_], str(at_), f"g{at_}@x.example"), at=now()) for at_ in (0, 4))
    reschedule(second.meeting, first.meeting.starts_at, first.meeting.ends_at, by=ana, at=now())
    run_jobs()
    assert sorted(Booking.objects.values_list("span__isempty", flat=True), key=str) == [False, None]


def test_own_meetings_are_never_offered_and_a_booking_frees_its_time_for_itself(link, ana):
    first = free_times(link, now=now())[0]
    plan(Wish(Kind.MEETING, "Mine", first, first + HOUR, "m"), customers=[], colleagues=[ana], by=ana, at=now())
    times = free_times(link, now=now())
    assert first not in times
    booking = book(link, asked(link), at=now())
    move(booking, booking.meeting.starts_at, at=now())
    with pytest.raises(BookingError, match="taken"):
        move(booking, first, at=now())


def test_who_has_three_ahead_books_no_fourth(link):
    for number in range(3):
        book(link, asked(link, nonce=str(number)), at=now())
    with pytest.raises(BookingError, match="many"):
        book(link, asked(link, nonce="4", email="MARTA@x.example"), at=now())


def test_a_time_that_was_never_free_or_has_passed_is_refused(link):
    with pytest.raises(BookingError, match="taken"):
        book(link, asked(link, now() + 24 * HOUR), at=now())
    booking = book(link, asked(link), at=now())
    with pytest.raises(BookingError, match="over"):
        move(booking, booking.meeting.starts_at + HOUR, at=now() + 200 * HOUR)
    with pytest.raises(BookingError, match="over"):
        cancel(booking, at=now() + 200 * HOUR)


def test_an_address_of_many_books_all_the_same(link, run_jobs):
    booking = book(link, asked(link, email="info@big.example"), at=now())
    run_jobs()
    assert (booking.member, Message.objects.filter(to=["info@big.example"]).count()) == (None, 1)
    assert "info@big.example" in booking.meeting.note


def test_a_known_customer_keeps_the_name_and_gets_the_line(link):
    clue = Clue("email", "marta@x.example")
    mail = Inbound("mail", "1", now(), Channel.EMAIL, Direction.INBOUND, "mail", (Party((clue,), name="M. Leal"),))
    known = receive([mail], by=None, at=now())[0].customer_id
    booking = book(link, asked(link), at=now())
    assert (booking.member.customer_id, Customer.objects.get().name) == (known, "M. Leal")


def test_with_a_source_it_is_a_lead_of_whom_was_booked_once(link, ana, boss):
    begin_sources(by=boss, at=now())
    link.source = LeadSource.objects.current()[0]
    link.save()
    book(link, asked(link), at=now())
    book(link, asked(link, nonce="2"), at=now())
    lead = Lead.objects.get()
    assert (lead.owner, lead.wish, lead.member.customer.name) == (ana, "A first talk", "Marta Leal")


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"name": ""}, 422),
        ({"email": "nobody"}, 422),
        ({"at": "soon"}, 422),
        ({"token": "forged"}, 200),
        ({"homepage2": "spam"}, 200),
        ({"words": "x" * 20_000}, 413),
    ],
)
def test_what_is_wrong_is_told_and_books_nothing(client, link, monkeypatch, other, status):
    assert client.post(f"/book/{link.slug}/", filled(link, monkeypatch, **other)).status_code == status
    assert Booking.objects.count() == 0


def test_who_sends_too_often_waits(client, link, monkeypatch):
    form = filled(link, monkeypatch, email="nobody")
    statuses = {client.post(f"/book/{link.slug}/", form).status_code for _ in range(25)}
    assert statuses == {422, 429}


def test_times_stand_on_the_guests_clock_in_the_guests_language(client, link):
    page = client.get(page_of(link, zone="Asia/Tokyo", language="de")).content.decode()
    first = free_times(link, now=now())[0]
    assert "Zeiten in der Zeitzone" in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert f"at={quote(first.astimezone(ask.ZoneInfo('Asia/Tokyo')).isoformat(), safe='')}" in page
    assert client.get(page_of(link, zone="Nowhere", since="never", at="never")).status_code == 200
    assert client.get(page_of(link, at=(now() - HOUR).isoformat())).status_code == 422


def test_a_closed_link_and_one_of_somebody_who_left_open_nothing(client, link, ana):
    assert client.get(f"/book/{link.slug}/").status_code == 200
    ana.is_active = False
    ana.save()
    assert client.get(f"/book/{link.slug}/").status_code == 404
    assert client.get("/booked/forged/").status_code == 410


def test_a_link_is_declared_shown_and_copied(client, ana):
    client.force_login(ana)
    form = {"title": "Advice", "kind": "call", "minutes": 20, "buffer": 10, "notice_hours": 1, "horizon_days": 14}
    hours = {"day0": "9-12, 13:30–17", "day1": "", "active": "on"}
    wrong = client.post("/booking-links/new/", {**form, "day0": "12-9"})
    assert wrong.status_code == 422
    assert "12-9" in wrong.content.decode()
    made = client.post("/booking-links/new/", {**form, **hours})
    link = BookingLink.objects.get()
    assert made.headers["Location"] == f"/booking-links/{link.pk}/"
    assert link.hours[0] == [["09:00", "12:00"], ["13:30", "17:00"]]
    assert address_of(link) in client.get(f"/booking-links/{link.pk}/").content.decode()
    assert address_for(ana) == address_of(link)
    clue = Clue("email", "marta@x.example")
    mail = Inbound("mail", "1", now(), Channel.EMAIL, Direction.INBOUND, "mail", (Party((clue,), name="Marta"),))
    known = receive([mail], by=None, at=now())[0].customer_id
    assert f'data-copy="{address_of(link)}"' in client.get(f"/customers/{known}/").content.decode()


def test_the_api_lists_ones_own_links_what_is_free_and_who_booked(client, link, ana, nils):
    book(link, asked(link), at=now())
    head = {"headers": {"Authorization": f"Bearer {ApiToken.issue(ana, 'x', [])}"}}
    (mine,) = client.get("/api/v1/booking-links", **head).json()["items"]
    told = client.get(f"/api/v1/booking-links/{link.pk}/bookings", **head).json()
    assert (mine["address"], told["items"][0]["email"]) == (address_of(link), "marta@x.example")
    assert told["items"][0]["starts_at"] not in told["free"]
    theirs = {"headers": {"Authorization": f"Bearer {ApiToken.issue(nils, 'x', [])}"}}
    assert client.get("/api/v1/booking-links", **theirs).json()["items"] == []
    assert client.get(f"/api/v1/booking-links/{link.pk}/bookings", **theirs).status_code == 404


def test_a_link_is_declared_over_the_api_and_wrong_hours_are_told(client, ana):
    head = {"headers": {"Authorization": f"Bearer {ApiToken.issue(ana, 'x', [])}"}}
    wish = {"title": "Advice", "hours": [["9-12", "14:00-17:30"], ["17-9"]]}
    told = client.post("/api/v1/booking-links", wish, "application/json", **head)
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "#/hours/1")
    assert client.post("/api/v1/booking-links", {**wish, "hours": []}, "application/json", **head).status_code == 422
    made = client.post("/api/v1/booking-links", {**wish, "hours": wish["hours"][:1]}, "application/json", **head)
    assert made.status_code == 201
    assert BookingLink.objects.get().hours == [[["09:00", "12:00"], ["14:00", "17:30"]], *([[]] * 6)]


def test_pages_cost_the_same_for_one_booking_or_ten(client, link, ana, django_assert_max_num_queries):
    client.force_login(ana)

    def cost(path):
        with django_assert_max_num_queries(100) as seen:
            client.get(path)
        return len(seen)

    book(link, asked(link), at=now())
    paths = ("/booking-links/", f"/booking-links/{link.pk}/", f"/book/{link.slug}/")
    client.get(paths[0])
    few = [cost(path) for path in paths]
    for number in range(10):
        book(link, asked(link, nonce=str(number + 2), email=f"g{number}@x.example"), at=now())
    assert [cost(path) for path in paths] == few
    assert Task.objects.count() == 0
