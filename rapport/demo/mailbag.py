"""The mail of the demo company: an old mailbox of Ana's that was taken in as a file, an account to write from, templates."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from django.db import models

from rapport.channels.models import MailAccount
from rapport.demo.planted import MARTA, WRITTEN_ABOUT
from rapport.letters.models import Template
from rapport.mail.intake import Strangers
from rapport.mail.models import Mailbox, MailFile
from rapport.mail.run import run
from rapport.mail.start import brought, start
from rapport.people.models import User
from rapport.timeline.models import Interaction

NAME = "Ana, archive 2025.mbox"
SERVICE = "service@demo.example"
ANA, CARMEN, CLARA = "Ana", "Carmen", "Clara"
THEIRS, ELENA = f"Marta Oliveira <{MARTA}>", f"Elena Vidal <{WRITTEN_ABOUT}>"
SIGNED = "\n\nBest regards,\nMarta Oliveira\nHead of operations\nAurora Clínicas"
LAID_OUT = """<h2>Service plan 2026</h2><p>Three machines, <b>two visits a year</b>:</p>
<table border="1" cellpadding="4"><tr><th>Clinic</th><th>Machine</th></tr><tr><td>Lisboa</td><td>Atria 45</td></tr>
<tr><td>Porto</td><td>Atria 30</td></tr></table><p><img src="https://pixel.example/seen.gif" width="1" height="1"></p>"""
Add = Callable[[type[models.Model], Iterable[int]], None]


@dataclass(frozen=True)
class Mail:
    """One of the archive, so many days ago; colleagues by first name; ``answers`` counts from the first."""

    days: float
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    answers: int | None = None
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attached: str = ""


ARCHIVE = (
    Mail(392, THEIRS, (ANA,), "Service plan for the new clinic", f"Dear Ana,\nwhat would two visits a year cost?{SIGNED}"),
    Mail(391, ANA, (THEIRS,), "Re: Service plan for the new clinic", "Dear Marta,\nthe plan is attached. It begins with the next quarter."
         "\n\nAna\n\nOn Tue, Marta Oliveira wrote:\n> what would two visits a year cost?", 0, LAID_OUT, attached="plan-2026.pdf"),
    Mail(389, THEIRS, (ANA,), "Re: Service plan for the new clinic", f"That is fine. Please send the contract to Lisboa.{SIGNED}"
         "\n\nOn Wed, Ana wrote:\n> the plan is attached.\n>> what would two visits a year cost?", 1),
    Mail(388.9, "MAILER-DAEMON@aurora-clinicas.example", (ANA,), "Automatic reply: Re: Service plan", "I am back on Monday.",
         headers={"Auto-Submitted": "auto-replied"}),
    Mail(377, ELENA, (CARMEN, ANA), "Factura de octubre", "Buenos días,\n¿pueden enviar la factura otra vez?\n\nUn saludo\nElena"),
    Mail(376.8, CARMEN, (ELENA,), "RE: Factura de octubre", "Hola Elena,\nva adjunta.\n\nCarmen", 4, attached="factura-0412.pdf"),
    Mail(360, ANA, (CLARA,), "Lunch on Thursday?", "At one, the usual place."),
    Mail(355, "Fair News <news@messe.example>", (ANA,), "Hall 4: your tickets", "See you there.",
         headers={"List-Unsubscribe": "<https://messe.example/off>", "Precedence": "bulk"}),
    Mail(341, "Paulo Nobody <paulo@somewhere.example>", (ANA,), "Used machines?", "Do you sell used machines?"),
    Mail(320, THEIRS, (ANA,), "Water filters", f"How often do we change them?{SIGNED}"),
    Mail(319.7, ANA, (THEIRS,), "Re: Water filters", "Every three months; at the clinic in Porto every two, the water is hard there.\n\nAna", 9),
    Mail(0, THEIRS, (ANA,), "A date that no clock shows", "Hello again."),
)  # fmt: skip
TEMPLATES = (
    (Template.Use.LETTER, "Offer, first words", "Our offer",
     "Dear {{ first name }},\n\nthank you for your call. The offer is attached.\n\nWhen would you need it?\n\n{{ my name }}"),
    (Template.Use.LETTER, "Visit confirmed", "Our visit", "Dear {{ first name }},\n\nwe come as agreed. You need not prepare anything.\n\n{{ my name }}"),
    (Template.Use.NOTE, "After a visit", "", "Who was there:\nWhat they want:\nWhat we promised:"),
)  # fmt: skip


def take_mail_in(staff: Mapping[str, User], add: Add, *, at: datetime) -> None:
    """Read as any mail file is; strangers are left out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.mbox"
        path.write_bytes(b"".join(posted(number, one, staff, at=at) for number, one in enumerate(ARCHIVE)))
        ana = staff["Ana"]
        archive = run(start(brought(path, NAME, Strangers.LEAVE, by=ana, at=at), at=at, defer=False).pk)
    add(MailFile, [archive.pk])
    add(Interaction, archive.lines.exclude(interaction=None).values_list("interaction", flat=True))
    account = MailAccount.objects.create(
        name="Alvorena service", address=SERVICE, smtp_host="smtp.demo.example", by=staff["Clara"], created_at=at
    )
    Mailbox.objects.create(account=account)
    add(MailAccount, [account.pk])
    made = [
        Template(use=use, name=name, subject=subject, text=text, by=staff["Clara"], changed_at=at)
        for use, name, subject, text in TEMPLATES
    ]
    add(Template, [one.pk for one in Template.objects.bulk_create(made)])


def posted(number: int, mail: Mail, staff: Mapping[str, User], *, at: datetime) -> bytes:
    """As it stands in an mbox."""
    message = EmailMessage()
    message["From"] = addressed(mail.sender, staff)
    message["To"] = ", ".join(addressed(one, staff) for one in mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at - timedelta(days=mail.days)) if mail.days else "Thu, 1 Jan 1970 00:00:00 +0000"
    message["Message-ID"] = id_of(number)
    if mail.answers is not None:
        message["In-Reply-To"] = message["References"] = id_of(mail.answers)
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    if mail.attached:
        message.add_attachment(PAPER, maintype="application", subtype="pdf", filename=mail.attached)
    return b"From archive@demo.example Mon Jan  6 09:00:00 2025\n" + bytes(message) + b"\n"


def addressed(who: str, staff: Mapping[str, User]) -> str:
    return formataddr((staff[who].name, staff[who].email)) if who in staff else who


def id_of(number: int) -> str:
    return f"<archive-{number}@demo.example>"


# The smallest page that a reader of PDF opens: an empty one.
PAPER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
"""
