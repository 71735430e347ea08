"""Exchange rates: said by hand and by files, by their day, and what has none is named."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from rapport.sales.convert import all_rates, home_currency
from rapport.sales.keep_rates import keep_rates, reckon_in
from rapport.sales.rate import Rate
from rapport.sales.read_rates import Faults, Said, read_rates

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
CENTRAL_BANK = b"Date,USD,JPY,EUR,GBP,\n2026-03-02,1.25,160,1,N/A,\n2026-02-27,1.2,150,1,0.8,\n"


@pytest.fixture
def euros(db):
    reckon_in("EUR")


def test_a_rate_holds_from_its_day_until_the_next(euros):
    keep_rates(
        [Said("USD", date(2026, 1, 1), Decimal("0.9")), Said("USD", date(2026, 6, 1), Decimal("0.8"))], home="EUR"
    )
    rates = all_rates()
    assert [rates.at("USD", date(2026, month, 1)) for month in (1, 5, 6)] == [
        Decimal("0.9"),
        Decimal("0.9"),
        Decimal("0.8"),
    ]
    assert rates.at("USD", date(2025, 12, 31)) is None, "what nobody said is not guessed"
    assert rates.at("EUR", date(1990, 1, 1)) == 1


def test_a_table_with_a_line_for_each_rate_is_read_however_it_is_written():
    german = "Währung;Datum;Kurs\nUSD;01.03.2026;0,92\nGBP;02.03.2026;1,15\n".encode("cp1252")
    assert read_rates([german], home="EUR") == [
        Said("USD", date(2026, 3, 1), Decimal("0.92")),
        Said("GBP", date(2026, 3, 2), Decimal("1.15")),
    ]


def test_a_central_banks_table_is_read_the_other_way_round():
    found = read_rates([CENTRAL_BANK], home="EUR")
    assert Said("USD", date(2026, 3, 2), Decimal("0.8")) in found
    assert Said("GBP", date(2026, 2, 27), Decimal("1.25")) in found
    assert len(found) == 5, "an empty cell and the own currency say nothing"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("currency,day,rate\nXXQ,2026-01-01,1\nUSD,2026-01-01,1\n", "Line 2: “XXQ” is no other currency."),
        ("currency,day,rate\nUSD,soon,1\nUSD,2026-01-01,1\n", "Line 2: “soon” is no day such as 2026-11-28."),
        ("currency,day,rate\nUSD,2026-01-01,1\nUSD,2026-01-02,-1\n", "Line 3: this is no rate above nothing."),
        ("a,b\n1,2\n3,4\n", "There is no rate in it. Its columns should be: currency, day, rate."),
    ],
)
def test_a_file_with_a_fault_is_not_taken_and_says_which_line(text, words):
    assert read_rates([text.encode()], home="EUR") == Faults([words])


def test_a_manager_says_rates_in_the_browser_and_an_agent_only_looks(mia, ana, signed_in, euros):
    client = signed_in(mia)
    given = {"currency": "$", "since": "2026-03-01", "rate": "0.92"}
    assert client.post(reverse("sales:add_rate"), given).status_code == 302
    assert client.post(reverse("sales:add_rate"), {**given, "rate": "0.93"}).status_code == 302
    assert [(one.currency, one.rate) for one in Rate.objects.all()] == [("USD", Decimal("0.93"))]
    own = client.post(reverse("sales:add_rate"), {**given, "currency": "EUR"})
    assert (own.status_code, "own currency" in own.content.decode()) == (422, True)
    file = SimpleUploadedFile("rates.csv", CENTRAL_BANK)
    assert client.post(reverse("sales:import_rates"), {"file": file}).status_code == 302
    assert Rate.objects.count() == 6
    page = signed_in(ana).get(reverse("sales:rates")).content.decode()
    assert "0.93 EUR" in page
    assert "Delete the rate" not in page
    assert signed_in(ana).post(reverse("sales:add_rate"), given).status_code == 403


def test_until_somebody_chooses_the_currency_is_that_of_the_deals(mia, signed_in):
    assert home_currency() == ""
    assert signed_in(mia).get(reverse("sales:add_rate")).headers["Location"] == reverse("sales:books")
    assert signed_in(mia).post(reverse("sales:books"), {"currency": "chf"}).status_code == 302
    assert home_currency() == "CHF"
