"""What nobody knows the customer of: shown with the reason, assigned with a choice."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.timeline.models import Interaction
from rapport.timeline.queue import queue
from rapport.timeline.read import Cursor
from rapport.timeline.receive import receive
from rapport.timeline.waiting import waiting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HX = {"HX-Request": "true"}


def arrive(*clues, key="1", at=NOW, **more):
    party = (Party(clues),) if clues else ()
    one = Inbound("site", key, at, Channel.EMAIL, Direction.INBOUND, "mail", party, **more)
    return receive([one], by=None, at=NOW)[0]


@pytest.mark.req("K2")
@pytest.mark.parametrize(
    ("clue", "words"),
    [
        (Clue("email", "info@aurora.example"), "info@aurora.example is a shared address"),
        (Clue("phone", "+44 800 123 4567"), "+44 800 123 4567 is a switchboard or a service number"),
        (Clue("cookie", "c1"), "The browser c1 has not been seen"),
        (Clue("phone", "555 0143"), "555 0143 is not a full phone number"),
        (Clue("email", "not an address"), "can't be read"),
        (Clue("email", "ana@rapport.example"), "is a colleague's address"),
        (None, "without a name, an address or a number"),
    ],
)
def test_it_says_why_nobody_knows_whose_it_is(ana, clue, words):
    arrive(*([clue] if clue else []), subject="Where is my order?")
    assert words in queue(ana).lines[0].reasons[0]


def test_it_waits_for_everybody_newest_first_and_is_counted(ana, nils, rita):
    for number in range(5):
        arrive(Clue("email", "info@x.example"), key=str(number), at=NOW + timedelta(minutes=number // 2))
    first = queue(ana, limit=2)
    rest = queue(nils, before=Cursor.parse(str(first.next)), limit=10)
    shown = [one.entry.external_id for one in (*first.lines, *rest.lines)]
    assert shown == ["4", "3", "2", "1", "0"]
    assert rest.next is None
    assert waiting(rita) == 5


@pytest.mark.req("K2")
def test_it_goes_to_the_customer_that_is_chosen(ana, signed_in):
    known = arrive(Clue("email", "marta@aurora.example"), key="first")
    waits = arrive(Clue("email", "info@aurora.example"), key="second", subject="Where is my order?")
    browser = signed_in(ana)
    assert "Where is my order?" in browser.get("/unassigned/").text
    done = browser.post(f"/unassigned/{waits.interaction_id}/assign/", {"other": known.customer_id}, headers=HX)
    assert "Assigned to" in done.text
    assert not Interaction.objects.unassigned().exists()
    assert "Nothing waits" in browser.get("/unassigned/").text
    assert "2 interactions" in browser.get(f"/customers/{known.customer_id}/amount/").text
    assert browser.post(f"/unassigned/{waits.interaction_id}/assign/", {"other": "x"}).status_code == 404


def test_it_makes_a_customer_nobody_knew_once(ana, signed_in):
    waits = arrive(Clue("email", "info@aurora.example"))
    browser, address = signed_in(ana), f"/unassigned/{waits.interaction_id}/adopt/"
    assert browser.post(address, {"name": "", "kind": "company"}).headers["Location"] == "/unassigned/"
    for _time in range(2):
        browser.post(address, {"name": "Aurora Clínicas", "kind": "company"})
    aurora = Customer.objects.get()
    assert (aurora.name, aurora.kind, aurora.owner) == ("Aurora Clínicas", "company", ana)
    held = aurora.members.get().identifiers.get()
    assert (held.key, held.strength) == ("info@aurora.example", "weak")


def test_a_reader_looks_but_does_not_assign(rita, signed_in):
    waits = arrive(Clue("email", "info@aurora.example"))
    browser = signed_in(rita)
    assert "Say whose it is" not in browser.get("/unassigned/").text
    assert browser.post(f"/unassigned/{waits.interaction_id}/assign/", {"other": 1}).status_code == 403


def test_several_are_chosen_and_go_to_one_customer_at_once(ana, rita, signed_in, run_jobs):
    known = arrive(Clue("email", "marta@aurora.example"), key="first")
    waits = [arrive(Clue("email", "info@aurora.example"), key=f"w{number}").interaction_id for number in range(3)]
    browser = signed_in(ana)
    page = browser.get("/unassigned/").text
    address = re.search(r'id="bulk-form" method="post" action="([^"]+)"', page)[1]
    assert page.count('name="ids"') == len(waits)
    assert "Add tags" not in page
    sent = {"action": "assign", "ids": waits[:2]}
    assert "Assign to a customer" in browser.post(address, sent).text
    browser.post(address, {**sent, "step": "start", "customer": known.customer_id})
    run_jobs()
    assert [one.pk for one in Interaction.objects.unassigned()] == waits[2:]
    assert 'name="ids"' not in signed_in(rita).get("/unassigned/").text
