"""Erase a person: proposed, confirmed by somebody else, then done step by step, each of which may be done again."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import capfirst

from rapport.customers.models import Customer
from rapport.files.drop import drop_unused
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.privacy.erase_files import pattern_of
from rapport.privacy.erase_kept import drop_brought, drop_drafts, drop_packs, drop_sessions
from rapport.privacy.erase_mend import blank_shared, mend
from rapport.privacy.erase_person import Person, person_of
from rapport.privacy.erase_rows import erase_rows
from rapport.privacy.erase_rules import RULES, STAYS
from rapport.privacy.erase_sweep import Columns, counts, sweep, tables
from rapport.privacy.erased_list import note_erased
from rapport.privacy.erasure import Erasure
from rapport.privacy.hold import held
from rapport.privacy.request import Asks, Request, Step
from rapport.privacy.request_steps import open_one, step

State = Erasure.State


class EraseError(Exception):
    """Somebody who can not be erased now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def propose(request: Request, *, by: User, at: datetime) -> Erasure:
    """Say that the person of ``request`` is to be erased. Raises EraseError (other request, unchecked, held, already)."""
    request = open_one(request)
    if request.asks not in {Asks.ERASURE, Asks.OBJECTION}:
        raise EraseError("other request")
    if request.customer is None or not request.checked:
        raise EraseError("unchecked")
    refuse_held(request.customer)
    if Erasure.objects.in_force().filter(customer=request.customer).exists():
        raise EraseError("already")
    made = Erasure.objects.create(request=request, customer=request.customer, proposed_by=by, proposed_at=at)
    step(request, Step.Kind.PROPOSED, "", by=by, at=at)
    return made


@transaction.atomic
def confirm(erasure: Erasure, *, by: User, at: datetime) -> Erasure:
    """A second person says so, too; it begins. Raises EraseError (own, held, not proposed)."""
    now = Erasure.objects.select_for_update(of=("self",)).select_related("request", "customer").get(pk=erasure.pk)
    if now.state != State.PROPOSED:
        raise EraseError("not proposed")
    if now.proposed_by_id == by.pk:
        raise EraseError("own")
    refuse_held(now.customer)
    now.state, now.confirmed_by, now.confirmed_at = State.RUNNING, by, at
    now.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    step(now.request, Step.Kind.CONFIRMED, "", by=by, at=at)
    record(Fact.ERASURES_CONFIRMED, [now.pk], by=by, at=at)
    return now


@transaction.atomic
def drop(erasure: Erasure, *, by: User, at: datetime) -> None:
    """Take a proposal back."""
    if Erasure.objects.filter(pk=erasure.pk, state=State.PROPOSED).update(state=State.DROPPED, ended_at=at):
        step(erasure.request, Step.Kind.NOTED, "", by=by, at=at)


def refuse_held(customer: Customer) -> None:
    if held([customer.pk]):
        raise EraseError("held")


def run(erasure_id: int) -> Erasure:
    """Go on where it stopped, until it is done. Killed at any moment and started again, it ends in the same."""
    now = Erasure.objects.select_related("request", "customer").get(pk=erasure_id)
    if now.state not in {State.RUNNING, State.BROKEN}:
        return now
    if held([now.customer_id]):
        Erasure.objects.filter(pk=now.pk).update(state=State.BROKEN, trouble="held")
        return Erasure.objects.get(pk=now.pk)
    person = planned(now)
    through(now, "rows", lambda: rows(now, person))
    for part in tables():
        through(now, f"table {part.table}", partial(swept, now, person, part))
    through(now, "mend", lambda: mend(person))
    through(now, "kept", lambda: kept(now, person))
    vacuum(now)
    return end(now, person)


def planned(now: Erasure) -> Person:
    """Whom it is about: read once, before anything goes, and kept sealed until it is through."""
    if not now.sealed:
        found = person_of(now.customer)
        now.plan, now.customer_ids, now.member_ids = found.kept(), found.of("customers"), found.of("members")
        now.save(update_fields=["sealed", "customer_ids", "member_ids"])
    return Person(**now.plan)


def rows(now: Erasure, person: Person) -> dict[str, int]:
    at = timezone.now()
    blank_shared(person)
    done = erase_rows(person, evidence=str(now.request), at=at)
    Customer.objects.filter(pk__in=person.of("customers")).update(trashed_at=at)
    now.plan = person.kept()
    now.save(update_fields=["sealed"])
    return dict(done)


def swept(now: Erasure, person: Person, part: Columns) -> dict[str, int]:
    """What was changed in a table; of what follows from words is kept which rows they stood in."""
    ids = sweep(person, part)
    if ids and part.table in {"timeline_interaction", "customers_customer", "customers_sourcerecord"}:
        person.ids.setdefault(part.table, []).extend(ids)
        now.plan = person.kept()
        now.save(update_fields=["sealed"])
    return {part.table: len(ids)}


def kept(now: Erasure, person: Person) -> dict[str, int]:
    pattern = pattern_of(person)
    uploads, left = drop_brought(pattern)
    now.left = [*now.left, *left]
    return {
        "drafts": drop_drafts(person, pattern),
        "sessions": drop_sessions(pattern),
        "packs": drop_packs(person),
        "uploads": uploads,
        "files": drop_unused(person.of("files")),
    }


def through(now: Erasure, name: str, did: Callable[[], Mapping[str, int]]) -> None:
    """One step with the note that it is through, both or neither."""
    if name in now.done:
        return
    with transaction.atomic():
        counted = Counter(now.report)
        counted.update(did())
        now.report = {table: number for table, number in counted.items() if number}
        now.done = [*now.done, name]
        now.save(update_fields=["done", "report", "left"])


def vacuum(now: Erasure) -> None:
    """Let go of the places where rows stood, and of the statistics that repeat their values."""
    if connection.in_atomic_block:
        return
    names = {one for one in now.report if "." in one}
    found = {apps.get_model(one)._meta.db_table for one in names}  # noqa: SLF001
    swept = {one.removeprefix("table ") for one in now.done if one.startswith("table ")} & set(now.report)
    with connection.cursor() as cursor:
        for table in sorted(found | swept | {"privacy_erasure"}):
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(table)}")


@transaction.atomic
def end(now: Erasure, person: Person) -> Erasure:
    """Look once more; what still names them is said by table, and then nothing here does any more."""
    still = [f"{part.table}.{name}: {number}" for part in tables() for name, number in left_in(person, part)]
    at = timezone.now()
    note_erased(now.customer_ids, now.member_ids, at=at)
    now.left = [*now.left, *still]
    now.state, now.ended_at, now.trouble, now.plan = State.DONE, at, "", {}
    now.save(update_fields=["left", "state", "ended_at", "trouble", "sealed"])
    step(now.request, Step.Kind.ERASED, "", by=None, at=at)
    record(Fact.PERSONS_ERASED, now.customer_ids, by=now.confirmed_by, at=at, request=now.request_id)
    return now


def left_in(person: Person, part: Columns) -> list[tuple[str, int]]:
    return list(counts(person.patterns, part)) if person.patterns else []


def preview(customer: Customer) -> list[tuple[str, int, bool]]:
    """What an erasure would do, without doing it: name of the records, how many, whether they go or are emptied."""
    person = person_of(customer)
    found: dict[str, tuple[int, bool]] = {}
    for rule in RULES:
        model = apps.get_model(rule.table)
        if "visitors" in rule.by.values():
            continue
        lookups = person.lookups(rule.by)
        number = model._base_manager.filter(**lookups).count() if all(lookups.values()) else 0  # noqa: SLF001
        goes = not hasattr(rule, "to")
        if number and not rule.table.endswith("event"):
            name = name_of(rule.table)
            found[name] = (found.get(name, (0, goes))[0] + number, goes)
    return [(name, number, goes) for name, (number, goes) in sorted(found.items())]


def staying() -> list[tuple[str, str]]:
    """What stays, and on what ground."""
    return [(name_of(table), str(why)) for table, why in STAYS.items()]


def name_of(table: str) -> str:
    """As the data dictionary names it: one of many, so that a number can stand beside it."""
    return capfirst(str(apps.get_model(table)._meta.verbose_name))  # noqa: SLF001


def who_confirms(erasure: Erasure) -> list[User]:
    """Colleagues who may say the second person's word: whoever erases, and sees the request."""
    may = User.objects.who_may("privacy.erase_person").order_by("name", "pk")
    others = [one for one in may if one.pk != erasure.proposed_by_id]
    return [one for one in others if Erasure.objects.visible_to(one).filter(pk=erasure.pk).exists()]
