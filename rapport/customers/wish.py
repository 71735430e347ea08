"""Write down what a customer asked of us, or that it no longer holds."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.channels.inbound import Channel
from rapport.customers.edit import main_member
from rapport.customers.hours import parse
from rapport.customers.models import BY_HAND, Customer
from rapport.customers.preference import Preference, Topic
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import added
from rapport.lib.nations import language_code
from rapport.people.models import User

# By which one can be written to or called; the rest only arrives.
CONTACTED_BY = (Channel.EMAIL, Channel.PHONE, Channel.SMS, Channel.CHAT, Channel.POST, Channel.VISIT, Channel.SOCIAL)


@dataclass(frozen=True)
class Said:
    """A wish as it was told. ``evidence`` says who told it, and where."""

    topic: Topic
    value: str
    evidence: str = ""
    until: date | None = None
    source: str = BY_HAND


class WishError(ValueError):
    """A wish that can't be understood; its words say why."""


@transaction.atomic
def wish(customer: Customer, said: Said, *, by: User | None, at: datetime) -> Preference:
    """Keep the wish; it replaces what was said on the same matter before. Raises WishError."""
    return word(customer, said, withdrawn=False, by=by, at=at)


@transaction.atomic
def withdraw(customer: Customer, old: Preference, *, evidence: str = "", by: User | None, at: datetime) -> Preference:
    """Keep that the wish no longer holds."""
    said = Said(Topic(old.topic), old.value, evidence)
    return word(customer, said, withdrawn=True, by=by, at=at)


def word(customer: Customer, said: Said, *, withdrawn: bool, by: User | None, at: datetime) -> Preference:
    kept, fresh = Preference.objects.get_or_create(
        member=main_member(customer),
        topic=said.topic,
        value=said.value if withdrawn else as_kept(said.topic, said.value),
        said_at=at,
        defaults={
            "withdrawn": withdrawn,
            "until": said.until,
            "evidence": said.evidence[:400],
            "source": said.source,
            "by": by,
        },
    )
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    if fresh:
        what = "withdrawn" if withdrawn else "kept"
        details = {"what": what, "topic": said.topic, "value": kept.value}
        keep_row(Deed.WISHED, [customer.pk], added(kept), by=by, at=at, **details)
    return kept


def as_kept(topic: Topic, value: str) -> str:
    """The value in its normal form."""
    told = " ".join(value.split())[:400]
    if not told:
        raise WishError(_("Write down what they wish."))
    if topic in {Topic.CHANNEL, Topic.NOT_CHANNEL}:
        return a_channel(told)
    if topic is Topic.LANGUAGE:
        return language_code(told) or told
    return hours(told) if topic is Topic.TIME else told


def a_channel(told: str) -> str:
    if told.casefold() not in CONTACTED_BY:
        raise WishError(_("Choose one of these channels: %(channels)s.") % {"channels": ", ".join(CONTACTED_BY)})
    return told.casefold()


def hours(told: str) -> str:
    found = parse(told)
    if found is None:
        raise WishError(
            _("Write the time as in: mon-fri 10:00-12:00, or with a zone: mon-fri 10:00-12:00 Europe/Lisbon.")
        )
    return str(found)
