"""Take in what somebody sent by a form: on the timeline of whoever it names, and believed no further than that."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.agenda.add_task import add_task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.compute import compute
from rapport.customers.models import Customer, Member, SourceRecord
from rapport.fields.read import Value
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.timeline.receive import Received, receive
from rapport.web.agreements import Ticked, agree
from rapport.web.browsers import recognise
from rapport.web.models import Submission, WebForm

SOURCE = "web form"


@dataclass(frozen=True)
class Sent:
    """What was filled in, read but not believed."""

    nonce: str
    name: str
    email: str
    phone: str
    lines: tuple[tuple[str, str], ...]
    values: dict[str, Value]
    consented: bool
    visitor: str = ""
    spam: str = ""
    ticked: tuple[Ticked, ...] = ()
    # Where the form stood, and the network that it came from.
    page: str = ""
    network: str = ""


@transaction.atomic
def submit(form: WebForm, sent: Sent, *, at: datetime) -> Submission:
    """The submission; the one there was when the same showing of the form was sent before."""
    submission, fresh = Submission.objects.get_or_create(
        form=form,
        nonce=sent.nonce,
        defaults={
            "at": at,
            "said": [list(line) for line in sent.lines],
            "consent": worded(form, sent),
            "state": Submission.State.SPAM if sent.spam else Submission.State.TAKEN,
            "why": sent.spam,
        },
    )
    if not fresh or sent.spam:
        return submission
    received = receive([as_inbound(form, submission, sent)], by=None, at=at)[0]
    submission.interaction_id, submission.member_id = received.interaction_id, received.member_id
    submission.why = filled(form, sent, submission, received, at=at)
    submission.save(update_fields=["interaction", "member", "why"])
    agree(sent.ticked, evidence=evidence_of(form, submission, sent), at=at)
    if received.member_id and sent.visitor:
        recognise(sent.visitor, received.member_id, at=at)
    tell_owner(form, received, at=at)
    return submission


def worded(form: WebForm, sent: Sent) -> dict[str, object]:
    """The wording of the form's own consent, and the boxes that were ticked."""
    own = {"text": form.consent, "version": form.consent_version, "given": sent.consented} if form.consent else {}
    boxes = [
        {"purpose": one.box.wording.purpose.code, "channel": one.box.channel, "version": one.box.wording.version}
        for one in sent.ticked
    ]
    return own | ({"agreed": boxes} if boxes else {})


def evidence_of(form: WebForm, submission: Submission, sent: Sent) -> str:
    """Who else wants to know what was ticked where, a year from now."""
    parts = [
        f"Ticked in the form “{form.title}” on {submission.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"page {sent.page}" if sent.page else f"form {form.key}",
        f"from the network {sent.network}" if sent.network else "",
        f"submission {submission.pk}",
    ]
    return "; ".join(filter(None, parts))


def as_inbound(form: WebForm, submission: Submission, sent: Sent) -> Inbound:
    """One clue alone: with two, a stranger could tie their own number to somebody else's record."""
    clue = Clue("email", sent.email) if sent.email else Clue("phone", sent.phone)
    parties = (Party((clue,), role="from", name=sent.name),) if clue.value else ()
    consent = {"consent": submission.consent} if submission.consent else {}
    return Inbound(
        source=SOURCE,
        external_id=f"{form.key}:{submission.nonce}",
        at=submission.at,
        channel=Channel.WEB,
        direction=Direction.INBOUND,
        kind="form",
        parties=parties,
        subject=form.title,
        text="\n".join(f"{label}: {value}" for label, value in sent.lines),
        touchpoint=form.site.name,
        data={"form": form.key, **consent},
    )


def filled(form: WebForm, sent: Sent, submission: Submission, received: Received, *, at: datetime) -> str:
    """Whoever came into being by this form gets what it says; of anybody known before, nothing changes."""
    if received.member_id is None:
        return "Nobody is named in it who could be told apart."
    founded = Member.objects.filter(pk=received.member_id, created_at=at).exists()
    if not founded:
        return "Known before: it stands on the timeline and changes nothing else."
    if sent.values:
        SourceRecord.objects.create(
            member_id=received.member_id,
            source=SOURCE,
            external_id=f"{form.key}:{submission.nonce}",
            claims=sent.values,
            guess=True,
            first_seen_at=at,
            seen_at=at,
        )
        customer_id = received.customer_id or 0
        compute([customer_id])
        record(Fact.CUSTOMERS_CHANGED, [customer_id], by=None, at=at)
    return "Founded by this form."


def tell_owner(form: WebForm, received: Received, *, at: datetime) -> None:
    customer = Customer.objects.filter(pk=received.customer_id).first() if received.customer_id else None
    with translation.override(form.owner.language):
        title = _("Answer “%(form)s” from %(name)s") % {"form": form.title, "name": customer or _("somebody unknown")}
    add_task(title[:400], assignee=form.owner, by=form.owner, at=at, due_at=at, customer=customer)
