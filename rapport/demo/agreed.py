"""What people of the demo company agreed to, refused and took back, each with its proof."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from rapport.consent.complaints import FRESH, KIND, publish_complaints, settle
from rapport.consent.ledger import Consent, Said
from rapport.consent.object import object_as
from rapport.consent.purpose import Purpose, Wording
from rapport.consent.say import Word, say
from rapport.customers.models import Customer, Identifier, Strength
from rapport.demo.wished import FILIPE, KATRIN, MARTA
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice, DirectionChoice, Interaction

WORDINGS = {
    "newsletter": "Yes, please send me the news of Alvorena about once a month. I can end this in every mail.",
    "offers": "Yes, you may send me offers that fit what I have bought. I can end this in every mail.",
}


@dataclass(frozen=True)
class Told:
    """What somebody known by an e-mail address said so many days ago; `by` is who wrote it down."""

    who: str
    purpose: str
    said: Said
    days: int
    source: str
    evidence: str
    by: str = ""


WORDS = (
    Told(MARTA, "newsletter", Said.GRANTED, 410, "double opt-in", "Form at the fair in Porto, confirmed by the link."),
    Told(MARTA, "offers", Said.GRANTED, 400, "phone", "Said so when she ordered the second machine.", "Ana"),
    Told(MARTA, "offers", Said.WITHDRAWN, 75, "phone", "Only the newsletter, please: too many mails in autumn.", "Ana"),
    Told(KATRIN, "newsletter", Said.GRANTED, 220, "double opt-in", "Ordered it with the grinder."),
    Told(KATRIN, "newsletter", Said.WITHDRAWN, 31, "link in a mail", ""),
    Told(FILIPE, "newsletter", Said.ASKED, 2, "web form", "Form “Stay in touch” on our site."),
    Told(FILIPE, "offers", Said.GRANTED, 90, "phone", "Asked for the price list each season.", "Rui"),
)
READERS = 60


def keep_consents(
    staff: Mapping[str, User], add: Callable[[type[models.Model], Iterable[int]], None], *, at: datetime
) -> None:
    """Write it down as of ``at``; the ids of what hangs on no customer are told, to be taken away again."""
    purposes = {one.code: one for one in Purpose.objects.filter(code__in=WORDINGS)}
    begun = at - timedelta(days=900)
    wordings = {
        code: Wording.objects.create(purpose=purposes[code], version=1, text=text, at=begun)
        for code, text in WORDINGS.items()
    }
    held = dict(
        Identifier.objects.filter(kind="email", key__in={one.who for one in WORDS}).values_list("key", "member")
    )
    made = [
        said(one, purposes, wordings, staff.get(one.by), at=at - timedelta(days=one.days))
        for one in WORDS
        if one.who in held
    ]
    strong = Identifier.objects.filter(kind="email", strength=Strength.STRONG).exclude(key__in=held).order_by("pk")
    for place, one in enumerate(strong[:READERS]):
        then = at - timedelta(days=300 - 4 * place)
        told = Told(one.value, "newsletter", Said.GRANTED, 0, "double opt-in", "Confirmed by the link sent there.")
        made.append(said(told, purposes, wordings, None, at=then))
    add(Consent, (one.pk for one in made))
    add(Wording, (one.pk for one in wordings.values()))
    objected = Identifier.objects.filter(kind="email", key=KATRIN).select_related("member").first()
    if objected:
        then = at - timedelta(days=30)
        object_as(
            objected.member, evidence="Her mail of last month: no more advertising.", by=staff.get("Ana"), at=then
        )


def said(
    told: Told, purposes: Mapping[str, Purpose], wordings: Mapping[str, Wording], by: User | None, *, at: datetime
) -> Consent:
    word = Word(
        purposes[told.purpose],
        told.who,
        told.said,
        source=told.source,
        evidence=told.evidence,
        wording=wordings[told.purpose] if told.said != Said.WITHDRAWN else None,
        proven=told.said == Said.GRANTED,
    )
    return say(word, by=by, at=at)


def keep_complaints(staff: Mapping[str, User], *, at: datetime) -> None:
    """Those of the last weeks stand open, as they do when they come in, until a call settled them."""
    came = Interaction.objects.filter(
        kind=KIND, direction=DirectionChoice.INBOUND, at__gt=at - FRESH, at__lte=at, participations__main=True
    )
    publish_complaints(list(came.values_list("pk", flat=True)), at=at)
    last = dict(came.order_by("at").values_list("participations__member__customer", "at"))
    calls = Interaction.objects.filter(channel=ChannelChoice.PHONE, direction=DirectionChoice.OUTBOUND, at__lte=at)
    calmed = dict(
        calls.filter(participations__main=True, participations__member__customer__in=last)
        .order_by("at")
        .values_list("participations__member__customer", "at")
    )
    for customer in Customer.objects.filter(pk__in=[pk for pk in calmed if calmed[pk] > last[pk]]):
        called = calmed[customer.pk]
        settle(
            customer,
            "Repaired, and called: all is well again.",
            key=f"settled {customer.pk}",
            by=staff["Ana"],
            at=called,
        )
