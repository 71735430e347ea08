"""An open complaint keeps advertising away, from the moment it comes in until somebody says how it was settled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.consent.complaints import open_complaints, publish_complaints
from rapport.consent.gate import send
from rapport.consent.ledger import Said
from rapport.consent.models import State
from rapport.consent.policy import Kind, PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.customers.models import Condition
from rapport.identity.merge import merge
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("G2")]
ANN = "ann.lee@x.example"


@pytest.fixture(autouse=True)
def by_day_and_night(db):
    """The policy as it is delivered, save its quiet hours: tests run at night, too."""
    PolicyRule.objects.exclude(kind=Kind.CONDITION).delete()


@pytest.fixture
def ann():
    return customer_at(ANN)


def complains(key="c-1", address=ANN, days=0, kind="complaint", direction=Direction.INBOUND):
    now = timezone.now()
    party = Party((Clue("email", address),), name="Ann Lee")
    when = now - timedelta(days=days)
    arrival = Inbound("desk", key, when, Channel.WEB, direction, kind, (party,), subject="It broke")
    return receive([arrival], by=None, at=now)[0].interaction_id


def test_from_its_arrival_until_it_is_settled_no_offer_leaves(ann, ana, boss, signed_in, run_jobs):
    offers, now = Purpose.objects.get(code="offers"), timezone.now()
    say(Word(offers, ANN, Said.GRANTED), by=ana, at=now)
    with serving() as peer:
        account = account_for(ana, peer.port)

        def sent(key, purpose="offers"):
            draft, at = Draft((ANN,), "Spring", "Dear Ann", purpose=purpose), timezone.now()
            return send(write(draft, account, key=key, member=main_member(ann), by=ana, due_at=at, at=at).pk, at=at)

        assert sent("1").state == State.SENT
        complains()
        run_jobs()
        refused = sent("2")
        assert (refused.state, refused.reason) == (State.REFUSED, "condition")
        assert "open complaint" in refused.said
        assert sent("3", "correspondence").state == State.SENT, "the answer to it does leave"
        client, path = signed_in(boss), f"/customers/{ann.pk}/complaint/"
        page = client.get(path)
        assert "It broke" in page.content.decode()
        key = page.context["form"]["key"].value()
        assert client.post(path, {"how": "", "key": key}).status_code == 422
        assert client.post(path, {"how": "New machine sent", "key": key}).status_code == 302
        run_jobs()
        assert sent("4").state == State.SENT
    assert Interaction.objects.filter(text="Complaint settled: New machine sent", author=boss).count() == 1
    assert not open_complaints(ann.pk)


def test_one_that_no_system_told_is_noted_by_hand(ann, boss, signed_in):
    client, path = signed_in(boss), f"/customers/{ann.pk}/complaint/"
    assert client.post(path, {"evidence": "On the phone: it broke again"}).status_code == 302
    assert open_complaints(ann.pk).get().evidence == "On the phone: it broke again"
    assert "Complaint settled" in client.get(path).content.decode()


def test_what_an_import_brings_from_long_ago_stands_not_open_nor_does_what_we_wrote(ann, run_jobs):
    complains("old", days=31)
    complains("ours", direction=Direction.OUTBOUND)
    complains("other", kind="question")
    run_jobs()
    assert not Condition.objects.filter(name="open complaint").exists()


def test_a_job_that_runs_twice_opens_nothing_that_was_settled(ann, boss, signed_in, run_jobs):
    came = complains()
    run_jobs()
    client, path = signed_in(boss), f"/customers/{ann.pk}/complaint/"
    key = client.get(path).context["form"]["key"].value()
    for _again in range(2):
        client.post(path, {"how": "Repaired", "key": key})
    assert publish_complaints([came], at=timezone.now()) == 0
    assert not open_complaints(ann.pk)
    assert complains("c-2")
    run_jobs()
    assert open_complaints(ann.pk).count() == 1


def test_a_merge_brings_it_along_and_it_is_settled_there(ann, boss, signed_in, run_jobs):
    other = customer_at("annie@home.example", "Annie Lee")
    complains("c-3", "annie@home.example")
    run_jobs()
    merge(ann, other, by=None, at=timezone.now())
    assert open_complaints(ann.pk).count() == 1
    client, path = signed_in(boss), f"/customers/{ann.pk}/complaint/"
    key = client.get(path).context["form"]["key"].value()
    client.post(path, {"how": "Repaired", "key": key})
    assert not open_complaints(ann.pk)
