"""A mailbox added in a browser: tested, read, its mail live on the customer's page, and why one is not there."""

import os
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import AuthResult
from playwright.sync_api import expect

from e2e.conftest import PASSWORD, PHONE, sign_in
from e2e.test_screens import barriers
from rapport.consent.tests.peer import serving
from rapport.mail.tests.letters import letter
from tools import dovecot
from tools.wire import wired

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(dovecot.missing() and os.environ.get("CI") != "true", reason="needs Dovecot, started as root"),
]
ADDRESS = "bea@aurora.example"
RUI = "Rui Reis <rui@reis.example>"


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


@pytest.mark.req("K10")
@pytest.mark.req("G1")
def test_mail_is_answered_from_the_page_on_one_thread_and_a_cut_mailbox_catches_up(rapport, open_page):
    """The customer writes, we answer by SMTP, they answer; then the wire breaks in the middle of 300 mails."""
    address, email = "desk@aurora.example", "desk-chief@rapport.example"
    rapport.command("user", email, "--role", "administrator", "--name", "Dora", given=PASSWORD + "\n")
    page = open_page()
    sign_in(page, rapport, email)
    with (
        dovecot.running() as server,
        serving(authenticator=lets_in, auth_require_tls=False) as post,
        wired(server.port) as wire,
    ):
        server.put(address, bytes(letter(21, sender=RUI, to=address, subject="The order")))
        mailbox = add_mailbox(page, rapport, address, imap=wire.port, smtp=post.port)
        page.goto(f"{rapport.address}/mail/ledger/?about=rui@reis.example")
        page.get_by_role("link", name="The order").click()
        answer = answered(page, post)
        assert (answer["To"], answer["Subject"]) == ("rui@reis.example", "Re: The order")
        assert (answer["In-Reply-To"], answer["References"]) == ("<21@mail.example>", "<21@mail.example>")
        expect(page.locator("#newest")).to_contain_text("It left yesterday.", timeout=30_000)
        back = {"In-Reply-To": answer["Message-ID"], "References": f"<21@mail.example> {answer['Message-ID']}"}
        server.put(address, bytes(letter(22, sender=RUI, to=address, headers=back, text="Thank you!", hours=1)))
        expect(page.locator("#newest").get_by_text("Thank you!")).to_be_visible(timeout=30_000)
        wire.bears = wire.carried + 60_000
        server.put(address, *(bytes(letter(number, to=address, text="word " * 60)) for number in range(100, 400)))
        page.goto(mailbox)
        expect(page.locator("#state")).to_contain_text("Failing since", timeout=60_000)
        wire.mend()
        inbox = page.locator("#state tr", has_text="INBOX")
        expect(inbox.locator("td.num")).to_have_text(["302", "302", "0", "0"], timeout=120_000)
        expect(inbox).to_contain_text("Complete", timeout=60_000)
        page.goto(f"{rapport.address}/mail/ledger/?about=Question+399")
        expect(page.get_by_role("main")).to_contain_text("Question 399")
        page.goto(f"{rapport.address}/mail/ledger/?about=rui@reis.example")
        page.get_by_role("link", name="The order").first.click()
        expect(page.get_by_text("2 earlier").or_(page.get_by_text("1 earlier")).first).to_be_visible()


def add_mailbox(page, rapport, address, *, imap, smtp):
    """The address of its page, once what lies in it was read."""
    page.goto(f"{rapport.address}/mail/mailboxes/new/")
    page.get_by_label("Address", exact=True).fill(address)
    page.locator("[name=password]").fill(dovecot.PASSWORD)
    page.get_by_text("Servers", exact=True).click()
    for part, port in (("IMAP", imap), ("SMTP", smtp)):
        page.get_by_label(f"{part} server").fill("127.0.0.1")
        page.get_by_label(f"{part} port").fill(str(port))
        page.get_by_label(f"{part} security").select_option("none")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#state tr", has_text="INBOX")).to_contain_text("Complete", timeout=60_000)
    return page.url


def lets_in(_server, _session, _envelope, _mechanism, given):
    """Whoever knows the password of the mailbox."""
    return AuthResult(success=given.password.decode() == dovecot.PASSWORD)


def answered(page, post):
    """Reply on the customer's page; what the server is given."""
    page.get_by_role("link", name="Reply", exact=True).first.click()
    expect(page.get_by_text("Their mail", exact=True)).to_be_visible()
    expect(page.get_by_label("To", exact=True)).to_have_value("rui@reis.example")
    page.locator("#letter_text").fill("It left yesterday.")
    page.get_by_role("button", name="Send", exact=True).click()
    return arrived(page, post)


def arrived(page, post):
    """What the server was given, once the ten seconds are over in which it could be taken back."""
    for _second in range(60):
        if post.envelopes:
            return message_from_bytes(post.envelopes[0].content)
        expect(page.locator("#letter-errors")).to_be_empty()
        page.wait_for_timeout(1_000)
    raise TimeoutError
