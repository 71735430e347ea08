"""A quote in the browser: built, its discount approved, sent, accepted on a phone by its link."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, WIDE, sign_in
from e2e.test_screens import walked
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("A4")]


@pytest.fixture(scope="module")
def shop(rapport):
    """A house with a product, its price, limits, and a customer."""
    for email, role in (
        ("bea@rapport.example", "administrator"),
        ("mia@rapport.example", "manager"),
        ("ana@rapport.example", "agent"),
    ):
        rapport.command("user", email, "--role", role, "--name", email.split("@")[0].title(), given=PASSWORD + "\n")
    token = rapport.command("token", "bea@rapport.example")
    shelved(rapport, token)
    marta = post(f"{rapport.address}/api/v1/customers", token, {"name": "Marta Oliveira", "external_id": "M"})["id"]
    return marta, token


def shelved(rapport, token):
    """A coffee machine with its price."""
    api = f"{rapport.address}/api/v1"
    machine = post(f"{api}/products", token, {"number": "CM-200", "name": "Coffee machine", "unit": "piece"})["id"]
    retail = post(f"{api}/price-lists", token, {"name": "Retail", "currency": "EUR"})["id"]
    post(f"{api}/price-lists/{retail}/prices", token, {"product_id": machine, "amount": "2000"})


def with_products(page, rapport, deal):
    """Three machines at the listed price in the deal, and a quote of them with a deep discount."""
    page.goto(f"{rapport.address}/deals/{deal}/lines/")
    first = page.get_by_role("group", name="Line 1")
    first.get_by_label("Product").fill("CM-2")
    expect(page.locator("#products option")).to_have_count(1)
    first.get_by_label("Product").fill("CM-200")
    first.get_by_label("Quantity").fill("3")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Coffee machine")).to_contain_text("€6,000.00")
    page.get_by_role("button", name="Quote", exact=True).click()
    page.get_by_label("Discount on everything").fill("15")
    page.get_by_role("button", name="Save").click()


def approved(page, boss, rapport):
    """Asked for by one, found at home and approved by the other."""
    expect(page.get_by_text("Somebody with a wider limit has to approve it")).to_be_visible()
    expect(page.get_by_role("link", name="Send", exact=True)).to_have_count(0)
    page.get_by_placeholder("Why it is worth it").fill("They buy for three houses")
    page.get_by_role("button", name="Ask for approval").click()
    boss.goto(rapport.address)
    boss.get_by_role("link", name="Q-").click()
    expect(boss.get_by_text("They buy for three houses")).to_be_visible()
    boss.get_by_role("button", name="Approve").click()


def sent(page):
    """The link that opens a quote which is ready to go."""
    page.get_by_role("link", name="Send", exact=True).click()
    page.get_by_role("button", name="Send").click()
    return page.get_by_label("Link for the customer").input_value()


def accepted(customer, rapport, link):
    """On a phone, by the link."""
    faults, wide = walked(customer, rapport, link.removeprefix(rapport.address))
    assert (faults, wide) == ([], [])
    customer.set_viewport_size(PHONE)
    customer.goto(link)
    expect(customer.get_by_text("€5,100.00").first).to_be_visible()
    customer.get_by_label("Your name, as your signature").fill("Marta Oliveira")
    customer.get_by_label("I accept this quote").check()
    customer.get_by_role("button", name="Accept the quote").click()
    expect(customer.get_by_text("Accepted. Thank you.")).to_be_visible()


def test_from_a_deal_to_an_order_by_way_of_an_approved_quote_accepted_on_a_phone(rapport, shop, open_page):
    marta, token = shop
    boss = open_page(WIDE)
    sign_in(boss, rapport, "bea@rapport.example")
    boss.goto(f"{rapport.address}/quotes/limits/")
    boss.get_by_label("Agent").fill("10")
    boss.get_by_role("button", name="Save").click()
    boss.goto(f"{rapport.address}/pipelines/")
    boss.get_by_role("button", name="Begin with common stages").click()
    page = open_page(WIDE)
    sign_in(page, rapport, "ana@rapport.example")
    wish = {"customer_id": marta, "name": "Coffee corner", "next_step": "Send the quote"}
    deal = post(f"{rapport.address}/api/v1/deals", token, wish)["id"]
    with_products(page, rapport, deal)
    approved(page, boss, rapport)
    page.reload()
    accepted(open_page(PHONE), rapport, sent(page))
    page.goto(f"{rapport.address}/customers/{marta}/")
    expect(page.get_by_text("Accepted quote Q-").first).to_be_visible()
    page.goto(f"{rapport.address}/orders/")
    expect(page.get_by_role("row", name="Marta Oliveira")).to_contain_text("€5,100.00")
    page.goto(f"{rapport.address}/deals/{deal}/")
    expect(page.locator(".deal-steps .end.won.here")).to_be_visible()


def test_pages_of_products_and_quotes_have_no_barriers(rapport, shop, open_page):
    page = open_page(WIDE)
    sign_in(page, rapport, "bea@rapport.example")
    found = []
    for address in (
        *("/products/", "/products/1/", "/products/new/", "/price-lists/", "/price-lists/1/", "/price-lists/new/"),
        *("/taxes/", "/taxes/new/", "/quotes/", "/quotes/1/", "/quotes/limits/", "/deals/1/lines/", "/deals/1/"),
        *("/renewals/", "/orders/1/"),
        "/q/nothing/",
    ):
        faults, wide = walked(page, rapport, address)
        found += faults + wide
    assert found == []
