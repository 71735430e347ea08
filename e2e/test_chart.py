"""A chart over a list: its bar leads to the records behind it, and it is kept with a view."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("K9")]


def test_a_chart_is_drilled_down_to_its_records_and_kept(rapport, open_page):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    token = rapport.command("token", "bea@rapport.example")
    for number, city in enumerate(("Lisboa", "Lisboa", "Porto", "")):
        said = {"name": f"Marta {number}", "external_id": f"M{number}", "city": city}
        post(f"{rapport.address}/api/v1/customers", token, said)
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(rapport.address + "/customers/?view=all")
    page.get_by_role("link", name="Chart", exact=True).click()
    page.get_by_label("By", exact=True).select_option("city")
    expect(page.locator("main")).to_contain_text("4 records (groups: 3); the longest bar is Lisboa with 2.")
    assert barriers(page, "a chart") == []
    page.get_by_role("link", name="Lisboa").click()
    expect(page.locator("#list-count")).to_contain_text("2 customers")
    expect(page.locator(".chip")).to_contain_text("LISBOA")

    page.goto(rapport.address + "/lists/customers/chart/?chart=created/month")
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name", exact=True).fill("Growth")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers: Created")
    page.set_viewport_size(PHONE)
    assert barriers(page, "a chart on a phone") == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
