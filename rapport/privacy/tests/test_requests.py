"""What people ask of their data is noted, checked, answered in time and proved."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.customers.models import Customer, Identifier, Member
from rapport.privacy.request import Asks, Outcome, Request, Step, last_day
from rapport.privacy.request_steps import Asked, RequestError, check, close, extend, find, give, note, receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def ada():
    made = Customer.objects.create(name="Ada", sort_key="ada", fold_key="ada")
    Member.objects.create(customer=made, home=made)
    return made


def asked(customer=None, *, asks=Asks.ACCESS, at=NOW):
    return Asked(asks, "Ada", "ada@x.example", "email", at, "What do you know of me?", customer)


def test_a_request_is_to_be_answered_within_a_month_of_its_coming(boss):
    came = timezone.make_aware(timezone.datetime(2026, 1, 31, 9))
    made = receive(asked(at=came), assignee=None, by=boss, at=NOW)
    assert made.due_on == last_day(came) == date(2026, 2, 28)
    assert [one.kind for one in made.steps.all()] == [Step.Kind.RECEIVED]


def test_what_is_to_come_cannot_have_been_received(boss):
    with pytest.raises(RequestError, match="to come"):
        receive(asked(at=NOW + timedelta(hours=1)), assignee=None, by=boss, at=NOW)


def test_whoever_answers_has_a_task_on_its_last_day_that_names_nobody(boss, ana, ada):
    made = receive(asked(ada), assignee=ana, by=boss, at=NOW)
    task = Task.objects.get(assignee=ana)
    assert timezone.localtime(task.due_at).date() == made.due_on
    assert (str(made.pk) in task.title, "Ada" in task.title, task.member) == (True, False, None)
    give(made, boss, by=boss, at=NOW)
    task.refresh_from_db()
    assert task.done_at == NOW
    assert Task.objects.open().get().assignee == boss


def test_it_is_put_off_by_two_months_at_most_with_the_reason(boss, ada):
    made = receive(asked(ada), assignee=None, by=boss, at=NOW)
    with pytest.raises(RequestError, match="too far"):
        extend(made, made.furthest + timedelta(days=1), "many records", by=boss, at=NOW)
    with pytest.raises(RequestError, match="not later"):
        extend(made, made.due_on, "many records", by=boss, at=NOW)
    later = extend(made, made.furthest, "many records", by=boss, at=NOW)
    assert (later.due_on, later.extended_why) == (made.furthest, "many records")


def test_what_is_overdue_can_no_longer_be_put_off(boss, ada):
    made = receive(asked(ada, at=NOW - timedelta(days=40)), assignee=None, by=boss, at=NOW)
    with pytest.raises(RequestError, match="too late"):
        extend(made, made.furthest, "many records", by=boss, at=NOW)


def test_nothing_is_done_for_somebody_whose_identity_nobody_checked(boss, ada):
    made = receive(asked(), assignee=None, by=boss, at=NOW)
    with pytest.raises(RequestError, match="nobody"):
        check(made, "called back", by=boss, at=NOW)
    find(made, ada, by=boss, at=NOW)
    with pytest.raises(RequestError, match="unchecked"):
        close(made, Outcome.DONE, ground="", proof="letter", by=boss, at=NOW)
    check(made, "called back", by=boss, at=NOW)
    assert close(made, Outcome.DONE, ground="", proof="letter", by=boss, at=NOW).closed


def test_another_record_than_before_is_to_be_checked_anew(boss, ada):
    made = receive(asked(ada), assignee=None, by=boss, at=NOW)
    check(made, "called back", by=boss, at=NOW)
    other = Customer.objects.create(name="Bob", sort_key="bob", fold_key="bob")
    assert not find(made, other, by=boss, at=NOW).checked


def test_a_refusal_needs_a_legal_ground_and_every_answer_a_proof(boss, ada):
    made = receive(asked(ada), assignee=None, by=boss, at=NOW)
    with pytest.raises(RequestError, match="no ground"):
        close(made, Outcome.REFUSED, ground="", proof="letter", by=boss, at=NOW)
    with pytest.raises(RequestError, match="no proof"):
        close(made, Outcome.REFUSED, ground="Art. 12 (5)", proof="", by=boss, at=NOW)
    close(made, Outcome.REFUSED, ground="Art. 12 (5)", proof="letter", by=boss, at=NOW)
    with pytest.raises(RequestError, match="closed"):
        note(made, "more", by=boss, at=NOW)


def test_the_desk_shows_overdue_ones_first(signed_in, boss, ada):
    receive(asked(at=NOW), assignee=None, by=boss, at=NOW)
    late = receive(asked(ada, asks=Asks.PORTABILITY, at=NOW - timedelta(days=50)), assignee=None, by=boss, at=NOW)
    assert Request.objects.most_urgent_first().first() == late
    page = signed_in(boss).get("/govern/privacy/").content.decode()
    assert "1 request is overdue." in page
    assert page.index("to take along") < page.index("Access to their data")


def test_a_request_goes_its_way_in_the_browser(signed_in, boss, ada):
    browser = signed_in(boss)
    came = timezone.localtime(NOW).strftime("%Y-%m-%dT%H:%M")
    given = {"asks": "access", "who": "Ada", "contact": "a@x.example", "channel": "phone", "received_at": came}
    answer = browser.post(f"/govern/privacy/requests/new/?customer={ada.pk}", {**given, "customer": ada.pk})
    made = Request.objects.get()
    assert answer.headers["Location"] == f"/govern/privacy/requests/{made.pk}/"
    place = f"/govern/privacy/requests/{made.pk}"
    assert browser.post(f"{place}/check/", {"how": "called back"}).status_code == 302
    assert "btn btn-primary" in browser.get(f"{place}/").text.split("Make a pack")[0].rsplit("<button", 1)[1]
    assert browser.post(f"{place}/close/", {"outcome": "partly", "proof": "letter"}).status_code == 422
    assert browser.post(f"{place}/close/", {"outcome": "done", "proof": "letter"}).status_code == 302
    made.refresh_from_db()
    assert (made.customer, made.outcome, made.checked_how) == (ada, "done", "called back")
    assert "called back" in browser.get(f"{place}/").content.decode()


def test_the_record_is_looked_for_by_the_address_that_they_gave_before_their_name(signed_in, boss, ada):
    Identifier.objects.create(
        member=ada.members.get(), kind="email", value="ada@x.example", key="ada@x.example", strength="strong"
    )
    made = receive(asked(), assignee=None, by=boss, at=NOW)
    place = f"/govern/privacy/requests/{made.pk}/"
    assert 'value="ada@x.example"' in signed_in(boss).get(f"{place}whose/").text
    signed_in(boss).post(f"{place}whose/", {"other": ada.pk})
    assert f'<a href="/customers/{ada.pk}/">record {ada.pk}</a>' in signed_in(boss).get(place).text
