"""Hostile mail on its whole way: what is refused is named, what is taken is tamed, and the mail behind it comes in."""

import logging

import pytest
from django.db import connection
from django.utils import timezone

from rapport.consent.models import Message
from rapport.customers.models import Customer
from rapport.mail.intake import Strangers
from rapport.mail.models import Mail
from rapport.mail.run import run
from rapport.mail.start import brought, start
from rapport.mail.tests.letters import letter, mbox
from rapport.people.own import say_own
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
HEAD = (
    b"From: Marta <marta@x.example>\nTo: ana@rapport.example\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nMessage-ID: <h@x>\n"
)
MANY = b"\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=x.png\n\nx" * 10_000
NEST = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(150))


@pytest.fixture
def take(tmp_path, settings):
    """Take mails in from one file, with a harmless one behind them; the lines of the ledger in their order."""
    settings.HOME, settings.FILES = tmp_path / "home", tmp_path / "files"
    settings.HOME.mkdir()

    def taken(*contents):
        path = tmp_path / "box.mbox"
        path.write_bytes(mbox(*(bytes(one) + b"\n" for one in contents), letter(999, subject="Harmless")))
        mail_file = brought(path, path.name, Strangers.FOUND, by=None, at=timezone.now())
        return list(run(start(mail_file, at=timezone.now(), defer=False).pk).lines.order_by("number"))

    return taken


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD + b"Content-Type: multipart/mixed; boundary=b\n" + MANY, "parts"),
        (HEAD + NEST + b"\nHello", "nested"),
        (HEAD.replace(b"From:", b"X:") + b"\nHello", "sender"),
        (HEAD.replace(b"2026", b"2199") + b"\nHello", "date"),
        (b"\x00\x01\x02" * 400, "not mail"),
    ],
    ids=["ten thousand attachments", "a nest", "nobody", "the future", "no mail"],
)
def test_what_is_refused_is_named_and_the_rest_comes_in(content, reason, take):
    hostile, harmless = take(content)
    assert (hostile.outcome, hostile.reason) == ("refused", reason)
    assert harmless.outcome == "taken"


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"X-Huge: " + b"a" * 3_000_000 + b"\nSubject: " + b"s" * 500_000 + b"\n\nHello",
        HEAD + b"To: " + b", ".join(b"u%d@x.example" % n for n in range(20_000)) + b"\n\nHello",
        HEAD + b"References: " + b"<a@x> " * 50_000 + b"\n\nHello",
        HEAD + b"Content-Type: text/plain; charset=x-\xff-nothing\n\nH\xff\x00\xed\xa0\x80ello",
        HEAD + b"Content-Type: text/plain; charset=utf-7\n\n+ADw-script+AD4-",
        HEAD + b"Subject: =?utf-8?q?a=0D=0ABcc:_eve=40x.example=00?=\nContent-Transfer-Encoding: base64\n\n%%%=",
    ],
    ids=["giant headers", "20,000 recipients", "50,000 references", "no such charset", "utf-7", "a line in a header"],
)
def test_what_is_odd_is_taken_in_tamed(content, take):
    hostile, harmless = take(content)
    assert (hostile.outcome, harmless.outcome) == ("taken", "taken")
    mail = Mail.objects.get(pk=hostile.interaction_id)
    said = mail.interaction.subject + mail.interaction.text + mail.whole + mail.html
    assert not set(mail.interaction.subject) & set("\r\n\x00")
    assert "\x00" not in said
    assert len(mail.interaction.subject) <= 1_000
    assert mail.interaction.participations.count() <= 301


EVIL = """<script>document.title='owned'</script><svg onload="alert(1)"><a href="javascript:alert(2)">x</a></svg>
<img src="https://track.example/pixel.gif" onerror="alert(3)"><a href="javascript:alert(4)">click</a>
<form action="https://evil.example"><input name="password"></form><iframe src="https://evil.example"></iframe>
<style>body{background:url(https://track.example/2)}</style><base href="https://evil.example/"><p>Hello</p>"""


def test_scripts_svg_forms_and_pixels_never_reach_a_browser(take, boss, signed_in):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    mail = letter(1, html=EVIL, files={"<img src=x onerror=alert(5)>.svg": svg}, subject="<script>alert(6)</script>")
    line = take(mail)[0]
    browser = signed_in(boss)
    shown = browser.get(f"/interactions/{line.interaction_id}/mail/html/")
    page = browser.get(f"/customers/{Customer.objects.get(name='Marta Leal').pk}/").text
    for forbidden in (
        "<script",
        "<svg",
        "javascript:",
        "onerror",
        "onload",
        "<form",
        "<iframe",
        "track.example",
        "<base",
    ):
        assert forbidden not in shown.text, forbidden
    assert "Hello" in shown.text
    assert (
        "sandbox" in shown.headers["Content-Security-Policy"]
        or "default-src 'none'" in shown.headers["Content-Security-Policy"]
    )
    assert "<script>alert(6)" not in page
    assert "<img src=x" not in page
    file = browser.get(f"/interactions/{line.interaction_id}/mail/attachments/1/")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.req("G1")
def test_machines_that_answer_machines_are_never_answered(take, run_jobs):
    loop = [
        letter(1, headers={"Auto-Submitted": "auto-replied"}),
        letter(2, headers={"Auto-Submitted": "auto-generated", "Precedence": "bulk"}),
        letter(3, sender="MAILER-DAEMON@x.example", subject="Undelivered Mail Returned to Sender"),
        letter(4, subject="Automatic reply: Re: Automatic reply: Hello"),
    ]
    lines = take(*loop)
    run_jobs()
    assert [one.outcome for one in lines] == ["automatic"] * 4 + ["taken"]
    assert not Message.objects.exists()


def test_a_sender_whom_the_receiving_server_did_not_believe_is_shown_as_doubtful(take, boss, signed_in):
    say_own(["rapport.example"])
    failed = {
        "Authentication-Results": "mx.rapport.example; spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=x"
    }
    good = {"Authentication-Results": "mx.rapport.example; spf=softfail; dkim=pass header.d=aurora.example; dmarc=pass"}
    as_us = letter(3, sender="Bea Boss <boss@rapport.example>", to="marta@aurora.example", headers=failed)
    lines = take(letter(1, headers=failed), letter(2, headers=good), as_us)
    doubts = {pk: Mail.objects.get(pk=pk).doubts for pk in (one.interaction_id for one in lines)}
    assert [doubts[one.interaction_id] for one in lines] == [["forged"], [], ["forged"], []]
    # Nobody becomes one of us by saying so, least of all where a server has noticed.
    assert Interaction.objects.get(pk=lines[2].interaction_id).direction == "outbound"
    page = signed_in(boss).get(f"/customers/{Customer.objects.get(name='Marta Leal').pk}/").text
    assert page.count("may be forged") == 2


def test_the_password_of_a_mailbox_stands_in_no_table_page_answer_or_log(boss, signed_in, caplog):
    password = "correct horse 7251 staple"
    caplog.set_level(logging.DEBUG)
    browser = signed_in(boss)
    given = {"address": "ana@aurora.example", "password": password, "proof": "password", "whose": "mine"}
    given |= {"circle": "everybody", "strangers": "found", "imap_host": "127.0.0.1", "imap_port": "9"}
    given |= {"imap_security": "none", "smtp_security": "none"}
    kept = browser.post("/mail/mailboxes/new/", given)
    assert kept.status_code == 302
    pages = [kept.headers["Location"], f"{kept.headers['Location']}edit/", "/mail/mailboxes/"]
    told = "".join(browser.get(page).text for page in pages) + browser.post(f"{pages[0]}test/").text + caplog.text
    assert password not in told
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('SELECT count(*) FROM %s r WHERE r::text LIKE %%L', c.oid::regclass) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'p') AND nspname = 'public'"
        )
        for (query,) in cursor.fetchall():
            cursor.execute(query.replace("%L", "%s"), [f"%{password}%"])
            assert cursor.fetchone()[0] == 0, query
