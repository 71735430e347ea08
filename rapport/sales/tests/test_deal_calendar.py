"""The deals of a month, day by day."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.sales.deal import Deal
from rapport.sales.deal_calendar import BY_DAYS, month_of
from rapport.sales.period import Period, month_at

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
NOVEMBER = Period(date(2031, 11, 1), 1)


def shown(reader, by=BY_DAYS[0]):
    return month_of(
        Deal.objects.visible_to(reader), NOVEMBER, by, reader=reader, today=timezone.localdate(), at=timezone.now()
    )


def test_each_deal_stands_on_its_day_and_the_days_add_up_to_the_month(opened, ana):
    for number in range(6):
        opened(f"deal {number}", amount=100 + number, closes_on=date(2031, 11, 3))
    opened("in yen", amount="7", currency="JPY", closes_on=date(2031, 11, 30))
    opened("of the month after", amount="900", closes_on=date(2031, 12, 1))
    opened("late", closes_on=timezone.localdate() - timedelta(days=1))
    opened("without a day")
    month = shown(ana)
    days = {one.day: one for one in month.days}
    third = days[date(2031, 11, 3)]
    assert [one.deal.name for one in third.cards] == ["deal 5", "deal 4", "deal 3", "deal 2"]
    assert (third.number, third.rest) == (6, 2)
    assert month.number == 7
    assert [(one.currency, one.amount) for one in month.worth] == [("EUR", Decimal(615)), ("JPY", Decimal(7))]
    assert (month.overdue, month.without) == (1, 1)
    assert all(len(week) == 7 for week in month.weeks)


def test_its_counts_lead_to_lists_of_just_those(opened, ana, signed_in):
    for number in range(6):
        opened(f"deal {number}", closes_on=date(2031, 11, 3))
    opened("late", closes_on=timezone.localdate() - timedelta(days=1))
    opened("without a day")
    month, client = shown(ana), signed_in(ana)
    third = next(one for one in month.days if one.number)
    for query, names in (
        (third.query, [f"deal {number}" for number in range(6)]),
        (month.overdue_query, ["late"]),
        (month.without_query, ["without a day"]),
    ):
        listed = client.get(f"{reverse('sales:deals')}?{query}").content.decode()
        for name in ("late", "without a day", *(f"deal {number}" for number in range(6))):
            assert bool(re.search(rf">\s*{name}\s*<", listed)) == (name in names), (query, name)


def test_it_goes_from_month_to_month_by_either_day_under_the_same_conditions(opened, ana, mia, signed_in):
    opened("closing", closes_on=date(2031, 11, 3))
    opened("calling", next_step_on=date(2031, 11, 4))
    Deal.objects.filter(pk=opened("hers", closes_on=date(2031, 11, 5)).pk).update(owner=mia)
    client = signed_in(ana)

    def page(query):
        return client.get(f"{reverse('sales:calendar')}?{query}").content.decode()

    assert [name in page("month=2031-11") for name in ("closing", "calling", "hers")] == [True, False, True]
    assert [name in page("month=2031-11&by=due") for name in ("closing", "calling")] == [False, True]
    mine = page(f"month=2031-11&owner={ana.pk}")
    assert ("closing" in mine, "hers" in mine) == (True, False)
    assert f"month=2031-12&amp;by=closes&amp;owner={ana.pk}" in mine
    for wrong in ("month=2031-Q4", "month=x&by=y", "month=9999-12"):
        assert f"month={month_at(timezone.localdate()).shifted(1)}" in page(wrong)


def test_a_month_costs_the_same_however_many_deals(opened, ana):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            shown(ana)
        return len(queries)

    opened("one", amount="1", closes_on=date(2031, 11, 3))
    asked()
    few = asked()
    for number in range(20):
        opened(f"more {number}", amount="1", closes_on=date(2031, 11, 1 + number))
    assert asked() == few
