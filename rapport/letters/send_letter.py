"""Put a letter to a customer on its way: with its quotation, signature and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.channels.models import MailAccount
from rapport.consent.models import Message
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.files.keep import Content
from rapport.letters.markup import as_html, as_plain, is_marked
from rapport.letters.senders import signature_of
from rapport.people.models import User

# So long a letter can be taken back.
UNDO_SECONDS = 10


@dataclass(frozen=True)
class Letter:
    """What was written, before it has a signature and a body."""

    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()
    quoted: str = ""
    references: tuple[str, ...] = ()
    enclosed: Sequence[Content] = ()


def send_letter(
    letter: Letter,
    customer: Customer,
    account: MailAccount | None,
    *,
    key: str,
    by: User,
    due_at: datetime,
    at: datetime,
) -> Message:
    """The message that waits for its moment."""
    text, html = bodies(letter.text, signature_of(by, account), letter.quoted)
    draft = Draft(
        to=letter.to,
        cc=letter.cc,
        subject=letter.subject,
        text=text,
        html=html,
        references=letter.references,
        enclosed=tuple(letter.enclosed),
    )
    return write(draft, account, key=f"{by.pk}:{key}", member=main_member(customer), by=by, due_at=due_at, at=at)


def bodies(text: str, signature: str, quoted: str = "") -> tuple[str, str]:
    """The plain text, and HTML when the text says more than plain text can."""
    below = f"\n\n-- \n{signature}" if signature.strip() else ""
    rest = f"\n\n{quoted}" if quoted else ""
    plain = as_plain(text) + below + rest + "\n"
    if not is_marked(text):
        return plain, ""
    parts = [as_html(text), "<p>-- <br></p>" + as_html(signature) if below else "", as_html(quoted) if quoted else ""]
    return plain, "\n".join(one for one in parts if one)
