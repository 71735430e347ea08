"""The ways out of here, side by side: which adapter hands a message of a channel over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings

from rapport.channels.models import MailAccount
from rapport.channels.outbound import provider, smtp, spool
from rapport.channels.outbound.build import Letter
from rapport.channels.outbound.outcome import Failure, NotSent, Outcome

MAIL = "email"


@dataclass(frozen=True)
class Way:
    """A message on its way: with the account it is sent from, if its channel has accounts."""

    letter: Letter
    account: MailAccount | None
    lines: smtp.Lines = field(default_factory=smtp.Lines)


def by_mail(way: Way, at: datetime) -> Outcome:
    if way.account is None:
        return NotSent(Failure.NO_SERVER, permanent=True)
    if provider.is_set() and not way.account.smtp_host:
        return provider.send(way.letter, way.account, way.lines, at=at)
    return smtp.send(way.letter, way.account, way.lines, at=at)


def by_text(way: Way, _at: datetime) -> Outcome:
    return spool.lay(way.letter, folder_of("sms"), "sms")


def by_post(way: Way, _at: datetime) -> Outcome:
    return spool.lay(way.letter, folder_of("post"), "post")


SENDERS: dict[str, Callable[[Way, datetime], Outcome]] = {MAIL: by_mail, "sms": by_text, "post": by_post}
SPOOLED = tuple(channel for channel in SENDERS if channel != MAIL)


def is_open(channel: str) -> bool:
    """Whether anything takes what leaves by this channel: a driver must have been named for those with a spool."""
    return channel == MAIL or (channel in SPOOLED and channel in settings.DRIVERS)


def folder_of(channel: str) -> Path:
    return Path(settings.HOME) / "spool" / channel


def hand_over(channel: str, way: Way, *, at: datetime) -> Outcome:
    return SENDERS[channel](way, at) if is_open(channel) else NotSent(Failure.NO_DRIVER, permanent=True)
