"""Deals in the browser: opened, moved by mouse, keys and choice, won and lost; two people at one board."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, WIDE, settled, sign_in
from e2e.test_screens import walked
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("A4")]


@pytest.fixture(scope="module")
def marta(rapport):
    """The number of a customer, in a house with a pipeline."""
    for email, role in (("bea@rapport.example", "administrator"), ("ana@rapport.example", "agent")):
        rapport.command("user", email, "--role", role, "--name", email.split("@")[0].title(), given=PASSWORD + "\n")
    token = rapport.command("token", "bea@rapport.example")
    return post(f"{rapport.address}/api/v1/customers", token, {"name": "Marta Oliveira", "external_id": "M"})["id"]


@pytest.fixture
def board(rapport, marta, open_page):
    """The board, with a pipeline that is begun where there is none yet."""
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/deals/board/")
    begin = page.get_by_role("button", name="Begin with common stages")
    if begin.count():
        begin.click()
        page.goto(f"{rapport.address}/deals/board/")
    return page


def opened(page, rapport, marta, name, amount="1200"):
    page.goto(f"{rapport.address}/deals/new/?customer={marta}")
    page.get_by_label("What is it about").fill(name)
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Currency").fill("EUR")
    page.get_by_label("Next step", exact=True).fill("Call her")
    page.get_by_role("button", name="Open deal").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.goto(f"{rapport.address}/deals/board/")


def column(page, name):
    return page.locator("section.deals-column", has=page.get_by_role("heading", name=name, exact=True))


def card(page, name):
    return page.locator(".deals-card", has_text=name)


def test_a_deal_is_opened_and_dragged_to_the_next_stage_and_undo_brings_it_back(rapport, marta, board):
    opened(board, rapport, marta, "Cork floor")
    expect(column(board, "Qualifying").locator(".deals-head")).to_contain_text("1,200")
    card(board, "Cork floor").hover()
    board.mouse.down()
    place = column(board, "Understanding the need").locator("ol").first.bounding_box()
    board.mouse.move(place["x"] + 60, place["y"] + 20, steps=12)
    board.mouse.move(place["x"] + 60, place["y"] + 30, steps=4)
    board.mouse.up()
    expect(column(board, "Understanding the need").get_by_text("Cork floor")).to_be_visible()
    expect(column(board, "Understanding the need").locator(".deals-head")).to_contain_text("1,200")
    with board.expect_navigation():
        board.get_by_role("button", name="Undo").click()
    board.goto(f"{rapport.address}/deals/board/")
    expect(column(board, "Qualifying").get_by_text("Cork floor")).to_be_visible()


def test_by_keys_it_goes_on_and_a_stage_asks_for_what_it_needs(rapport, marta, board):
    opened(board, rapport, marta, "Garden table", "300")
    board.get_by_role("button", name="Move Garden table").focus()
    board.keyboard.press("ArrowRight")
    expect(column(board, "Understanding the need").get_by_text("Garden table")).to_be_visible()
    expect(board.get_by_role("button", name="Move Garden table")).to_be_focused()
    board.keyboard.press("ArrowRight")
    dialog = board.get_by_role("dialog")
    expect(dialog).to_contain_text("Proposal")
    dialog.get_by_label("Expected to close").fill("2027-03-31")
    dialog.get_by_role("button", name="Move").click()
    expect(column(board, "Proposal").get_by_text("Garden table")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_a_lost_deal_says_why_and_a_cancelled_question_leaves_it_where_it_was(rapport, marta, board):
    opened(board, rapport, marta, "Old barn")
    pick = board.get_by_role("button", name="Move Old barn")
    pick.click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_role("button", name="Lost").click()
    expect(dialog.get_by_label("Reason")).to_be_visible()
    dialog.get_by_text("Cancel").click()
    settled(board)
    expect(column(board, "Qualifying").get_by_text("Old barn")).to_be_visible()
    pick.click()
    dialog.get_by_role("button", name="Lost").click()
    dialog.get_by_label("Reason").select_option("Price")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(card(board, "Old barn")).to_have_count(0)
    board.goto(f"{rapport.address}/deals/?state=lost")
    board.get_by_role("link", name="Old barn").click()
    expect(board.get_by_text("Lost: Price")).to_be_visible()
    board.goto(f"{rapport.address}/customers/{marta}/")
    expect(board.locator("#panel-deals")).to_contain_text("Old barn")


def test_what_a_colleague_moves_is_seen_and_whoever_is_second_is_told(rapport, marta, board, open_page):
    opened(board, rapport, marta, "New roof")
    ana = open_page()
    sign_in(ana, rapport, "ana@rapport.example")
    ana.goto(f"{rapport.address}/deals/board/")
    expect(column(ana, "Qualifying").get_by_text("New roof")).to_be_visible()
    board.get_by_role("button", name="Move New roof").focus()
    board.keyboard.press("ArrowRight")
    expect(column(board, "Understanding the need").get_by_text("New roof")).to_be_visible()
    expect(column(ana, "Understanding the need").get_by_text("New roof")).to_be_visible()


def test_in_lanes_a_card_goes_on_in_its_own_lane(rapport, marta, board):
    opened(board, rapport, marta, "In a lane")
    board.get_by_role("link", name="Month of closing").click()
    lane = board.locator("section.deals-lane", has=board.get_by_role("heading", name="No day said"))
    expect(lane.locator(".deals-card", has_text="In a lane")).to_be_visible()
    lane.get_by_role("button", name="Move In a lane").press("ArrowRight")
    second = lane.locator("section.deals-column").nth(1)
    expect(second.locator(".deals-card", has_text="In a lane")).to_be_visible()
    assert "lanes=month" in board.url


def test_no_screen_of_selling_has_a_barrier(rapport, marta, board, open_page):
    opened(board, rapport, marta, "Last one")
    deal = board.get_by_role("link", name="Last one").get_attribute("href")
    page = open_page(WIDE)
    sign_in(page, rapport, "bea@rapport.example")
    faults, wide = [], []
    for address in (
        *("/deals/board/?lanes=owner", "/deals/board/?lanes=month", "/deals/calendar/", "/deals/calendar/?by=due"),
        *(
            "/deals/map/",
            "/deals/board/",
            "/deals/",
            deal,
            f"{deal}change/",
            "/deals/new/",
            f"/deals/new/?customer={marta}",
        ),
        *(
            "/pipelines/",
            "/pipelines/1/",
            "/pipelines/stages/1/",
            "/pipelines/1/stages/new/",
            "/pipelines/reasons/new/",
        ),
    ):
        more, wider = walked(page, rapport, address)
        faults, wide = faults + more, wide + wider
    assert faults == []
    assert wide == []


def test_on_a_phone_a_deal_is_moved_by_choosing(rapport, marta, board, open_page):
    opened(board, rapport, marta, "Small shelf")
    page = open_page(PHONE)
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(f"{rapport.address}/deals/board/")
    page.get_by_role("button", name="Move Small shelf").click()
    page.get_by_role("dialog").get_by_role("button", name="Understanding the need").click()
    expect(column(page, "Understanding the need").get_by_text("Small shelf")).to_be_visible()
