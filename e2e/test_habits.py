"""The habits people bring along: a mention that rings elsewhere, put off and back, deeds by keys alone, the telephone."""

import json
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers

pytestmark = pytest.mark.browser
PEOPLE = (("bea@rapport.example", "administrator", "Bea Boss"), ("ana@rapport.example", "agent", "Ana Klein"))


@pytest.fixture(scope="module")
def staffed(rapport):
    for email, role, name in PEOPLE:
        rapport.command("user", email, "--role", role, "--name", name, given=PASSWORD + "\n")
    return rapport


def customer(page, rapport, name):
    page.goto(f"{rapport.address}/customers/new/?name={name.replace(' ', '+')}")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page.url


@pytest.mark.req("T1")
def test_a_mention_rings_at_the_colleagues_bell_and_leads_to_the_note(staffed, open_page):
    bea, ana = open_page(), open_page()
    sign_in(bea, staffed, "bea@rapport.example")
    sign_in(ana, staffed, "ana@rapport.example")
    customer(bea, staffed, "Marta Leal")
    bea.keyboard.press("c")
    bea.keyboard.type("Please call her, @an")
    expect(bea.get_by_role("option", name="Ana Klein")).to_be_visible()
    assert barriers(bea, "choosing a colleague") == []
    bea.keyboard.press("Enter")
    expect(bea.locator("[name=text]").first).to_have_value("Please call her, @Ana Klein ")
    bea.keyboard.press("Control+Enter")
    expect(bea.locator("#newest .mention")).to_have_text("@Ana Klein")

    expect(ana.locator(".bell-count")).to_contain_text("1", timeout=15_000)
    expect(ana.locator("#mentions")).to_contain_text("Bea Boss mentions you at Marta Leal")
    ana.keyboard.press("b")
    told = ana.locator("#told").get_by_role("link", name="Bea Boss mentions you at Marta Leal")
    expect(told).to_be_visible()
    assert barriers(ana, "the bell") == []
    told.click()
    expect(ana).to_have_url(re.compile(r"/customers/\d+/#i\d+$"))
    expect(ana.locator(".bell-count")).to_have_count(0)
    expect(ana.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "true")


@pytest.mark.req("K10")
def test_what_is_put_off_leaves_the_day_and_comes_back(staffed, open_page):
    page = open_page()
    sign_in(page, staffed, "ana@rapport.example")
    page.get_by_label("New task").fill("Send the offer")
    page.keyboard.press("Enter")
    expect(page.locator("#tasks")).to_contain_text("Send the offer")
    page.locator("h1").click()
    while not page.evaluate("document.activeElement.closest('#tasks li')"):
        page.keyboard.press("j")
    page.keyboard.press("z")
    sheet = page.locator("dialog.sheet[open]")
    expect(sheet.get_by_role("button", name="Tomorrow at 9")).to_be_visible()
    assert barriers(page, "putting off") == []
    # The next minute, unless it is so near that it would be over.
    soon = datetime.now() + timedelta(seconds=80)  # noqa: DTZ005
    sheet.locator("[name=day]").fill(soon.strftime("%Y-%m-%d"))
    sheet.locator("[name=clock]").fill(soon.strftime("%H:%M"))
    sheet.get_by_role("button", name="Remind me", exact=True).click()
    expect(sheet).to_have_count(0)
    expect(page.locator("#tasks")).not_to_contain_text("Send the offer")
    expect(page.locator("#reminders")).to_contain_text("Send the offer")
    # The clock of the server goes round each minute.
    expect(page.locator("#tasks")).to_contain_text("Send the offer", timeout=200_000)
    expect(page.locator(".bell-count")).to_be_visible(timeout=15_000)


@pytest.mark.req("K9")
def test_deeds_by_keys_alone(staffed, open_page):
    page = open_page()
    sign_in(page, staffed, "ana@rapport.example")
    customer(page, staffed, "Rui Braga")
    page.keyboard.press("Control+k")
    page.keyboard.type("mute")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Mute")
    assert barriers(page, "the palette with deeds") == []
    page.keyboard.press("Enter")
    follow = page.get_by_role("button", name="Follow")
    # Whoever enters a customer looks after it, and hears of it until now.
    expect(follow).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("f")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pin", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    keys = page.locator("#keys")
    expect(keys.locator("[data-keys-here]")).to_contain_text("Follow")
    # In a dialog keys sleep.
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    expect(follow).to_have_attribute("aria-pressed", "true")

    # A call from anywhere: l, the name, Enter.
    page.goto(staffed.address + "/notices/")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile("/calls/new/"))
    page.keyboard.type("braga")
    expect(page.locator("#found")).to_contain_text("Rui Braga")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("log=call"))
    page.keyboard.type("Wants a quote")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#newest")).to_contain_text("Wants a quote")
    page.keyboard.press("Control+k")
    page.keyboard.type("task")
    page.keyboard.press("Enter")
    expect(page.locator("#compose-task [name=title]")).to_be_focused()


@pytest.mark.req("T1")
def test_the_telephone_gets_an_app_and_the_truth_when_there_is_no_network(staffed, open_page):
    page = open_page(PHONE)
    sign_in(page, staffed, "ana@rapport.example")
    manifest = json.loads(page.request.get(staffed.address + "/manifest.webmanifest").text())
    for icon in manifest["icons"]:
        assert page.request.get(staffed.address + icon["src"]).headers["content-type"] == "image/png"
    page.evaluate("navigator.serviceWorker.ready.then((it) => it.active.state)")
    kept = page.evaluate(
        "caches.keys().then((names) => caches.open(names[0])).then((it) => it.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"
    )
    assert "/offline/" in kept
    assert all(path == "/offline/" or path.startswith("/static/") for path in kept)
    page.reload()
    # From a page that asks for nothing by itself.
    page.goto("about:blank")
    page.context.set_offline(True)
    page.goto(staffed.address + "/customers/")
    expect(page.get_by_role("heading", name="There is no network")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Rui Braga")
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customers")


@pytest.mark.req("T1")
def test_back_from_what_was_saved_leads_over_the_refused_form_and_sends_nothing_again(staffed, open_page):
    page = open_page()
    sign_in(page, staffed, "bea@rapport.example")
    page.goto(f"{staffed.address}/people/teams/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("Name of the team").fill("Harbour")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("link", name="Harbour")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Teams")
    expect(page.get_by_role("link", name="Harbour")).to_have_count(1)


@pytest.mark.req("T5")
def test_news_that_come_while_older_ones_are_being_fetched_are_not_lost(staffed, open_page):
    ana, bea = open_page(), open_page()
    sign_in(ana, staffed, "ana@rapport.example")
    sign_in(bea, staffed, "bea@rapport.example")
    page = customer(bea, staffed, "Slow Line")
    held = []

    def hold(route):
        # As it was at this moment; it is put in place only later.
        held.append((route, route.fetch()))

    ana.route("**/day/tasks/", hold, times=1)
    ask(bea, page, "First thing")
    expect_soon(ana, lambda: held)
    ask(bea, page, "Second thing")
    ana.wait_for_timeout(2_000)
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(ana.locator("#tasks")).to_contain_text("Second thing")


def ask(page, address, title):
    """A task for Ana about a customer."""
    page.goto(address)
    page.get_by_role("tab", name="Task").click()
    form = page.locator("form.compose", has=page.get_by_role("button", name="Add task"))
    form.locator("[name=title]").fill(title)
    form.locator("[name=assignee]").select_option("Ana Klein")
    form.get_by_role("button", name="Add task").click()
    expect(page.locator("#panel-tasks")).to_contain_text(title)


def expect_soon(page, true):
    for _ in range(100):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError
