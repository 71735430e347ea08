"""Forecast, targets and figures in the browser: said by a seller, typed by a manager, opened down to the deals."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, sign_in
from e2e.test_screens import walked
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("A4"), pytest.mark.req("S9")]


@pytest.fixture(scope="module")
def marta(rapport):
    """A customer, in a house with a pipeline."""
    for email, role in (("bea@rapport.example", "administrator"), ("ana@rapport.example", "agent")):
        rapport.command("user", email, "--role", role, "--name", email.split("@")[0].title(), given=PASSWORD + "\n")
    token = rapport.command("token", "bea@rapport.example")
    made = post(f"{rapport.address}/api/v1/customers", token, {"name": "Marta Oliveira", "external_id": "M"})
    return made["id"], token


@pytest.fixture
def bea(rapport, marta, open_page):
    """The administrator, with a pipeline and a deal of 1,200 EUR that closes this month."""
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/deals/board/")
    begin = page.get_by_role("button", name="Begin with common stages")
    if begin.count():
        begin.click()
        customer, token = marta
        today = date.today()  # noqa: DTZ011 - the day of the machine on which the browser runs, too
        last = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        deal = {
            "customer_id": customer,
            "name": "Cork floor",
            "amount": "1200",
            "currency": "EUR",
            "closes_on": last.isoformat(),
            "next_step": "Call her",
        }
        post(f"{rapport.address}/api/v1/deals", token, deal)
    return page


def cell(page, column):
    """What stands in the line of all together, by its column."""
    heads = page.locator("table.forecast thead th").all_inner_texts()
    return page.locator("table.forecast tbody tr").last.locator("th, td").nth(heads.index(column))


def test_a_seller_commits_to_a_deal_and_the_forecast_opens_it(rapport, bea):
    bea.goto(f"{rapport.address}/forecast/")
    expect(cell(bea, "Pipeline")).to_contain_text("1,200")
    cell(bea, "Pipeline").get_by_role("link").click()
    bea.get_by_role("link", name="Cork floor").first.click()
    bea.get_by_label("Category of the forecast").select_option("commit")
    expect(bea.get_by_text("Saved.")).to_be_visible()
    bea.goto(f"{rapport.address}/forecast/")
    expect(cell(bea, "Commit")).to_contain_text("1,200")
    expect(bea.get_by_text("No range yet")).to_be_visible()


def test_a_manager_types_targets_and_sees_what_is_missing(rapport, bea):
    bea.goto(f"{rapport.address}/targets/")
    first = bea.locator("table.targets tbody tr", has_text="Bea").locator("input").first
    first.fill("many")
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_text("This is no amount.")).to_be_visible()
    first.fill("5,000")
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_text("1 target changed.")).to_be_visible()
    bea.goto(f"{rapport.address}/forecast/")
    expect(cell(bea, "Target")).to_contain_text("5,000")
    expect(cell(bea, "Gap")).to_contain_text("5,000")


def test_a_won_deal_moves_the_figures_and_each_leads_to_it(rapport, bea):
    bea.goto(f"{rapport.address}/deals/?state=open&sort=due")
    bea.get_by_role("link", name="Cork floor").first.click()
    bea.locator(".deal-steps .end.won").get_by_role("link").click()
    bea.get_by_role("button", name="Move").click()
    expect(bea.get_by_text("How it ended")).to_be_visible()
    bea.goto(f"{rapport.address}/forecast/")
    expect(cell(bea, "Won")).to_contain_text("1,200")
    bea.goto(f"{rapport.address}/kpis/")
    bea.get_by_role("link", name="Win rate").click()
    expect(bea.locator(".big")).to_have_text("100 %")
    expect(bea.get_by_text("So few say little")).to_be_visible()
    bea.get_by_role("link", name="Records", exact=True).click()
    bea.get_by_role("link", name="Cork floor").click()
    expect(bea.get_by_role("heading", name="Cork floor")).to_be_visible()


def test_a_rate_is_said_and_a_file_with_a_mistake_is_not_taken(rapport, bea):
    bea.goto(f"{rapport.address}/rates/import/")
    bad = {
        "name": "rates.csv",
        "mimeType": "text/csv",
        "buffer": b"currency,day,rate\nUSD,2026-01-01,0.9\nUSD,soon,1\n",
    }
    bea.locator("input[type=file]").set_input_files(bad)
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_text("Line 3: “soon” is no day such as 2026-11-28.")).to_be_visible()
    good = {**bad, "buffer": b"currency,day,rate\nUSD,2026-01-01,0.9\nUSD,2026-02-01,0.95\n"}
    bea.locator("input[type=file]").set_input_files(good)
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_text("2 rates kept.")).to_be_visible()
    expect(bea.get_by_role("row", name="USD").first).to_contain_text("0.95")


def test_no_page_of_it_has_a_barrier_or_scrolls_sideways(rapport, bea):
    faults, wide = [], []
    for address in (
        *("/forecast/", "/forecast/?by=unit", "/forecast/changes/", "/forecast/likely/", "/forecast/right/"),
        *("/targets/", "/rates/", "/rates/import/", "/rates/new/", "/kpis/", "/kpis/win-rate/"),
        *("/kpis/win-rate/records/", "/kpis/win-rate/owner/", "/pipelines/", "/deals/1/"),
    ):
        more, wider = walked(bea, rapport, address)
        faults, wide = faults + more, wide + wider
    assert faults == []
    assert wide == []
