"""What whoever works by keys relies on: the cursor goes to what is at fault, and each part of a page is a few keys away."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.req("T1")]
READ_OUT = "one => document.getElementById(one.getAttribute('aria-describedby').split(' ').at(-1)).textContent.trim()"


@pytest.fixture(scope="module")
def staffed(rapport):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    return rapport


@pytest.fixture
def bea(staffed, open_page):
    page = open_page()
    sign_in(page, staffed, "bea@rapport.example")
    return page


def test_a_page_that_comes_back_puts_the_cursor_into_the_field_at_fault(staffed, bea):
    bea.goto(f"{staffed.address}/people/add/")
    bea.get_by_label("E-mail").fill("no address")
    bea.get_by_label("Name").fill("Ana Klein")
    bea.keyboard.press("Control+Enter")
    field = bea.get_by_label("E-mail")
    expect(field).to_be_focused()
    assert "valid email address" in field.evaluate(READ_OUT)


def create(page, address, name):
    page.goto(f"{address}/customers/new/?name={name.replace(' ', '+')}")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    # Keys mean nothing before the script is there.
    page.wait_for_load_state("load")


def test_a_piece_of_a_page_does_so_too(staffed, bea):
    create(bea, staffed.address, "Marta Leal")
    bea.keyboard.press("t")
    expect(bea.locator("#compose-task [name=title]")).to_be_focused()
    bea.keyboard.press("Control+Enter")
    expect(bea.locator("#compose-task [aria-invalid=true]")).to_be_focused()
    assert "required" in bea.locator("#compose-task [name=title]").evaluate(READ_OUT)


def test_a_check_that_only_sends_words_back_names_the_field_they_speak_of(staffed, bea):
    bea.goto(f"{staffed.address}/mail/mailboxes/new/")
    bea.get_by_role("button", name="Test").click()
    expect(bea.locator("[name=address]")).to_be_focused()
    assert "required" in bea.locator(":focus").evaluate(READ_OUT)
    bea.keyboard.type("b")
    expect(bea.locator(":focus")).not_to_have_attribute("aria-invalid", "true")


def test_the_consents_of_a_customer_are_two_tabs_a_word_and_enter_away(staffed, bea):
    create(bea, staffed.address, "Rui Santos")
    bea.reload()
    for _ in range(2):
        bea.keyboard.press("Tab")
    way = bea.get_by_role("button", name="Go to a part of this page")
    expect(way).to_be_focused()
    expect(way).to_be_in_viewport()
    bea.keyboard.press("Enter")
    parts = bea.locator("#palette [role=option]:visible")
    assert {"Timeline", "Consents"} <= set(parts.all_text_contents())
    bea.keyboard.type("consen")
    expect(parts).to_have_count(1)
    bea.keyboard.press("Enter")
    expect(bea.get_by_role("heading", name="Consents", level=2)).to_be_focused()
    expect(bea.locator("#panel-consents")).to_be_in_viewport()
    bea.keyboard.press("?")
    expect(bea.locator("#keys")).to_contain_text("Go to a part of this page")


def test_a_rule_of_the_policy_asks_only_for_what_it_looks_at(staffed, bea):
    bea.goto(f"{staffed.address}/contact-policy/")
    bea.get_by_role("button", name="Write the next version").click()
    line = bea.get_by_role("group", name="Line 1").first
    line.get_by_label("Looks at").select_option("frequency")
    expect(line.get_by_label("At most")).to_be_visible()
    expect(line.get_by_label("Condition")).to_be_hidden()
    line.get_by_label("Looks at").select_option("condition")
    expect(line.get_by_label("At most")).to_be_hidden()
    line.get_by_label("Condition").select_option(label="legal hold")


def test_which_data_is_found_by_a_word(staffed, bea):
    bea.goto(f"{staffed.address}/govern/incidents/new/")
    data = bea.get_by_role("group", name="Which data")
    expect(data.get_by_role("checkbox", name="Consent", exact=True)).to_be_hidden()
    data.get_by_role("searchbox").fill("consent")
    data.get_by_role("checkbox", name="Consent", exact=True).check()
    data.get_by_role("searchbox").fill("nothing like it")
    expect(data.get_by_role("status")).to_have_text("Nothing is called so.")
    data.get_by_role("searchbox").fill("")
    expect(data.get_by_role("checkbox", name="Consent", exact=True)).to_be_checked()
    expect(data.get_by_role("checkbox", name="Consent", exact=True)).to_be_visible()


def test_a_task_is_done_in_its_line_and_taken_back(staffed, bea):
    # A house without customers begins with the guide.
    create(bea, staffed.address, "Rosa Notary")
    bea.goto(f"{staffed.address}/")
    bea.get_by_label("New task").fill("Ring the notary")
    bea.keyboard.press("Enter")
    expect(bea.locator("#tasks")).to_contain_text("Ring the notary")
    bea.goto(f"{staffed.address}/tasks/")
    line = bea.get_by_role("row").filter(has_text="Ring the notary")
    line.get_by_role("button", name="Done: Ring the notary").click()
    expect(line).to_contain_text("done")
    line.get_by_role("button", name="Not done after all: Ring the notary").click()
    expect(line.get_by_role("button", name="Done: Ring the notary")).to_be_visible()
    line.get_by_role("button", name="Done: Ring the notary").click()
    expect(line.get_by_role("button", name="Not done after all: Ring the notary")).to_be_visible()
    with bea.expect_navigation():
        bea.get_by_role("button", name="Undo").last.click()
    expect(line).to_contain_text("open")


def test_the_parts_of_a_page_are_found_among_everything(staffed, bea):
    create(bea, staffed.address, "Tom Weber")
    bea.keyboard.press("Control+k")
    bea.keyboard.type("timel")
    bea.get_by_role("group", name="On this page").get_by_role("option", name="Timeline").click()
    expect(bea.get_by_role("heading", name="Timeline", level=2)).to_be_focused()
