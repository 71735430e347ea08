"""A booking by a link on a telephone, without sign-in or script; whoever comes second is offered another time."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers

pytestmark = pytest.mark.browser


def on_a_phone(browser, address):
    """A guest's telephone that runs no script."""
    page = browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False).new_page()
    page.goto(address)
    return page


def fill_in(page, name, email):
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("What it is about").fill(f"{name} asks")
    # Nobody fills in a form within two seconds.
    page.wait_for_timeout(2_500)


def declared(rapport, open_page):
    """The host's page, and the address of a link of theirs."""
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    host = open_page()
    sign_in(host, rapport, "bea@rapport.example")
    host.goto(f"{rapport.address}/booking-links/new/")
    assert barriers(host, "new booking link") == []
    host.get_by_label("Title").fill("A first talk")
    host.get_by_label("Place, number or link").fill("https://video.example/bea")
    for day in ("Saturday", "Sunday"):
        host.get_by_label(day).fill("10:00–16:00")
    host.get_by_role("button", name="Save").click()
    address = host.get_by_label("Its address").input_value()
    assert barriers(host, "booking link") == []
    return host, address


def no_barriers(look, address, *others):
    for path in (address, *others):
        look.goto(path)
        assert barriers(look, path) == []
        assert look.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    look.goto(address)
    look.locator("section .btn").first.click()
    assert barriers(look, "the form") == []
    look.get_by_role("link", name="Deutsch").click()
    expect(look.get_by_role("button", name="Buchen")).to_be_visible()


@pytest.mark.req("A4")
def test_two_guests_choose_one_time_and_both_get_one(rapport, browser, open_page):
    host, address = declared(rapport, open_page)
    first, second = (on_a_phone(browser, address) for _ in range(2))
    for guest in (first, second):
        assert guest.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        guest.get_by_label("Times in the time zone").select_option("Europe/Lisbon")
        guest.get_by_role("button", name="Show").click()
        guest.locator("section .btn").first.click()
    fill_in(first, "Marta Leal", "marta@x.example")
    fill_in(second, "Rui Prado", "rui@x.example")
    first.get_by_role("button", name="Book").click()
    expect(first.get_by_text("It is booked.")).to_be_visible()
    second.get_by_role("button", name="Book").click()
    expect(second.get_by_text("Somebody else was quicker")).to_be_visible()
    assert second.get_by_label("Your name").input_value() == "Rui Prado"
    second.wait_for_timeout(2_500)
    second.get_by_role("button", name="Book").click()
    expect(second.get_by_text("It is booked.")).to_be_visible()

    first.get_by_text("Move it to another time").click()
    first.get_by_role("radio").last.check()
    first.get_by_role("button", name="Move it").click()
    expect(first.get_by_text("It is booked.")).to_be_visible()
    second.get_by_role("button", name="Cancel the booking").click()
    expect(second.get_by_text("It does not take place.")).to_be_visible()

    no_barriers(open_page(PHONE), address, first.url, second.url)
    host.goto(f"{rapport.address}/meetings/")
    expect(host.get_by_role("link", name="A first talk with Marta Leal")).to_be_visible()
    host.get_by_role("link", name="Marta Leal", exact=True).click()
    expect(host.get_by_text("Marta Leal asks").first).to_be_visible()
    host.get_by_role("button", name="More", exact=True).first.click()
    expect(host.get_by_role("button", name="Copy my booking link")).to_be_visible()
