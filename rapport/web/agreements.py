"""Which purposes a form lets people agree to, and what their ticks say to the ledger of consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rapport.consent.ledger import Consent, Said
from rapport.consent.purpose import Purpose, Wording
from rapport.consent.say import Word, say
from rapport.consent.standing import Question, standing
from rapport.consent.ways import WAY_OF, Way, key_of
from rapport.timeline.models import ChannelChoice
from rapport.web.models import Agreement, WebForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SOURCE = "web form"
# By which channels a form can let somebody be reached: it asks for no postal address.
CHANNELS = (ChannelChoice.EMAIL, ChannelChoice.SMS, ChannelChoice.PHONE)
MISSING: "dict[Way, StrOrPromise]" = {
    Way.EMAIL: _("Give your e-mail address, so that we know where."),
    Way.PHONE: _("Give your phone number, so that we know where."),
}


@dataclass(frozen=True)
class Box:
    """A box to tick. Its name holds the version of its words: what people see is what they agree to."""

    wording: Wording
    channel: str

    @property
    def name(self) -> str:
        return f"agree-{self.wording.pk}-{self.channel}"

    @property
    def choice(self) -> str:
        """Under which name the form's makers choose it; without the version."""
        return f"{self.wording.purpose_id} {self.channel}"

    @property
    def words(self) -> str:
        return f"{self.wording.purpose}, {ChannelChoice(self.channel).label}"

    def __str__(self) -> str:
        return self.words

    @property
    def way(self) -> Way:
        return WAY_OF[self.channel]


@dataclass(frozen=True)
class Ticked:
    """A box that was ticked, with the address it is about."""

    box: Box
    address: str


def possible() -> list[Box]:
    """For every purpose that asks and has words, in their newest version."""
    newest = Wording.objects.order_by("purpose", "-version").distinct("purpose").select_related("purpose")
    asking = [one for one in newest if one.purpose.asks and one.purpose.retired_at is None]
    return [Box(wording, channel.value) for wording in asking for channel in CHANNELS]


def boxes_of(form: WebForm) -> list[Box]:
    """Those of a form, in their order; a purpose that ended is asked for no more."""
    rows = Agreement.objects.filter(form=form, wording__purpose__retired_at=None).select_related("wording__purpose")
    return [Box(one.wording, one.channel) for one in rows.order_by("position")]


def bind(form: WebForm, boxes: Sequence[Box]) -> None:
    """These boxes, each with the words that it has now."""
    Agreement.objects.filter(form=form).delete()
    Agreement.objects.bulk_create(
        Agreement(form=form, wording=one.wording, channel=one.channel, position=position)
        for position, one in enumerate(boxes, 1)
    )


def outdated(form: WebForm) -> list[Box]:
    """Boxes whose purpose has newer words than those that the form shows."""
    newest = {one.choice: one.wording.pk for one in possible()}
    return [one for one in boxes_of(form) if newest.get(one.choice, one.wording.pk) != one.wording.pk]


def agree(ticked: Sequence[Ticked], *, evidence: str, at: datetime) -> list[Consent]:
    """A yes for each box; one that is there already needs no second."""
    asked = {one: Question(one.box.wording.purpose_id, one.box.channel, key(one) or "") for one in ticked}
    holds = standing(asked.values(), at=at)
    made = []
    for one, question in asked.items():
        known = holds[question]
        if known.granted and known.consent and known.consent.wording_id == one.box.wording.pk:
            continue
        # Anybody can type anybody's address: a no is not overruled by it before its owner confirmed.
        unsure = known.state in {Said.DENIED, Said.WITHDRAWN}
        made.append(say(word_of(one, Said.ASKED if unsure else Said.GRANTED, evidence), by=None, at=at))
    return made


def key(one: Ticked) -> str | None:
    return key_of(one.address, one.box.way)


def word_of(one: Ticked, said: Said, evidence: str) -> Word:
    purpose: Purpose = one.box.wording.purpose
    return Word(
        purpose,
        one.address,
        said,
        channel=one.box.channel,
        source=SOURCE,
        evidence=evidence,
        wording=one.box.wording,
    )
