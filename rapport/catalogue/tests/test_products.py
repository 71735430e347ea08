"""Products in the browser and over the API: added, changed, bundled, taken out of use."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.catalogue.keep_product import CatalogueError, keep_product
from rapport.catalogue.product import Component, Product, Tax
from rapport.catalogue.shape_taxes import keep_tax
from rapport.catalogue.suggest import suggested
from rapport.journal.models import Event, Fact
from rapport.people.tests.programs import Program

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
NOW = timezone.now()


def product(number, name, **more):
    made = Product(number=number, name=name, **more)
    keep_product(made, by=None, at=NOW)
    return made


def test_a_product_is_added_with_what_a_quote_will_need(boss, signed_in):
    tax = Tax(name="VAT")
    keep_tax(tax, percent=Decimal(21), since=date(2020, 1, 1), by=boss, at=NOW)
    client = signed_in(boss)
    given = {"number": "CP-1", "name": "Care plan", "family": "Care", "unit": "machine", "every": "1", "tax": tax.pk}
    answer = client.post(reverse("catalogue:new"), given)
    made = Product.objects.get()
    assert answer.headers["Location"] == reverse("catalogue:product", args=[made.pk])
    assert (made.every, made.tax, made.retired_at) == (1, tax, None)
    page = client.get(answer.headers["Location"]).content.decode()
    assert "every month" in page
    assert "21 %" in page
    assert Event.objects.filter(kind=Fact.PRODUCTS_CHANGED, subject_ids=[made.pk]).exists()


def test_a_number_is_one_product_however_it_is_written(boss, signed_in):
    product("CM-200", "Machine")
    answer = signed_in(boss).post(reverse("catalogue:new"), {"number": "cm-200", "name": "Other"})
    assert answer.status_code == 422
    assert "has this number" in answer.content.decode()
    assert Product.objects.count() == 1


def test_a_variant_takes_after_its_product_and_has_none_of_its_own(boss, signed_in):
    shirt = product("S", "Shirt", family="Wear")
    client = signed_in(boss)
    page = client.get(f"{reverse('catalogue:new')}?parent={shirt.pk}").content.decode()
    assert 'value="S · Shirt"' in page
    given = {"number": "S-L", "name": "Shirt", "parent": "S · Shirt", "variant": "large"}
    client.post(reverse("catalogue:new"), given)
    large = Product.objects.get(number="S-L")
    assert (large.parent, str(large)) == (shirt, "Shirt (large)")
    again = client.post(reverse("catalogue:new"), {"number": "S-LL", "name": "Shirt", "parent": "S-L"})
    assert again.status_code == 422
    shirt.parent = product("T", "Trousers")
    with pytest.raises(CatalogueError):
        keep_product(shirt, by=boss, at=NOW)


def test_a_bundle_holds_products_but_no_bundles(boss, signed_in):
    bundle, cup, box = product("SET", "Set"), product("CUP", "Cup"), product("BOX", "Box")
    client, address = signed_in(boss), reverse("catalogue:put_part", args=[bundle.pk])
    assert client.post(address, {"product": "cup", "quantity": "6"}).status_code == 302
    assert client.post(address, {"product": "CUP · Cup", "quantity": "8"}).status_code == 302
    part = Component.objects.get()
    assert (part.bundle, part.product, part.quantity) == (bundle, cup, 8)
    assert client.post(address, {"product": "SET", "quantity": "1"}).status_code == 422
    assert client.post(reverse("catalogue:put_part", args=[box.pk]), {"product": "SET"}).status_code == 422
    assert "Set" in client.get(reverse("catalogue:product", args=[cup.pk])).content.decode()
    client.post(reverse("catalogue:drop_part", args=[part.pk]))
    assert not Component.objects.exists()


def test_out_of_use_it_is_offered_no_more_and_comes_back(boss, signed_in):
    old = product("OLD", "Old grinder")
    client = signed_in(boss)
    client.post(reverse("catalogue:retire", args=[old.pk]))
    assert suggested("grinder", reader=boss) == []
    page = client.get(reverse("catalogue:product", args=[old.pk])).content.decode()
    assert "What was sold of it stays" in page
    assert "Old grinder" not in client.get(f"{reverse('catalogue:list')}?state=used").content.decode()
    assert "Old grinder" in client.get(f"{reverse('catalogue:list')}?state=retired").content.decode()
    client.post(reverse("catalogue:take_up", args=[old.pk]))
    assert suggested("grinder", reader=boss) == [old]


def test_what_is_typed_finds_numbers_first_and_then_all_words(ana, signed_in):
    machine, spare = product("CM-200", "Coffee machine"), product("X-1", "Seal for coffee machine CM-200")
    product("TEA", "Tea")
    assert list(suggested("cm-", reader=ana)) == [machine, spare]
    page = signed_in(ana).get(f"{reverse('catalogue:choose')}?lines-0-product=machine coffee").content.decode()
    assert page.index("CM-200 · Coffee machine") < page.index("X-1 ·")
    assert "TEA" not in page


def test_a_tax_is_as_high_as_on_the_day(boss, signed_in):
    client = signed_in(boss)
    client.post(reverse("catalogue:add_tax"), {"name": "VAT", "percent": "19", "since": "2007-01-01"})
    tax = Tax.objects.get()
    client.post(reverse("catalogue:tax", args=[tax.pk]), {"name": "VAT", "percent": "16", "since": "2020-07-01"})
    client.post(reverse("catalogue:tax", args=[tax.pk]), {"name": "VAT", "percent": "19", "since": "2021-01-01"})
    on = [tax.rate_on(day) for day in (date(2006, 1, 1), date(2020, 6, 30), date(2020, 7, 1), date(2024, 1, 1))]
    assert on == [0, 19, 16, 19]
    half = client.post(reverse("catalogue:tax", args=[tax.pk]), {"name": "VAT", "percent": "20"})
    assert half.status_code == 422
    assert "go together" in half.content.decode()


def test_over_the_api_it_is_added_read_changed_and_bundled(boss, ana):
    api = Program(boss)
    made = api.send("/products", {"number": "CM-1", "name": "Machine", "billed_every_months": 12})
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert api.send("/products", {"number": "cm-1", "name": "Again"}).status_code == 422
    assert api.send(f"/products/{pk}", {"family": "Machines", "retired": True}, verb="PATCH").json()["retired_at"]
    cup = product("CUP", "Cup")
    filled = api.send(f"/products/{pk}/parts", {"product_id": cup.pk, "quantity": "2.5"}).json()
    assert filled["parts"] == [{"product_id": cup.pk, "number": "CUP", "quantity": "2.5"}]
    mine = Program(ana)
    assert [one["number"] for one in mine.read("/products", retired="false").json()["items"]] == ["CUP"]
    assert mine.send(f"/products/{pk}", {"family": "x"}, verb="PATCH").status_code == 403
