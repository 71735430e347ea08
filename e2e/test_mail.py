"""A mailbox taken in by the browser: its mails on a customer's page, and in the ledger why one is not there."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.conftest import PASSWORD, PHONE, settled, sign_in
from e2e.test_screens import barriers
from e2e.test_whole_job import find
from rapport.mail.tests.letters import letter, mbox

pytestmark = pytest.mark.browser
REPLY = "Yes, on Friday.\n\nBest regards,\nMarta\n\nOn Mon, 2 Mar 2026, Bea Boss wrote:\n> When will you come?\n"
LAID_OUT = (
    '<h2>Yes</h2><p>on <b>Friday</b></p><script>document.title = "taken"</script><img src="https://spy.example/a.gif">'
)


@pytest.fixture
def mailbox(tmp_path):
    """A question, an answer with an attachment, and a mail among colleagues."""
    path = tmp_path / "inbox.mbox"
    question = letter(1, sender="bea@rapport.example", to="Marta Leal <marta@aurora.example>", subject="Your visit")
    answer = letter(
        2,
        to="bea@rapport.example",
        subject="Re: Your visit",
        hours=2,
        text=REPLY,
        html=LAID_OUT,
        files={"plan.pdf": b"%PDF-1.4"},
        headers={"In-Reply-To": "<1@mail.example>"},
    )
    lunch = letter(3, sender="bea@rapport.example", to="bea@rapport.example", subject="Lunch among us")
    path.write_bytes(mbox(question, answer, lunch))
    return path


def unfold(line: Locator, summary: str, inside: Locator) -> None:
    line.get_by_text(summary).click()
    expect(inside).to_be_visible()


def news(page: Page) -> None:
    """What an open page does when something happened to its customer."""
    with page.expect_response(lambda answer: "top=1" in answer.url or "down_to" in answer.url):
        page.evaluate(
            "document.body.dispatchEvent(new CustomEvent(`live:${document.body.dataset.topics.match(/customer:[0-9]+/)[0]}`))"
        )
    settled(page)


@pytest.mark.req("K2")
@pytest.mark.req("K10")
@pytest.mark.req("T1")
def test_a_mailbox_is_taken_in_read_and_accounted_for(rapport, open_page, mailbox):
    rapport.command(
        "user", "bea@rapport.example", "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n"
    )
    page = open_page()
    sign_in(page, rapport, "bea@rapport.example")
    page.get_by_role("link", name="Mailboxes").click()
    page.get_by_role("link", name="Mail files").click()
    assert barriers(page, "mail files, none") == []
    page.get_by_role("link", name="Take in a mail file").first.click()
    page.locator("input[type=file]").set_input_files(mailbox)
    assert barriers(page, "new mail file") == []
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_role("heading", name="What became of every message")).to_be_visible(timeout=60_000)
    expect(page.locator("#state .facts")).to_contain_text(re.compile(r"Messages\s*3\s*On the timeline\s*2"))
    assert barriers(page, "mail file") == []

    find(page, "Marta", "Marta Leal")
    line = page.locator("#newest li").filter(has_text="Re: Your visit")
    expect(line.get_by_text("Yes, on Friday.")).to_be_visible()
    expect(line.get_by_text("When will you come?")).to_have_count(0)
    unfold(line, "Show quoted", line.get_by_text("When will you come?"))
    unfold(line, "1 earlier", line.get_by_text("What about 1?"))
    frame = line.frame_locator("iframe")
    unfold(line, "As it was laid out", frame.get_by_role("heading", name="Yes"))
    news(page)
    for still in ("When will you come?", "What about 1?"):
        expect(line.get_by_text(still)).to_be_visible()
    expect(frame.get_by_role("heading", name="Yes")).to_be_visible()
    expect(frame.get_by_text("1 picture is not shown")).to_be_visible()
    assert "Marta" in page.title()
    assert barriers(page, "mail line") == []
    with page.expect_download() as download:
        line.get_by_role("link", name="plan.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF-1.4"

    page.goto(f"{rapport.address}/mail/ledger/")
    page.get_by_label("Message id, address or words of the subject").fill("lunch")
    page.get_by_role("button", name="Search", exact=True).last.click()
    expect(page.get_by_role("cell", name="Only our own people")).to_be_visible()
    assert barriers(page, "mail ledger") == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
