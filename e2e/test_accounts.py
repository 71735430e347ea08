"""A key account in the browser: its plan, the buying centre, a white cell that becomes a deal, a goal, and the market."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, WIDE, sign_in
from e2e.test_screens import walked
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("A4"), pytest.mark.req("S11")]


@pytest.fixture(scope="module")
def group(rapport):
    """A company with a clinic and two people, a catalogue, an order, and somebody who named a competitor."""
    rapport.command("user", "bea@rapport.example", "--role", "administrator", "--name", "Bea", given=PASSWORD + "\n")
    token = rapport.command("token", "bea@rapport.example")

    def send(path, body):
        return post(f"{rapport.address}/api/v1{path}", token, body)

    mail = [{"kind": "email", "value": "paulo.reis@aurora-group.example"}]
    aurora = send("/customers", {"name": "Aurora", "kind": "company", "identifiers": mail})["id"]
    clinic = send("/customers", {"name": "Clinic North", "kind": "company"})["id"]
    dora = send("/customers", {"name": "Dora Dias", "kind": "person"})["id"]
    send(f"/customers/{clinic}/relationships", {"other": aurora, "kind": "part of"})
    send(f"/customers/{dora}/relationships", {"other": aurora, "kind": "works at"})
    send("/products", {"number": "M-1", "name": "Coffee machine", "family": "Machines"})
    send("/products", {"number": "B-1", "name": "House beans", "family": "Beans"})
    return {"token": token, "aurora": aurora, "clinic": clinic, "dora": dora, "send": send}


@pytest.fixture
def page(rapport, group, open_page):
    found = open_page(WIDE)
    sign_in(found, rapport, "bea@rapport.example")
    return found


def ordered(group, amount):
    now = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    line = {"product": "House beans", "quantity": 1, "amount": amount}
    group["send"](
        "/orders",
        {
            "source": "shop",
            "external_id": f"O-{amount}",
            "ordered_at": now,
            "identifiers": [{"kind": "email", "value": "paulo.reis@aurora-group.example"}],
            "currency": "EUR",
            "lines": [line],
        },
    )


def with_plan(page, rapport, group):
    """Written, with a decider of whom nobody has heard, which becomes a task."""
    page.goto(f"{rapport.address}/plans/new/?customer={group['aurora']}")
    page.get_by_label("Strategy").fill("One supplier for all clinics")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nobody is known who decides.")).to_be_visible()
    page.get_by_role("link", name="Add person").click()
    page.get_by_role("link", name="Dora Dias").click()
    page.get_by_label("Part").select_option("decides")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nobody has ever spoken with Dora Dias (decides).")).to_be_visible()
    page.get_by_role("button", name="Make it a task: Talk to Dora Dias").click()
    expect(page.get_by_role("button", name="Done: Talk to Dora Dias")).to_be_visible()


def with_goal(page):
    """Measured by the group's orders, which it opens."""
    page.get_by_role("link", name="Goal", exact=True).click()
    page.get_by_label("Goal", exact=True).fill("Revenue of the group")
    page.get_by_label("Measured by").select_option("revenue")
    page.get_by_label("Target").fill("120")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Save").click()
    page.locator(".plan-goals").get_by_role("link", name="€60.00").click()
    expect(page.get_by_role("heading", name="1 order of the group")).to_be_visible()


def aimed(page, plan):
    """A white cell that becomes a deal; the address of that."""
    page.goto(plan)
    page.get_by_role("row", name="Machines").get_by_role("link", name="never bought").last.click()
    page.get_by_label("Estimate").fill("900")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Set the aim").click()
    page.get_by_role("button", name="Open a deal").click()
    expect(page.get_by_role("heading", name="Machines for Clinic North")).to_be_visible()
    deal = page.url
    page.goto(plan)
    expect(page.get_by_role("row", name="Machines").get_by_text("in a deal")).to_be_visible()
    return deal


def lost(page, deal):
    """Somebody else stands against us, and wins it."""
    page.goto(deal)
    page.get_by_role("link", name="Competitor", exact=True).click()
    page.get_by_role("link", name="Write down a competitor who is not in the list").click()
    page.get_by_label("Name", exact=True).fill("Velluti")
    page.get_by_role("button", name="Save").click()
    page.goto(deal)
    page.get_by_role("link", name="Competitor", exact=True).click()
    page.get_by_label("Competitor").select_option("Velluti")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Lost", exact=True).click()
    page.get_by_label("Reason").select_option("Price")
    expect(page.get_by_label("Lost to")).to_have_value("1")
    page.get_by_label("In their words").fill("A third cheaper")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("lost to them")).to_be_visible()


def test_from_the_plan_to_a_deal_that_is_lost_and_told_on_the_market(rapport, group, page):
    page.goto(f"{rapport.address}/pipelines/")
    page.get_by_role("button", name="Begin with common stages").click()
    with_plan(page, rapport, group)
    plan = page.url
    ordered(group, "60")
    with_goal(page)
    lost(page, aimed(page, plan))
    page.goto(f"{rapport.address}/market/")
    page.get_by_role("link", name="Velluti", exact=True).click()
    expect(page.get_by_text("A third cheaper")).to_be_visible()
    page.get_by_role("link", name="1 lost to them").first.click()
    expect(page.get_by_role("link", name="Machines for Clinic North")).to_be_visible()


def test_every_page_of_it_is_without_barriers_and_fits_a_phone(rapport, group, page):
    pages = (
        *("/plans/", "/plans/1/", "/plans/1/?by=product", "/plans/1/paper/", "/plans/1/change/", "/plans/new/"),
        *("/plans/1/people/new/", "/plans/people/1/", "/plans/people/1/contacts/", "/plans/goals/1/orders/"),
        *("/plans/1/risks/new/", f"/plans/1/cell/?unit={group['clinic']}&family=Machines"),
        *("/market/", "/market/1/", "/market/1/mentions/", "/competitors/", "/competitors/1/", "/deals/1/rivals/"),
        *("/deals/1/", "/deals/1/move/6/"),
    )
    found = []
    for address in pages:
        faults, wide = walked(page, rapport, address)
        found += faults + wide
    assert found == [], "\n".join(found)
