"""A meeting planned on a customer's page, held, on the timeline, and in a calendar program."""

import urllib.request

import icalendar
import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers

pytestmark = pytest.mark.browser


@pytest.mark.req("K10")
def test_a_meeting_is_planned_read_elsewhere_and_held(rapport, open_page):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/customers/new/?name=Marta+Leal")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marta Leal")
    page.set_default_timeout(8_000)
    page.get_by_role("link", name="Plan a meeting").click()
    assert barriers(page, "plan a meeting") == []
    page.get_by_label("Title").fill("Spring renewal")
    page.get_by_role("button", name="Plan", exact=True).click()
    planned = page.locator("#now").get_by_role("link", name="Spring renewal")
    expect(planned).to_be_visible()
    assert barriers(page, "customer with a meeting") == []

    page.goto(f"{rapport.address}/profile/calendar/")
    page.get_by_role("button", name="Make an address").click()
    assert barriers(page, "calendar address") == []
    secret = page.get_by_label("Your address; it is shown only now").input_value()
    with urllib.request.urlopen(secret, timeout=10) as answer:
        (event,) = icalendar.Calendar.from_ical(answer.read()).walk("VEVENT")
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("Spring renewal", "Marta Leal")

    page.goto(f"{rapport.address}/meetings/")
    page.get_by_role("link", name="Spring renewal").click()
    assert barriers(page, "meeting") == []
    page.get_by_label("What came of it").fill("Signed.")
    page.get_by_role("button", name="It was held").click()
    page.get_by_role("link", name="Marta Leal").click()
    expect(page.locator("#newest li").filter(has_text="Signed.")).to_contain_text("Spring renewal")
    expect(planned).to_have_count(0)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
