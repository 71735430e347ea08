"""Read how warm we are with people: the last contact each way, how often lately, and who of us knows them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy

from rapport.people.models import User
from rapport.timeline.models import ChannelChoice, DirectionChoice, Interaction, Participation, Tally

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LATELY, SOON, LONG = timedelta(days=90), timedelta(days=30), timedelta(days=730)
# A push of the newsletter and the receipt of a purchase are no contact between people.
NO_TALK = (ChannelChoice.SYSTEM, ChannelChoice.STORE)
# More of these in 90 days than this are not looked at one by one.
MOST, KNOWN_BY = 5_000, 3


class Level(StrEnum):
    WARM = "warm"
    TEPID = "tepid"
    COLD = "cold"
    NEVER = "never"


WORDS: "Mapping[Level, StrOrPromise]" = {
    Level.WARM: gettext_lazy("warm"),
    Level.TEPID: gettext_lazy("lukewarm"),
    Level.COLD: gettext_lazy("cold"),
    Level.NEVER: gettext_lazy("no contact yet"),
}
SHADES = {Level.WARM: "good", Level.TEPID: "info", Level.COLD: "warn", Level.NEVER: "bad"}


@dataclass
class Warmth:
    """``lately`` contacts in 90 days that the reader may see; ``known_by`` colleagues with how often in two years."""

    at: datetime
    heard: datetime | None = None
    told: datetime | None = None
    lately: int = 0
    known_by: Sequence[tuple[User, int]] = field(default_factory=list)

    @property
    def last(self) -> datetime | None:
        return max(filter(None, (self.heard, self.told)), default=None)

    @property
    def days(self) -> int | None:
        """Since the last contact, either way."""
        return (self.at - self.last).days if self.last else None

    @property
    def level(self) -> Level:
        """Warm: a contact in 30 days, and both sides spoke in 90. Lukewarm: any contact in 90 days."""
        if self.last is None:
            return Level.NEVER
        if self.last < self.at - LATELY:
            return Level.COLD
        both = bool(self.heard and self.told and min(self.heard, self.told) >= self.at - LATELY)
        return Level.WARM if both and self.last >= self.at - SOON else Level.TEPID

    @property
    def words(self) -> "StrOrPromise":
        return WORDS[self.level]

    @property
    def shade(self) -> str:
        return SHADES[self.level]


def warmth_of(customer_ids: Iterable[int], *, reader: User, at: datetime) -> dict[int, Warmth]:
    """By customer, in a fixed number of queries."""
    ids = list(customer_ids)
    found = last_contacts(ids, at=at)
    rows = contacts(ids, since=at - LONG)[:MOST]
    seats = list(rows.values_list("member__customer", "interaction", "at"))
    seen = seen_of([row[1] for row in seats], reader=reader)
    lately, authors = Counter[int](), defaultdict[int, Counter[int]](Counter)
    for customer, interaction in {(row[0], row[1]) for row in seats if row[1] in seen}:
        moment, author = seen[interaction]
        lately[customer] += moment >= at - LATELY
        if author:
            authors[customer][author] += 1
    ours = User.objects.in_bulk({author for counts in authors.values() for author in counts})
    for customer, one in found.items():
        one.lately = lately[customer]
        one.known_by = [(ours[pk], count) for pk, count in authors[customer].most_common(KNOWN_BY)]
    return found


def last_contacts(customer_ids: Sequence[int], *, at: datetime) -> dict[int, Warmth]:
    """Only the last contact each way, from the running tallies, in one query."""
    found = {pk: Warmth(at) for pk in customer_ids}
    tallies = Tally.objects.filter(member__customer__in=customer_ids).exclude(channel__in=NO_TALK)
    for customer, direction, last in (
        tallies.order_by()
        .values("member__customer", "direction")
        .annotate(last=Max("last_at"))
        .values_list("member__customer", "direction", "last")
    ):
        if direction == DirectionChoice.INBOUND:
            found[customer].heard = last
        elif direction == DirectionChoice.OUTBOUND:
            found[customer].told = last
    return found


def contacts(customer_ids: Sequence[int], *, since: datetime) -> QuerySet[Participation]:
    """Who of these took part in what since then, the newest first."""
    return Participation.objects.filter(member__customer__in=customer_ids, at__gte=since).order_by("-at", "-pk")


def seen_of(interaction_ids: Iterable[int], *, reader: User) -> dict[int, tuple[datetime, int | None]]:
    """Those of them that were contacts between them and us and that ``reader`` may see: when, and by whom of us."""
    known = Interaction.objects.visible_to(reader).filter(pk__in=list(interaction_ids))
    known = known.exclude(direction=DirectionChoice.INTERNAL).exclude(channel__in=NO_TALK)
    return {pk: (moment, author) for pk, moment, author in known.values_list("pk", "at", "author")}


def lately_with(customer_id: int, *, reader: User, at: datetime) -> list[int]:
    """The interactions that are counted as contacts of the last 90 days, the newest first."""
    ids = list(contacts([customer_id], since=at - LATELY)[:MOST].values_list("interaction", flat=True))
    seen = seen_of(ids, reader=reader)
    return [one for one in dict.fromkeys(ids) if one in seen]
