"""Moving in from another CRM in a browser: drop the files, see how they hang together, do it, read the report, take it back."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, WIDE, settled, sign_in
from e2e.test_screens import WIDEST, barriers
from rapport.migration.tests.exports import HUBSPOT

pytestmark = [pytest.mark.browser, pytest.mark.req("K10")]


@pytest.fixture(scope="module")
def export(rapport, tmp_path_factory):
    rapport.command("user", "bea@rapport.example", "--role", "administrator", "--name", "Bea", given=PASSWORD + "\n")
    folder = tmp_path_factory.mktemp("export")
    for name, text in HUBSPOT.items():
        (folder / name).write_text(text)
    return folder


def test_everything_is_dropped_looked_at_taken_in_and_taken_back(rapport, export, open_page):
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.goto(rapport.address + "/imports/migrations/")
    page.locator("main").get_by_role("link", name="Bring its files").first.click()
    assert barriers(page, "drop") == []
    page.locator("[name=exports]").set_input_files(sorted(export.iterdir()))
    expect(page.locator("[data-chosen]")).to_contain_text("hubspot_contacts.csv")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="Move in from HubSpot")).to_be_visible()
    contacts = page.locator("section", has=page.get_by_role("heading", name="hubspot_contacts.csv"))
    expect(contacts.get_by_label("property_associatedcompanyid says where they work, one of")).to_have_value(
        "hubspot companies"
    )
    expect(page.get_by_label("Gil Gone gone@old.example")).to_have_value("")
    with page.expect_response(lambda answer: "/mapping/" in answer.url):
        page.get_by_label("Gil Gone gone@old.example").select_option("bea@rapport.example")
    settled(page)
    expect(page.get_by_label("Gil Gone gone@old.example")).to_have_value("bea@rapport.example")
    looked_at(page, "draft")
    moved_in(page)
    read_and_taken_back(rapport, page)


def looked_at(page, what):
    """Wide and on a phone, light and dark."""
    for size, scheme in ((PHONE, "light"), (PHONE, "dark"), (WIDE, "dark"), (WIDE, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.reload()
        page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        assert barriers(page, f"{what} {scheme} {size['width']}") == []
        assert page.evaluate(WIDEST) == []


def moved_in(page):
    page.locator("#plan").get_by_role("button", name="Try all of it first").click()
    expect(page.get_by_role("heading", name="What would become of every row")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 × nothing of “hubspot companies” has the id “99”")

    page.locator("#plan").get_by_role("button", name="Move in").click()
    expect(page.locator("#state .badge").first).to_have_text("Done", timeout=60_000)
    sums = page.locator("dl.facts-sum")
    expect(sums).to_contain_text("Links that stand8")
    assert barriers(page, "report") == []
    with page.expect_download() as report:
        page.get_by_role("link", name="Download the report").click()
    assert "hubspot_deals.csv" in report.value.path().read_text()


def read_and_taken_back(rapport, page):
    page.goto(rapport.address + "/customers/?q=Ana")
    page.get_by_role("link", name="Ana Prado").first.click()
    expect(page.locator("main")).to_contain_text("Aurora Foods")
    expect(page.locator("main")).to_contain_text("First call")

    page.goto(rapport.address + "/imports/migrations/")
    page.locator("main table a").first.click()
    page.get_by_role("button", name="Take all of it back …").click()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(page.locator("#state .badge").first).to_have_text("Taken back", timeout=60_000)
    expect(page.locator("main")).to_contain_text("rows did is taken back")
    looked_at(page, "taken back")
    page.goto(rapport.address + "/customers/")
    expect(page.locator("main")).not_to_contain_text("Ana Prado")
