"""A day on the road with a telephone: taken along, briefed and reported without a network, sent when there is one."""

import datetime as dt
import json
import urllib.request

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, WIDE, sign_in
from e2e.test_screens import walked
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("A5")]
READY = "async () => { await navigator.serviceWorker.ready; return Boolean(navigator.serviceWorker.controller) }"


@pytest.fixture(scope="module")
def day(rapport):
    """A token, a customer, and the number of a visit of today."""
    rapport.command("user", "ana@rapport.example", "--role", "administrator", "--name", "Ana", given=PASSWORD + "\n")
    token = rapport.command("token", "ana@rapport.example")
    customer = post(f"{rapport.address}/api/v1/customers", token, {"name": "Aurora Clinics", "external_id": "A"})["id"]
    begin = dt.datetime.now(dt.UTC).replace(microsecond=0)
    visit = {
        "title": "Visit: Aurora Clinics",
        "starts_at": begin.isoformat(),
        "customers": [customer],
        "place": "Porto",
    }
    return token, customer, post(f"{rapport.address}/api/v1/meetings", token, visit)["id"]


@pytest.fixture
def phone(rapport, day, browser):
    """A telephone; without a network it complains that there is none, but nothing of ours breaks."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", reduced_motion="reduce")
    page, broken = context.new_page(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    sign_in(page, rapport, "ana@rapport.example")
    page.goto(f"{rapport.address}/visits/")
    # The service worker takes the page over when it is loaded again.
    page.wait_for_function(READY)
    page.reload()
    assert page.evaluate(READY)
    yield page
    context.close()
    assert not broken


def meeting(rapport, token, pk):
    request = urllib.request.Request(f"{rapport.address}/api/v1/meetings", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return next(one for one in json.load(answer)["items"] if one["id"] == pk)


def test_a_report_that_is_written_without_a_network_is_kept_and_sent_later(rapport, day, phone):
    token, _customer, pk = day
    phone.get_by_role("button", name="Take the day along").click()
    expect(phone.get_by_text("Kept on this device until tomorrow.")).to_be_visible()
    phone.context.set_offline(True)
    phone.goto(f"{rapport.address}/visits/")
    phone.get_by_role("link", name="Visit: Aurora Clinics").click()
    expect(phone.get_by_role("heading", name="What is open")).to_be_visible()
    phone.get_by_role("link", name="Report", exact=True).click()
    phone.get_by_label("What was said").fill("They want two of them.")
    phone.get_by_role("button", name="Save report").click()
    expect(phone.get_by_text("The report is kept on this device")).to_be_visible()
    # Whatever was not taken along says so, and shows nothing.
    phone.goto(f"{rapport.address}/customers/")
    expect(phone.get_by_role("heading", name="There is no network")).to_be_visible()
    phone.get_by_role("link", name="Visits that were taken along").click()
    expect(phone.locator("[data-waiting]")).to_contain_text("Visit: Aurora Clinics")
    assert meeting(rapport, token, pk)["state"] == "planned"
    phone.context.set_offline(False)
    expect(phone.get_by_text("Visit: Aurora Clinics: It stands on the timeline.")).to_be_visible(timeout=30_000)
    expect(phone.locator("[data-waiting]")).to_be_hidden()
    found = meeting(rapport, token, pk)
    assert (found["state"], found["result"]) == ("held", "They want two of them.")
    phone.goto(f"{rapport.address}/visits/{pk}/report/")
    expect(phone.get_by_label("What was said")).to_have_value("")


def test_who_signs_out_leaves_nothing_behind(rapport, day, phone):
    phone.get_by_role("button", name="Take the day along").click()
    expect(phone.get_by_text("Kept on this device until tomorrow.")).to_be_visible()
    assert any(name.startswith("along-") for name in phone.evaluate("caches.keys()"))
    phone.get_by_role("button", name="Remove from this device").click()
    expect(phone.get_by_text("Removed from this device.")).to_be_visible()
    phone.get_by_role("button", name="Take the day along").click()
    expect(phone.get_by_text("Kept on this device until tomorrow.")).to_be_visible()
    phone.set_viewport_size(WIDE)
    phone.locator("form[action='/accounts/logout/']").evaluate("form => form.requestSubmit()")
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not [name for name in phone.evaluate("caches.keys()") if name.startswith("along-")]


def test_visits_are_planned_and_where_somebody_is_found_is_said(rapport, day, phone):
    _token, customer, pk = day
    phone.goto(f"{rapport.address}/visits/{pk}/brief/")
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 41.1579, "longitude": -8.6291, "accuracy": 12})
    phone.get_by_role("link", name="Say where they are").click()
    phone.get_by_role("button", name="I am there now").click()
    expect(phone.get_by_label("Latitude, longitude")).to_have_value("41.15790, -8.62910")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("link", name="41.15790,-8.62910")).to_be_visible()
    phone.goto(f"{rapport.address}/visits/plan/?day=2027-01-12")
    phone.get_by_label("Find a customer").press_sequentially("Aurora")
    phone.get_by_label("Aurora Clinics").check()
    phone.get_by_role("button", name="Plan", exact=True).click()
    expect(phone.get_by_text("1 visit planned.")).to_be_visible()
    expect(phone.get_by_role("link", name="Visit: Aurora Clinics")).to_be_visible()
    assert customer


def test_every_page_of_it_is_without_barriers_and_fits_a_phone(rapport, day, phone):
    _token, customer, pk = day
    pages = (
        "/visits/",
        "/visits/plan/",
        f"/visits/{pk}/brief/",
        f"/visits/{pk}/report/",
        f"/customers/{customer}/spot/",
    )
    found = [walked(phone, rapport, address) for address in pages]
    assert [faults for faults, _wide in found if faults] == []
    assert [wide for _faults, wide in found if wide] == []
