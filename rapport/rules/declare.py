"""Write a new rule, or what one says from now on: the version before is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from rapport.people.models import User
from rapport.rules.models import Rule, Version


@dataclass(frozen=True)
class Wish:
    """What a rule shall say."""

    name: str
    when: str
    asks: Mapping[str, str]
    conditions: str
    then: str
    said: Mapping[str, Any]
    most_an_hour: int = 200

    def version(self, rule: Rule, *, by: User) -> Version:
        """Not kept yet: to be tested, or said in words."""
        return Version(
            rule=rule,
            when=self.when,
            asks=dict(self.asks),
            conditions=self.conditions,
            then=self.then,
            said=dict(self.said),
            by=by,
        )


@transaction.atomic
def declare(wish: Wish, *, by: User, at: datetime) -> Rule:
    """Off until somebody switches it on; the last in the order."""
    last = Rule.objects.aggregate(last=Max("position"))["last"] or 0
    rule = Rule(owner=by, position=last + 1, created_at=at)
    return change(rule, wish, by=by, at=at)


@transaction.atomic
def change(rule: Rule, wish: Wish, *, by: User, at: datetime) -> Rule:
    """From now on it acts with the eyes of whoever changed it last."""
    rule.name, rule.owner, rule.most_an_hour = wish.name, by, wish.most_an_hour
    rule.save()
    new, now = wish.version(rule, by=by), rule.version
    if now is None or meaning(now) != meaning(new):
        new.number, new.at = (now.number if now else 0) + 1, at
        new.save()
        rule.version = new
        rule.save(update_fields=["version"])
    return rule


def meaning(version: Version) -> tuple[Any, ...]:
    return version.when, version.asks, version.conditions, version.then, version.said


@transaction.atomic
def move(rule: Rule, *, up: bool) -> None:
    """Change places with the one before or after it."""
    rows = Rule.objects.select_for_update().order_by("position", "pk")
    numbered = [one.pk for one in rows]
    here = numbered.index(rule.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(numbered):
        numbered[here], numbered[there] = numbered[there], numbered[here]
    for place, pk in enumerate(numbered, 1):
        Rule.objects.filter(pk=pk).exclude(position=place).update(position=F("position") * 0 + place)
