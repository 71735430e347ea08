"""A page of another site embeds form and script: nothing before consent, then visit and form on the timeline."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><title>Our coffee</title><link rel="icon" href="data:,">
<form method="post" action="{form}"><label>E-mail <input name="email"></label><button>Send</button></form>
<script src="{script}" data-site="{key}" defer></script></html>"""


@pytest.fixture
def website():
    """The organisation's site, on another port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(self.server.page.encode())

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def declare(page, rapport, origin):
    """(address of the form, key of the site), declared as an administrator does."""
    page.goto(f"{rapport.address}/web-sites/add/")
    page.get_by_label("Name").fill("Aurora")
    page.get_by_label("Origins").fill(origin)
    page.get_by_label("Keep visits").check()
    page.get_by_role("button", name="Add", exact=True).click()
    assert barriers(page, "a web site") == []
    key = page.locator("code").first.inner_text().split('data-site="')[1].split('"')[0]
    page.goto(f"{rapport.address}/web-sites/")
    page.get_by_role("link", name="New form on Aurora").click()
    page.get_by_label("Title").fill("Ask us")
    page.get_by_role("button", name="Add", exact=True).click()
    assert barriers(page, "a form") == []
    return page.get_by_role("link", name="Open the form").get_attribute("href"), key


@pytest.mark.req("K10")
def test_nothing_is_sent_before_consent_and_then_the_visit_and_the_form_stand_on_the_timeline(
    rapport, open_page, website
):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    admin, origin = open_page(), f"http://127.0.0.1:{website.server_port}"
    sign_in(admin, rapport, "bea@rapport.example")
    form, key = declare(admin, rapport, origin)
    website.page = PAGE.format(form=form, key=key, script=f"{rapport.address}/web/v1/rapport.js")

    visitor, asked = open_page(), []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(f"{origin}/coffee?secret=1")
    visitor.wait_for_timeout(1_500)
    assert [url for url in asked if url.startswith(rapport.address) and not url.endswith("/rapport.js")] == []
    assert visitor.evaluate("[localStorage.length, document.cookie]") == [0, ""]

    visitor.evaluate("rapport('consent', true)")
    visitor.wait_for_timeout(1_500)
    visitor.get_by_label("E-mail").fill("marta@aurora.example")
    visitor.wait_for_timeout(3_500)
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()
    assert barriers(visitor, "thanks") == []

    admin.goto(f"{rapport.address}/customers/")
    admin.get_by_role("link", name="marta@aurora.example").first.click()
    expect(admin.get_by_text("Ask us").first).to_be_visible()
    expect(admin.get_by_text("Looked at 1 page").first).to_be_visible()
    for path in ("/web-sites/", "/web-requests/", "/web-requests/subscriptions/add/", "/web-requests/add/"):
        admin.goto(rapport.address + path)
        assert barriers(admin, path) == []
        admin.set_viewport_size(PHONE)
        assert admin.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"], path
