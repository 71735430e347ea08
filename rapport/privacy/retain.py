"""Let go what is old: rule by rule, batch by batch, with what the law holds left alone and a report of every run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.db import transaction
from django.db.models import Min

from rapport.audit.forget import forget
from rapport.customers.held import HOLD
from rapport.customers.models import Condition, Member
from rapport.files.drop import drop_unused
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.privacy.empty_trash import empty_some
from rapport.privacy.retain_declared import BY_KIND, RETAINABLE, Retainable, Rows
from rapport.privacy.retain_rule import RetainRule, RetainRun
from rapport.timeline.tally import recount

BATCH = 500
SAMPLE = 5


@dataclass(frozen=True)
class Rule:
    """A kind of data with what holds for it now."""

    of: Retainable
    days: int
    active: bool
    said: RetainRule | None

    def before(self, at: datetime) -> datetime:
        return at - timedelta(days=self.days)


@dataclass(frozen=True)
class Preview:
    """What a rule would delete now."""

    count: int
    held: int
    oldest: datetime | None
    sample: Sequence[str]


def rules() -> list[Rule]:
    said = {one.kind: one for one in RetainRule.objects.all()}
    return [rule_with(one, said.get(one.kind)) for one in RETAINABLE]


def rule_of(kind: str) -> Rule | None:
    of = BY_KIND.get(kind)
    return rule_with(of, RetainRule.objects.filter(kind=kind).first()) if of else None


def rule_with(of: Retainable, said: RetainRule | None) -> Rule:
    return Rule(of, said.days if said else of.days, said.active if said else of.usual, said)


def free(rule: Rule, *, at: datetime) -> Rows:
    """What is old and not held by the law."""
    found = rule.of.old(rule.before(at))
    return found.exclude(pk__in=held_in(rule, found).values("pk")) if rule.of.customer else found


def held_in(rule: Rule, found: Rows) -> Rows:
    """What of ``found`` is of customers whom the law holds, also by a record that a merge brought."""
    held = Condition.objects.filter(name=HOLD, until=None).values("customer")
    brought = Member.objects.filter(home__in=held).values("customer")
    path = f"{rule.of.customer}__in"
    return (found.filter(**{path: held}) | found.filter(**{path: brought})).distinct()


def preview(rule: Rule, *, at: datetime) -> Preview:
    found = free(rule, at=at)
    old = rule.of.old(rule.before(at))
    held = held_in(rule, old).count() if rule.of.customer else 0
    oldest = old.aggregate(oldest=Min(rule.of.moment))["oldest"]
    sample = [str(one) for one in found.order_by(rule.of.moment, "pk")[:SAMPLE]]
    return Preview(found.count(), held, oldest, sample)


def run_rule(rule: Rule, *, by: User | None, at: datetime, spell: float = 0) -> RetainRun:
    """Delete until nothing is left or ``spell`` seconds are over; the run that was not ended yet is gone on with."""
    begun = monotonic()
    run = begun_run(rule, by=by, at=at)
    left = next_batch(rule, run, at=at)
    while left and not (spell and monotonic() - begun > spell):
        left = next_batch(rule, run, at=at)
    run.seconds += monotonic() - begun
    run.moved_at = at
    if not left:
        run.ended_at = at
        run.held = held_in(rule, rule.of.old(rule.before(at))).count() if rule.of.customer else 0
    run.save(update_fields=["seconds", "moved_at", "ended_at", "held"])
    return run


def begun_run(rule: Rule, *, by: User | None, at: datetime) -> RetainRun:
    going = RetainRun.objects.filter(kind=rule.of.kind, ended_at=None).order_by("-pk").first()
    return going or RetainRun.objects.create(
        kind=rule.of.kind, days=rule.days, before=rule.before(at), began_at=at, moved_at=at, by=by
    )


@transaction.atomic
def order(rule: Rule, *, by: User, at: datetime) -> RetainRun:
    """Do not wait for the night, nor in the browser: it takes longer than anybody waits."""
    run = begun_run(rule, by=by, at=at)
    record(Fact.RETENTION_ORDERED, [run.pk], by=by, at=at)
    return run


def go_on(run: RetainRun, *, at: datetime, spell: float) -> bool:
    """What was ordered; whether it is through."""
    rule = rule_of(run.kind)
    return (
        run.ended_at is not None or rule is None or run_rule(rule, by=run.by, at=at, spell=spell).ended_at is not None
    )


def next_batch(rule: Rule, run: RetainRun, *, at: datetime) -> bool:
    if rule.of.erased:
        return empty_some(run, partial(free, rule, at=at), at=at)
    return delete_batch(rule, run, at=at)


@transaction.atomic
def delete_batch(rule: Rule, run: RetainRun, *, at: datetime) -> bool:
    """One batch and its count, together or not at all; whether there may be more."""
    found = free(rule, at=at).order_by(rule.of.moment, "pk")
    ids = list(found.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return False
    gone = Counter(run.deleted)
    files = rule.of.files(ids) if rule.of.files else ()
    members = list(rule.of.counted(ids)) if rule.of.counted else []
    for model, column in rule.of.first:
        gone.update(counted(model.objects.filter(**{f"{column}__in": ids}).delete()))
    forget(found.model, ids, by=None, why=f"retention: {rule.of.kind}", at=at)
    gone.update(counted(found.model._default_manager.filter(pk__in=ids).delete()))  # noqa: SLF001
    if members:
        recount(members)
    dropped = drop_unused(files)
    run.deleted = {**gone, **({"files.File": gone["files.File"] + dropped} if dropped else {})}
    run.save(update_fields=["deleted"])
    return len(ids) == BATCH


def counted(deleted: tuple[int, dict[str, int]]) -> dict[str, int]:
    return {name: count for name, count in deleted[1].items() if count}


def run_all(*, at: datetime, spell: float) -> bool:
    """Every rule that deletes; False when time was over before all were through."""
    begun = monotonic()
    for rule in rules():
        left = spell - (monotonic() - begun)
        if not rule.active:
            continue
        if left <= 0 or run_rule(rule, by=None, at=at, spell=left).ended_at is None:
            return False
    return True


@transaction.atomic
def set_rule(rule: Rule, days: int, *, active: bool) -> RetainRule:
    made, _fresh = RetainRule.objects.update_or_create(kind=rule.of.kind, defaults={"days": days, "active": active})
    return made
