"""Take a customer's answer to a quote: it is kept with its proof and stands on their timeline."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.agenda.add_task import add_task
from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.quotes.agree import agree
from rapport.quotes.answer import Answer, Kind
from rapport.quotes.approve import put
from rapport.quotes.order_quote import order_quote
from rapport.quotes.quote import Quote, State
from rapport.quotes.tell import tell
from rapport.quotes.write_quote import held
from rapport.timeline.receive import receive

OURS = "rapport"
MOST_QUESTIONS = 20


@dataclass(frozen=True)
class Said:
    """What somebody said, and from where."""

    kind: Kind
    name: str = ""
    words: str = ""
    address: str = ""
    browser: str = ""


@transaction.atomic
def answer_quote(quote_id: int, said: Said, *, at: datetime, today: date) -> Answer | None:
    """What was kept of it; None where the quote can't be answered so any more. Said twice it is kept once."""
    held(quote_id)
    quote = Quote.objects.whole().get(pk=quote_id)
    known = quote.answers.filter(kind=said.kind).order_by("-pk").first()
    if known and (said.kind != Kind.QUESTION or known.words == said.words):
        return known
    if not quote.is_open_on(today) or quote.answers.count() >= MOST_QUESTIONS:
        return None
    kept = Answer.objects.create(
        quote=quote,
        kind=said.kind,
        name=said.name,
        words=said.words,
        at=at,
        address=said.address,
        browser=said.browser[:300],
        sha256=quote.document.sha256 if quote.document else "",
    )
    receive([as_inbound(quote, kept)], by=None, at=at)
    if said.kind == Kind.QUESTION:
        asked = _("Question about quote %(number)s: %(words)s") % {"number": quote, "words": said.words[:150]}
        # The owner is asked by nobody here: it stands among what they gave themselves to do.
        add_task(asked, assignee=quote.owner, by=quote.owner, at=at, customer=quote.customer)
        tell(quote, "question", by=None, at=at)
        return kept
    quote.answered_at = at
    if said.kind == Kind.ACCEPTED:
        quote.order = order_quote(quote, at=at)
        agree(quote, today=today)
    put(quote, State(said.kind.value), by=None, at=at)
    return kept


def as_inbound(quote: Quote, kept: Answer) -> Inbound:
    """The answer as the timeline shows it."""
    subjects = {
        Kind.ACCEPTED: _("Accepted quote %(number)s"),
        Kind.DECLINED: _("Declined quote %(number)s"),
        Kind.QUESTION: _("Asked about quote %(number)s"),
    }
    words = "\n".join(part for part in (kept.words, f"— {kept.name}" if kept.name else "") if part)
    return Inbound(
        source=OURS,
        external_id=f"quote answer:{kept.pk}",
        at=kept.at,
        channel=Channel.PORTAL,
        direction=Direction.INBOUND,
        kind=f"quote {kept.kind}",
        parties=(Party(member_id=quote.deal.member_id),),
        subject=subjects[Kind(kept.kind)] % {"number": quote},
        text=words,
        data={"quote": quote.number, "version": quote.version, "sha256": kept.sha256},
    )
