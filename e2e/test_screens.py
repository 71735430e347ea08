"""Every screen, light and dark, wide and on a phone: no barrier, nothing to scroll sideways, no error."""

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE

from e2e.conftest import PASSWORD, PHONE, WIDE, sign_in
from e2e.test_whole_job import ORDERS, PEOPLE, post, said

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 700}
WIDEST = """() => [...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".table-responsive"))
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""
# What is found is all that is asked for: to tell of everything that is well costs most of the time.
FAULTS = {"resultTypes": ["violations"]}
RULES = {
    **FAULTS,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
COLOURS = {**FAULTS, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# The theme follows the system by a script, and its colours are there with the next frame: who wants nothing to move waits for nothing.
PAINTED = """scheme => document.documentElement.dataset.bsTheme === scheme &&
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""
CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART:20260301T100000Z
DURATION:PT1H
SUMMARY:Visit with a title that is so long that it has to be broken somewhere on a telephone
RRULE:FREQ=WEEKLY;COUNT=3
ATTENDEE:mailto:rui@aurora.example
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Some day
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def filled(rapport, tmp_path_factory):
    """Addresses of every screen, with something on each."""
    folder = tmp_path_factory.mktemp("files")
    people, orders = folder / "people.csv", folder / "orders.csv"
    people.write_text(PEOPLE + "1005;;;;;\n")
    orders.write_text(ORDERS)
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    token = rapport.command("token", "bea@rapport.example")
    rapport.command("import", "customers", people, "--source", "shop", "--yes", ends=3)
    rapport.command("import", "orders", orders, "--source", "shop", "--yes")
    api = f"{rapport.address}/api/v1"
    marta = post(f"{api}/interactions", token, said("1", "email", "Question", "2026-02-01T09:00:00+00:00"))[
        "customer_id"
    ]
    rui = post(
        f"{api}/interactions",
        token,
        {
            **said("2", "phone", "Called", "2026-02-01T10:00:00+00:00"),
            "identifiers": [{"kind": "email", "value": "rui@aurora.example"}],
        },
    )["customer_id"]
    post(
        f"{api}/interactions",
        token,
        {
            **said("3", "email", "Who am I?", "2026-02-01T10:00:00+00:00"),
            "identifiers": [{"kind": "email", "value": "info@aurora.example"}],
        },
    )
    post(f"{api}/customers/{marta}/merge", token, {"other": rui})
    trips = folder / "trips.ics"
    trips.write_text(CALENDAR)
    rapport.command("calendar", trips, "--of", "bea@rapport.example", ends=3)
    post(f"{api}/calendars", token, {"address": "https://calendar.invalid/secret.ics", "name": "Travels"})
    post(f"{api}/booking-links", token, {"title": "A first talk", "minutes": 30, "hours": [["09:00-17:00"]] * 5})
    gone = post(f"{api}/customers", token, {"kind": "person", "name": "Gone Tomorrow"})["id"]
    bulk = {"records": "customers", "action": "delete", "ids": [gone]}
    post(f"{api}/bulk", token, bulk)
    yes = {"purpose": "offers", "address": "marta@aurora.example", "said": "granted", "evidence": "On the phone"}
    word = post(f"{api}/customers/{marta}/consents", token, yes)["id"]
    return [
        *("/consents/", f"/consents/{word}/", f"/customers/{marta}/consents/", f"/customers/{marta}/consents/new/"),
        *(f"/customers/{marta}/objection/", f"/customers/{marta}/marks/", f"/customers/{marta}/complaint/"),
        *("/purposes/", "/purposes/new/", "/purposes/1/", "/contact-policy/", "/contact-policy/1/", "/my-mail/none/"),
        *(
            "/interactions/",
            "/tasks/",
            "/orders/",
            "/forecast/",
            "/forecast/?by=unit",
            "/forecast/changes/",
            "/forecast/likely/",
            "/forecast/right/",
            "/targets/",
            "/rates/",
            "/rates/import/",
            "/kpis/",
            "/kpis/win-rate/",
            "/kpis/win-rate/records/",
            "/lists/customers/views/",
            "/lists/customers/views/new/?state=sort=name",
        ),
        "/customers/?city.contains=a&any1.kind=person&any1.contact.last=900&columns=name,city,subject,tasks,spend",
        *("/", "/customers/", "/customers/?sort=name", "/customers/new/", f"/customers/{marta}/"),
        *(f"/customers/{marta}/?log=call", f"/customers/{marta}/edit/", f"/customers/{marta}/merge/"),
        *(
            f"/customers/{marta}/merges/",
            f"/customers/{marta}/past/",
            "/unassigned/",
            "/search/?q=marta",
            "/search/?q=nobodyatall",
        ),
        *(
            "/imports/",
            "/imports/new/",
            "/imports/migrations/",
            "/imports/migrations/new/",
            "/imports/1/",
            "/people/",
            "/profile/",
            "/profile/tokens/",
            "/people/teams/",
            "/people/organisation/",
            "/people/add/",
            "/accounts/2fa/",
        ),
        *("/accounts/password/change/", "/accounts/logout/", "/layouts/", "/layouts/agent/person/"),
        *(
            "/booking-links/",
            "/booking-links/new/",
            "/booking-links/1/",
            "/booking-links/1/edit/",
            "/booked/forged/",
            "/sequences/",
            "/sequences/new/",
            "/calendars/own/connect/",
        ),
        *("/calendars/", "/calendars/files/", "/calendars/subscribe/", "/calendars/readings/1/", "/calendars/1/"),
        *("/notices/", "/profile/notices/", "/profile/notices/preview/", "/follows/", "/reminders/"),
        *(f"/reminders/new/?customer={marta}", "/offline/", "/share/?text=Hello", "/notices/?q=nothing"),
        *("/changes/", "/changes/1/", "/trash/", "/trash/1/", "/bulk/", "/bulk/1/"),
        *("/rules/", "/rules/new/", "/rules/new/?when=interaction&then=task"),
        *("/govern/privacy/", "/govern/privacy/requests/new/", "/govern/privacy/holds/", "/govern/privacy/search/"),
        *(
            "/govern/data/?q=wording",
            "/govern/data/customers_customer/",
            "/govern/processing/",
            "/govern/processing/new/",
        ),
        *("/govern/retention/", "/govern/obligations/", "/govern/obligations/new/", "/govern/incidents/"),
        *("/govern/incidents/new/", "/govern/audit/", "/people/leavers/", "/profile/sessions/"),
        *("/people/roles/", "/people/roles/add/", "/people/chart/", "/people/posts/", "/people/domains/"),
        *(f"/customers/{marta}/hold/", f"/customers/{marta}/readers/", f"/letters/{marta}/"),
        *("/lists/customers/chart/?chart=city", "/lists/customers/chart/?chart=created/month"),
        *(f"/customers/{marta}/messages/", "/suppressions/", "/suppressions/new/", "/govern/audit/check/"),
        *("/govern/audit/?since=2026-05-02&until=2026-05-01", "/customers/?created.between=2026-05-02/2026-05-01"),
        *("/people/territories/", "/people/territories/add/", "/people/units/add/", "/people/positions/add/"),
        *("/people/posts/add/", "/people/domains/add/", "/people/organisation/entities/add/", "/people/1/sees/"),
        *("/people/organisation/addresses/", "/govern/data/customers_customer/name/", "/people/1/handover/"),
    ]


@pytest.mark.req("T1")
def test_no_screen_has_a_barrier_or_scrolls_sideways_down_to_320_pixels(rapport, filled, open_page):
    page = open_page(WIDE)
    faults, wide = walked(page, rapport, "/accounts/login/")
    sign_in(page, rapport, "bea@rapport.example")
    for address in filled:
        more, wider = walked(page, rapport, address)
        faults, wide = faults + more, wide + wider
    assert faults == []
    assert wide == []


def walked(page, rapport, address):
    """The barriers of a screen, and what of it is wider than a narrow window."""
    page.set_viewport_size(WIDE)
    page.goto(rapport.address + address)
    page.wait_for_load_state("load")
    faults = barriers(page, address)
    page.set_viewport_size(PHONE)
    faults += barriers(page, f"{address} on a phone")
    page.set_viewport_size(NARROW)
    too_wide = page.evaluate("document.scrollingElement.scrollWidth") > NARROW["width"]
    return faults, [(address, page.evaluate(WIDEST))] if too_wide else []


def barriers(page, address):
    """All that can be wrong with the page as it is; in the dark only the colours are others."""
    paint(page, "light")
    light = against(page, address, RULES)
    paint(page, "dark")
    return light + against(page, f"{address} in the dark", COLOURS)


def paint(page, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(PAINTED, arg=scheme)


def against(page, address, rules):
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(rules).then((found) => found.violations)", rules)
    return [f"{address}: {one['id']}: {json.dumps(one['nodes'][0]['html'])[:200]}" for one in found]
