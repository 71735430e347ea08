"""A field of one's own in the browser: declared, filled in place, asked for in the list, taken away and back."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, settled, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post

pytestmark = pytest.mark.browser


@pytest.fixture
def page(rapport, open_page):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    return page


@pytest.fixture
def customer(rapport, page):
    """The address of the page of one of two customers."""
    token = rapport.command("token", "bea@rapport.example")
    api = f"{rapport.address}/api/v1/customers"
    ids = [post(api, token, {"name": name, "external_id": name})["id"] for name in ("Marta Oliveira", "Rui Costa")]
    return f"{rapport.address}/customers/{ids[0]}/"


def declare(page, address):
    page.goto(f"{address}/fields/")
    assert barriers(page, "no fields yet") == []
    page.get_by_label("Type").select_option("choice")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Tier")
    page.get_by_label("Choices").fill("Gold\nSilver")
    assert barriers(page, "a new field") == []
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="Tier")).to_be_visible()
    assert barriers(page, "fields") == []


@pytest.mark.req("T3")
def test_an_administrator_declares_a_field_and_everybody_fills_it(rapport, page, customer):
    declare(page, rapport.address)
    page.goto(customer)
    page.get_by_role("button", name="Change Tier").focus()
    page.keyboard.press("Enter")
    control = page.locator(".inplace-form select")
    expect(control).to_be_focused()
    control.select_option("Gold")
    assert barriers(page, "a field in place") == []
    page.keyboard.press("Enter")
    expect(page.locator(".inplace-form")).to_have_count(0)
    expect(page.locator("#panel-more").get_by_text("Gold")).to_be_visible()

    page.goto(f"{rapport.address}/customers/")
    page.locator(".list-builder summary").click()
    page.get_by_role("button", name="Add a condition").first.click()
    expect(page.locator(".condition")).to_have_count(2)
    row = page.locator(".condition").last
    with page.expect_response("**/lists/customers/condition/**"):
        row.get_by_label("Field").select_option(label="Tier")
    settled(page)
    page.locator(".condition").last.get_by_label("Value").select_option("Gold")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".chips")).to_contain_text("Tier is Gold")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert barriers(page, "the list") == []

    page.set_viewport_size(PHONE)
    for address in (f"{rapport.address}/fields/", customer, f"{customer}edit/"):
        page.goto(address)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"], address
    page.goto(rapport.address + "/fields/")
    page.get_by_role("link", name="Tier").click()
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_role("button", name="Take Tier back")).to_be_visible()
    page.goto(customer)
    expect(page.locator("#panel-more")).to_be_hidden()
