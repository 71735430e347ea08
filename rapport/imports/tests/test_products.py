"""Products out of a file: variants, prices per list, taxes; repeated safely, each bad row with its reason, taken back."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product, Tax
from rapport.imports import run as running
from rapport.imports.fields import Kind
from rapport.imports.models import ImportFailure, ImportLeft, ImportRun, State, Stay
from rapport.imports.propose import Wishes, kind_of, propose
from rapport.imports.revert import revert, start_revert
from rapport.imports.start import drafted, start

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FILE = (
    "Article number,Article name,Product group,Unit,VAT rate,Parent SKU,Variant,List price,Currency,Price book,Min quantity\n"
    "AP-200-W,Alvorena Pro 200,Machines,piece,19,AP-200,white,,,,\n"
    "AP-200,Alvorena Pro 200,Machines,piece,19,,,3490,EUR,Retail,\n"
    "AP-200,,,,,,,3290,EUR,Retail,5\n"
    "AP-200,,,,,,,3071.20,EUR,Partners,\n"
    "BEAN,House beans,Beans,kg,7,,,18.40,EUR,Retail,\n"
)
BAD = (
    "sku,name,vat rate,parent,price,currency,billing interval\n"
    ",Nameless,19,,1,EUR,\n"
    "A,No price,19,,minus,EUR,\n"
    "B,Below nothing,19,,-1,EUR,\n"
    "C,No such parent,19,ZZZ,1,EUR,\n"
    "D,,19,,1,EUR,\n"
    "E,Odd tax,190,,1,EUR,\n"
    "F,Odd period,19,,1,EUR,every blue moon\n"
    "G,Good,19,,1,EUR,monthly\n"
)


@pytest.fixture
def take(tmp_path, boss):
    def take(text) -> ImportRun:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(text)
        proposal = propose(path, path.name, Wishes(Kind.PRODUCTS, source="erp"))
        assert proposal.refusal == ""
        begun = start(drafted(path, path.name, proposal.plan, by=boss, at=NOW), by=boss, at=NOW, defer=False)
        return running.run(begun.pk)

    return take


def take_back(run: ImportRun) -> ImportRun:
    assert start_revert(run, by=None, at=NOW, defer=False)
    return revert(run.pk, by=None)


def test_products_come_in_with_variants_taxes_and_a_price_per_list_and_quantity(take, tmp_path):
    run = take(FILE)
    assert (run.created, run.updated, run.failed) == (3, 2, 0)
    white = Product.objects.get(number="AP-200-W")
    assert (white.parent.number, white.variant, white.tax.name) == ("AP-200", "white", "19 %")
    assert (white.family, white.unit) == ("Machines", "piece")
    kept = Price.objects.filter(product__number="AP-200").order_by("price_list__name", "from_quantity")
    assert [(one.price_list.name, one.from_quantity, one.amount) for one in kept] == [
        ("Partners", 0, Decimal("3071.2")),
        ("Retail", 0, 3490),
        ("Retail", 5, 3290),
    ]
    assert sorted(Tax.objects.values_list("name", flat=True)) == ["19 %", "7 %"]
    path = tmp_path / "articles.csv"
    path.write_text(FILE)
    assert kind_of(path, path.name) is Kind.PRODUCTS


def test_the_same_file_again_changes_nothing_and_another_price_follows(take):
    take(FILE)
    again = take(FILE)
    assert (again.created, again.updated, again.skipped) == (0, 0, 5)
    dearer = take(FILE.replace("18.40", "19.10"))
    assert (dearer.created, dearer.updated, dearer.skipped) == (0, 1, 4)
    assert Price.objects.get(product__number="BEAN").amount == Decimal("19.1")
    assert PriceList.objects.count() == 2


def test_each_bad_row_says_why_and_the_good_ones_come_in(take):
    run = take(BAD)
    assert (run.created, run.failed) == (1, 7)
    reasons = list(ImportFailure.objects.filter(run=run).order_by("number").values_list("reason", flat=True))
    told = (
        *("without a number", "is no number", "less than nothing", "no product “ZZZ”", "needs a name"),
        *("no rate of a tax", "no period in which we bill"),
    )
    assert len(reasons) == len(told)
    assert all(part in reason for part, reason in zip(told, reasons, strict=True)), reasons
    good = Product.objects.get()
    assert (good.number, good.every) == ("G", 1)


def test_a_tax_and_a_list_that_are_here_are_used_and_must_agree(take):
    PriceList.objects.create(name="Retail", currency="USD")
    run = take(FILE)
    reasons = ImportFailure.objects.filter(run=run).values_list("reason", flat=True)
    assert "The price list “Retail” is in USD, not in EUR." in reasons
    assert (run.failed, Product.objects.count()) == (5, 0), "a row that is refused leaves nothing half"
    assert take("sku,name,tax,tax rate\nX,Cup,Full rate,19\n").created == 1
    wrong = take("sku,name,tax,tax rate\nY,Mug,Full rate,16\nZ,Jug,Half rate,\nX,Cup,full rate,19\n")
    reasons = ImportFailure.objects.filter(run=wrong).order_by("number").values_list("reason", flat=True)
    assert list(reasons) == [
        "The tax “Full rate” is 19 % here, not 16 %.",
        "There is no tax “Half rate”. Add it, or give its rate.",
    ]


def test_taken_back_all_of_it_goes_and_what_was_changed_or_sold_since_stays(take, boss):
    before = take("sku,name,price,currency,price list\nOLD,Old cup,5,EUR,Retail\n")
    assert before.created == 1
    run = take(FILE + "OLD,Old cup,Cups,,,,,6,EUR,Retail,\n")
    beans = Product.objects.get(number="BEAN")
    beans.family = "Coffee"
    beans.save()
    undone = take_back(run)
    assert undone.state == State.REVERTED
    assert undone.undone["products"] == 2
    assert sorted(Product.objects.values_list("number", flat=True)) == ["BEAN", "OLD"]
    left = ImportLeft.objects.get(run=run)
    assert (left.subject, left.reason, left.rows) == (beans.pk, Stay.SAID_ANEW, [5])
    old = Product.objects.get(number="OLD")
    assert (old.family, Price.objects.get(product=old).amount) == ("", 5)
    assert list(PriceList.objects.values_list("name", flat=True)) == ["Retail"]
    assert sorted(Tax.objects.values_list("name", flat=True)) == ["7 %"]
