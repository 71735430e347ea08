"""Deciding who is one and the same customer, by keyboard alone; and the warning while a new one is typed."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, sign_in
from e2e.test_screens import NARROW, barriers
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("K1")]


@pytest.fixture(scope="module")
def filled(rapport):
    """Two people, each of whom stands there twice."""
    rapport.command("user", "bea@rapport.example", "--role", "administrator", "--name", "Bea", given=PASSWORD + "\n")
    token = rapport.command("token", "bea@rapport.example")
    for number, name in enumerate(("Marta Oliveira", "Martha Oliveira", "Otto Kern", "Kern, Otto")):
        said = {"external_id": str(number), "name": name, "city": "Porto", "street": f"Rua do Sol {number}"}
        post(f"{rapport.address}/api/v1/customers", token, said)


@pytest.fixture
def page(rapport, filled, open_page):
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    return page


def test_pairs_are_decided_and_taken_back_by_keys(rapport, page):
    page.goto(rapport.address + "/duplicates/")
    pairs = page.locator("[id^=pair-]")
    for _second in range(30):
        if pairs.count() == 2:
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(pairs).to_have_count(2)
    assert barriers(page, "duplicates") == []
    first, second = (pairs.nth(place).get_attribute("id") for place in range(2))

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("n")
    said = page.get_by_role("status").filter(has_text="are not the same")
    expect(said.get_by_role("link")).to_be_focused()
    expect(page.locator(f"#{first}")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(f"#{second}")).to_be_visible()
    expect(page.locator(f"#{second} a").first).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("m")
    expect(page.get_by_role("status").filter(has_text="is part of")).to_be_visible()
    assert barriers(page, "decided") == []
    page.reload()
    expect(pairs).to_have_count(1)
    page.goto(rapport.address + "/duplicates/decided/")
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back.")
    expect(pairs).to_have_count(2)


def test_a_narrow_phone_shows_both_records_without_scrolling_sideways(rapport, filled, open_page):
    page = open_page(NARROW, scheme="dark")
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(rapport.address + "/duplicates/")
    expect(page.get_by_role("button", name="Merge Otto Kern and Kern, Otto")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == NARROW["width"]
    assert barriers(page, "duplicates in the dark") == []


def test_a_new_customer_is_recognised_while_typed(rapport, page):
    page.goto(rapport.address + "/customers/new/")
    page.get_by_label("Name", exact=True).press_sequentially("kern otto")
    known = page.locator("#similar-name")
    expect(known.get_by_role("link", name="Otto Kern")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    assert barriers(page, "new customer") == []
