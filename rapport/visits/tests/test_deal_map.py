"""Open deals on a map."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.sales.convert import all_rates
from rapport.sales.deal import Deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.visits.deal_map import HIGHEST, LARGEST, WIDE, lines, map_of
from rapport.visits.tests.test_visits import NOON, at_place, new_customer

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]


@pytest.fixture
def opened(boss, ana, iberia):
    stage = begin_pipeline("Sales", by=boss, at=NOON).stages.order_by("place")[0]

    def make(name, amount, place=None):
        customer = new_customer(name, team=iberia)
        if place:
            at_place(customer, ana, *place)
        new = NewDeal(name, stage, ana, Decimal(amount), "EUR", next_step="Call", next_step_on=date(2031, 1, 1))
        return open_deal(new, customer=customer, by=ana, at=NOON)

    return make


def shown(reader):
    return map_of(
        Deal.objects.visible_to(reader),
        rates=all_rates(),
        reader=reader,
        today=timezone.localdate(),
        at=timezone.now(),
    )


def test_places_lie_as_on_a_map_as_large_as_what_is_open_there(opened, ana):
    opened("Porto", "400", ("41.15790", "-8.62910"))
    opened("Lisboa", "100", ("38.72230", "-9.13930"))
    opened("Madrid", "100", ("40.41680", "-3.70380"))
    opened("Nowhere", "50")
    found = shown(ana)
    porto, lisboa, madrid = found.places
    assert [str(one.customer) for one in found.places] == ["Porto", "Lisboa", "Madrid"]
    assert [str(one.customer) for one in found.unknown] == ["Nowhere"]
    assert porto.y < madrid.y < lisboa.y
    assert lisboa.x < porto.x < madrid.x
    assert porto.radius == LARGEST
    assert lisboa.radius < porto.radius
    for one in found.places:
        assert one.radius <= one.x <= WIDE - one.radius
        assert one.radius <= one.y <= found.height - one.radius <= HIGHEST
    assert "40°N" in [one.words for one in found.across]
    assert "8°W" in [one.words for one in found.down]


def test_one_place_alone_stands_in_the_middle(opened, ana):
    opened("Porto", "400", ("41.15790", "-8.62910"))
    found = shown(ana)
    (porto,) = found.places
    assert (porto.x, porto.y) == (pytest.approx(WIDE / 2), pytest.approx(found.height / 2))


def test_lines_are_round_and_few():
    for low, high in ((41.1, 41.2), (-9.5, -3.2), (-170.0, 170.0)):
        found = lines(low, high)
        assert 1 <= len(found) <= 13
        assert all(low <= one <= high for one in found)


def test_others_deals_and_closed_ones_are_not_on_it_and_one_condition_narrows_it(opened, ana, nils, signed_in):
    opened("Porto", "400", ("41.15790", "-8.62910"))
    Deal.objects.filter(pk=opened("Lisboa", "100", ("38.72230", "-9.13930")).pk).update(closed_at=NOON)
    page = signed_in(ana).get(reverse("visits:map")).content.decode()
    assert ("Porto" in page, "Lisboa" in page) == (True, False)
    assert "Porto" not in signed_in(nils).get(reverse("visits:map")).content.decode()
    assert "Porto" not in signed_in(ana).get(f"{reverse('visits:map')}?amount.from=500").content.decode()
    german = signed_in(ana).get(reverse("visits:map"), headers={"accept-language": "de"}).content.decode()
    assert 'viewBox="0 0 960.0 ' in german


def test_a_map_costs_the_same_however_many_places(opened, ana):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            shown(ana)
        return len(queries)

    opened("Porto", "400", ("41.15790", "-8.62910"))
    asked()
    few = asked()
    for number in range(9):
        opened(f"Place {number}", "10", (f"4{number}.5", "-8.5"))
    assert asked() == few
