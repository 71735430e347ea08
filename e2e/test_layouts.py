"""The customer page laid out in the browser: by mouse, by keys, by touch; looked at, saved, taken back, folded."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, settled, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("T3")]


@pytest.fixture(scope="module")
def marta(rapport):
    """The address of a customer's page."""
    for email, role in (("bea@rapport.example", "administrator"), ("ana@rapport.example", "agent")):
        rapport.command("user", email, "--role", role, "--name", email.split("@")[0], given=PASSWORD + "\n")
    token = rapport.command("token", "bea@rapport.example")
    made = post(f"{rapport.address}/api/v1/customers", token, {"name": "Marta Oliveira", "external_id": "M"})
    return f"{rapport.address}/customers/{made['id']}/"


@pytest.fixture
def board(rapport, marta, open_page):
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/layouts/agent/person/")
    return page


def order(page, column):
    return page.locator(f"[data-column={column}] .board-name").all_inner_texts()


def drag(page, name, onto):
    """With the mouse, by the handle, into the upper half of another card or into a column."""
    page.get_by_role("button", name=f"Move {name}").hover()
    page.mouse.down()
    place = onto.bounding_box()
    for share in (0.3, 0.2):
        page.mouse.move(place["x"] + 40, place["y"] + place["height"] * share, steps=8)
    page.mouse.up()


def test_cards_are_dragged_with_the_mouse_and_everybody_of_the_role_finds_them_there(rapport, marta, board, open_page):
    before = order(board, "who")
    drag(board, "Worth", board.locator("[data-column=who] li").first)
    expect(board.locator("[data-column=who] .board-name").first).to_have_text("Worth")
    drag(board, "Sources", board.locator("[data-column=hidden]"))
    assert order(board, "who") == ["Worth", *(one for one in before if one != "Sources")]
    assert order(board, "hidden") == ["Sources"]
    expect(board.locator("[data-announce]")).to_have_text("Sources: place 1 of 1 in: Not shown")
    assert barriers(board, "the board") == []
    board.get_by_role("button", name="Save").last.click()
    expect(board.get_by_text("Every Agent sees it so")).to_be_visible()
    assert barriers(board, "layouts") == []

    ana = open_page()
    sign_in(ana, rapport, "ana@rapport.example")
    ana.goto(marta)
    expect(ana.locator("#panel-worth")).to_be_attached()
    assert ana.locator(".customer-who > section").first.get_attribute("id") == "panel-worth"
    expect(ana.locator("#panel-sources")).to_have_count(0)

    # The toast with Undo is gone by now; the history does the same for ever.
    board.get_by_role("button", name="Take back").click()
    expect(board.get_by_text("taken back by")).to_be_visible()
    ana.reload()
    expect(ana.locator("#panel-sources")).to_be_visible()


def test_the_arrow_keys_on_a_handle_do_the_same_and_say_where_the_card_is(board):
    handle = board.get_by_role("button", name="Move Relationships")
    handle.focus()
    first = order(board, "who")
    board.keyboard.press("ArrowDown")
    assert order(board, "who")[2] == "Relationships"
    board.keyboard.press("ArrowUp")
    assert order(board, "who") == first
    board.keyboard.press("ArrowRight")
    assert order(board, "now")[-1] == "Relationships"
    expect(handle).to_be_focused()
    expect(board.locator("[data-announce]")).to_contain_text("in: Right column")
    board.keyboard.press("ArrowRight")
    assert order(board, "hidden") == ["Relationships"]
    board.get_by_role("button", name="Relationships: to the left column").click()
    assert order(board, "who")[-1] == "Relationships"


def test_the_page_is_looked_at_as_the_role_before_it_is_saved(board, marta):
    board.get_by_role("button", name="Relationships: to the right column").click()
    with board.context.expect_page() as opened:
        board.get_by_role("button", name="Preview").click()
    seen = opened.value
    expect(seen.get_by_text("Preview for the role Agent.")).to_be_visible()
    expect(seen.locator(".customer-now #panel-relatives")).to_be_attached()
    assert barriers(seen, "the preview") == []
    board.goto(marta)
    expect(board.locator(".customer-who #panel-relatives")).to_be_attached()


def test_on_a_phone_the_board_fits_and_a_card_is_dragged_by_touch(rapport, marta, browser):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB")
    page = context.new_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/layouts/agent/company/")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    cards = page.locator("[data-column=who] li")
    names = order(page, "who")
    start, end = cards.nth(2).locator(".board-handle").bounding_box(), cards.nth(0).bounding_box()
    touch = context.new_cdp_session(page)
    points = [(start["x"] + 10, start["y"] + 10)]
    points += [(start["x"] + 10, start["y"] + 10 + (end["y"] - start["y"]) * step / 10) for step in range(1, 11)]
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [dict(zip("xy", points[0], strict=True))]}
    )
    for x, y in points[1:]:
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("[data-column=who] .board-name").first).to_have_text(names[2])
    assert barriers(page, "the board on a phone") == []
    context.close()


def test_a_card_that_one_folds_away_stays_so_after_the_page_was_left(rapport, marta, open_page):
    page = open_page()
    sign_in(page, rapport, "ana@rapport.example")
    page.goto(marta)
    fold = page.get_by_role("button", name="Preferences", exact=True)
    with page.expect_response("**/fold/"):
        fold.click()
    settled(page)
    expect(page.locator("#wishes-body")).to_be_hidden()
    page.reload()
    expect(fold).to_have_attribute("aria-expanded", "false")
    assert barriers(page, "a folded card") == []
    with page.expect_response("**/fold/"):
        fold.click()
    settled(page)
    expect(page.locator("#wishes-body")).to_be_visible()
    page.reload()
    expect(page.locator("#wishes-body")).to_be_visible()
