"""The telephone rings: the caller stands on the agent's screen at once, and the call ends up on the timeline."""

import json
import urllib.request

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, sign_in
from e2e.test_screens import barriers

pytestmark = pytest.mark.browser


@pytest.mark.req("K10")
def test_a_ringing_call_pops_is_taken_and_written_down(rapport, open_page):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    token = rapport.command("token", "bea@rapport.example")
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/customers/new/?phones=%2B351912345678")
    page.get_by_label("Name", exact=True).fill("Marta Leal")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marta Leal")
    address = page.url
    page.goto(rapport.address)
    expect(page.locator("#ringing")).to_be_attached()

    def tell(state):
        told = {"call_id": "c1", "state": state, "from": "+351 912 345 678", "agent": "bea@rapport.example"}
        headers = {"Authorization": f"Bearer {token.split()[-1]}", "Content-Type": "application/json"}
        asked = urllib.request.Request(f"{rapport.address}/api/v1/calls", json.dumps(told).encode(), headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200

    tell("ringing")
    ring = page.locator(".ring")
    expect(ring.get_by_text("Calls now")).to_be_visible(timeout=5_000)
    expect(ring.get_by_role("link", name="Marta Leal")).to_be_visible()
    assert barriers(page, "a call rings") == []
    page.keyboard.press("o")
    page.wait_for_url(address)
    tell("answered")
    expect(ring.get_by_text("On the line")).to_be_visible(timeout=5_000)
    tell("ended")
    ring.get_by_role("link", name="Log the call").click(timeout=5_000)
    assert barriers(page, "a call") == []
    page.get_by_label("What it was about").fill("Opening hours")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(address)
    expect(page.locator("#newest li").filter(has_text="Opening hours")).to_be_visible()
    expect(page.locator(".ring")).to_have_count(0)
