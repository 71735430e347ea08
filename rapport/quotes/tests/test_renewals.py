"""What is billed again and again: kept from an accepted quote, summed by the month, renewed in time."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from rapport.quotes.agree import months_later
from rapport.quotes.agreement import AHEAD, Agreement
from rapport.quotes.agreement_listing import each_month
from rapport.quotes.answer import Kind
from rapport.quotes.answer_quote import Said, answer_quote
from rapport.quotes.renew import renew
from rapport.quotes.send_quote import Cover, send_quote
from rapport.quotes.tests.conftest import NOW, TODAY
from rapport.quotes.write_quote import write_quote
from rapport.sales.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.req("A9")]


@pytest.fixture
def agreement(quote, ana):
    send_quote(quote.pk, Cover(), by=ana, at=NOW, today=TODAY)
    answer_quote(quote.pk, Said(Kind.ACCEPTED, name="Marta"), at=NOW, today=TODAY)
    return Agreement.objects.get()


def test_only_what_is_billed_again_and_again_runs_from_the_yes_to_the_end_of_its_term(agreement, marta, ana):
    assert (agreement.name, agreement.member.customer, agreement.owner) == ("Care plan", marta, ana)
    assert (agreement.begins, agreement.ends) == (TODAY, months_later(TODAY, 24))
    assert (agreement.amount, agreement.monthly) == (Decimal("59.70"), Decimal("59.70"))


def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month():
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert months_later(date(2026, 5, 15), 24) == date(2028, 5, 15)


def test_what_runs_is_summed_by_the_month(agreement, ana):
    assert each_month(ana, today=TODAY) == [("EUR", Decimal("59.70"))]
    assert each_month(ana, today=agreement.ends) == []


def test_in_time_a_deal_is_opened_once_with_what_it_was_about(agreement, marta, ana):
    assert renew(at=NOW, today=agreement.ends - AHEAD - timedelta(days=1)) == []
    (deal,) = renew(at=NOW, today=agreement.ends - AHEAD)
    deal.refresh_from_db()
    assert (deal.owner, deal.member.customer, deal.closes_on) == (ana, marta, agreement.ends)
    assert [(one.name, one.quantity, one.months) for one in deal.lines.all()] == [("Care plan", 3, 12)]
    assert deal.amount == 12 * Decimal("59.70")
    assert renew(at=NOW, today=agreement.ends - AHEAD) == []
    assert Deal.objects.count() == 2


def test_what_renews_begins_when_the_one_before_ends(agreement, ana):
    (deal,) = renew(at=NOW, today=agreement.ends - AHEAD)
    deal.refresh_from_db()
    again = write_quote(deal, by=ana, at=NOW, today=agreement.ends - AHEAD)
    send_quote(again.pk, Cover(), by=ana, at=NOW, today=again.day)
    answer_quote(again.pk, Said(Kind.ACCEPTED, name="Marta"), at=NOW, today=again.day)
    fresh = again.agreements.get()
    assert (fresh.begins, fresh.ends) == (agreement.ends, months_later(agreement.ends, 12))
    assert each_month(ana, today=again.day) == [("EUR", Decimal("59.70"))], "nothing counts twice meanwhile"


def test_the_list_shows_what_ends_first_and_what_comes_in_each_month(agreement, ana, nils, marta, iberia, signed_in):
    page = signed_in(ana).get(f"{reverse('quotes:agreements')}?state=running").content.decode()
    assert "Care plan" in page
    assert "€59.70" in page
    type(marta).objects.filter(pk=marta.pk).update(scope=iberia.scope)
    assert "Care plan" not in signed_in(nils).get(f"{reverse('quotes:agreements')}?state=running").content.decode()
