"""What a product costs: the list made for the fewest, the day, the quantity."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.catalogue.find_price import Buyer, asked_price, price_of
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product, Tax, TaxRate
from rapport.people.models import Brand, LegalEntity
from rapport.people.tests.programs import Program

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
TODAY = date(2026, 5, 1)


@pytest.fixture
def cup(db):
    tax = Tax.objects.create(name="VAT")
    TaxRate.objects.create(tax=tax, percent=19, since=date(2020, 1, 1))
    return Product.objects.create(number="CUP", name="Cup", sort_key="cup", tax=tax)


def listed(product, amount, name="Retail", from_quantity=0, **more):
    kept, _new = PriceList.objects.get_or_create(name=name, defaults={"currency": "EUR", **more})
    Price.objects.create(price_list=kept, product=product, amount=amount, from_quantity=from_quantity)
    return kept


def costs(product, quantity=1, **buyer):
    found = price_of(product, Decimal(quantity), Buyer(**{"currency": "EUR", "day": TODAY, **buyer}))
    return found.amount if found else None


def test_the_more_of_it_the_less_one_costs(cup):
    listed(cup, 5)
    listed(cup, 4, from_quantity=10)
    listed(cup, "3.5", from_quantity="99.5")
    assert [costs(cup, one) for one in ("0.5", 9, 10, 99, 100)] == [5, 5, 4, 4, Decimal("3.5")]


def test_the_list_made_for_the_fewest_counts_first(cup):
    brand = Brand.objects.create(name="Aurora", legal_entity=LegalEntity.objects.create(name="A"))
    listed(cup, 5)
    listed(cup, 4, "Brand", brand=brand)
    listed(cup, 3, "Partners", tag="Partner")
    assert [costs(cup), costs(cup, brand_id=brand.pk), costs(cup, tags=("partner",))] == [5, 4, 3]
    assert costs(cup, brand_id=brand.pk, tags=("partner", "new")) == 3


def test_a_list_holds_from_its_first_day_to_its_last(cup):
    listed(cup, 5)
    listed(cup, 6, "Summer", since=TODAY, until=TODAY)
    assert [costs(cup, day=date(2026, 4, 30)), costs(cup), costs(cup, day=date(2026, 5, 2))] == [5, 6, 5]


def test_there_is_none_in_another_currency_or_out_of_use_and_a_variant_costs_what_its_product_does(cup):
    kept = listed(cup, 5)
    red = Product.objects.create(number="CUP-R", name="Cup", sort_key="cup", parent=cup, variant="red")
    assert [costs(cup, currency="USD"), costs(red)] == [None, 5]
    listed(red, 6)
    assert costs(red) == 6
    kept.retired_at = timezone.now()
    kept.save()
    assert costs(red) is None


def test_a_price_that_holds_the_tax_is_told_without_it(cup):
    listed(cup, "19.90", inclusive=True)
    found = price_of(cup, Decimal(1), Buyer("EUR", TODAY))
    assert asked_price(found, cup.tax.rate_on(TODAY)) == Decimal("16.7227")
    assert asked_price(found, cup.tax.rate_on(TODAY), inclusive=True) == Decimal("19.90")


def test_a_list_is_made_and_filled_in_the_browser(boss, cup, signed_in):
    client = signed_in(boss)
    answer = client.post(reverse("catalogue:add_price_list"), {"name": "Retail", "currency": "eur"})
    kept = PriceList.objects.get()
    assert answer.headers["Location"] == reverse("catalogue:price_list", args=[kept.pk])
    put = reverse("catalogue:put_price", args=[kept.pk])
    assert client.post(put, {"product": "cup", "amount": "0.0425"}).status_code == 302
    assert client.post(put, {"product": "cup", "amount": "-1"}).status_code == 422
    page = client.get(answer.headers["Location"]).content.decode()
    assert "€0.0425" in page
    assert "€0.0425" in client.get(reverse("catalogue:product", args=[cup.pk])).content.decode()
    change = client.post(
        reverse("catalogue:change_price_list", args=[kept.pk]),
        {"name": "Retail", "currency": "USD", "since": "2026-02-01", "until": "2026-01-01"},
    )
    assert change.status_code == 422
    assert "It ends before it begins" in change.content.decode()
    assert "another list for another currency" in change.content.decode()
    client.post(reverse("catalogue:drop_price", args=[Price.objects.get().pk]))
    assert not Price.objects.exists()


def test_an_agent_sees_prices_and_changes_none(ana, cup, signed_in):
    kept = listed(cup, 5)
    assert signed_in(ana).post(reverse("catalogue:put_price", args=[kept.pk]), {}).status_code == 403
    assert "€5.00" in signed_in(ana).get(reverse("catalogue:product", args=[cup.pk])).content.decode()


def test_over_the_api_prices_are_read_and_set(boss, ana, cup):
    program = Program(boss)
    made = program.send("/price-lists", {"name": "Retail", "currency": "eur"}).json()
    address = f"/price-lists/{made['id']}/prices"
    said = program.send(address, {"product_id": cup.pk, "amount": "5", "from_quantity": 10})
    assert said.json()["items"][0]["amount"] == "5"
    assert program.send("/price-lists", {"name": "retail", "currency": "EUR"}).status_code == 422
    assert Program(ana).read(address).json() == said.json()
    assert program.send(address, {"product_id": cup.pk, "amount": None, "from_quantity": 10}).json()["items"] == []
