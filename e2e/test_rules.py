"""A rule in the browser: declared in words, tested on the past, switched on, seen to act, its why found, taken back."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post, said

pytestmark = [pytest.mark.browser, pytest.mark.req("T3")]


def writes(rapport, token, key, subject):
    """Somebody new writes today."""
    now = datetime.now(UTC).isoformat()
    arrival = {**said(key, "email", subject, now), "identifiers": [{"kind": "email", "value": f"{key}@x.example"}]}
    return post(f"{rapport.address}/api/v1/interactions", token, arrival)["customer_id"]


def staffed(rapport):
    """Bea's token, with Ana beside her."""
    for email, role, name in (
        ("bea@rapport.example", "administrator", "Bea Boss"),
        ("ana@rapport.example", "agent", "Ana Klein"),
    ):
        rapport.command("user", email, "--role", role, "--name", name, given=PASSWORD + "\n")
    return rapport.command("token", "bea@rapport.example")


def test_a_rule_is_tested_on_the_past_switched_on_explained_and_undone(rapport, open_page):
    token = staffed(rapport)
    writes(rapport, token, "marta", "What does the grinder cost?")
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(rapport.address + "/rules/")
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Name", exact=True).fill("Mail without an owner")
    page.locator("#id_when").select_option("interaction")
    page.get_by_label("Channel").select_option("email")
    page.get_by_label("Direction").select_option("inbound")
    page.locator("summary", has_text="Conditions").click()
    page.get_by_label("Field", exact=True).select_option("owner")
    page.locator(".condition select[name$='.value']").select_option("nobody")
    page.locator("#id_then").select_option("assign")
    page.get_by_label("Whom").select_option(label="Ana Klein")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mail without an owner")
    assert barriers(page, "the form of a rule") == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text(
        "When an e-mail arrives, and of the customer owner is nobody, then assign it to Ana Klein."
    )

    page.get_by_role("link", name="Test on the past").click()
    expect(page.locator("#past")).to_contain_text("1 customer would have fitted: 1 would have been acted on")
    assert barriers(page, "a test on the past") == []

    page.get_by_label("Why").fill("Nobody shall wait")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("main")).to_contain_text("Nobody shall wait")
    rui = writes(rapport, token, "rui", "And the beans?")
    page.goto(f"{rapport.address}/customers/{rui}/")
    expect(page.locator("#panel-rules")).to_contain_text("by the rule “Mail without an owner”", timeout=20_000)
    assert barriers(page, "a customer with an act of a rule") == []
    page.locator("#panel-rules").get_by_role("link", name="Why?").click()
    expect(page.locator("main")).to_contain_text("An e-mail arrives")
    assert barriers(page, "why") == []

    page.get_by_role("link", name="The whole run").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("taken back")
    assert barriers(page, "a run") == []
    page.goto(f"{rapport.address}/customers/{rui}/")
    expect(page.locator("#panel-rules")).to_contain_text("taken back")
    page.goto(rapport.address + "/rules/")
    assert barriers(page, "the list of rules") == []
