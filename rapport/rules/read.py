"""Read rules, what each run did, and why something happened to a customer; a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet, Sum

from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.rules.models import Act, Rule, Run
from rapport.rules.then import THENS, Then
from rapport.rules.when import words_of_when
from rapport.rules.words import sentence

SHOWN, ON_PAGE = 50, 10
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """A rule in the list."""

    rule: Rule
    sentence: str
    done: int
    last: datetime | None


@dataclass(frozen=True)
class Reason:
    """What a rule did to a customer, in words, and because of what."""

    act: Act
    words: str
    because: str
    icon: str
    url: str = ""


def rules_of(reader: User, *, at: datetime) -> list[Line]:
    lately = Q(runs__at__gt=at - MONTH)
    found = Rule.objects.visible_to(reader).exclude(version=None).in_order()
    counted = found.annotate(did=Sum("runs__done", filter=lately), last=Max("runs__at"))
    return [
        Line(one, sentence(one.version, reader), getattr(one, "did", 0) or 0, getattr(one, "last", None))
        for one in counted
        if one.version
    ]


def runs_of(rule: Rule) -> list[Run]:
    rows = Run.objects.filter(rule=rule).select_related("version", "event", "undone_by")
    return list(
        rows.annotate(left=Count("acts", filter=Q(acts__outcome=Act.Outcome.KEPT))).order_by("-at", "-pk")[:SHOWN]
    )


def acts_of_run(run: Run, reader: User) -> list[Act]:
    """Of those customers that the reader may see."""
    return list(
        Act.objects.visible_to(reader).filter(run=run).select_related("customer").order_by("customer__sort_key")[:SHOWN]
    )


def reasons_with(customer: Customer, reader: User) -> list[Reason]:
    """What rules did to a customer, the newest first."""
    found = acts_with(customer, reader).select_related("run__version", "rule").order_by("-at", "-pk")
    return [as_reason(one) for one in found[:ON_PAGE]]


def acts_with(customer: Customer, reader: User) -> QuerySet[Act]:
    return Act.objects.visible_to(reader).filter(customer=customer).exclude(outcome=Act.Outcome.SAME)


def as_reason(act: Act) -> Reason:
    version = act.run.version
    then: Then = THENS[version.then]
    return Reason(act, then.words(version.said), words_of_when(version.when, version.asks), then.icon)


def versions_of(rule: Rule, reader: User) -> Sequence[tuple[int, str, datetime, str]]:
    rows = rule.versions.select_related("by").order_by("-number")[:SHOWN]
    return [(one.number, sentence(one, reader), one.at, str(one.by)) for one in rows]
