"""What is made of bytes that say they are an e-mail, also when they mean harm."""

import base64
import time
from datetime import UTC, datetime

import pytest

from rapport.channels.mail.clean import clean
from rapport.channels.mail.message import Doubt, Hindrance, Nature, Unreadable
from rapport.channels.mail.parse import parse
from rapport.channels.mail.words import text_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEAD = b"From: Marta Leal <marta@aurora.example>\nTo: ana@rapport.example\nDate: Mon, 2 Mar 2026 09:00:00 +0100\nMessage-ID: <1@x.example>\n"
pytestmark = pytest.mark.req("K10")


def read(content, head=HEAD):
    return parse(head + content, at=NOW)


def multipart(*parts, kind="mixed"):
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return b"Content-Type: multipart/" + kind.encode() + b"; boundary=b\n\n" + body + b"--b--\n"


def test_a_plain_message_is_read():
    message = read(b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\n\nHello\n")
    assert (message.subject, message.text, message.references) == ("Grüße", "Hello", ("a@x", "b@x"))
    assert message.at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (message.senders[0].name, message.to[0].address) == ("Marta Leal", "ana@rapport.example")


@pytest.mark.parametrize(
    "subject", [b"=?utf-8?q?One=0D=0ABcc:_eve@x.example?=", b"=?utf-8?b?T25lDQpCY2M6IGV2ZQ==?=", b"One\r\n Two"]
)
def test_no_header_holds_a_second_line(subject):
    message = read(b"Subject: " + subject + b"\n\nHello\n")
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert not message.bcc


def test_an_encoded_comma_adds_nobody_and_a_name_can_not_pose_as_an_address():
    head = b"From: =?utf-8?q?a=2C_boss=40ours.example?= <eve@else.example>\nDate: Mon, 2 Mar 2026 09:00:00 +0100\n\n"
    message = parse(head, at=NOW)
    assert [(one.address, one.name) for one in message.senders] == [("eve@else.example", "")]
    assert Doubt.POSING in message.doubts


def test_a_turn_of_the_writing_is_taken_out_of_names():
    message = read(multipart(b"Content-Disposition: attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe\n\nx"))
    assert message.attachments[0].name == "invoicefdp.exe"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\run.bat", "run.bat"),
        ("...", "part-1"),
        ("a\tb.pdf", "a b.pdf"),
        ("x" * 900 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_a_file_name_leads_nowhere(given, kept):
    part = (
        b'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="'
        + given.replace("\\", "\\\\").encode()
        + b'"\n\nx'
    )
    assert read(multipart(part)).attachments[0].name == kept


@pytest.mark.parametrize(
    ("said", "content", "text"),
    [
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "Grüße – ja".encode(), "Grüße – ja"),
        ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("utf-8", "Grüße aus Köln, schöne Tage".encode("cp1252"), "Grüße aus Köln, schöne Tage"),
        ("no-such", "Grüße".encode(), "Grüße"),
        ("rot13", b"Hello", "Hello"),
        ("idna", b"Hello", "Hello"),
        ("shift_jis", "あいう".encode("shift_jis"), "あいう"),
    ],
)
def test_the_letters_are_right_whatever_the_label_says(said, content, text):
    assert read(b"Content-Type: text/plain; charset=" + said.encode() + b"\n\n" + content).text == text


def test_html_alone_becomes_text_without_what_is_hidden_in_it():
    html = b"<style>p{}</style><script>alert(1)</script><p>Hello<br>there</p><blockquote>old</blockquote><svg><text>x</text></svg>"
    assert read(b"Content-Type: text/html\n\n" + html).text == "Hello\nthere\n\n> old"


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        '<img src="https://spy.example/p.gif">',
        '<a href="javascript:alert(1)">x</a>',
        '<p style="background:url(https://spy.example)">x</p>',
        '<iframe src="https://spy.example"></iframe>',
        '<meta http-equiv=refresh content="0;url=https://spy.example">',
        '<link rel=stylesheet href="https://spy.example">',
        '<form action="https://spy.example"><input name=password></form>',
        '<base href="https://spy.example">',
    ],
)
def test_foreign_html_runs_loads_and_asks_for_nothing(evil):
    shown = clean(f"<p>before</p>{evil}<p>after</p>").html
    assert "before" in shown
    assert not any(word in shown for word in ("alert", "spy.example", "<img", "<form", "<input", "style", "<svg"))


def test_pictures_that_are_not_loaded_are_counted():
    assert clean('<img src="a"><table background="b"><tr><td style="background:url(c)">x</table>').pictures == 3


@pytest.mark.parametrize(
    "piece",
    [
        "<b>",
        "<div>",
        "<table><tr><td>",
        "<a href=x>",
        "<",
        "&",
        "<!--",
        "<![CDATA[",
        '<a "',
        "<blockquote>x",
        "<?",
        "<!x ",
        "</x",
        "<a><div>",
    ],
)
def test_no_html_takes_long(piece):
    begun = time.monotonic()
    for times in (9_900 // max(1, piece.count("<")), 2_000_000 // len(piece)):
        clean(piece * times)
        text_of(piece * times)
    assert time.monotonic() - begun < 5


def test_html_too_elaborate_is_read_crudely_and_not_shown():
    html = "<p>Hello &amp; <b>you</b></p>" + "<i></i>" * 6_000
    assert text_of(html) == "Hello & you"
    assert clean(html).elaborate


def nested(depth):
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one) for one in range(depth))
    return opening + b"\nHello\n"


@pytest.mark.parametrize("content", [nested(60), nested(5_000), b"(" * 90_000], ids=["deep", "deeper", "parentheses"])
def test_a_nest_is_refused_or_read_in_no_time(content):
    begun = time.monotonic()
    parse(HEAD + content, at=NOW)
    parse(b"To: " + b"(" * 90_000 + b"\n" + HEAD + b"\nHello", at=NOW)
    assert time.monotonic() - begun < 5
    if content.startswith(b"Content"):
        assert parse(HEAD + content, at=NOW).hindrance is Hindrance.NESTED


def test_ten_thousand_attachments_are_refused_with_what_can_be_told():
    told = read(b"Subject: Many\n" + multipart(*([b"Content-Type: image/png\n\nx"] * 10_000)))
    assert told == Unreadable(Hindrance.PARTS, "1@x.example", "marta@aurora.example", "Many")


def test_a_message_too_large_or_none_at_all_is_refused():
    assert parse(b"X: 1\n" * 1_000_001, at=NOW).hindrance is Hindrance.LARGE
    assert parse(b" \n", at=NOW).hindrance is Hindrance.EMPTY
    assert parse(b"\x89PNG....", at=NOW).hindrance is Hindrance.NOT_MAIL


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (b"Date: Thu, 1 Jan 2099 00:00:00 +0000", datetime(2026, 3, 3, 10, tzinfo=UTC)),
        (b"Date: yesterday", datetime(2026, 3, 3, 10, tzinfo=UTC)),
        (b"X: 1", datetime(2026, 3, 3, 10, tzinfo=UTC)),
    ],
)
def test_a_date_that_can_not_be_is_replaced_by_that_of_a_server(said, at):
    head = b"From: a@x.example\nReceived: from b by c; Tue, 3 Mar 2026 10:00:00 +0000\n" + said + b"\n\nHello"
    message = parse(head, at=NOW)
    assert message.at == at
    assert Doubt.DATE in message.doubts


@pytest.mark.parametrize(
    ("header", "nature"),
    [
        (b"Auto-Submitted: auto-replied", Nature.REPLY),
        (b"Subject: Automatische Antwort: Ihre Frage", Nature.REPLY),
        (b"Auto-Submitted: auto-generated", Nature.BULK),
        (b"List-Unsubscribe: <mailto:x@x>", Nature.BULK),
        (b"X-Auto-Response-Suppress: DR, All", Nature.BULK),
        (b"Auto-Submitted: no", Nature.PERSONAL),
        (b"Content-Type: multipart/report; boundary=b", Nature.BOUNCE),
        (b"X-Spam-Flag: YES", Nature.SPAM),
    ],
)
def test_machines_are_told_from_people(header, nature):
    assert read(header + b"\n\nHello").nature is nature


def test_several_senders_are_told():
    assert Doubt.SENDERS in read(b"From: Eve <eve@else.example>\n\nHello").doubts


def test_a_message_in_a_message_and_an_invitation_are_attachments():
    inner = b"Content-Type: message/rfc822\n\n" + HEAD + b"Subject: Inner\n\nInside"
    invitation = b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"
    message = read(multipart(b"Content-Type: text/plain\n\nOutside", inner, invitation))
    assert message.text == "Outside"
    assert [one.media_type for one in message.attachments] == ["message/rfc822", "text/calendar"]
    assert message.calendars[0].content == b"BEGIN:VCALENDAR"


def test_half_a_character_and_a_nul_do_no_harm():
    message = read(
        b"Subject: a\xff\xfe\x00b\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(b"a\x00b\xed\xa0\x80")
    )
    message.subject.encode()
    message.text.encode()
    assert "\x00" not in message.text + message.subject
