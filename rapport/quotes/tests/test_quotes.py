"""Quotes: written, changed, approved by level, sent as a document, in versions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from rapport.channels.models import MailAccount
from rapport.consent.models import Message
from rapport.people.role import Role
from rapport.people.tests.programs import Program
from rapport.quotes.approve import ask_approval, decide, too_deep
from rapport.quotes.compare import compared
from rapport.quotes.limits import limit_of, set_limits, waiting_for
from rapport.quotes.quote import Quote, State
from rapport.quotes.send_quote import Cover, send_quote, withdraw
from rapport.quotes.sums import offer_of
from rapport.quotes.tests.conftest import NOW, TODAY
from rapport.quotes.write_quote import Heading, QuoteError, change_quote, new_version, write_quote
from rapport.sales.set_lines import LineWish

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]


def with_discount(quote, percent, *, by):
    wishes = [LineWish(one.product, one.quantity, one.unit_price, one.discount) for one in quote.lines.in_order()]
    return change_quote(quote.pk, Heading(quote.valid_until, discount=Decimal(percent)), wishes, by=by, at=NOW)


def send(quote, *, by):
    return send_quote(quote.pk, Cover(), by=by, at=NOW, today=TODAY)


@pytest.fixture
def limits(db):
    set_limits({Role.objects.get(key="agent"): Decimal(10), Role.objects.get(key="manager"): Decimal(25)})


def test_it_begins_with_the_lines_of_the_deal_each_billed_in_its_own_steps(ana, deal, signed_in):
    client = signed_in(ana)
    answer = client.post(reverse("quotes:write", args=[deal.pk]))
    quote = Quote.objects.get()
    assert answer.headers["Location"] == reverse("quotes:change", args=[quote.pk])
    assert quote.number == f"Q-{TODAY.year}-00001"
    offer = offer_of(quote)
    once, monthly = offer.groups
    assert (once.sum.net, once.sum.tax, once.sum.gross) == (6000, 1140, 7140)
    assert (monthly.sum.net, monthly.sum.gross) == (Decimal("59.70"), Decimal("71.04"))
    assert offer.net == quote.total == 6000 + 24 * Decimal("59.70") == deal.amount
    page = client.get(reverse("quotes:quote", args=[quote.pk])).content.decode()
    assert "€7,140.00" in page
    assert "every month" in page
    assert str(quote) in client.get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert str(quote) in client.get(reverse("quotes:list")).content.decode()


def test_numbers_follow_each_other(ana, deal):
    numbers = [write_quote(deal, by=ana, at=NOW, today=TODAY).number for _ in range(3)]
    assert [one[-5:] for one in numbers] == ["00001", "00002", "00003"]


def test_a_deal_without_products_has_nothing_to_offer(ana, deal, signed_in):
    deal.lines.all().delete()
    answer = signed_in(ana).post(reverse("quotes:write", args=[deal.pk]))
    assert answer.headers["Location"] == reverse("sales:lines", args=[deal.pk])
    assert not Quote.objects.exists()


def test_lines_and_heading_are_changed_on_one_page(ana, quote, signed_in):
    client, address = signed_in(ana), reverse("quotes:change", args=[quote.pk])
    assert "CM-200 · Coffee machine" in client.get(address).content.decode()
    given = {
        "lines-TOTAL_FORMS": 2,
        "lines-INITIAL_FORMS": 2,
        "lines-0-product": "CM-200",
        "lines-0-quantity": "2",
        "lines-0-discount": "5",
        "lines-1-name": "Delivery",
        "lines-1-unit_price": "80",
        "valid_until": (TODAY + timedelta(days=9)).isoformat(),
        "discount": "2.5",
        "note": "As discussed.",
    }
    assert client.post(address, given).status_code == 302
    quote.refresh_from_db()
    # 2 × 2000 less 5 %, 80 for the delivery, 2.5 % off all.
    assert quote.total == Decimal("3783.00")
    assert (quote.discount, quote.note) == (Decimal("2.5"), "As discussed.")
    empty = client.post(address, given | {"lines-0-DELETE": "on", "lines-1-DELETE": "on"})
    assert empty.status_code == 422
    assert "at least one line" in empty.content.decode()


@pytest.mark.usefixtures("limits")
def test_a_discount_above_ones_limit_waits_for_whoever_may_give_it(ana, mia, boss, quote, signed_in):
    assert [limit_of(one) for one in (ana, mia, boss)] == [10, 25, 100]
    quote = with_discount(quote, 20, by=ana)
    assert too_deep(quote, ana) == 20
    with pytest.raises(QuoteError):
        send(quote, by=ana)
    client = signed_in(ana)
    client.post(reverse("quotes:ask", args=[quote.pk]), {"words": "They buy for three houses."})
    assert waiting_for(ana) == []
    assert waiting_for(mia) == [quote]
    assert str(quote) in signed_in(mia).get(reverse("home:day")).content.decode()
    with pytest.raises(QuoteError):
        decide(quote.pk, granted=True, said="", by=ana, at=NOW)
    page = signed_in(mia).get(reverse("quotes:quote", args=[quote.pk])).content.decode()
    assert "They buy for three houses." in page
    signed_in(mia).post(reverse("quotes:approve", args=[quote.pk]), {"verdict": "yes", "words": "This once."})
    quote.refresh_from_db()
    assert quote.state == State.APPROVED
    assert send(quote, by=ana).state == State.SENT


@pytest.mark.usefixtures("limits")
def test_what_is_deeper_than_a_managers_limit_too_waits_for_the_one_above(ana, mia, boss, quote):
    quote = with_discount(quote, 40, by=ana)
    ask_approval(quote.pk, why="", by=ana, at=NOW)
    assert waiting_for(mia) == []
    with pytest.raises(QuoteError):
        decide(quote.pk, granted=True, said="", by=mia, at=NOW)
    assert waiting_for(boss) == [quote]


@pytest.mark.usefixtures("limits")
def test_a_price_typed_below_the_list_counts_as_a_discount(ana, quote, machine):
    wishes = [LineWish(machine, Decimal(1), Decimal(1500), Decimal(10))]
    quote = change_quote(quote.pk, Heading(quote.valid_until), wishes, by=ana, at=NOW)
    # 1500 less a tenth is 1350 of 2000.
    assert too_deep(quote, ana) == Decimal("32.50")


@pytest.mark.usefixtures("limits")
def test_an_approval_does_not_outlive_a_change(ana, mia, quote):
    quote = with_discount(quote, 20, by=ana)
    ask_approval(quote.pk, why="", by=ana, at=NOW)
    decide(quote.pk, granted=True, said="", by=mia, at=NOW)
    quote = with_discount(quote, 24, by=ana)
    assert quote.state == State.DRAFT
    with pytest.raises(QuoteError):
        send(quote, by=ana)


def test_once_sent_it_is_frozen_and_kept_as_the_document_that_left(ana, quote, signed_in):
    sent = send(quote, by=ana)
    assert sent.document.path.read_bytes().startswith(b"%PDF")
    with pytest.raises(QuoteError):
        with_discount(quote, 1, by=ana)
    assert signed_in(ana).post(reverse("quotes:change", args=[quote.pk]), {}).status_code == 302
    taken = signed_in(ana).get(reverse("quotes:pdf", args=[quote.pk]))
    assert b"".join(taken.streaming_content) == sent.document.path.read_bytes()
    assert sent.document.sha256 in signed_in(ana).get(reverse("quotes:quote", args=[quote.pk])).content.decode()


def test_the_mail_goes_through_the_gate_with_the_document_and_keeps_the_link_to_itself(ana, quote, signed_in):
    account = MailAccount.objects.create(
        name="Ana", address="ana@aurora.example", user=ana, scope_id=1, smtp_host="127.0.0.1", active=True
    )
    given = {"account": account.pk, "to": "marta@aurora.example", "subject": "Our quote", "text": "Good day"}
    address = reverse("quotes:send_out", args=[quote.pk])
    client = signed_in(ana)
    assert client.post(address, given | {"to": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    message = Message.objects.get()
    assert [one.name for one in message.enclosures.all()] == [f"{quote.number}-1.pdf"]
    assert "/q/" not in message.text
    assert "/q/" in message.words
    assert client.post(address, given).status_code == 302
    assert Message.objects.count() == 1


def test_one_that_has_run_out_or_holds_nothing_is_not_sent(ana, quote):
    Quote.objects.filter(pk=quote.pk).update(valid_until=TODAY - timedelta(days=1))
    with pytest.raises(QuoteError):
        send(quote, by=ana)


def test_a_new_version_replaces_the_one_before_and_tells_what_is_otherwise(ana, quote, machine, signed_in):
    send(quote, by=ana)
    fresh = new_version(quote.pk, by=ana, at=NOW, today=TODAY)
    wishes = [LineWish(machine, Decimal(4), Decimal(2000)), LineWish(None, Decimal(1), Decimal(80), name="Delivery")]
    fresh = change_quote(fresh.pk, Heading(fresh.valid_until, discount=Decimal(3)), wishes, by=ana, at=NOW)
    old = Quote.objects.get(pk=quote.pk)
    assert (old.state, old.link_key, fresh.number, fresh.version) == (State.SUPERSEDED, "", old.number, 2)
    assert [one.name for one in old.lines.in_order()] == ["Coffee machine", "Care plan"]
    told = {one.name: (one.before, one.after) for one in compared(old, fresh) if not one.same}
    assert told["Coffee machine"] == ("3 × €2,000.00", "4 × €2,000.00")
    assert told["Care plan"] == ("3 × €19.90, 2 years", None)
    assert told["Delivery"] == (None, "1 × €80.00")
    assert told["Discount on everything"] == ("0 %", "3 %")
    page = signed_in(ana).get(reverse("quotes:compare", args=[fresh.pk])).content.decode()
    assert "left out" in page
    with pytest.raises(QuoteError):
        new_version(old.pk, by=ana, at=NOW, today=TODAY)


def test_withdrawn_it_can_be_offered_anew(ana, quote):
    send(quote, by=ana)
    assert withdraw(quote.pk, by=ana, at=NOW).link_key == ""
    assert new_version(quote.pk, by=ana, at=NOW, today=TODAY).version == 2


def test_limits_are_edited_in_the_browser_by_those_who_rule(boss, mia, signed_in):
    role = Role.objects.get(key="agent")
    client, address = signed_in(boss), reverse("quotes:limits")
    assert client.post(address, {f"role-{role.pk}": "12.5"}).status_code == 302
    assert 'value="12.5"' in client.get(address).content.decode()
    assert client.post(address, {f"role-{role.pk}": "101"}).status_code == 422
    assert signed_in(mia).get(address).status_code == 403


def test_another_team_finds_no_quote(nils, ana, quote, marta, iberia, signed_in):
    type(marta).objects.filter(pk=marta.pk).update(scope=iberia.scope)
    for name in ("quote", "change", "pdf", "send_out"):
        assert signed_in(nils).get(reverse(f"quotes:{name}", args=[quote.pk])).status_code == 404


def test_over_the_api_quotes_are_written_and_read(ana, nils, deal, marta, iberia):
    program = Program(ana)
    made = program.send("/quotes", {"deal_id": deal.pk})
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["sums"][0] == {"billed_every_months": None, "net": "6000.00", "tax": "1140.00", "gross": "7140.00"}
    assert [(one["name"], one["net"], one["months"]) for one in told["lines"]] == [
        ("Coffee machine", "6000.00", None),
        ("Care plan", "59.70", 24),
    ]
    assert program.read(f"/quotes/{told['id']}").json() == told
    (listed,) = program.read("/quotes", customer_id=marta.pk, state="draft").json()["items"]
    assert listed["number"] == told["number"]
    assert program.send("/quotes", {"deal_id": 0}).status_code == 422
    type(marta).objects.filter(pk=marta.pk).update(scope=iberia.scope)
    assert Program(nils).read(f"/quotes/{told['id']}").status_code == 404
