"""Changing a value on the customer page itself: by keyboard, with a mistake, and while news of the customer arrive."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, settled, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post, said

PLACES = """() => [...document.querySelectorAll("#heading, #reach, #reach :is(dt, dd)")]
    .map((one) => [one.getBoundingClientRect().y - document.querySelector("h1").getBoundingClientRect().y, one.offsetHeight])"""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def marta(rapport):
    """The address of a customer's page, and how to let something arrive there."""
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    token, api = rapport.command("token", "bea@rapport.example"), f"{rapport.address}/api/v1"

    def arrive(number, subject):
        message = said(number, "email", subject, "2026-02-01T09:00:00+00:00")
        return post(f"{api}/interactions", token, message)["customer_id"]

    customer = arrive("1", "Question")
    known = {
        "name": "Marta Oliveira",
        "city": "Porto",
        "postcode": "4000-01",
        "time_zone": "Europe/Lisbon",
        "tags": ["vip"],
    }
    post(f"{api}/customers/{customer}", token, known, method="PATCH")
    return f"{rapport.address}/customers/{customer}/", arrive


@pytest.fixture
def page(rapport, marta, open_page):
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(marta[0])
    return page


def opened(page, name):
    """Open a control as somebody without a mouse does."""
    page.get_by_role("button", name=f"Change {name}").focus()
    page.keyboard.press("Enter")
    control = page.locator(".inplace-form").get_by_role("textbox")
    expect(control).to_be_focused()
    return control


@pytest.mark.req("K1")
def test_the_city_is_changed_by_keyboard_and_escape_keeps_the_old_one(page):
    reach = page.locator("#reach")
    before = page.evaluate(PLACES)
    opened(page, "city")
    assert page.evaluate(PLACES) == before, "opening a control moves nothing"
    page.keyboard.type("Lisboa")
    page.keyboard.press("Enter")
    expect(reach.get_by_text("Lisboa")).to_be_visible()
    expect(page.get_by_role("button", name="Change city")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Saved.")

    opened(page, "city")
    page.keyboard.type("Faro")
    page.keyboard.press("Escape")
    expect(page.locator(".inplace-form")).to_have_count(0)
    expect(page.get_by_role("button", name="Change city")).to_be_focused()
    reach.get_by_text("Lisboa").click()
    expect(page.get_by_label("City", exact=True)).to_have_value("Lisboa")


@pytest.mark.req("K1")
def test_a_mistake_is_named_and_what_was_typed_stays(page):
    control = opened(page, "time zone")
    page.keyboard.type("Moon/Base")
    page.locator("h2").first.click()
    expect(page.get_by_role("alert")).to_contain_text("No such time zone")
    expect(control).to_have_value("Moon/Base")
    assert barriers(page, "in place") == []
    control.press("Escape")
    expect(page.locator("#reach")).to_contain_text("Europe/Lisbon")


@pytest.mark.req("K1")
def test_news_that_arrive_leave_an_open_control_alone_and_show_once_it_is_closed(page, marta):
    control = opened(page, "city")
    page.keyboard.type("Far")
    marta[1]("2", "Are you there?")
    expect(page.locator("#lastword")).to_contain_text("Are you there?")
    expect(control).to_be_focused()
    page.keyboard.type("o")
    expect(control).to_have_value("Faro")
    assert barriers(page, "in place") == []
    with page.expect_response("**/fresh/"):
        page.keyboard.press("Tab")
    settled(page)
    expect(page.locator(".inplace-form")).to_have_count(0)
    expect(page.locator("#reach").get_by_text("Faro")).to_be_visible()


@pytest.mark.req("T1")
def test_on_a_phone_every_pencil_is_seen_and_no_control_leaves_the_screen(page):
    page.set_viewport_size(PHONE)
    for name in ("name", "tags", "city", "owner"):
        page.get_by_role("button", name=f"Change {name}").click()
        expect(page.locator(".inplace-form")).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        assert barriers(page, "in place") == []
        page.keyboard.press("Escape")
