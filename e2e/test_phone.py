"""A day on the telephone: every step by touch, nothing wider than the screen, everything large enough for a finger."""

import re

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import post

pytestmark = [pytest.mark.browser, pytest.mark.req("T1")]
# What has to be touched and is smaller than 24 px, links within a sentence aside (WCAG 2.5.8); main ones are smaller than 44 px.
SMALL = """() => {
    const sentence = (it) => it.matches("p a, li a, dd a, td a, .soft a, time a, label input") || getComputedStyle(it).display === "inline"
    const seen = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea, [role=option]")]
        .filter((it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !sentence(it))
    const told = (it, box) => `${it.tagName} ${it.className} “${(it.ariaLabel || it.innerText || it.name || "").slice(0, 30)}” ${Math.round(box.width)}×${Math.round(box.height)}`
    const small = []
    for (const it of seen) {
        const box = (it.type === "checkbox" || it.type === "radio") && it.closest("label") || it
        const size = box.getBoundingClientRect()
        if (size.width < 2 || size.height < 2) continue
        const least = it.matches("main .btn-primary, .bar > .btn, .bar .bell, .doors .nav-link") ? 44 : 24
        if (size.width < least || size.height < least) small.push(told(it, size))
    }
    return small
}"""


@pytest.fixture
def phone(browser, rapport):
    rapport.command("user", "ana@rapport.example", "--role", "agent", "--name", "Ana Klein", given=PASSWORD + "\n")
    token = rapport.command("token", "ana@rapport.example")
    for number, name in enumerate(("Marta Leal", "Rui Braga", "Companhia das Máquinas de Precisão do Alto Minho")):
        said = {"name": name, "external_id": f"M{number}", "city": "Lisboa" if number else "Porto"}
        post(f"{rapport.address}/api/v1/customers", token, said)
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def fits(page, what):
    """Nothing scrolls sideways, and a finger finds everything."""
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"], what
    assert page.evaluate(SMALL) == [], what
    assert barriers(page, what) == []


def test_a_day_on_the_telephone(phone, rapport):
    page = phone
    page.goto(rapport.address + "/accounts/login/")
    fits(page, "the sign-in")
    sign_in(page, rapport, "ana@rapport.example")
    fits(page, "home")

    # Search: the box in the bar opens the palette, also for a finger.
    page.get_by_role("searchbox", name="Find").tap()
    page.keyboard.type("marta")
    expect(page.get_by_role("option", name=re.compile("Marta Leal")).first).to_be_visible()
    fits(page, "the palette")
    page.get_by_role("option", name=re.compile("Marta Leal")).first.tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marta Leal")
    fits(page, "a customer")

    note = page.locator("#compose-note [name=text]")
    note.tap()
    note.fill("Met her at the fair.")
    fits(page, "writing a note")
    page.get_by_role("button", name="Save note").tap()
    expect(page.locator("#newest")).to_contain_text("Met her at the fair.")

    page.get_by_role("tab", name="Task").tap()
    page.locator("#compose-task [name=title]").fill("Send the offer")
    page.locator("#compose-task [name=due_on]").fill("2030-01-15")
    page.locator("#compose-task [name=due_time]").fill("09:30")
    fits(page, "a task with its hour")
    page.get_by_role("button", name="Add task").tap()
    expect(page.locator("#now")).to_contain_text("Send the offer")

    page.goto(rapport.address + "/customers/?city=Lisboa")
    fits(page, "a list")
    page.get_by_role("link", name="Save as a view").first.tap()
    page.get_by_label("Name", exact=True).fill("In Lisbon")
    fits(page, "a new view")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("link", name="In Lisbon")).to_have_attribute("aria-current", "page")
    expect(page.locator("#list-count")).to_contain_text("2 customers")
    fits(page, "a saved view")
    page.goto(rapport.address + "/tasks/")
    fits(page, "the tasks")
    page.get_by_role("button", name="Menu", exact=True).first.tap()
    expect(page.get_by_role("link", name="Home").first).to_be_visible()
    fits(page, "the menu")
