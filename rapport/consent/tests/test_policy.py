"""The contact policy: what the table says, what the gate does by it, and that two people stand behind each version."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone

from rapport.consent import gate
from rapport.consent.gate import send
from rapport.consent.ledger import Said
from rapport.consent.marks import COMPLAINT, DECEASED, mark, unmark
from rapport.consent.models import Decision, State
from rapport.consent.policy import Outcome, Policy, PolicyExample, PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.weigh import Situation, quiet_until, weigh
from rapport.consent.write import Draft, write
from rapport.consent.write_policy import PolicyError, approve, draft, drop, rewrite, try_out
from rapport.customers.edit import edit, main_member
from rapport.identity.merge import merge

pytestmark = [pytest.mark.django_db, pytest.mark.req("G2")]
ANN = "ann.lee@x.example"
# A Wednesday; noon in London is one o'clock in Berlin and nine in the evening in Tokyo.
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
OFFERS = Purpose(code="offers", advertising=True)


def rule(kind, **named):
    return PolicyRule(kind=kind, concerns=named.pop("concerns", "advertising"), **named)


@pytest.mark.parametrize(
    ("clock", "until"),
    [(time(19, 59), None), (time(20), (5, 8)), (time(23), (5, 8)), (time(7, 59), (4, 8)), (time(8), None)],
)
def test_quiet_hours_go_over_midnight(clock, until):
    there = datetime.combine(NOON.date(), clock, ZoneInfo("Europe/Berlin"))
    wanted = datetime(2026, 3, until[0], until[1], tzinfo=ZoneInfo("Europe/Berlin")) if until else None
    assert quiet_until(there, time(20), time(8)) == wanted


def test_a_refusal_stands_above_a_wait_and_a_rule_only_speaks_of_what_it_concerns():
    quiet = rule("quiet", begin=time(8), end=time(20))
    often = rule("frequency", most=1, days=7)
    sms = rule("condition", condition="hold", channel="sms")
    there = Situation(OFFERS, "email", NOON, [NOON - timedelta(days=2)], frozenset({"hold"}))
    assert weigh([quiet, often], there).rule == often
    assert weigh([quiet], there).outcome == Outcome.WAIT
    assert weigh([sms], there).outcome == Outcome.SEND
    service, letter = Purpose(code="service"), Purpose(code="correspondence")
    automatic = rule("condition", condition="hold", concerns="automatic")
    assert weigh([quiet, often], Situation(service, "email", NOON, there.left)).outcome == Outcome.SEND
    assert weigh([automatic], Situation(service, "email", NOON, (), there.conditions)).outcome == Outcome.REFUSE
    assert weigh([automatic], Situation(letter, "email", NOON, (), there.conditions)).outcome == Outcome.SEND


@pytest.fixture
def news(ana):
    """Sends an offer to Ann at a moment; what became of it."""
    ann = edit(customer_at(), {"country": "GB"}, by=None, at=NOON)
    say(Word(Purpose.objects.get(code="offers"), ANN, Said.GRANTED, at=NOON - timedelta(days=99)), by=ana, at=NOON)
    numbers = count()
    with serving() as peer:
        account = account_for(ana, peer.port)

        def written(at=NOON, code="offers", to=ANN):
            draft = Draft((to,), "Spring", "Dear Ann", purpose=code)
            return write(draft, account, key=f"{next(numbers)}", member=main_member(ann), by=ana, due_at=at, at=at)

        def sent(at=NOON, **named):
            return send(written(at, **named).pk, at=at)

        sent.ann, sent.peer, sent.written = ann, peer, written
        yield sent


def test_at_night_on_their_clock_it_waits_until_the_morning(news):
    edit(news.ann, {"time_zone": "Asia/Tokyo"}, by=None, at=NOON)
    waits = news()
    morning = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert (waits.state, waits.reason, waits.due_at, waits.tries) == (State.WAITING, "quiet", morning, 0)
    decision = Decision.objects.get(message=waits)
    assert (decision.allowed, decision.rule.kind, decision.until) == (False, "quiet", morning)
    assert send(waits.pk, at=morning - timedelta(seconds=1)).state == State.WAITING
    assert send(waits.pk, at=morning).state == State.SENT


def test_everything_that_left_counts_and_advertising_stops_at_the_limit(news):
    for day in range(3):
        assert news(NOON + timedelta(days=day), code="service" if day else "offers").state == State.SENT
    refused = news(NOON + timedelta(days=3))
    assert (refused.state, refused.reason) == (State.REFUSED, "frequency")
    assert "no more than 3 messages in 7 days" in refused.said
    assert news(NOON + timedelta(days=3), code="service").state == State.SENT
    assert news(NOON + timedelta(days=11)).state == State.SENT


def test_what_holds_of_a_record_holds_after_its_merge_too(news):
    other = customer_at("annie@home.example", "Annie Lee")
    mark(other, COMPLAINT, "case 12", by=None, at=NOON)
    assert news().state == State.SENT
    merge(news.ann, other, by=None, at=NOON)
    refused = news()
    assert (refused.state, refused.reason) == (State.REFUSED, "condition")
    assert "open complaint" in refused.said
    assert news(code="correspondence").state == State.SENT
    unmark(other, COMPLAINT, by=None, at=NOON)
    assert news().state == State.SENT


def test_nothing_automatic_goes_to_the_dead(news, signed_in, ana):
    client = signed_in(ana)
    client.post(f"/customers/{news.ann.pk}/marks/", {"name": DECEASED, "evidence": "Letter of the family"})
    assert news(code="service").reason == "condition"
    assert "Letter of the family" in client.get(f"/customers/{news.ann.pk}/marks/").content.decode()
    client.post(f"/customers/{news.ann.pk}/marks/", {"end": DECEASED})
    assert news(code="service").state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_keep_the_limit(news, monkeypatch):
    PolicyRule.objects.filter(kind="frequency").update(most=1)
    messages, together = [news.written() for _ in range(2)], threading.Barrier(2, timeout=1)
    work = gate.hand_over

    def slow(*args, **named):
        # Both would be here at once, if they did not take turns.
        with suppress(threading.BrokenBarrierError):
            together.wait()
        return work(*args, **named)

    monkeypatch.setattr(gate, "hand_over", slow)

    def sending(pk):
        send(pk, at=NOON)
        connections.close_all()

    threads = [threading.Thread(target=sending, args=(one.pk,)) for one in messages]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in messages:
        one.refresh_from_db()
    assert sorted(one.state for one in messages) == [State.REFUSED, State.SENT]


def test_a_version_is_in_force_once_somebody_else_approved_it(mia, boss):
    kept = Policy.objects.in_force()
    next_one = draft(by=mia, at=NOON)
    assert draft(by=boss, at=NOON) == next_one, "there is one draft at a time"
    rules = [rule("frequency", most=1, days=30)]
    rewrite(next_one, rules, [], note="Less", by=mia, at=NOON)
    next_one.refresh_from_db()
    for who, seen, code in ((mia, next_one.stamp, "own"), (boss, "", "changed")):
        with pytest.raises(PolicyError, match=code):
            approve(next_one, seen=seen, by=who, at=NOON)
    assert Policy.objects.in_force() == kept
    approve(next_one, seen=next_one.stamp, by=boss, at=timezone.now())
    assert Policy.objects.in_force() == next_one
    with pytest.raises(PolicyError, match="approved"):
        rewrite(next_one, [], [], note="", by=mia, at=NOON)
    drop(next_one)
    assert Policy.objects.in_force() == next_one


def test_an_example_that_comes_out_otherwise_stops_the_approval(mia, boss):
    next_one = draft(by=mia, at=NOON)
    assert all(one.passed for one in try_out(next_one))
    example = PolicyExample(
        purpose=Purpose.objects.get(code="offers"), channel="email", clock=time(10), days_ago="7", expected="send"
    )
    rewrite(next_one, [rule("frequency", most=1, days=7)], [example], note="Less", by=mia, at=NOON)
    next_one.refresh_from_db()
    assert [one.passed for one in try_out(next_one)] == [False]
    with pytest.raises(PolicyError, match="examples"):
        approve(next_one, seen=next_one.stamp, by=boss, at=NOON)


def table(policy, **changed):
    """The table as a browser sends it, with some cells changed."""
    rules, examples = list(policy.rules.order_by("position")), list(policy.examples.order_by("position"))
    sent = {"note": "Fewer mails"}
    for prefix, rows in (("rules", rules), ("examples", examples)):
        sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
        for place, row in enumerate(rows):
            names = ("kind", "concerns", "channel", "most", "days", "begin", "end", "condition")
            names = names if prefix == "rules" else ("channel", "clock", "days_ago", "expected")
            sent |= {f"{prefix}-{place}-{name}": getattr(row, name) or "" for name in names}
            sent[f"{prefix}-{place}-id"] = row.pk
            if prefix == "rules":
                sent |= {f"rules-{place}-most": row.most, f"rules-{place}-days": row.days}
            else:
                sent |= {
                    f"examples-{place}-purpose": row.purpose_id,
                    f"examples-{place}-conditions": row.condition_names,
                }
    return sent | changed


def test_the_table_is_edited_tested_and_approved_in_the_browser(signed_in, mia, boss):
    writer, other = signed_in(mia), signed_in(boss)
    assert "at most 3 in 7 days" in writer.get("/contact-policy/").content.decode()
    path = writer.post("/contact-policy/draft/").headers["Location"]
    next_one = Policy.objects.get(approved_at=None)
    assert writer.get(path).status_code == 200
    wrong = {"rules-3-days": 0}
    assert writer.post(path, table(next_one, **wrong)).status_code == 422
    made_up = writer.post(path, table(next_one, **{"rules-0-condition": "made up"}))
    assert made_up.status_code == 422
    assert "“made up” is no condition that is known here" in made_up.content.decode()
    changed = {"rules-3-most": 2, "examples-0-days_ago": "3", "rules-2-DELETE": "on"}
    assert writer.post(path, table(next_one, **changed)).status_code == 302
    assert next_one.rules.count() == 4
    page = f"/contact-policy/{next_one.pk}/"
    assert "Somebody else has to approve" in writer.get(page).content.decode()
    next_one.refresh_from_db()
    writer.post(f"{page}approve/", {"seen": next_one.stamp})
    assert Policy.objects.in_force().number == 1
    assert next_one.stamp in other.get(page).content.decode()
    other.post(f"{page}approve/", {"seen": next_one.stamp})
    assert Policy.objects.in_force() == next_one
    assert "Fewer mails" in writer.get("/contact-policy/").content.decode()
    assert writer.get(path).headers["Location"] == page
    writer.post("/contact-policy/draft/")
    writer.post(f"/contact-policy/{Policy.objects.get(approved_at=None).pk}/drop/")
    assert not Policy.objects.filter(approved_at=None).exists()


def test_a_rule_keeps_only_what_it_looks_at_and_offers_the_conditions_that_a_room_published(signed_in, mia):
    mark(customer_at("annie@home.example", "Annie Lee"), "insolvent", "the court", by=None, at=NOON)
    writer = signed_in(mia)
    path = writer.post("/contact-policy/draft/").headers["Location"]
    assert '<option value="insolvent">insolvent</option>' in writer.get(path).content.decode()
    next_one = Policy.objects.get(approved_at=None)
    place = [one.kind for one in next_one.rules.order_by("position")].index("condition")
    row = {"kind": "condition", "condition": "insolvent", "most": 5, "days": 7, "begin": "20:00", "end": "08:00"}
    sent = table(next_one, **{f"rules-{place}-{name}": value for name, value in row.items()})
    assert writer.post(path, sent).status_code == 302
    kept = next_one.rules.get(condition="insolvent")
    assert (kept.most, kept.days, kept.begin, kept.end) == (0, 0, None, None)
    sent = table(next_one, **{f"rules-{place}-kind": "quiet", f"rules-{place}-begin": "20:00"})
    assert "From when until when?" in writer.post(path, sent).content.decode()


def test_what_waits_for_approval_stands_at_home_and_is_offered_only_while_its_examples_come_out(signed_in, mia, boss):
    writer, other = signed_in(mia), signed_in(boss)
    writer.post("/contact-policy/draft/")
    next_one = Policy.objects.get(approved_at=None)
    path, words = f"/contact-policy/{next_one.pk}/", "waits for somebody to approve it: Fewer mails"
    assert words not in other.get("/").content.decode()
    writer.post(f"{path}table/", table(next_one))
    assert words in other.get("/").content.decode()
    assert words not in writer.get("/").content.decode()
    assert f'action="{path}approve/"' in other.get(path).content.decode()
    writer.post(f"{path}table/", table(next_one, **{"examples-0-expected": "refuse"}))
    page = other.get(path).content.decode()
    assert f'action="{path}approve/"' not in page
    assert "1 example comes out otherwise than it has to" in page
