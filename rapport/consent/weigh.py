"""Weigh a message against the rules of the contact policy; a function of values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rapport.consent.policy import Concerns, Kind, Outcome, PolicyRule
from rapport.consent.purpose import CORRESPONDENCE, Purpose


@dataclass(frozen=True)
class Situation:
    """For what, by which channel, when on their clock, at which moments something left for them lately, what holds of them."""

    purpose: Purpose
    channel: str
    there: datetime
    left: Sequence[datetime] = ()
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ruling:
    """What the policy says; which rule said so, and until when it waits."""

    outcome: Outcome
    rule: PolicyRule | None = None
    until: datetime | None = None


FREE = Ruling(Outcome.SEND)


def weigh(rules: Iterable[PolicyRule], situation: Situation) -> Ruling:
    """A refusal above a wait; of several waits the longest; else the first in the order of the table."""
    spoken = [one for rule in rules if concerns(rule, situation) and (one := ruling(rule, situation))]
    refusal = next((one for one in spoken if one.outcome == Outcome.REFUSE), None)
    return refusal or max(spoken, key=lambda one: one.until or situation.there, default=FREE)


def concerns(rule: PolicyRule, situation: Situation) -> bool:
    if rule.channel and rule.channel != situation.channel:
        return False
    if rule.concerns == Concerns.ADVERTISING:
        return situation.purpose.advertising
    return rule.concerns == Concerns.EVERYTHING or situation.purpose.code != CORRESPONDENCE


def ruling(rule: PolicyRule, situation: Situation) -> Ruling | None:
    if rule.kind == Kind.CONDITION:
        return Ruling(Outcome.REFUSE, rule) if rule.condition in situation.conditions else None
    if rule.kind == Kind.FREQUENCY:
        # No end: what left while this one waited for its turn counts, too.
        since = situation.there - timedelta(days=rule.days)
        lately = sum(one > since for one in situation.left)
        return Ruling(Outcome.REFUSE, rule) if lately >= rule.most else None
    until = quiet_until(situation.there, rule.begin, rule.end)
    return Ruling(Outcome.WAIT, rule, until) if until else None


def quiet_until(there: datetime, begin: time | None, end: time | None) -> datetime | None:
    """When the quiet hours end that ``there`` falls into; they may go over midnight. None outside of them."""
    if begin is None or end is None or begin == end:
        return None
    clock = there.time()
    over_midnight = begin > end
    within = begin <= clock or clock < end if over_midnight else begin <= clock < end
    if not within:
        return None
    day = there.date() + timedelta(days=1) if over_midnight and clock >= begin else there.date()
    return datetime.combine(day, end, there.tzinfo)
