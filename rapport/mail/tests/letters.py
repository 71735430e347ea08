"""Mails that tests send."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def letter(number, *, sender="Marta Leal <marta@aurora.example>", to="ana@rapport.example", hours=0, **more):
    """A mail as an EmailMessage; ``headers`` come on top."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = more.get("subject", f"Question {number}")
    message["Date"] = format_datetime(MORNING + timedelta(hours=hours))
    message["Message-ID"] = f"<{number}@mail.example>"
    for name, value in more.get("headers", {}).items():
        message[name] = value
    message.set_content(more.get("text", f"What about {number}?"))
    if "html" in more:
        message.add_alternative(more["html"], subtype="html")
    for name, content in more.get("files", {}).items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def mbox(*messages):
    """The bytes of an mbox."""
    return b"".join(
        b"From someone@mail.example Mon Mar  2 09:00:00 2026\n" + bytes(one).replace(b"\nFrom ", b"\n>From ") + b"\n"
        for one in messages
    )
