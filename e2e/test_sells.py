"""Selling in the browser, from the enquiry to the end: form, inbox, board, quote, signature, order, hand-over."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, WIDE, sign_in
from e2e.test_deals import column
from e2e.test_quotes import accepted, sent, shelved, with_products
from e2e.test_screens import walked

pytestmark = [pytest.mark.browser, pytest.mark.req("A4")]


@pytest.fixture(scope="module")
def staffed(rapport):
    """Somebody who leads, and those who sell."""
    for email, role in (
        ("bea@rapport.example", "administrator"),
        ("ana@rapport.example", "agent"),
        ("rui@rapport.example", "agent"),
        ("olga@rapport.example", "agent"),
    ):
        rapport.command("user", email, "--role", role, "--name", email.split("@")[0].title(), given=PASSWORD + "\n")
    return rapport


@pytest.fixture(scope="module")
def form(staffed, browser):
    """The address of a public form, in a house that has said where its leads come from and how it sells."""
    page = browser.new_context(viewport=WIDE).new_page()
    sign_in(page, staffed, "bea@rapport.example")
    page.goto(f"{staffed.address}/leads/")
    page.get_by_role("button", name="Begin with common sources").click()
    expect(page.get_by_role("cell", name="Web form")).to_be_visible()
    page.goto(f"{staffed.address}/deals/board/")
    page.get_by_role("button", name="Begin with common stages").click()
    page.goto(f"{staffed.address}/web-sites/add/")
    page.get_by_label("Name").fill("Aurora")
    page.get_by_label("Origins").fill("https://www.aurora.example")
    page.get_by_role("button", name="Add", exact=True).click()
    page.goto(f"{staffed.address}/web-sites/")
    page.get_by_role("link", name="New form on Aurora").click()
    page.get_by_label("Title").fill("Ask for an offer")
    page.get_by_role("button", name="Add", exact=True).click()
    return page.get_by_role("link", name="Open the form").get_attribute("href")


def signed_in(open_page, staffed, email, view=WIDE):
    page = open_page(view)
    sign_in(page, staffed, email)
    return page


def ask(open_page, form, email):
    visitor = open_page()
    visitor.goto(form)
    visitor.get_by_label("E-mail").fill(email)
    # Whoever sends at once is taken for a program.
    visitor.wait_for_timeout(3_500)
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()


def line(page, email):
    return page.locator("#leads li.card", has_text=email)


def test_an_enquiry_is_sold_and_handed_over_and_the_timeline_is_one(staffed, form, open_page):
    ana = signed_in(open_page, staffed, "ana@rapport.example")
    ana.goto(f"{staffed.address}/leads/")
    ask(open_page, form, "marta@aurora.example")
    ana.goto(f"{staffed.address}/leads/")
    mine = line(ana, "marta@aurora.example")
    expect(mine).to_contain_text("left")
    expect(mine).to_contain_text("nobody's yet")
    rui = signed_in(open_page, staffed, "rui@rapport.example")
    rui.goto(f"{staffed.address}/leads/?whose=all")
    expect(line(rui, "marta@aurora.example")).to_be_visible()

    ana.keyboard.press("j")
    ana.keyboard.press("t")
    expect(ana.get_by_text("is yours.")).to_be_visible()
    expect(mine).to_contain_text("Ana")

    mine.get_by_role("link", name="Ask for an offer", exact=True).click()
    expect(ana.get_by_role("heading", name="Why it is with me")).to_be_visible()
    ana.get_by_role("link", name="Log a call").click()
    ana.get_by_label("What it was about").fill("Called back")
    ana.locator("#compose-call").get_by_role("button").last.click()
    expect(ana.get_by_text("Called back").first).to_be_visible()
    ana.locator("#panel-leads").get_by_role("link", name="Ask for an offer").click()
    expect(ana.get_by_text("answered after")).to_be_visible()

    becomes_a_deal(ana, staffed)
    ana.locator(".deals-card", has_text="Ask for an offer").get_by_role("link").first.click()
    deal = ana.url
    is_bought(ana, staffed, open_page, deal)
    is_handed_over(ana, staffed, open_page, deal)

    ana.goto(deal)
    ana.get_by_role("link", name="marta@aurora.example").click()
    timeline = ana.locator("#found")
    for what in (
        *("Ask for an offer", "Called back", "Accepted quote Q-", "€5,100.00"),
        *("Handed over to Onboarding: Ask for an offer", "Onboarding sent the hand-over back", "Who lets us in?"),
        "Onboarding accepted the hand-over: Ask for an offer",
    ):
        expect(timeline.get_by_text(what).first).to_be_visible()
    expect(ana.locator("#panel-deals")).to_contain_text("Ask for an offer")
    expect(ana.locator("#panel-handovers")).to_contain_text("Accepted")


def is_bought(ana, staffed, open_page, deal):
    """Products and a quote, accepted by the customer on a phone: the deal is won and there is an order."""
    shelved(staffed, staffed.command("token", "bea@rapport.example"))
    with_products(ana, staffed, deal.rstrip("/").rpartition("/")[2])
    accepted(open_page(PHONE), staffed, sent(ana))
    ana.goto(f"{staffed.address}/orders/")
    expect(ana.get_by_role("row", name="marta@aurora.example")).to_contain_text("€5,100.00")
    ana.goto(deal)
    expect(ana.locator(".deal-steps .end.won.here")).to_be_visible()


def is_handed_over(ana, staffed, open_page, deal):
    """By a plan: what is missing is asked for, sent back once, and accepted by who looks after it."""
    bea = signed_in(open_page, staffed, "bea@rapport.example")
    bea.goto(f"{staffed.address}/handovers/")
    bea.get_by_role("link", name="Begin with a common plan").click()
    bea.get_by_label("Name").fill("Everything")
    bea.get_by_role("button", name="Save").click()
    expect(bea.get_by_role("link", name="1. Onboarding")).to_be_visible()

    ana.goto(deal)
    ana.get_by_role("button", name="Hand over to Onboarding").click()
    expect(ana.get_by_label("What they bought")).to_have_value("3 × Coffee machine")
    ana.get_by_label("Deadlines").fill("Before May")
    ana.get_by_role("button", name="Hand over", exact=True).click()
    expect(ana.get_by_text("Still to be said: What was promised")).to_be_visible()
    ana.get_by_label("What was promised beyond the quote").fill("A second grinder on loan")
    ana.get_by_label("Who is who on their side").fill("Marta decides")
    ana.get_by_role("button", name="Hand over", exact=True).click()
    expect(ana.get_by_text("The clock runs for Onboarding")).to_be_visible()

    olga = signed_in(open_page, staffed, "olga@rapport.example")
    olga.goto(f"{staffed.address}/handovers/")
    olga.get_by_role("button", name="Take: Ask for an offer").click()
    expect(olga.get_by_text("A second grinder on loan")).to_be_visible()
    olga.get_by_role("link", name="Send back").click()
    olga.get_by_label("What is missing or unclear").fill("Who lets us in?")
    olga.get_by_role("button", name="Send back").click()
    expect(olga.get_by_text("Sent back to Ana.")).to_be_visible()

    ana.goto(staffed.address)
    ana.locator("#pressing-handovers").get_by_role("link", name="Ask for an offer").click()
    expect(ana.get_by_text("Who lets us in?").first).to_be_visible()
    ana.get_by_role("link", name="Complete").click()
    ana.get_by_label("Risks").fill("The reception lets you in, until four")
    ana.get_by_role("button", name="Hand over", exact=True).click()

    olga.goto(f"{staffed.address}/handovers/")
    olga.get_by_role("button", name="Take: Ask for an offer").click()
    olga.get_by_role("button", name="Accept").click()
    expect(olga.get_by_text("is among your tasks")).to_be_visible()
    olga.goto(staffed.address)
    expect(olga.locator("#tasks")).to_contain_text("Introduce yourself to them (Ask for an offer)")


def test_no_screen_of_hand_overs_has_a_barrier_and_all_fit_a_phone(staffed, form, open_page):
    page = signed_in(open_page, staffed, "bea@rapport.example")
    found = []
    for address in (
        *("/handovers/", "/handovers/?whose=all", "/handovers/?whose=send", "/handovers/1/", "/handovers/1/return/"),
        *("/handovers/plans/", "/handovers/plans/new/", "/handovers/plans/1/", "/handovers/stations/1/"),
        *("/handovers/points/1/", "/handovers/tasks/1/", "/handovers/stations/1/points/new/"),
    ):
        faults, wide = walked(page, staffed, address)
        found += faults + wide
    assert found == []


def becomes_a_deal(ana, staffed):
    """From the page of the lead by one key to the board, and there by drag to the next stage."""
    ana.keyboard.press("q")
    expect(ana.get_by_label("What is it about")).to_have_value("Ask for an offer")
    ana.get_by_label("Next step", exact=True).fill("Visit her")
    ana.get_by_role("button", name="Open deal").click()
    expect(ana.get_by_text("Came from")).to_be_visible()

    ana.goto(f"{staffed.address}/deals/board/")
    ana.locator(".deals-card", has_text="Ask for an offer").hover()
    ana.mouse.down()
    place = column(ana, "Understanding the need").locator("ol").first.bounding_box()
    ana.mouse.move(place["x"] + 60, place["y"] + 20, steps=12)
    ana.mouse.move(place["x"] + 60, place["y"] + 30, steps=4)
    ana.mouse.up()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("1200")
    dialog.get_by_label("Currency").fill("EUR")
    dialog.get_by_role("button", name="Move").click()
    expect(column(ana, "Understanding the need").get_by_text("Ask for an offer")).to_be_visible()


def test_no_screen_of_leads_has_a_barrier_and_all_fit_a_phone(staffed, form, open_page):
    ask(open_page, form, "ida@sued.example")
    page = signed_in(open_page, staffed, "bea@rapport.example")
    page.goto(f"{staffed.address}/leads/?whose=all")
    lead = line(page, "ida@sued.example").locator(".lead-wish").get_attribute("href")
    faults, wide = [], []
    for address in (
        *("/leads/", "/leads/?whose=all", "/leads/list/", "/leads/new/", "/leads/setup/", lead),
        *(f"{lead}give/", f"{lead}qualify/", f"{lead}aside/", f"{lead}warm/"),
        *("/leads/sources/new/", "/leads/sources/1/", "/leads/routes/new/"),
    ):
        more, wider = walked(page, staffed, address)
        faults, wide = faults + more, wide + wider
    assert faults == []
    assert wide == []
    phone = signed_in(open_page, staffed, "ana@rapport.example", PHONE)
    phone.goto(f"{staffed.address}/leads/")
    line(phone, "ida@sued.example").get_by_role("button", name="Take").click()
    expect(phone.get_by_text("is yours.")).to_be_visible()
