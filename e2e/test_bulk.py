"""The whole result is changed and taken back in the browser; two people on one record; a draft that nothing loses."""

import time

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(rapport):
    """Sixty customers in Porto, and two administrators."""
    for email, name in (("bea@rapport.example", "Bea Boss"), ("ana@rapport.example", "Ana Klein")):
        rapport.command("user", email, "--role", "administrator", "--name", name, given=PASSWORD + "\n")
    token, api = rapport.command("token", "bea@rapport.example"), f"{rapport.address}/api/v1"
    return [
        post(f"{api}/customers", token, {"kind": "person", "name": f"Marta {number:02}", "city": "Porto"})["id"]
        for number in range(60)
    ]


@pytest.fixture
def page(rapport, people, open_page):
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    return page


@pytest.mark.req("K9")
def test_the_whole_result_is_tagged_in_the_background_and_taken_back(rapport, page):
    page.goto(f"{rapport.address}/customers/?city=Porto&sort=name")
    bar = page.locator(".bulk-bar")
    expect(bar).to_be_hidden()
    page.get_by_label("Choose Marta 03").check()
    page.get_by_label("Choose Marta 07").click(modifiers=["Shift"])
    expect(bar).to_contain_text("5 chosen")
    page.get_by_label("Choose all on this page").check()
    expect(bar).to_contain_text("50 chosen")
    page.get_by_label("the whole result").check()
    assert barriers(page, "the bar") == []
    bar.get_by_role("button", name="Add tags").click()
    expect(page.locator("main")).to_contain_text("60 records chosen")
    assert page.locator("input[name=ids]").count() == 0
    page.get_by_label("Tags").fill("vip")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator("#bulk-preview")).to_contain_text("60")
    assert barriers(page, "the preview") == []
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#state")).to_contain_text("Done", timeout=30_000)
    expect(page.locator("#state")).to_contain_text("60")
    assert barriers(page, "the run") == []
    page.goto(f"{rapport.address}/customers/?tag=vip&sort=name")
    expect(page.locator("#list-count")).to_contain_text("60")
    page.goto(f"{rapport.address}/changes/")
    page.get_by_role("button", name="Undo: Many changed at once").first.click()
    expect(page.locator("#toasts")).to_contain_text("Taken back.")
    page.goto(f"{rapport.address}/bulk/")
    page.get_by_role("link", name="Add tags: vip").click()
    expect(page.locator("#state")).to_contain_text("Taken back", timeout=30_000)
    page.goto(f"{rapport.address}/customers/?tag=vip")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


@pytest.mark.req("T6")
def test_two_people_see_each_other_and_a_conflict_is_decided_field_by_field(rapport, page, people, open_page):
    address = f"{rapport.address}/customers/{people[0]}/"
    page.goto(address)
    other = open_page()
    sign_in(other, rapport, "ana@rapport.example")
    other.goto(address)
    expect(page.locator("[data-present]")).to_have_text("Ana Klein is here", timeout=20_000)
    expect(other.locator("[data-present]")).to_have_text("Bea Boss is here", timeout=20_000)
    other.get_by_role("button", name="Change city").click()
    expect(page.locator("[data-present]")).to_have_text("Ana Klein is changing: city", timeout=10_000)
    assert barriers(page, "company") == []
    other.keyboard.press("Escape")
    expect(page.locator("[data-present]")).to_have_text("Ana Klein is here", timeout=10_000)

    change(page, "Lisboa")
    undo = page.locator("#toasts").get_by_role("button", name="Undo").first
    expect(undo).to_be_visible()
    expect(other.locator("#reach")).to_contain_text("Lisboa")
    change(other, "Braga")
    other.goto(f"{rapport.address}/changes/")
    undo.click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody has changed this since")
    assert barriers(page, "the conflict") == []
    page.get_by_label("As it was before: Porto").check()
    page.get_by_role("button", name="Take back as chosen").click()
    page.goto(address)
    expect(page.locator("#reach")).to_contain_text("Porto")
    expect(page.locator("[data-present]")).to_be_hidden()


def change(page, city):
    page.get_by_role("button", name="Change city").focus()
    page.keyboard.press("Enter")
    control = page.locator(".inplace-form").get_by_role("textbox")
    expect(control).to_be_focused()
    control.fill(city)
    page.keyboard.press("Enter")
    expect(page.locator("#reach")).to_contain_text(city)


@pytest.mark.req("T6")
def test_a_deleted_customer_is_restored_from_the_trash(rapport, page, people):
    page.goto(f"{rapport.address}/customers/{people[1]}/")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Put into the trash").click()
    expect(page.locator("#toasts")).to_contain_text("is in the trash")
    page.goto(f"{rapport.address}/trash/")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Marta 01").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", level=1, name="Marta 01")).to_be_visible()


@pytest.mark.req("T6")
def test_a_draft_outlives_the_tab_the_session_and_the_device(rapport, page, people, open_page):
    address = f"{rapport.address}/customers/{people[2]}/"
    page.goto(address)
    note = page.locator('[data-draft^="note:"]')
    with page.expect_response(lambda answer: "/drafts/" in answer.url and answer.request.method == "POST"):
        note.fill("She asked for the blue one")
    page.close()
    device = open_page()
    sign_in(device, rapport, "bea@rapport.example")
    device.goto(address)
    note = device.locator('[data-draft^="note:"]')
    expect(note).to_have_value("She asked for the blue one")
    expect(device.locator(".draft-note")).to_contain_text("Not sent yet")
    assert barriers(device, "the draft") == []
    device.context.clear_cookies(name="sessionid")
    note.focus()
    device.keyboard.press("Control+Enter")
    device.wait_for_url("**/accounts/login/**")
    device.locator("[name=login]").fill("bea@rapport.example")
    device.get_by_label("Password", exact=True).fill(PASSWORD)
    device.get_by_role("button", name="Sign in", exact=True).click()
    device.wait_for_url(address + "**")
    note = device.locator('[data-draft^="note:"]')
    expect(note).to_have_value("She asked for the blue one")
    note.focus()
    device.keyboard.press("Control+Enter")
    expect(device.locator("main").get_by_text("She asked for the blue one").first).to_be_visible()
    expect(device.locator('[data-draft^="note:"]')).to_have_value("")
    kept = "async (key) => key in (await (await fetch(`/drafts/?key=${key}`)).json())"
    until(lambda: not device.evaluate(kept, f"note:{people[2]}"))
    device.reload()
    expect(device.locator('[data-draft^="note:"]')).to_have_value("")


def until(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
