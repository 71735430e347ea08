"""The whole job once: sign in, import a file, find the customer, see it live, merge, take it back."""

import json
import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.browser

PEOPLE = """Kundennr;Name;E-Mail;Telefon;Ort;Land
1001;Marta Oliveira;marta@aurora.example;+351 912 555 014;Lisboa;PT
1002;Martha Oliveira;m.oliveira@clinic.example;;Porto;PT
1003;Rui Pinto;rui@aurora.example;+351 912 555 015;Porto;PT
1004;No Way;this is no address;;Faro;PT
"""
ORDERS = """order_id,customer,ordered_at,product,quantity,unit_price,currency
8830,1001,2026-01-15T10:00:00+00:00,Grinder,2,150.00,EUR
"""


def post(address: str, token: str, body: object, method: str = "POST") -> dict[str, object]:
    request = urllib.request.Request(
        address,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def said(number: str, channel: str, subject: str, moment: str) -> dict[str, object]:
    return {
        "source": "pbx",
        "external_id": number,
        "occurred_at": moment,
        "channel": channel,
        "direction": "inbound",
        "kind": "message",
        "identifiers": [{"kind": "email", "value": "marta@aurora.example"}],
        "subject": subject,
    }


def find(page: Page, text: str, name: str) -> None:
    """Open a customer through the palette."""
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    page.get_by_role("option").filter(has_text=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(name))


@pytest.mark.req("K1")
@pytest.mark.req("K2")
@pytest.mark.req("K9")
@pytest.mark.req("K10")
def test_from_a_file_to_one_live_page_and_a_merge_taken_back(rapport, open_page, tmp_path):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    token = rapport.command("token", "bea@rapport.example")
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")

    people, orders = tmp_path / "kunden.csv", tmp_path / "orders.csv"
    people.write_text(PEOPLE)
    orders.write_text(ORDERS)
    import_file(page, rapport.address, people, source="shop", created=3)
    expect(page.get_by_text("“this is no address”").first).to_be_visible()
    import_file(page, rapport.address, orders, source="shop", created=1)

    api = f"{rapport.address}/api/v1/interactions"
    first = post(api, token, said("1", "email", "Question about the invoice", "2026-02-01T09:00:00+00:00"))
    post(api, token, said("2", "phone", "Called about the invoice", "2026-02-02T09:00:00+00:00"))
    assert isinstance(first["customer_id"], int)

    # One letter is missing, as people type.
    find(page, "marta oliveia", "Marta Oliveira")
    timeline = page.locator("main")
    for words in ("Question about the invoice", "Called about the invoice", "Grinder"):
        expect(timeline.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text("300.00").first).to_be_visible()

    post(api, token, said("3", "chat", "Are you there?", "2026-02-03T09:00:00+00:00"))
    expect(timeline.get_by_text("Are you there?").first).to_be_visible(timeout=3_000)

    here = page.url
    other = post(
        f"{rapport.address}/api/v1/interactions",
        token,
        {
            **said("4", "email", "From my other address", "2026-02-04T09:00:00+00:00"),
            "identifiers": [{"kind": "email", "value": "m.oliveira@clinic.example"}],
        },
    )
    page.goto(f"{here.rstrip('/')}/merge/?other={other['customer_id']}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("main").get_by_text("From my other address").first).to_be_visible()
    page.goto(f"{rapport.address}/customers/{other['customer_id']}/")
    assert page.url == here

    page.goto(f"{here.rstrip('/')}/merges/")
    page.get_by_role("button", name=re.compile("Take back")).click()
    page.goto(f"{rapport.address}/customers/{other['customer_id']}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Martha Oliveira"))
    page.goto(here)
    expect(page.locator("main").get_by_text("Are you there?").first).to_be_visible()
    expect(page.locator("main").get_by_text("From my other address")).to_have_count(0)


def import_file(page: Page, address: str, file, *, source: str, created: int) -> None:
    page.goto(address + "/imports/new/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Where it comes from").fill(source)
    page.get_by_label("Where it comes from").press("Tab")
    expect(page.get_by_text("What becomes of the first rows").first).to_be_visible()
    page.locator("#plan").get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Done", exact=True).first).to_be_visible(timeout=60_000)
    expect(page.locator("dt", has_text="Created").locator("xpath=following-sibling::dd[1]")).to_have_text(str(created))
