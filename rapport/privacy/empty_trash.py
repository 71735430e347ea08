"""Let customers go for good whose time in the trash is over: erased, some at a time, by the steps of an erasure that was asked for."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.customers.by_hand import lock
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.privacy.erase_person import Person, people_in_trash
from rapport.privacy.erase_steps import carry_through, plan, rows, still_named, through
from rapport.privacy.erasure import Emptying
from rapport.privacy.retain_declared import Rows
from rapport.privacy.retain_rule import RetainRun

# Every table is looked through for the names and addresses of so many at once.
BATCH = 25


def empty_some(run: RetainRun, due: Callable[[], Rows], *, at: datetime) -> bool:
    """Go on with those who were begun with, else with the next ones; whether there may be more.

    ``due`` asks which `Trashed` are to go now. It is asked twice, the second time when nobody can restore or hold them any more.
    """
    now = Emptying.objects.filter(run=run, ended_at=None).first() or begin(run, due, at=at)
    if now is None:
        return False
    person = Person(**now.plan)
    carry_through(now, person, evidence=evidence())
    end(now, person, run)
    return True


@transaction.atomic
def begin(run: RetainRun, due: Callable[[], Rows], *, at: datetime) -> Emptying | None:
    """Their rows go in the transaction that makes sure that they may."""
    oldest = list(due().order_by("at", "pk").values_list("customer_id", flat=True)[:BATCH])
    lock(oldest)
    ids = list(due().filter(customer__in=oldest).values_list("customer_id", flat=True))
    if not ids:
        return None
    person = people_in_trash(ids)
    now = Emptying(run=run, began_at=at)
    plan(now, person)
    now.save()
    through(now, "rows", lambda: rows(now, person, evidence=evidence()))
    return now


def evidence() -> str:
    return _("Time in the trash over")


@transaction.atomic
def end(now: Emptying, person: Person, run: RetainRun) -> None:
    """What was done stands in the report of the run, once; nothing here names them any more."""
    at = timezone.now()
    now.left, now.plan, now.ended_at = [*now.left, *still_named(person)], {}, at
    now.save(update_fields=["left", "sealed", "ended_at"])
    run.deleted = dict(Counter(run.deleted) + Counter(now.report))
    run.save(update_fields=["deleted"])
    record(Fact.PERSONS_ERASED, now.customer_ids, by=None, at=at, retention=run.pk)
