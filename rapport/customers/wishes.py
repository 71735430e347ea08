"""What a customer wishes now, from all that was ever said, and what goes against it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_time, get_day_names
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.channels.inbound import Channel
from rapport.customers.detail import language_name
from rapport.customers.hours import parse, runs
from rapport.customers.models import Customer, Member
from rapport.customers.preference import SEVERAL, Preference, Topic
from rapport.lib.zones import main_zone, zones
from rapport.ui.templatetags.ui import SIGNS, locale

# A call takes place outside somebody's hours, a letter does not.
AT_ONCE = frozenset({Channel.PHONE, Channel.VISIT, Channel.CHAT, Channel.SMS})


@dataclass(frozen=True)
class Wish:
    """One wish that holds now: `value` as kept, `words` for the reader, and who said so, where and when."""

    id: int
    topic: Topic
    value: str
    words: str
    evidence: str
    source: str
    by: str
    said_at: datetime
    until: date | None

    @property
    def title(self) -> str:
        return str(self.topic.label)


@dataclass(frozen=True)
class Wishes:
    """All that a customer asked of us and that still holds."""

    address_as: Wish | None = None
    channels_wanted: tuple[Wish, ...] = ()
    channels_unwanted: tuple[Wish, ...] = ()
    times: tuple[Wish, ...] = ()
    language: Wish | None = None
    interests: tuple[Wish, ...] = ()
    others: tuple[Wish, ...] = ()

    def __bool__(self) -> bool:
        return self != Wishes()

    def __iter__(self) -> Iterator[Wish]:
        single = [one for one in (self.address_as, self.language) if one]
        yield from (*single, *self.channels_wanted, *self.channels_unwanted, *self.times)
        yield from (*self.interests, *self.others)


def wishes_of(member_ids: Sequence[int], *, at: datetime) -> Wishes:
    """What holds at ``at``; the caller may see these members. One query, whatever the history."""
    return wishes(said_of(member_ids), at=at)


def stated(customer: Customer, *, at: datetime) -> Wishes:
    """What holds of a customer whom the reader may see."""
    return wishes_of(list(Member.objects.filter(customer=customer).values_list("pk", flat=True)), at=at)


def said_of(member_ids: Sequence[int]) -> list[Preference]:
    """Every word, the newest first."""
    rows = Preference.objects.filter(member__in=member_ids).select_related("by")
    return list(rows.order_by("-said_at", "-pk"))


def wishes(said: Sequence[Preference], *, at: datetime) -> Wishes:
    """What the newest words say, ``said`` being in their order."""
    now = [as_wish(one) for one in current(said, at=at)]
    of = {topic: tuple(one for one in now if one.topic is topic) for topic in Topic}
    return Wishes(
        address_as=next(iter(of[Topic.ADDRESS]), None),
        channels_wanted=of[Topic.CHANNEL],
        channels_unwanted=of[Topic.NOT_CHANNEL],
        times=of[Topic.TIME],
        language=next(iter(of[Topic.LANGUAGE]), None),
        interests=of[Topic.INTEREST],
        others=of[Topic.OTHER],
    )


def current(said: Iterable[Preference], *, at: datetime) -> list[Preference]:
    """The newest word on each matter, without what was taken back or has run out."""
    newest: dict[tuple[str, str], Preference] = {}
    for one in said:
        if one.said_at <= at:
            newest.setdefault(matter(one), one)
    today = timezone.localdate(at)
    return [one for one in newest.values() if not one.withdrawn and (one.until is None or one.until >= today)]


def matter(one: Preference) -> tuple[str, str]:
    """What two words must share so that the newer replaces the older."""
    if one.topic in {Topic.CHANNEL, Topic.NOT_CHANNEL}:
        return Topic.CHANNEL, one.value
    return one.topic, one.value.casefold() if one.topic in SEVERAL else ""


def as_wish(one: Preference) -> Wish:
    return Wish(
        id=one.pk,
        topic=Topic(one.topic),
        value=one.value,
        words=in_words(Topic(one.topic), one.value),
        evidence=one.evidence,
        source=one.source,
        by=one.by.name if one.by else "",
        said_at=one.said_at,
        until=one.until,
    )


def in_words(topic: Topic, value: str) -> str:
    """A kept value as its reader says it."""
    if topic in {Topic.CHANNEL, Topic.NOT_CHANNEL}:
        return channel_name(value)
    if topic is Topic.LANGUAGE:
        return language_name(value)
    return hours_in_words(value) if topic is Topic.TIME else value


def channel_name(channel: str) -> str:
    return str(SIGNS[channel].title) if channel in SIGNS else channel


def hours_in_words(value: str) -> str:
    """Mon–Fri, 10:00–12:00 (Europe/Lisbon), as the reader writes it."""
    hours = parse(value)
    if hours is None:
        return value
    names = get_day_names("abbreviated", locale=locale())
    days = ", ".join(names[one] if one == last else f"{names[one]}–{names[last]}" for one, last in runs(hours.days))
    between = "–".join(format_time(one, "short", locale=locale()) for one in (hours.begin, hours.end))
    words = between if len(hours.days) == len(names) else f"{days} {between}"
    return f"{words} ({hours.zone})" if hours.zone else words


def zone_of(customer: Customer) -> str:
    """Where the customer's clock stands: as said, else as most people of the country have it, else ours."""
    if customer.time_zone in {name for area in zones().values() for name in area}:
        return customer.time_zone
    return main_zone(customer.country) if customer.country else timezone.get_default_timezone_name()


def against(found: Wishes, *, channel: str, at: datetime, zone: str) -> list[str]:
    """What contacting them by ``channel`` at ``at`` would go against, in words; ``zone`` is where they live."""
    warnings = []
    wanted = [one.words for one in found.channels_wanted]
    if channel in {one.value for one in found.channels_unwanted}:
        warnings.append(_("Asked not to be contacted by: %(channel)s.") % {"channel": channel_name(channel)})
    if wanted and channel not in {one.value for one in found.channels_wanted}:
        warnings.append(_("Prefers: %(channels)s.") % {"channels": ", ".join(wanted)})
    hours = [(one, parse(one.value)) for one in found.times]
    known = [(one, when) for one, when in hours if when]
    if channel in AT_ONCE and known and not any(when.cover(at, zone) for _one, when in known):
        wish, when = known[0]
        there = format_time(when.local(at, zone).time(), "short", locale=locale())
        words = {"hours": wish.words, "time": there}
        warnings.append(_("Best reached %(hours)s; it is %(time)s there.") % words)
    return warnings


@dataclass(frozen=True)
class Told:
    """What holds now, and every earlier word with why it holds no more."""

    now: Wishes
    earlier: tuple[tuple[Wish, str], ...]


def told(said: Sequence[Preference], *, at: datetime) -> Told:
    now = wishes(said, at=at)
    held = {one.id for one in now}
    return Told(now, tuple((as_wish(one), why_not(one, at)) for one in said if one.pk not in held))


def why_not(one: Preference, at: datetime) -> str:
    if one.withdrawn:
        return _("taken back")
    if one.until and one.until < timezone.localdate(at):
        return _("over")
    return _("replaced")


def advice(found: Wishes, customer: Customer, *, channel: str, at: datetime) -> list[str]:
    """`against` for this customer's own clock."""
    return against(found, channel=channel, at=at, zone=zone_of(customer)) if found else []
