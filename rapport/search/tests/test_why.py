"""Why something is not where one looked: each true cause in words, and never more than the reader may know."""

from datetime import UTC, datetime

import pytest

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.lib.identifiers import normalise
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def put(name, email, **said):
    record = RecordIn("crm", f"id-{name}", Kind.PERSON, claims({"name": name, **said}), (normalise("email", email),))
    return Customer.objects.get(pk=register([record], by=None, at=NOW)[0].customer_id)


def arrive(value, subject, kind="email"):
    party = (Party((Clue(kind, value),)),)
    return receive(
        [Inbound("mail", subject, NOW, Channel.EMAIL, Direction.INBOUND, "mail", party, subject=subject)],
        by=None,
        at=NOW,
    )[0]


@pytest.fixture
def ask(signed_in, ana):
    def answer(words, user=ana):
        response = signed_in(user).get("/search/why/", {"q": words})
        assert response.status_code == 200
        return response.content.decode()

    return answer


def test_a_customer_who_is_here_is_shown_where(ask):
    ada = put("Ada Costa", "ada@aurora.example")
    for words in ("ada@aurora.example", " ADA@aurora.example ", str(ada.pk), f"/customers/{ada.pk}/"):
        page = ask(words)
        assert "It is here: Ada Costa." in page
        assert f'href="/customers/{ada.pk}/"' in page


def test_a_record_that_was_merged_leads_to_where_it_lives_on(ask):
    ada, twin = put("Ada Costa", "ada@aurora.example"), put("A. Costa", "a.costa@aurora.example")
    merge(ada, twin, by=None, at=NOW)
    page = ask(f"/customers/{twin.pk}/")
    assert "This record was merged into" in page
    assert f'href="/customers/{ada.pk}/"' in page


def test_of_another_teams_customer_no_more_is_told_than_that_it_is_theirs(ask, nils):
    sven = put("Sven Lund", "sven@fjord.example", team="Nordics")
    for words in ("sven@fjord.example", str(sven.pk)):
        page = ask(words)
        assert "It belongs to another team. You see the customers of team Iberia and those of no team." in page
        assert "Sven" not in page.replace(words, "")
        assert f'href="/customers/{sven.pk}/"' not in page
    assert "It is here: Sven Lund." in ask("sven@fjord.example", nils)


def test_an_address_that_nobody_has_is_said_to_be_nobodys_and_a_desk_a_desk(ask):
    assert "No customer has it." in ask("nobody@nowhere.example")
    assert "A desk answers this address" in ask("info@nowhere.example")
    assert "There has never been a customer with this number." in ask("/customers/4711/")


def test_what_waits_in_the_queue_is_named_with_its_reason(ask):
    arrive("info@aurora.example", "Two boxes too many")
    page = ask("info@aurora.example")
    assert "Two boxes too many" in page
    assert "is a shared address that a desk answers, not a person." in page
    assert "/unassigned/?before=" in page
    assert "Two boxes too many" in ask("two boxes")


def test_words_that_no_room_knows_are_answered_plainly_and_safely(ask):
    page = ask("<script>alert(1)</script>")
    assert "No room knows anything of it" in page
    assert "<script>alert(1)" not in page


def test_a_dead_link_leads_to_the_reason(signed_in, ana):
    page = signed_in(ana).get("/customers/4711/")
    assert page.status_code == 404
    assert 'href="/search/why/?q=/customers/4711/"' in page.content.decode()
