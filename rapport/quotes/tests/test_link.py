"""What a customer does by the link: without signing in, on a phone, without a script."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.quotes.answer import Answer
from rapport.quotes.links import SALT, opened, token_of
from rapport.quotes.quote import Quote, State
from rapport.quotes.send_quote import Cover, send_quote, withdraw
from rapport.quotes.tests.conftest import NOW, TODAY
from rapport.quotes.write_quote import Heading, change_quote, new_version
from rapport.sales.deal import Deal
from rapport.sales.order import Order
from rapport.sales.set_lines import LineWish
from rapport.timeline.models import Interaction
from rapport.ui.callers import BUCKETS

TOKEN = re.compile(rb"\b[A-Za-z0-9]{64}\b")
pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]


@pytest.fixture
def sent(quote, ana):
    return send_quote(quote.pk, Cover(), by=ana, at=NOW, today=TODAY)


@pytest.fixture
def visitor():
    BUCKETS.empty()
    return Client(headers={"User-Agent": "Phone"})


def page_of(quote, name="open"):
    return reverse(f"quotes:{name}", args=[token_of(quote)])


def test_the_customer_sees_what_is_offered_and_that_is_noted_once(visitor, sent, ana, signed_in):
    signed_in(ana).get(page_of(sent))
    assert Quote.objects.get().seen_at is None, "a colleague who looks is not the customer"
    page = visitor.get(page_of(sent)).content.decode()
    assert "Coffee machine" in page
    assert "€7,140.00" in page
    assert sent.document.sha256 in page
    first = Quote.objects.get().seen_at
    visitor.get(page_of(sent))
    assert first is not None
    assert Quote.objects.get().seen_at == first


def test_the_document_is_the_one_that_was_sent_to_the_byte(visitor, sent):
    taken = visitor.get(page_of(sent, "document"))
    assert b"".join(taken.streaming_content) == sent.document.path.read_bytes()


def test_accepted_with_a_name_it_is_kept_with_time_address_and_fingerprint(visitor, sent, marta):
    answer = visitor.post(page_of(sent, "accept"), {"name": "Marta Oliveira", "agreed": "on"})
    assert answer.status_code == 302
    kept = Answer.objects.get()
    assert (kept.kind, kept.name, kept.address, kept.browser) == ("accepted", "Marta Oliveira", "127.0.0.1", "Phone")
    assert kept.sha256 == sent.document.sha256
    assert Quote.objects.get().state == State.ACCEPTED
    line = Interaction.objects.get(kind="quote accepted")
    assert line.subject == f"Accepted quote {sent.number}"
    assert line.participations.get(main=True).member.customer == marta
    order = Quote.objects.get().order
    assert (order.external_id, order.total, order.member.customer) == (sent.number, sent.total, marta)
    assert [(one.product, one.amount) for one in order.lines.order_by("line")] == [
        ("Coffee machine", 6000),
        ("Care plan", Decimal("1432.80")),
    ]
    deal = Deal.objects.get()
    assert (deal.stage.end, deal.closed_at is not None) == ("won", True)
    assert "Accepted. Thank you." in visitor.get(page_of(sent)).content.decode()
    visitor.post(page_of(sent, "accept"), {"name": "Somebody Else", "agreed": "on"})
    visitor.post(page_of(sent, "decline"), {"words": "No"})
    assert Answer.objects.get().name == "Marta Oliveira", "what was decided stays"
    assert Order.objects.count() == 1


def test_without_a_name_or_the_tick_nothing_is_accepted(visitor, sent):
    for given in ({"name": "Marta"}, {"agreed": "on"}, {"name": "\x00", "agreed": "on"}):
        answer = visitor.post(page_of(sent, "accept"), given)
        assert answer.status_code == 422
    assert not Answer.objects.exists()


def test_with_other_lines_than_the_deal_the_order_is_what_was_accepted(visitor, quote, ana, machine):
    wishes = [LineWish(machine, Decimal(1), Decimal(2000), Decimal(5))]
    change_quote(quote.pk, Heading(quote.valid_until, discount=Decimal(2)), wishes, by=ana, at=NOW)
    sent = send_quote(quote.pk, Cover(), by=ana, at=NOW, today=TODAY)
    visitor.post(page_of(sent, "accept"), {"name": "Marta", "agreed": "on"})
    assert Order.objects.get().total == Decimal(1862)
    deal = Deal.objects.get()
    assert (deal.amount, deal.stage.end) == (Decimal(1862), "won")
    assert [(one.name, one.quantity, one.discount) for one in deal.lines.all()] == [
        ("Coffee machine", 1, Decimal("6.90"))
    ]


def test_declined_with_a_reason_it_is_over_for_this_version(visitor, sent):
    assert visitor.post(page_of(sent, "decline"), {"words": ""}).status_code == 422
    visitor.post(page_of(sent, "decline"), {"words": "Too expensive"})
    assert Quote.objects.get().state == State.DECLINED
    assert Interaction.objects.get(kind="quote declined").text == "Too expensive"
    visitor.post(page_of(sent, "accept"), {"name": "Marta", "agreed": "on"})
    assert Answer.objects.count() == 1


def test_a_question_waits_for_the_owner_and_the_quote_stays_open(visitor, sent, ana):
    visitor.post(page_of(sent, "question"), {"words": "With installation?"})
    visitor.post(page_of(sent, "question"), {"words": "With installation?"})
    assert Answer.objects.count() == 1, "sent twice it is asked once"
    assert Task.objects.get(assignee=ana).title.endswith("With installation?")
    assert Quote.objects.get().state == State.SENT
    assert "With installation?" in visitor.get(page_of(sent)).content.decode()


def test_run_out_it_still_shows_what_was_offered_and_takes_no_answer(visitor, sent):
    Quote.objects.update(valid_until=TODAY - timedelta(days=1))
    page = visitor.get(page_of(sent)).content.decode()
    assert "has run out" in page
    assert "Accept the quote" not in page
    visitor.post(page_of(sent, "accept"), {"name": "Marta", "agreed": "on"})
    assert not Answer.objects.exists()


def test_every_link_that_does_not_open_says_the_same(visitor, sent, ana):
    good = token_of(sent)
    forged = signing.dumps([sent.pk, sent.link_key], salt="another", compress=False)
    others = signing.dumps([sent.pk, "guessed"], salt=SALT, compress=False)
    odd = [signing.dumps(one, salt=SALT, compress=False) for one in ([sent.pk, ""], ["x", "y"], 5, [10**30, "k"])]

    def told(token):
        return TOKEN.sub(b"", visitor.get(reverse("quotes:open", args=[token])).content)

    pages = {told(one) for one in (forged, others, "none", *odd)}
    withdraw(sent.pk, by=ana, at=NOW)
    pages.add(told(good))
    assert len(pages) == 1
    assert visitor.get(reverse("quotes:open", args=[good])).status_code == 410
    assert visitor.post(reverse("quotes:accept", args=[good]), {"name": "M", "agreed": "on"}).status_code == 410


def test_the_link_of_an_older_version_opens_no_more(visitor, sent, ana):
    new_version(sent.pk, by=ana, at=NOW, today=TODAY)
    assert visitor.get(page_of(sent)).status_code == 410


def test_a_link_grows_old(sent, monkeypatch):
    token = token_of(sent)
    later = timezone.now().timestamp() + 91 * 86_400
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert opened(token) is None


@pytest.mark.usefixtures("ana")
def test_whoever_tries_links_is_slowed_down(visitor):
    statuses = [visitor.get(reverse("quotes:open", args=["guess"])).status_code for _ in range(70)]
    assert statuses[0] == 410
    assert statuses[-1] == 429
