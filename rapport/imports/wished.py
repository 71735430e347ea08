"""What customers wish, as columns of a file say it: the channel, the hours, the language, how to be addressed."""

from collections.abc import Container, Iterator
from typing import Protocol

from django.utils.translation import gettext as _

from rapport.channels.inbound import Channel
from rapport.customers.preference import Topic
from rapport.customers.wish import WishError, as_kept
from rapport.lib.layouts import Row
from rapport.lib.values import NOTHING

TOPICS = {
    "address_as": Topic.ADDRESS,
    "contact_by": Topic.CHANNEL,
    "not_contact_by": Topic.NOT_CHANNEL,
    "best_time": Topic.TIME,
    "wish_language": Topic.LANGUAGE,
    "interests": Topic.INTEREST,
}
SEVERAL = {Topic.CHANNEL, Topic.NOT_CHANNEL, Topic.INTEREST}
# What people are contacted by, as other programs call it.
CHANNELS = {
    **dict.fromkeys(("mail", "e-mail", "e mail", "email address", "newsletter"), Channel.EMAIL),
    **dict.fromkeys(
        ("call", "calls", "telephone", "telefon", "anruf", "mobile", "mobile phone", "handy"), Channel.PHONE
    ),
    **dict.fromkeys(("home phone", "business phone", "work phone", "cell", "cell phone", "mobil"), Channel.PHONE),
    **dict.fromkeys(("text", "text message", "text messages", "whatsapp"), Channel.SMS),
    **dict.fromkeys(("letter", "brief", "postal", "postal mail", "post mail", "fax"), Channel.POST),
    **dict.fromkeys(("meeting", "in person", "besuch", "personal"), Channel.VISIT),
    **dict.fromkeys(("live chat", "messenger"), Channel.CHAT),
    **dict.fromkeys(("social media", "linkedin", "facebook", "twitter", "instagram"), Channel.SOCIAL),
}
ANY = frozenset(("any", "all", "no preference", "none", "keine", "egal", "not specified", "unknown"))


class Reader(Protocol):
    """Reads the fields of a plan out of rows."""

    @property
    def targets(self) -> Container[str]:
        """The fields that are mapped."""

    def text(self, row: Row, field: str) -> str:
        """The first filled cell of a field."""

    def all(self, row: Row, field: str, between: str) -> list[str]:
        """All values of a field."""


def wished(reader: Reader, row: Row) -> Iterator[tuple[str, str]]:
    """Topics and values in their normal form. Raises WishError for a channel that nobody is contacted by."""
    for field, topic in TOPICS.items():
        if field in reader.targets:
            for text in reader.all(row, field, r"\s*[;,|/]\s*") if topic in SEVERAL else [reader.text(row, field)]:
                if text and text.casefold() not in ANY | NOTHING:
                    yield understood(topic, text)


def understood(topic: Topic, text: str) -> tuple[str, str]:
    if topic in {Topic.CHANNEL, Topic.NOT_CHANNEL}:
        word = " ".join(text.casefold().split())
        return topic.value, as_kept(topic, CHANNELS.get(word, word))
    if topic is Topic.TIME:
        try:
            return topic.value, as_kept(topic, text)
        except WishError:
            # Not hours that could be reckoned with, but still somebody's wish.
            return Topic.OTHER.value, as_kept(Topic.OTHER, _("Best time: %(time)s") % {"time": text})
    return topic.value, as_kept(topic, text)
