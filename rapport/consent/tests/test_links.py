"""Links in our mail: one click ends it, people choose, a yes is confirmed; nobody signs in, nobody forges one."""

import email
import email.policy
import re
from datetime import timedelta
from itertools import count

import pytest
from django.core import signing
from django.utils import timezone

from rapport.consent.gate import send
from rapport.consent.ledger import Consent, Said
from rapport.consent.links import SALT, Link, What
from rapport.consent.models import Extent, Message, State, Suppression
from rapport.consent.object import object_to
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import edit, main_member
from rapport.people.models import Scope
from rapport.ui import callers

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]
ANN = "ann.lee@x.example"


@pytest.fixture(autouse=True)
def many_tries(settings, ana):
    callers.BUCKETS.empty()
    settings.PUBLIC_URL = "http://testserver"


def purpose(code="offers"):
    return Purpose.objects.get(code=code)


def agreed(code="offers", address=ANN, **named):
    return say(Word(purpose(code), address, Said.GRANTED, **named), by=None, at=timezone.now())


@pytest.fixture
def ann(db):
    return customer_at()


@pytest.fixture
def post(ana, ann):
    """Sends something to Ann and gives the mail that arrived, or nothing."""
    numbers = count()
    with serving() as peer:
        account = account_for(None, peer.port, scope_id=Scope.EVERYONE)

        def sent(code="offers", to=(ANN,), html=""):
            now, before = timezone.now(), len(peer.envelopes)
            draft = Draft(to, "Spring", "Dear Ann", html=html, purpose=code)
            message = write(draft, account, key=f"{next(numbers)}", member=main_member(ann), by=ana, due_at=now, at=now)
            sent.state = send(message.pk, at=now)
            return read(peer.envelopes[-1]) if len(peer.envelopes) > before else None

        sent.peer = peer
        yield sent


def read(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def path_in(text, end):
    return re.search(rf"http://testserver(/my-mail/[^\s<>\"]+{end})", text)[1]


def test_one_click_in_the_mail_program_ends_it(post, client):
    agreed()
    mail = post(html="<p>Dear Ann</p>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = path_in(mail["List-Unsubscribe"], "stop/")
    assert path in mail.get_body(("plain",)).get_content()
    assert path in mail.get_body(("html",)).get_content()
    assert client.get(path).status_code == 200
    assert post() is not None, "looking at the page ends nothing: scanners look at every link"
    answer = client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    client.post(path)
    assert Consent.objects.filter(said=Said.WITHDRAWN).count() == 1
    assert post() is None
    assert post.state.reason == "withdrawn"


def test_letters_of_one_person_to_another_carry_no_such_link(post):
    assert post("correspondence")["List-Unsubscribe"] is None
    assert "my-mail" not in post("service").get_content()


def test_what_can_be_unsubscribed_from_goes_to_one_address_at_a_time(post):
    agreed()
    agreed(address="bob@x.example")
    assert post(to=(ANN, "bob@x.example")) is None
    assert (post.state.state, post.state.reason) == (State.REFUSED, "many")


def choices(**named):
    return {"purpose": [purpose(code).pk for code, on in named.items() if on]}


def test_people_choose_what_reaches_them(post, client):
    agreed()
    path = path_in(post().get_content(), "/")
    path = path.removesuffix("stop/")
    page = client.get(path).content.decode()
    assert ANN in page
    assert '<html lang="en"' in page
    assert 'checked><span class="form-check-label"><b>Offers' in page
    client.post(path, choices(newsletter=True))
    assert post() is None
    news = post("newsletter")
    assert news is not None, "the link was sent there, so the yes is confirmed"
    client.post(path, choices(newsletter=True) | {"no_advertising": "on"})
    assert post("newsletter") is None
    assert post("correspondence") is not None
    objection = Suppression.objects.get()
    assert (objection.member.customer.name, objection.extent) == ("Ann Lee", Extent.ADVERTISING)
    client.post(path, choices(newsletter=True))
    assert post("newsletter") is not None
    words = Consent.objects.count()
    client.post(path, choices(newsletter=True))
    assert Consent.objects.count() == words, "what did not change is not said again"


def test_an_address_of_many_objects_for_itself(client):
    client.post(
        f"/my-mail/{Link(What.CHOOSE, 'email', 'info@x.example', purpose().pk).token}/", {"no_advertising": "on"}
    )
    assert Suppression.objects.get().key == "info@x.example"


def test_a_yes_counts_when_its_owner_confirms_it(post, client, run_jobs, ann):
    edit(ann, {"language": "de"}, by=None, at=timezone.now())
    asked = agreed("newsletter", source="web form", evidence="Form at the fair")
    assert asked.said == Said.ASKED
    run_jobs()
    asking = Message.objects.get(key=f"confirm:{asked.pk}")
    send(asking.pk, at=timezone.now())
    mail = read(post.peer.envelopes[-1])
    assert mail["Subject"].startswith("Bitte bestätigen")
    path = path_in(mail.get_content(), "yes/")
    assert client.get(path).status_code == 200
    assert post("newsletter") is None, "looking at the page confirms nothing"
    assert client.post(path).status_code == 200
    yes = Consent.objects.get(said=Said.GRANTED)
    assert "Form at the fair" in yes.evidence
    client.post(path)
    assert Consent.objects.filter(said=Said.GRANTED).count() == 1
    assert post("newsletter") is not None


def test_a_strangers_address_is_asked_once_a_day(post, run_jobs):
    for _again in range(3):
        agreed("newsletter")
    run_jobs()
    assert Message.objects.filter(key__startswith="confirm:").count() == 1


def test_who_objected_to_everything_is_not_asked_either(post, run_jobs, ana):
    object_to(ANN, evidence="phone", by=ana, at=timezone.now())
    asked = agreed("newsletter")
    run_jobs()
    assert send(Message.objects.get(key=f"confirm:{asked.pk}").pk, at=timezone.now()).state == State.REFUSED


@pytest.mark.parametrize("end", ["", "stop/", "yes/"])
def test_a_forged_an_old_and_another_kind_of_link_are_told_apart_by_nobody(client, end, monkeypatch):
    kind = What.CONFIRM if end == "yes/" else What.CHOOSE
    about = agreed("newsletter").pk if end == "yes/" else purpose().pk
    good = Link(kind, "email", ANN, about).token
    other = Link(What.CHOOSE if end == "yes/" else What.CONFIRM, "email", ANN, about).token
    later = timezone.now().timestamp() - timedelta(days=800).total_seconds()
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: later)
        old = Link(kind, "email", ANN, about).token
    odd = signing.dumps("nothing", salt=SALT)
    for wrong in (good[:-1] + ("A" if good[-1] != "A" else "B"), other, old, odd, "x"):
        answer = client.post(f"/my-mail/{wrong}/{end}")
        assert answer.status_code == 410
        assert ANN not in answer.content.decode()
    assert client.get(f"/my-mail/{good}/{end}").status_code == 200


def test_too_many_tries_are_turned_away(client):
    answers = {client.get("/my-mail/x/").status_code for _try in range(150)}
    assert answers == {410, 429}
