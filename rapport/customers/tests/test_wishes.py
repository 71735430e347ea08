"""What a customer asked of us: the newest word holds, nothing said is lost, and what goes against it is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from rapport.customers.hours import parse
from rapport.customers.models import Customer, Kind
from rapport.customers.preference import Preference, Topic
from rapport.customers.records import RecordIn, claims
from rapport.customers.wish import Said, WishError, wish, withdraw
from rapport.customers.wish_forms import WishForm
from rapport.customers.wishes import against, current, said_of, wishes_of
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.people.models import ApiToken

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def put(name, key="1"):
    records = [RecordIn("crm", key, Kind.PERSON, claims({"name": name}))]
    return Customer.objects.get(pk=register(records, by=None, at=NOW)[0].customer_id)


def members(customer):
    return list(customer.members.values_list("pk", flat=True))


def holds(customer, at=NOW + 9 * DAY):
    return wishes_of(members(customer), at=at)


@pytest.mark.django_db
@pytest.mark.req("K3")
def test_the_newest_word_on_a_matter_holds_with_who_said_so_and_the_others_are_kept(ana):
    marta = put("Marta")
    wish(marta, Said(Topic.ADDRESS, "Marta", "on the phone"), by=ana, at=NOW)
    wish(marta, Said(Topic.ADDRESS, " Dra.  Oliveira ", "her letter of 3 March"), by=ana, at=NOW + DAY)
    told = holds(marta).address_as
    assert (told.words, told.evidence, told.by, told.said_at) == (
        "Dra. Oliveira",
        "her letter of 3 March",
        ana.name,
        NOW + DAY,
    )
    assert [one.value for one in said_of(members(marta))] == ["Dra. Oliveira", "Marta"]
    assert holds(marta, at=NOW).address_as.words == "Marta"


@pytest.mark.django_db
@pytest.mark.req("K3")
def test_a_channel_is_wanted_or_not_whatever_was_said_last(ana):
    marta = put("Marta")
    wish(marta, Said(Topic.CHANNEL, "Phone"), by=ana, at=NOW)
    wish(marta, Said(Topic.CHANNEL, "email"), by=ana, at=NOW)
    wish(marta, Said(Topic.NOT_CHANNEL, "phone"), by=ana, at=NOW + DAY)
    found = holds(marta)
    assert [one.value for one in found.channels_wanted] == ["email"]
    assert [one.value for one in found.channels_unwanted] == ["phone"]


@pytest.mark.django_db
@pytest.mark.req("K3")
def test_a_wish_taken_back_does_not_bring_back_the_one_before_it(ana):
    marta = put("Marta")
    wish(marta, Said(Topic.LANGUAGE, "Portuguese"), by=ana, at=NOW)
    newer = wish(marta, Said(Topic.LANGUAGE, "de"), by=ana, at=NOW + DAY)
    assert holds(marta).language.value == "de"
    withdraw(marta, newer, by=ana, at=NOW + 2 * DAY)
    assert holds(marta).language is None
    assert Preference.objects.count() == 3


@pytest.mark.django_db
def test_a_wish_holds_up_to_and_including_its_last_day(ana):
    marta = put("Marta")
    wish(marta, Said(Topic.OTHER, "No calls in March", until=date(2026, 3, 31)), by=ana, at=NOW)
    assert holds(marta, at=datetime(2026, 3, 31, 12, tzinfo=UTC)).others
    assert not holds(marta, at=datetime(2026, 4, 1, 12, tzinfo=UTC)).others


@pytest.mark.django_db
@pytest.mark.req("K1")
def test_a_merge_lets_the_newest_word_of_both_hold_and_an_unmerge_parts_them_again(ana):
    marta, twin = put("Marta"), put("M. Oliveira", "2")
    wish(marta, Said(Topic.ADDRESS, "Marta"), by=ana, at=NOW + DAY)
    wish(twin, Said(Topic.ADDRESS, "Frau Oliveira"), by=ana, at=NOW)
    wish(twin, Said(Topic.INTEREST, "sailing"), by=ana, at=NOW)
    done = merge(marta, twin, by=ana, at=NOW + 2 * DAY)
    assert holds(marta).address_as.words == "Marta"
    assert [one.words for one in holds(marta).interests] == ["sailing"]
    unmerge(done, by=ana, at=NOW + 3 * DAY)
    assert (holds(marta).interests, holds(twin).address_as.words) == ((), "Frau Oliveira")


@pytest.mark.django_db
def test_a_wish_that_cannot_be_understood_is_refused_in_words(ana):
    marta = put("Marta")
    for topic, value in ((Topic.TIME, "whenever"), (Topic.CHANNEL, "pigeon"), (Topic.OTHER, "  ")):
        with pytest.raises(WishError):
            wish(marta, Said(topic, value), by=ana, at=NOW)
    assert not Preference.objects.exists()


@pytest.mark.django_db
@pytest.mark.req("K3")
def test_what_goes_against_the_wishes_is_told_on_their_clock(ana):
    marta = put("Marta")
    wish(marta, Said(Topic.CHANNEL, "email"), by=ana, at=NOW)
    wish(marta, Said(Topic.TIME, "mon-fri 10:00-12:00"), by=ana, at=NOW)
    early = datetime(2026, 3, 3, 8, 40, tzinfo=UTC)
    told = against(holds(marta), channel="phone", at=early, zone="Europe/Lisbon")
    assert told == ["Prefers: E-mail.", "Best reached Mon–Fri 10:00–12:00; it is 08:40 there."]
    assert against(holds(marta), channel="email", at=early, zone="Europe/Lisbon") == []
    assert "Best" not in str(against(holds(marta), channel="phone", at=early, zone="Europe/Athens"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mon-Fri 9:00-12:30", "mon-fri 09:00-12:30"),
        ("sat,sun 18:00 - 24:00 europe/lisbon", "sat-sun 18:00-00:00 Europe/Lisbon"),
        ("10:00-11:00", "mon-sun 10:00-11:00"),
        ("fri-mon 8:00-9:00", "mon,fri-sun 08:00-09:00"),
        ("mon 12:00-10:00", None),
        ("mon 25:00-26:00", None),
        ("someday 9:00-10:00", None),
        ("mon 9:00-10:00 Europe/Nowhere", None),
    ],
)
def test_hours_are_read_as_people_write_them(text, kept):
    found = parse(text)
    assert (str(found) if found else None) == kept


@pytest.mark.django_db
def test_reading_the_wishes_is_one_query_whatever_was_said(ana, django_assert_num_queries):
    marta = put("Marta")
    for number in range(20):
        wish(marta, Said(Topic.INTEREST, f"thing {number}"), by=ana, at=NOW)
    held = members(marta)
    with django_assert_num_queries(1):
        assert len(wishes_of(held, at=NOW).interests) == 20


def test_nothing_said_is_nothing_wished():
    assert current([], at=NOW) == []


@pytest.mark.django_db
@pytest.mark.req("K3")
def test_a_wish_is_kept_in_place_in_the_readers_words_and_stands_where_one_writes(ana, signed_in):
    marta = put("Marta")
    client, base = signed_in(ana), f"/customers/{marta.pk}/preferences"
    page = client.post(f"{base}/add/", {"topic": "not by", "value": "Phone", "evidence": "her mail"}, follow=True)
    assert "not by Phone" in page.content.decode()
    assert "Asked not to be contacted by: Phone." in page.content.decode()
    wrong = client.post(f"{base}/add/", {"topic": "time", "value": "at lunch"})
    assert (wrong.status_code, "at lunch" in wrong.content.decode()) == (422, True)
    kept = Preference.objects.get()
    client.post(f"{base}/{kept.pk}/drop/")
    told = client.get(f"{base}/").content.decode()
    assert "nothing special" in told
    assert "2 earlier words" in told
    assert "her mail" in told


@pytest.mark.django_db
def test_days_may_be_written_in_the_readers_language():
    with translation.override("de"):
        form = WishForm({"topic": "time", "value": "Mo.-Fr 10:00-12:00"})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["said"].value == "mon-fri 10:00-12:00"


@pytest.mark.django_db
def test_a_task_planned_outside_their_hours_is_added_with_a_word_of_warning(ana, signed_in):
    marta = put("Marta")
    wish(marta, Said(Topic.TIME, "mon-fri 10:00-12:00 Europe/Lisbon"), by=ana, at=NOW)
    sent = {"title": "Call her", "due_on": "2026-12-01", "due_time": "03:00", "assignee": ana.pk}
    page = signed_in(ana).post(f"/customers/{marta.pk}/tasks/", sent, follow=True).content.decode()
    assert "Best reached" in page


@pytest.mark.django_db
def test_preferences_over_the_api(ana, signed_in):
    marta = put("Marta")
    token = ApiToken.issue(ana, "test", [])
    client = Client(headers={"Authorization": f"Bearer {token}"})
    url = f"/api/v1/customers/{marta.pk}/preferences"
    made = client.post(url, {"topic": "time", "value": "Mon 9:00-10:00"}, "application/json")
    assert (made.status_code, made.json()["value"]) == (201, "mon 09:00-10:00")
    assert client.post(url, {"topic": "channel", "value": "pigeon"}, "application/json").status_code == 422
    assert client.delete(f"{url}/{made.json()['id']}").status_code == 204
    assert [(one["withdrawn"], one["holds"]) for one in client.get(url).json()["items"]] == [
        (True, False),
        (False, False),
    ]
