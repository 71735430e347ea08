"""A list in the browser: conditions in groups, kept as a view, looked at beside, gone on from, and found again as it was."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, settled, sign_in
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("K9")]
BY_THE_SEA = "any1.city.starts=Lis&any1.city=Porto&sort=name&view=all"
CITIES = ("Lisboa", "Porto", "Braga")


@pytest.fixture(scope="module")
def many(rapport):
    """Sixty customers in three cities."""
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    token = rapport.command("token", "bea@rapport.example")
    for number in range(60):
        given = {"name": f"Name {number:02}", "kind": "person", "source": "crm", "external_id": str(number)}
        post(f"{rapport.address}/api/v1/customers", token, {**given, "city": CITIES[number % 3]})
    return rapport


def test_conditions_in_a_group_are_kept_as_a_view_that_says_when_it_was_changed(many, open_page):
    page = open_page()
    sign_in(page, many, "bea@rapport.example")
    page.goto(f"{many.address}/customers/?sort=name")
    expect(page.locator("#list-count")).to_contain_text("60 customers")
    page.locator(".list-builder summary").click()
    page.get_by_role("button", name="Add a group").click()
    expect(page.locator(".stack-of")).to_have_count(2)
    group = page.locator(".stack-of").last
    row = group.locator(".condition").first
    row.get_by_label("Field").select_option("city")
    expect(row.get_by_label("How it is asked")).to_contain_text("starts with")
    with page.expect_response("**/lists/customers/condition/**"):
        row.get_by_label("How it is asked").select_option("starts")
    settled(page)
    expect(row.get_by_label("How it is asked")).to_have_value("starts")
    row = group.locator(".condition").first
    row.get_by_label("Value").fill("Lis")
    group.get_by_role("button", name="Add a condition").click()
    expect(group.locator(".condition")).to_have_count(2)
    row = group.locator(".condition").last
    with page.expect_response("**/lists/customers/condition/**"):
        row.get_by_label("Field").select_option("city")
    settled(page)
    row = group.locator(".condition").last
    expect(row.get_by_label("How it is asked")).to_contain_text("starts with")
    row.get_by_label("Value").fill("Porto")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".chip")).to_contain_text("(city starts with Lis or city is Porto)")
    expect(page.locator("#list-count")).to_have_text("40 customers")
    assert "any1.city.starts=Lis&any1.city=Porto" in page.url
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name").fill("By the sea")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".views-tabs .active")).to_have_text("By the sea")
    page.get_by_role("button", name="What to do with By the sea").click()
    page.get_by_role("button", name="Pin above the list").click()
    page.locator("#sort-name").click()
    expect(page.locator(".views-tabs .active")).to_contain_text("changed")
    page.get_by_role("link", name="Reset").click()
    expect(page.locator(".views-tabs .active")).to_have_text("By the sea")


def test_a_line_is_looked_at_beside_the_list_and_changed_in_its_cell(many, open_page):
    page = open_page()
    sign_in(page, many, "bea@rapport.example")
    page.goto(f"{many.address}/customers/?{BY_THE_SEA}")
    for _twice in range(2):
        page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#peek-body h2")).to_contain_text("Name 01")
    page.keyboard.press("j")
    expect(page.locator("#peek-body h2")).to_contain_text("Name 03")
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()

    cell = page.locator("tr[data-record]").first.locator("td .inplace").first
    cell.hover()
    cell.get_by_role("button", name="Change City").click()
    expect(page.locator("tr[data-record]").first.locator("input[name=city]")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Sintra")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-record]").first).to_contain_text("Sintra")
    page.locator(".toast-note").get_by_role("button", name="Undo").click()
    expect(page.locator("tr[data-record]").first).to_contain_text("Lisboa")


def test_one_goes_on_to_the_next_and_comes_back_to_where_one_was(many, open_page):
    page = open_page()
    sign_in(page, many, "bea@rapport.example")
    page.goto(f"{many.address}/customers/?{BY_THE_SEA}")
    page.locator("tr[data-record] a.who").nth(30).click()
    words = page.locator("[data-in-list-words]")
    expect(words).to_have_text("31 of 40 in Customers")
    page.keyboard.press(".")
    expect(words).to_have_text("32 of 40 in Customers")
    name = page.locator("h1").inner_text()
    page.get_by_role("link", name="The one before").click()
    expect(words).to_have_text("31 of 40 in Customers")
    page.get_by_role("link", name="The next one").click()
    expect(words).to_have_text("32 of 40 in Customers")
    words.click()
    expect(page.locator("tr.was-here")).to_contain_text(name)
    assert page.locator("tr.was-here").bounding_box()["y"] < 900


def test_going_on_crosses_from_one_page_of_the_list_to_the_next(many, open_page):
    page = open_page()
    sign_in(page, many, "bea@rapport.example")
    page.goto(f"{many.address}/customers/?sort=name&view=all")
    page.locator("tr[data-record] a.who").nth(49).click()
    words = page.locator("[data-in-list-words]")
    expect(words).to_have_text("50 of 60 in Customers")
    page.get_by_role("link", name="The next one").click()
    expect(words).to_have_text("51 of 60 in Customers")
    expect(page.locator("h1")).to_have_text("Name 50")
    page.get_by_role("link", name="The one before").click()
    expect(words).to_have_text("50 of 60 in Customers")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator("#list")).to_be_visible()
