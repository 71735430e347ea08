"""The search page, the palette and the choice in a form: what matched is marked, what is hidden stays so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity.register import register
from rapport.lib.identifiers import normalise
from rapport.search.find_interactions import find_interactions, unread_since
from rapport.search.marks import marked, snippet
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PALETTE = {"HX-Request": "true"}


def put(name, email, **said):
    record = RecordIn("crm", f"id-{name}", Kind.PERSON, claims({"name": name, **said}), (normalise("email", email),))
    return register([record], by=None, at=NOW)[0].customer_id


def mail(number, email, subject="", text="", at=NOW):
    party = (Party((Clue("email", email),)),)
    return Inbound(
        "mail", f"m{number}", at, Channel.EMAIL, Direction.INBOUND, "mail", party, subject=subject, text=text
    )


def subjects(user, text):
    return [one.subject for one in find_interactions(user, text, limit=10)]


@pytest.mark.req("K10")
def test_what_was_written_is_found_once_it_was_read(boss, run_jobs):
    put("Marta", "marta@x.example")
    first = mail(1, "marta@x.example", "Invoice 4711", "The crème brûlée was missing.")
    receive([first, mail(2, "marta@x.example", "Other", at=NOW + timedelta(days=1))], by=None, at=NOW)
    assert unread_since() == NOW
    run_jobs()
    assert unread_since() is None
    for text in ("invoice", "4711", "creme brulee", "Brûl", "missing 4711"):
        assert subjects(boss, text) == ["Invoice 4711"], text
    assert subjects(boss, "brule") == ["Invoice 4711"]
    assert subjects(boss, "invoice 4712") == []
    receive([first._replace(subject="Credit note 12")], by=None, at=NOW)
    run_jobs()
    assert subjects(boss, "credit") == ["Credit note 12"]
    assert subjects(boss, "invoice") == []
    assert subjects(boss, "'&|!:* ()") == []


@pytest.mark.req("G5")
def test_another_teams_conversations_are_not_found(ana, nils, run_jobs):
    put("Marta", "marta@x.example", team="Iberia")
    receive([mail(1, "marta@x.example", "A secret"), mail(2, "info@shared.example", "Whose secret")], by=None, at=NOW)
    run_jobs()
    assert subjects(ana, "secret") == ["Whose secret", "A secret"]
    assert subjects(nils, "secret") == ["Whose secret"]


@pytest.mark.parametrize("sizes", [((0, 200, 1_000), (1_000, 20_000)), ((0, 1, 4), (4, 8, 20)), ((0, 2), (2, 3, 20))])
def test_frequent_and_rare_words_are_found_newest_first_however_much_there_is(
    boss, nils, iberia, run_jobs, monkeypatch, sizes
):
    monkeypatch.setattr("rapport.search.find_interactions.NEAR", sizes[0])
    monkeypatch.setattr("rapport.search.find_interactions.FAR", sizes[1])
    put("Marta", "marta@x.example", team="Iberia")
    put("Nora", "nora@x.example", team="Nordics")
    whose = ["nora", "marta", "marta", "marta", "marta", "nora", "marta", "marta"]
    mails = [
        mail(n, f"{who}@x.example", f"Order {n}" + (" urgent" if n == 0 else ""), at=NOW - timedelta(days=9 - n))
        for n, who in enumerate(whose)
    ]
    receive(mails, by=None, at=NOW)
    run_jobs()
    assert subjects(boss, "order") == [*(f"Order {n}" for n in range(7, 0, -1)), "Order 0 urgent"]
    assert [one.subject for one in find_interactions(boss, "order", limit=2)] == ["Order 7", "Order 6"]
    assert subjects(nils, "order") == ["Order 5", "Order 0 urgent"]
    assert subjects(boss, "urgent") == subjects(nils, "urgent") == ["Order 0 urgent"]


def test_the_page_groups_what_it_found_and_marks_why(signed_in, boss, run_jobs):
    marta = put("Marta Oliveira", "m.silva@aurora.example", city="Lisboa")
    receive([mail(1, "m.silva@aurora.example", "About silva & sons", "Dear all, silva wrote. " * 40)], by=None, at=NOW)
    run_jobs()
    page = signed_in(boss).get("/search/?q=silva").content.decode()
    assert "m.<mark>silva</mark>@aurora.example" in page
    assert f'href="/customers/{marta}/"' in page
    assert "About <mark>silva</mark> &amp; sons" in page
    assert "Nothing found" in signed_in(boss).get("/search/?q=zzzz").content.decode()
    assert "what you remember" in signed_in(boss).get("/search/").content.decode()


def test_the_palette_gets_rows_alone(signed_in, boss):
    put("<b>Marta</b>", "marta@x.example", city="Lisboa")
    rows = signed_in(boss).get("/search/?q=marta", headers=PALETTE).content.decode().strip()
    assert rows.startswith('<a role="option" href="/customers/')
    assert "<b>Marta" not in rows
    assert "&lt;b&gt;<mark>Marta</mark>&lt;/b&gt;" in rows
    assert signed_in(boss).get("/search/?q=", headers=PALETTE).content.strip() == b""


def test_a_form_gets_customers_to_choose_from_but_not_the_one_it_is_about(signed_in, ana, nils):
    marta, other = put("Marta", "marta@x.example", team="Iberia"), put("Marta Two", "two@x.example")
    rows = signed_in(ana).get(f"/customers/choose/?q=marta&without={other}").content.decode()
    assert f'value="{marta}"' in rows
    assert f'value="{other}"' not in rows
    assert f'value="{marta}"' not in signed_in(nils).get("/customers/choose/?q=marta").content.decode()


def test_the_search_costs_the_same_for_one_hit_or_many(signed_in, ana, run_jobs):
    client = signed_in(ana)
    put("Marta Oliveira", "m@x.example", team="Iberia")
    receive([mail(0, "m@x.example", "marta")], by=None, at=NOW)
    run_jobs()
    client.get("/search/?q=marta")
    with CaptureQueriesContext(connection) as few:
        client.get("/search/?q=marta")
    for number in range(12):
        put(f"Marta Oliveira {number}", f"m{number}@x.example", team="Iberia")
        receive([mail(f"x{number}", f"m{number}@x.example", "marta")], by=None, at=NOW)
    run_jobs()
    with CaptureQueriesContext(connection) as many:
        client.get("/search/?q=marta")
    assert len(many) == len(few)


def test_marks_and_snippets_show_the_words_where_they_stand():
    assert [(one.text, one.hit) for one in marked("Crème de la crème", "CREME")] == [
        ("Crème", True),
        (" de la ", False),
        ("crème", True),
    ]
    assert [(one.text, one.hit) for one in marked("m.oliveira@aurora.example", "ra@au")] == [
        ("m.olivei", False),
        ("ra@au", True),
        ("rora.example", False),
    ]
    pieces = snippet("word " * 100 + "needle " + "word " * 100, "needle")
    assert [one.text for one in pieces if one.hit] == ["needle"]
    assert pieces[0].text.startswith("… ")
    assert pieces[-1].text.endswith(" …")
