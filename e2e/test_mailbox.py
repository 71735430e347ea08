"""A mailbox added in a browser: tested, read, its mail live on the customer's page, and why one is not there."""

import os

import pytest
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers
from rapport.mail.tests.letters import letter
from tools import dovecot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(dovecot.missing() and os.environ.get("CI") != "true", reason="needs Dovecot, started as root"),
]
ADDRESS = "bea@aurora.example"


def mail(number):
    return bytes(letter(number, sender="Marta Leal <marta@livemail.example>", to=ADDRESS))


@pytest.mark.req("K10")
def test_a_mailbox_is_added_tested_read_and_its_mail_arrives_while_one_looks(rapport, open_page):
    rapport.command("user", "bea@rapport.example", "--role", "administrator", "--name", "Bea", given=PASSWORD + "\n")
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    with dovecot.running() as server:
        server.put(ADDRESS, mail(1))
        server.put(ADDRESS, mail(9), folder="Junk")
        page.goto(f"{rapport.address}/mail/mailboxes/new/")
        page.get_by_label("Address", exact=True).fill(ADDRESS)
        page.locator("[name=password]").fill("a wrong one")
        page.get_by_text("Servers", exact=True).click()
        page.get_by_label("IMAP server").fill("127.0.0.1")
        page.get_by_label("IMAP port").fill(str(server.port))
        page.get_by_label("IMAP security").select_option("none")
        page.get_by_role("button", name="Test").click()
        expect(page.locator("#findings")).to_contain_text("refused the user name or the password")
        page.locator("[name=password]").fill(dovecot.PASSWORD)
        page.get_by_role("button", name="Test").click()
        expect(page.locator("#findings")).to_contain_text("Messages in the inbox: 1")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Complete").first).to_be_visible(timeout=20_000)
        mailbox = page.url
        page.goto(f"{rapport.address}/mail/ledger/?about=marta@livemail.example")
        page.get_by_role("link", name="Question 1").click()
        expect(page.locator("#newest")).to_contain_text("Question 1")
        page.wait_for_timeout(1_000)
        server.put(ADDRESS, mail(2))
        expect(page.locator("#newest")).to_contain_text("Question 2", timeout=10_000)
        missing = f"{rapport.address}/mail/ledger/?about=Question+9"
        page.goto(missing)
        expect(page.get_by_role("main")).to_contain_text("It lies in the folder “Junk”, which is not read.")
        found = []
        for scheme in ("light", "dark"):
            narrow = open_page(PHONE, scheme=scheme)
            sign_in(narrow, rapport, "bea@rapport.example")
            for address in (
                mailbox,
                missing,
                f"{rapport.address}/mail/mailboxes/",
                f"{rapport.address}/mail/mailboxes/new/",
            ):
                narrow.goto(address)
                found += barriers(narrow, address)
        assert found == []
