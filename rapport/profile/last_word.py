"""The last contact in a sentence: what we said last and what they said last, when, by whom, and what is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.agenda.due import at_time, day_words, due_words, is_late, since_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Contact:
    """A contact as the sentence needs it. `by` is the colleague who had it."""

    channel: str
    direction: str
    kind: str
    subject: str
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class Open:
    """How many tasks are open, and the one that is due next."""

    count: int
    title: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class LastWord:
    """The sentence in its parts: the newest contact, the newest the other way round, the tasks."""

    newest: str
    other: str = ""
    tasks: str = ""
    due: str = ""
    late: bool = False

    def __str__(self) -> str:
        return " ".join(part for part in (self.newest, self.other, self.tasks, self.due) if part)


def last_word(name: str, contacts: tuple[Contact | None, Contact | None], opened: Open, *, now: datetime) -> LastWord:
    """``contacts`` are the last from us and the last from ``name``; either may be missing."""
    told = [sentence(name, one, now) for one in sorted(filter(None, contacts), key=lambda one: one.at, reverse=True)]
    newest = told[0] if told else _("There was no contact with %(who)s yet.") % {"who": name}
    tasks = tasks_of(opened)
    due = due_of(opened, now) if opened.due_at else ""
    late = opened.due_at is not None and is_late(opened.due_at, now)
    return LastWord(newest, told[1] if len(told) > 1 else "", tasks, due, late)


def sentence(name: str, contact: Contact, now: datetime) -> str:
    """One contact in one sentence."""
    key = (contact.channel, contact.direction)
    if contact.kind == "order" and contact.direction == "inbound":
        key = ("order", "inbound")
    if contact.kind in {"meeting", "missed call"}:
        key = (contact.kind, contact.direction)
    plain, about = SENTENCES.get(key, OTHERWISE[contact.direction])
    words = {"who": name, "when": when(contact.at, now), "what": contact.subject}
    said = str(about if contact.subject else plain) % words
    return _("%(said)s (%(by)s).") % {"said": said, "by": contact.by} if contact.by else f"{said}."


def tasks_of(opened: Open) -> str:
    if not opened.count:
        return ""
    if opened.count == 1:
        return _("One task is open: “%(task)s”") % {"task": opened.title} + ("," if opened.due_at else ".")
    text = ngettext("%(count)d task is open", "%(count)d tasks are open", opened.count) % {"count": opened.count}
    return text + (_(", the next") if opened.due_at else ".")


def due_of(opened: Open, now: datetime) -> str:
    if opened.due_at is None:
        return ""
    if is_late(opened.due_at, now):
        return _("overdue since %(when)s.") % {"when": since_words(opened.due_at, now)}
    return _("due %(when)s.") % {"when": due_words(opened.due_at, now)}


def when(at: datetime, now: datetime) -> str:
    """Today and yesterday with the hour, this week by the name of the day, then by date."""
    day, today = timezone.localdate(at), timezone.localdate(now)
    words = day_words(day, today)
    return at_time(words, at) if (today - day).days in {0, 1} else words


Pair = tuple["StrOrPromise", "StrOrPromise"]
# Without and with something that it was about.
SENTENCES: Mapping[tuple[str, str], Pair] = {
    ("email", "outbound"): (gettext_lazy("We e-mailed %(when)s"), gettext_lazy("We e-mailed “%(what)s” %(when)s")),
    ("email", "inbound"): (
        gettext_lazy("%(who)s e-mailed %(when)s"),
        gettext_lazy("%(who)s e-mailed “%(what)s” %(when)s"),
    ),
    ("phone", "outbound"): (gettext_lazy("We called %(when)s"), gettext_lazy("We called %(when)s about “%(what)s”")),
    ("phone", "inbound"): (
        gettext_lazy("%(who)s called %(when)s"),
        gettext_lazy("%(who)s called %(when)s about “%(what)s”"),
    ),
    ("chat", "outbound"): (
        gettext_lazy("We wrote in the chat %(when)s"),
        gettext_lazy("We wrote in the chat %(when)s about “%(what)s”"),
    ),
    ("chat", "inbound"): (
        gettext_lazy("%(who)s wrote in the chat %(when)s"),
        gettext_lazy("%(who)s wrote in the chat %(when)s about “%(what)s”"),
    ),
    ("sms", "outbound"): (gettext_lazy("We texted %(when)s"), gettext_lazy("We texted “%(what)s” %(when)s")),
    ("sms", "inbound"): (
        gettext_lazy("%(who)s texted %(when)s"),
        gettext_lazy("%(who)s texted “%(what)s” %(when)s"),
    ),
    ("post", "outbound"): (
        gettext_lazy("We sent a letter %(when)s"),
        gettext_lazy("We sent the letter “%(what)s” %(when)s"),
    ),
    ("post", "inbound"): (
        gettext_lazy("A letter from %(who)s came %(when)s"),
        gettext_lazy("The letter “%(what)s” from %(who)s came %(when)s"),
    ),
    ("visit", "outbound"): (
        gettext_lazy("We visited %(who)s %(when)s"),
        gettext_lazy("We visited %(who)s %(when)s: “%(what)s”"),
    ),
    ("visit", "inbound"): (
        gettext_lazy("%(who)s visited us %(when)s"),
        gettext_lazy("%(who)s visited us %(when)s: “%(what)s”"),
    ),
    ("web", "inbound"): (
        gettext_lazy("%(who)s was on our website %(when)s"),
        gettext_lazy("%(who)s looked at “%(what)s” on our website %(when)s"),
    ),
    ("social", "outbound"): (
        gettext_lazy("We replied on social media %(when)s"),
        gettext_lazy("We replied “%(what)s” on social media %(when)s"),
    ),
    ("social", "inbound"): (
        gettext_lazy("%(who)s wrote on social media %(when)s"),
        gettext_lazy("%(who)s wrote “%(what)s” on social media %(when)s"),
    ),
    ("portal", "outbound"): (
        gettext_lazy("We wrote in the portal %(when)s"),
        gettext_lazy("We wrote “%(what)s” in the portal %(when)s"),
    ),
    ("portal", "inbound"): (
        gettext_lazy("%(who)s was in the portal %(when)s"),
        gettext_lazy("%(who)s was in the portal %(when)s: “%(what)s”"),
    ),
    ("store", "inbound"): (
        gettext_lazy("%(who)s was in the store %(when)s"),
        gettext_lazy("%(who)s was in the store %(when)s: “%(what)s”"),
    ),
    ("meeting", "outbound"): (
        gettext_lazy("We met %(who)s %(when)s"),
        gettext_lazy("We met %(who)s %(when)s: “%(what)s”"),
    ),
    ("missed call", "inbound"): (
        gettext_lazy("%(who)s called %(when)s and reached nobody"),
        gettext_lazy("%(who)s called %(when)s about “%(what)s” and reached nobody"),
    ),
    ("missed call", "outbound"): (
        gettext_lazy("We called %(when)s and reached nobody"),
        gettext_lazy("We called %(when)s about “%(what)s” and reached nobody"),
    ),
    ("order", "inbound"): (
        gettext_lazy("%(who)s ordered %(when)s"),
        gettext_lazy("%(who)s ordered “%(what)s” %(when)s"),
    ),
}
OTHERWISE: Mapping[str, Pair] = {
    "outbound": (
        gettext_lazy("We were in touch %(when)s"),
        gettext_lazy("We were in touch %(when)s: “%(what)s”"),
    ),
    "inbound": (
        gettext_lazy("%(who)s was in touch %(when)s"),
        gettext_lazy("%(who)s was in touch %(when)s: “%(what)s”"),
    ),
}
