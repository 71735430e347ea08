"""Steps over days, once each, through the gate; what ends them; who sees what."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.calendars.models import Kind
from rapport.calendars.plan import Wish, plan
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.channels.models import MailAccount
from rapport.consent import gate
from rapport.consent.ledger import Said
from rapport.consent.models import Message, State
from rapport.consent.object import object_to
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.customers.models import Customer
from rapport.identity.merge import merge
from rapport.letters.models import Template
from rapport.people.models import ApiToken
from rapport.sales.deal import Deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sequences.hear import hear_merged
from rapport.sequences.models import Course, Done, Sequence, Step
from rapport.sequences.start import About, SequenceError, start, start_many
from rapport.sequences.step_on import step_on, step_on_due
from rapport.sequences.stop import stop
from rapport.sequences.when_next import when_next
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
DAY, BERLIN = timedelta(days=1), ZoneInfo("Europe/Berlin")


def arrived(address="marta@x.example", key="1", at=NOW - DAY, channel=Channel.EMAIL, kind="mail", subject=""):
    party = Party((Clue("email", address),), name=address.partition("@")[0].title())
    inbound = Inbound("mail", key, at, channel, Direction.INBOUND, kind, (party,), subject=subject)
    return receive([inbound], by=None, at=at)[0].customer_id


@pytest.fixture
def marta():
    return Customer.objects.get(pk=arrived())


@pytest.fixture(autouse=True)
def account(ana):
    return MailAccount.objects.create(user=ana, name="Ana", address="ana@rapport.example", smtp_host="127.0.0.1")


@pytest.fixture
def follow_up(ana):
    """A letter at once, a call after two days, a letter after three more; at any hour of any day."""
    letter = Template.objects.create(name="First", subject="Hello {{ name }}", text="Dear {{ name }}")
    purpose = Purpose.objects.get(code="correspondence")
    made = Sequence.objects.create(name="Follow up", purpose=purpose, workdays=False, from_hour=0, to_hour=24)
    Step.objects.create(sequence=made, place=0, kind="mail", template=letter)
    Step.objects.create(sequence=made, place=1, days=2, kind="call", title="Call them")
    Step.objects.create(sequence=made, place=2, days=3, kind="mail", template=letter)
    return made


def begun(sequence, customer, by, **about):
    return start(sequence, customer, About(**about), by=by, at=NOW)


def now_of(course):
    course.refresh_from_db()
    return course


@pytest.mark.req("A4")
def test_each_step_is_done_once_on_its_day_and_then_it_ends(follow_up, marta, ana):
    course = begun(follow_up, marta, ana)
    assert step_on_due(at=NOW) == 1
    assert step_on_due(at=NOW) == 0
    message = Message.objects.get()
    assert (message.subject, message.to, message.by, message.account.user) == (
        "Hello Marta",
        ["marta@x.example"],
        ana,
        ana,
    )
    assert step_on_due(at=NOW + 2 * DAY) == 1
    assert Task.objects.get().title == "Call them"
    assert step_on_due(at=NOW + 5 * DAY) == 1
    assert now_of(course).ended_at is None
    assert step_on_due(at=NOW + 16 * DAY) == 0
    assert (now_of(course).end, Message.objects.count(), Done.objects.count()) == ("done", 2, 3)


def test_who_dies_in_the_middle_has_done_nothing_or_all_of_it(follow_up, marta, ana, monkeypatch):
    course = begun(follow_up, marta, ana)
    with monkeypatch.context() as patch:
        patch.setattr("rapport.sequences.step_on.move_on", None)
        with pytest.raises(TypeError):
            step_on(course.pk, at=NOW)
    assert (Message.objects.count(), Done.objects.count()) == (0, 0)
    assert step_on(course.pk, at=NOW)
    assert Message.objects.count() == 1


@pytest.mark.req("A4")
@pytest.mark.parametrize(("channel", "kind"), [(Channel.EMAIL, "mail"), (Channel.PHONE, "call"), (Channel.WEB, "form")])
def test_an_answer_on_any_channel_ends_it(follow_up, marta, ana, run_jobs, channel, kind):
    course = begun(follow_up, marta, ana)
    arrived(key="2", at=NOW + timedelta(minutes=1), channel=channel, kind=kind, subject="Yes, please")
    run_jobs()
    assert (now_of(course).end, course.said) == ("answered", "Yes, please")
    assert step_on_due(at=NOW + DAY) == 0
    assert not Message.objects.exists()


def test_a_look_at_a_page_and_what_came_before_are_no_answers(follow_up, marta, ana, run_jobs):
    course = begun(follow_up, marta, ana)
    arrived(key="2", at=NOW + DAY, channel=Channel.WEB, kind="visit")
    arrived(key="3", at=NOW - 2 * DAY)
    run_jobs()
    assert now_of(course).ended_at is None


@pytest.mark.req("A4")
def test_an_answer_that_nobody_heard_of_yet_stops_the_step_all_the_same(follow_up, marta, ana):
    """The job that hears it has not run: the step looks for itself."""
    course = begun(follow_up, marta, ana)
    arrived(key="2", at=NOW + timedelta(seconds=1))
    assert step_on_due(at=NOW + DAY) == 0
    assert (now_of(course).end, Message.objects.count()) == ("answered", 0)


def test_a_letter_that_waits_is_taken_back_at_an_answer(follow_up, marta, ana):
    course = begun(follow_up, marta, ana)
    step_on_due(at=NOW)
    stop(course.pk, Course.End.ANSWERED, by=None, at=NOW)
    assert Message.objects.get().state == State.DROPPED
    assert gate.send(Message.objects.get().pk, at=NOW).state == State.DROPPED


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("A4")
def test_while_a_step_is_done_an_answer_waits_and_nothing_follows_it(follow_up, marta, ana):
    course, told = begun(follow_up, marta, ana), []

    def answer():
        told.append(stop(course.pk, Course.End.ANSWERED, by=None, at=NOW))
        connection.close()

    with transaction.atomic():
        assert step_on(course.pk, at=NOW)
        other = threading.Thread(target=answer)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(20)
    assert told == [True]
    assert Message.objects.get().state == State.DROPPED
    assert step_on_due(at=NOW + 9 * DAY) == 0


def test_a_meeting_a_closed_deal_and_a_hand_end_it(follow_up, marta, ana, boss, run_jobs):
    course = begun(follow_up, marta, ana)
    wish = Wish(Kind.MEETING, "Talk", NOW + DAY, NOW + 2 * DAY, "m")
    plan(wish, customers=[marta], colleagues=[ana], by=ana, at=NOW + timedelta(minutes=1))
    run_jobs()
    assert now_of(course).end == "meeting"
    stage = begin_pipeline("Sales", by=boss, at=NOW).stages.order_by("place")[0]
    other = Customer.objects.get(pk=arrived("rui@x.example", "9"))
    deal = open_deal(NewDeal("Floor", stage, ana, next_step="Call"), customer=other, by=ana, at=NOW)
    course = begun(follow_up, other, ana, deal=deal)
    Deal.objects.filter(pk=deal.pk).update(closed_at=NOW)
    assert step_on_due(at=NOW + DAY) == 0
    assert now_of(course).end == "closed"
    course = begun(follow_up, other, ana)
    assert stop(course.pk, Course.End.BY_HAND, by=ana, at=NOW)
    assert not stop(course.pk, Course.End.BY_HAND, by=ana, at=NOW)


@pytest.mark.req("A4")
def test_what_the_gate_refuses_ends_it_with_the_words_of_the_gate(follow_up, marta, ana, run_jobs):
    follow_up.purpose = Purpose.objects.get(code="offers")
    follow_up.save()
    course = begun(follow_up, marta, ana)
    step_on_due(at=NOW)
    run_jobs()
    assert Message.objects.get().state == State.REFUSED
    assert now_of(course).end == "refused"
    assert "nobody has agreed" in course.said


def test_a_withdrawal_and_an_objection_end_it_before_the_next_letter(follow_up, marta, ana, run_jobs):
    follow_up.purpose = Purpose.objects.get(code="offers")
    follow_up.save()
    say(Word(follow_up.purpose, "marta@x.example", Said.GRANTED, evidence="phone"), by=ana, at=NOW)
    course = begun(follow_up, marta, ana)
    run_jobs()
    assert now_of(course).ended_at is None
    say(Word(follow_up.purpose, "marta@x.example", Said.WITHDRAWN, evidence="phone"), by=ana, at=timezone.now())
    run_jobs()
    assert now_of(course).end == "refused"
    other = Customer.objects.get(pk=arrived("rui@x.example", "9"))
    follow_up.purpose = Purpose.objects.get(code="correspondence")
    follow_up.save()
    course = begun(follow_up, other, ana)
    object_to("rui@x.example", evidence="by phone", by=None, at=NOW)
    run_jobs()
    assert now_of(course).end == "refused"


@pytest.mark.req("A4")
def test_nobody_is_in_two_at_once_unless_that_is_allowed(follow_up, marta, ana):
    begun(follow_up, marta, ana)
    other = Sequence.objects.create(name="Other", purpose=follow_up.purpose)
    Step.objects.create(sequence=other, place=0, kind="task", title="Look")
    with pytest.raises(SequenceError, match="running"):
        begun(other, marta, ana)
    member = marta.members.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.create(sequence=other, member=member, by=ana, started_at=NOW)
    other.beside = True
    other.save()
    assert begun(other, marta, ana).alone is False


def test_of_two_that_are_merged_the_first_goes_on(follow_up, marta, ana):
    twin = Customer.objects.get(pk=arrived("m.leal@x.example", "9"))
    first, second = begun(follow_up, marta, ana), start(follow_up, twin, About(), by=ana, at=NOW + DAY)
    merge(marta, twin, by=ana, at=NOW)
    assert hear_merged(at=NOW) == 1
    assert (now_of(first).end, now_of(second).end) == ("", "merged")


def test_what_can_not_be_started_says_why_and_stops_no_other(follow_up, marta, ana, account):
    empty = Sequence.objects.create(name="Empty", purpose=follow_up.purpose)
    with pytest.raises(SequenceError, match="empty"):
        begun(empty, marta, ana)
    other = Customer.objects.get(pk=arrived("rui@x.example", "9"))
    begun(follow_up, other, ana)
    done = start_many(follow_up, [other, marta], About(), by=ana, at=NOW)
    assert ([one.member.customer for one in done.courses], done.refused) == ([marta], {"running": 1})
    Course.objects.all().delete()
    account.active = False
    account.save()
    with pytest.raises(SequenceError, match="no account"):
        begun(follow_up, marta, ana)


def test_a_field_that_nobody_can_fill_ends_it_instead_of_leaving_empty(follow_up, marta, ana):
    Template.objects.update(text="In {{ city }} it rains")
    course = begun(follow_up, marta, ana)
    assert step_on_due(at=NOW) == 0
    assert (now_of(course).end, Message.objects.count()) == ("fields", 0)
    assert "city" in course.said


@pytest.mark.parametrize(
    ("after", "days", "expected"),
    [
        # A Friday at ten: two working days later is Tuesday at ten.
        ((2027, 3, 5, 10), 2, (2027, 3, 9, 10)),
        ((2027, 3, 5, 10), 0, (2027, 3, 5, 10)),
        ((2027, 3, 5, 20), 0, (2027, 3, 8, 16)),
        ((2027, 3, 5, 6), 0, (2027, 3, 5, 9)),
        ((2027, 3, 6, 12), 0, (2027, 3, 8, 12)),
    ],
)
def test_steps_fall_on_working_days_within_hours(after, days, expected):
    found = when_next(datetime(*after, tzinfo=BERLIN), days, BERLIN, (9, 17), workdays=True)
    assert found.astimezone(BERLIN).replace(minute=0) == datetime(*expected, tzinfo=BERLIN)
    assert found.astimezone(UTC) >= datetime(*after, tzinfo=BERLIN).astimezone(UTC)


def test_a_sequence_is_declared_started_and_stopped_in_the_browser(client, boss, ana, marta, follow_up):
    client.force_login(boss)
    form = {
        "name": "Two steps",
        "purpose": follow_up.purpose_id,
        "scope": follow_up.scope_id,
        "from_hour": 9,
        "to_hour": 17,
        "kind0": "mail",
        "days0": 1,
    }
    wrong = client.post("/sequences/new/", form)
    assert wrong.status_code == 422
    assert "Choose the template" in wrong.content.decode()
    made = client.post("/sequences/new/", {**form, "template0": Template.objects.get().pk})
    sequence = Sequence.objects.get(name="Two steps")
    assert made.headers["Location"] == f"/sequences/{sequence.pk}/"
    client.force_login(ana)
    assert "Two steps" in client.get(f"/customers/{marta.pk}/?all").content.decode()
    assert client.post(f"/sequences/with/{marta.pk}/", {"sequence": sequence.pk}).status_code == 302
    course = Course.objects.get()
    for path in ("/sequences/", f"/sequences/{sequence.pk}/", f"/customers/{marta.pk}/?all"):
        assert "Two steps" in client.get(path).content.decode()
    assert client.post(f"/sequences/courses/{course.pk}/stop/").status_code == 302
    assert now_of(course).end == "by hand"
    assert client.get("/sequences/new/").status_code == 403


def test_the_api_starts_with_many_tells_who_is_where_and_stops(client, ana, nils, marta, follow_up):
    head = {"headers": {"Authorization": f"Bearer {ApiToken.issue(ana, 'x', [])}"}}
    (listed,) = client.get("/api/v1/sequences", **head).json()["items"]
    assert [one["kind"] for one in listed["steps"]] == ["mail", "call", "mail"]
    path = f"/api/v1/sequences/{follow_up.pk}"
    assert client.post(f"{path}/start", {"customers": [0]}, "application/json", **head).status_code == 422
    done = client.post(f"{path}/start", {"customers": [marta.pk]}, "application/json", **head).json()
    again = client.post(f"{path}/start", {"customers": [marta.pk]}, "application/json", **head).json()
    assert (len(done["courses"]), again) == (1, {"courses": [], "refused": {"running": 1}})
    (course,) = client.get(f"{path}/courses?running=true", **head).json()["items"]
    assert (course["customer_id"], course["next_step"]) == (marta.pk, 1)
    stopped = client.post(f"/api/v1/sequence-courses/{course['id']}/stop", {}, "application/json", **head).json()
    assert stopped["end"] == "by hand"


def test_a_page_costs_the_same_for_one_or_ten(client, ana, follow_up, django_assert_max_num_queries):
    client.force_login(ana)

    def cost(path):
        with django_assert_max_num_queries(100) as seen:
            client.get(path)
        return len(seen)

    begun(follow_up, Customer.objects.get(pk=arrived("a@x.example", "a")), ana)
    paths = ("/sequences/", f"/sequences/{follow_up.pk}/")
    client.get(paths[0])
    few = [cost(path) for path in paths]
    for number in range(10):
        begun(follow_up, Customer.objects.get(pk=arrived(f"b{number}@x.example", f"b{number}")), ana)
    assert [cost(path) for path in paths] == few
