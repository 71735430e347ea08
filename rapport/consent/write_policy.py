"""Write the next version of the contact policy, test it on its examples, have a second person approve it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from rapport.consent.policy import Policy, PolicyExample, PolicyRule
from rapport.consent.weigh import Ruling, Situation, weigh
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

COLUMNS = ("kind", "concerns", "channel", "most", "days", "begin", "end", "condition")
CASE = ("purpose", "channel", "clock", "days_ago", "conditions", "expected")
# Any day will do: an example speaks of times of the day, and of days before it.
DAY = datetime(2026, 3, 4, tzinfo=timezone.get_default_timezone())


class PolicyError(Exception):
    """The policy can't be written or approved that way; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Tried:
    """What came out of an example."""

    example: PolicyExample
    ruling: Ruling

    @property
    def passed(self) -> bool:
        return self.ruling.outcome == self.example.expected

    @property
    def came_out(self) -> str:
        return str(self.ruling.outcome.label)


def try_out(policy: Policy) -> list[Tried]:
    """Each example against the rules of ``policy``."""
    rules = list(policy.rules.order_by("position"))
    examples = policy.examples.select_related("purpose").order_by("position")
    return [Tried(one, weigh(rules, situation_of(one))) for one in examples]


def situation_of(example: PolicyExample) -> Situation:
    there = datetime.combine(DAY.date(), example.clock, DAY.tzinfo)
    # A minute less: what left "7 days ago" still counts within 7 days.
    left = [there - timedelta(days=one) + timedelta(minutes=1) for one in days_of(example.days_ago)]
    return Situation(example.purpose, example.channel, there, left, frozenset(example.condition_names))


def days_of(text: str) -> list[int]:
    """Whole days as in "1, 3, 6". Raises ValueError."""
    return [int(one) for one in text.split(",") if one.strip()]


@transaction.atomic
def draft(*, by: User, at: datetime) -> Policy:
    """A copy of what is in force, to be changed; the draft there is already, whoever began it."""
    waiting = Policy.objects.select_for_update().filter(approved_at=None).first()
    if waiting:
        return waiting
    kept = Policy.objects.in_force()
    last = Policy.objects.aggregate(last=Max("number"))["last"] or 0
    made = Policy.objects.create(number=last + 1, by=by, at=at)
    rules = list(kept.rules.order_by("position")) if kept else []
    examples = list(kept.examples.order_by("position")) if kept else []
    rewrite(made, rules, examples, note="", by=by, at=at)
    return made


@transaction.atomic
def rewrite(
    policy: Policy,
    rules: Sequence[PolicyRule],
    examples: Sequence[PolicyExample],
    *,
    note: str,
    by: User,
    at: datetime,
) -> None:
    """What a draft says from now on; whoever wrote it last can't approve it. Raises PolicyError (approved)."""
    row = Policy.objects.select_for_update().get(pk=policy.pk)
    if row.approved_at:
        raise PolicyError("approved")
    row.note, row.by, row.at = note[:400], by, at
    row.save()
    row.rules.all().delete()
    row.examples.all().delete()
    PolicyRule.objects.bulk_create(
        PolicyRule(policy=row, position=place, **said(one, COLUMNS)) for place, one in enumerate(rules, 1)
    )
    PolicyExample.objects.bulk_create(
        PolicyExample(policy=row, position=place, **said(one, CASE)) for place, one in enumerate(examples, 1)
    )


def said(row: PolicyRule | PolicyExample, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


@transaction.atomic
def approve(policy: Policy, *, seen: str, by: User, at: datetime) -> None:
    """In force from now on, if it still says what was ``seen`` (its `stamp`). Raises PolicyError (approved, changed, own, examples)."""
    row = Policy.objects.select_for_update().get(pk=policy.pk)
    if row.approved_at:
        raise PolicyError("approved")
    if row.stamp != seen:
        raise PolicyError("changed")
    if row.by_id == by.pk:
        raise PolicyError("own")
    if not all(one.passed for one in try_out(row)):
        raise PolicyError("examples")
    row.approved_by, row.approved_at = by, at
    row.save()
    record(Fact.POLICY_APPROVED, [row.pk], by=by, at=at)


@transaction.atomic
def drop(policy: Policy) -> None:
    """Throw a draft away; what was approved stays for ever."""
    Policy.objects.filter(pk=policy.pk, approved_at=None).delete()
