"""The ledger: the word that counts equals a simple model's, nothing in it changes, and the gate asks it."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.consent.gate import send
from rapport.consent.judge import Intent, judge
from rapport.consent.ledger import Consent, Said
from rapport.consent.lift import lift
from rapport.consent.models import Decision, Extent, State
from rapport.consent.object import object_as
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.standing import Question, standing
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.identity.merge import merge
from rapport.identity.unmerge import unmerge

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]
START = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = count()
HISTORY = st.lists(
    st.tuples(
        st.sampled_from(["newsletter", "offers"]),
        st.sampled_from(["email", "sms"]),
        st.sampled_from(["ann", "bob"]),
        st.sampled_from([one for one in Said if one != Said.STRUCK]),
        st.integers(0, 12),
        st.none() | st.integers(0, 14),
    ),
    max_size=14,
)


def purpose(code="offers"):
    return Purpose.objects.get(code=code)


def model(history, code, channel, who, now):
    """The reference: the newest word that is no question; of one moment a no before a yes; a yes may run out."""
    words = [
        (at, said != Said.GRANTED, place, said, until)
        for place, (its, by, whose, said, at, until) in enumerate(history)
        if (its, by, whose) == (code, channel, who) and said != Said.ASKED
    ]
    if not words:
        return "unknown"
    _at, _no, _place, said, until = max(words)
    return "expired" if said == Said.GRANTED and until is not None and until <= now else said.value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY, now=st.integers(0, 14))
def test_the_word_that_counts_is_the_models(history, now):
    mark, day = next(NUMBERS), timedelta(days=1)
    purposes = {one.code: one for one in Purpose.objects.all()}
    Consent.objects.bulk_create(
        Consent(
            purpose=purposes[code],
            channel=channel,
            way="email",
            key=f"{who}{mark}",
            value=who,
            said=said,
            at=START + at * day,
            until=None if until is None else START + until * day,
            source="test",
        )
        for code, channel, who, said, at, until in history
    )
    asked = [
        (code, channel, who)
        for code in ("newsletter", "offers")
        for channel in ("email", "sms")
        for who in ("ann", "bob")
    ]
    questions = {one: Question(purposes[one[0]].pk, one[1], f"{one[2]}{mark}") for one in asked}
    told = standing(questions.values(), at=START + now * day)
    assert {one: told[question].state for one, question in questions.items()} == {
        one: model(history, *one, now) for one in asked
    }


def test_many_addresses_are_one_question(django_assert_max_num_queries):
    asked = [Intent(f"p{number}@x.example", purpose=purpose()) for number in range(500)]
    with django_assert_max_num_queries(3):
        found = judge(asked, at=timezone.now())
    assert {one.reason for one in found} == {"unknown"}


def test_a_word_that_stands_never_changes(ana):
    kept = say(Word(purpose(), "ann.lee@x.example", Said.GRANTED), by=ana, at=timezone.now())
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Consent.objects.filter(pk=kept.pk).update(said=Said.DENIED)
    assert Consent.objects.get().said == Said.GRANTED


@pytest.fixture
def news(ana):
    """Sends an offer to Ann; what became of it."""
    ann = customer_at()
    with serving() as peer:
        account, numbers = account_for(ana, peer.port), count()

        def sent(to="ann.lee@x.example", code="offers"):
            now = timezone.now()
            draft = Draft((to,), "Spring", "Dear Ann", purpose=code)
            message = write(draft, account, key=str(next(numbers)), member=main_member(ann), by=ana, due_at=now, at=now)
            return send(message.pk, at=timezone.now())

        sent.customer, sent.peer = ann, peer
        yield sent


def test_an_offer_leaves_only_with_a_yes_and_the_decision_names_it(news, ana):
    refused = news()
    assert (refused.state, refused.reason) == (State.REFUSED, "unknown")
    yes = say(Word(purpose(), "Ann.Lee@x.example", Said.GRANTED), by=ana, at=timezone.now())
    sent = news()
    assert sent.state == State.SENT
    assert Decision.objects.get(message=sent).consent == yes
    say(Word(purpose(), "ann.lee@x.example", Said.WITHDRAWN, source="phone"), by=ana, at=timezone.now())
    again = news()
    assert (again.state, again.reason) == (State.REFUSED, "withdrawn")
    assert "took “Offers” back" in again.said
    assert len(news.peer.envelopes) == 1


def test_an_answer_of_one_person_to_another_needs_no_yes_but_a_no_counts(news, ana):
    assert news(code="correspondence").state == State.SENT
    say(Word(purpose("correspondence"), "ann.lee@x.example", Said.DENIED), by=ana, at=timezone.now())
    assert news(code="correspondence").reason == "denied"
    assert news(code="service").state == State.SENT


def test_a_yes_that_asks_for_a_confirmation_waits_for_it(ana):
    word = Word(purpose("newsletter"), "ann.lee@x.example", Said.GRANTED)
    now = timezone.now()
    assert say(word, by=ana, at=now).said == Said.ASKED
    question = Question(purpose("newsletter").pk, "email", "ann.lee@x.example")
    assert standing([question], at=now)[question].state == "unknown"


def test_a_yes_runs_out(ana):
    offers = purpose()
    offers.lasts_days = 30
    now = timezone.now()
    say(Word(offers, "ann.lee@x.example", Said.GRANTED, at=now - timedelta(days=31)), by=ana, at=now)
    (verdict,) = judge([Intent("ann.lee@x.example", purpose=offers)], at=now)
    assert (verdict.allowed, verdict.reason) == (False, "expired")
    with pytest.raises(ValueError, match="20"):
        say(Word(offers, "ann.lee@x.example", Said.GRANTED, at=now + timedelta(days=1)), by=ana, at=now)


def test_an_objection_of_a_person_holds_for_what_a_later_merge_brings(news, ana):
    other, now = customer_at("annie@home.example", "Annie Lee"), timezone.now()
    for address in ("ann.lee@x.example", "annie@home.example"):
        say(Word(purpose(), address, Said.GRANTED), by=ana, at=now)
    objection = object_as(main_member(other), evidence="letter of 3 May", by=ana, at=now)
    assert news().state == State.SENT
    merged = merge(news.customer, other, by=ana, at=now)
    for address in ("ann.lee@x.example", "annie@home.example"):
        refused = news(to=address)
        assert (refused.state, Decision.objects.get(message=refused).suppression) == (State.REFUSED, objection)
    assert news(code="correspondence").state == State.SENT
    unmerge(merged, by=ana, at=now)
    assert news().state == State.SENT
    merge(news.customer, other, by=ana, at=now)
    lift(objection, "asked for it again, mail of today", by=ana, at=now)
    assert news().state == State.SENT


def test_who_objects_to_everything_gets_no_answer_either(news, ana):
    object_as(main_member(news.customer), evidence="phone", extent=Extent.EVERYTHING, by=ana, at=timezone.now())
    assert news(code="correspondence").state == State.REFUSED
    assert news(to="not.yet.known@x.example", code="service").state == State.REFUSED


def test_a_withdrawal_counts_though_the_sender_looked_at_the_clock_before_it(ana):
    before = timezone.now()
    say(Word(purpose(), "ann.lee@x.example", Said.GRANTED, at=before - timedelta(days=1)), by=ana, at=before)
    say(Word(purpose(), "ann.lee@x.example", Said.WITHDRAWN), by=ana, at=timezone.now())
    (verdict,) = judge([Intent("ann.lee@x.example", purpose=purpose())], at=before)
    assert verdict.reason == "withdrawn"
