"""Erase a person: proposed, confirmed by somebody else, then done step by step, each of which may be done again."""

from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst

from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.privacy.erase_person import Person, person_of
from rapport.privacy.erase_rules import RULES, STAYS
from rapport.privacy.erase_steps import carry_through, plan, still_named
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
    carry_through(now, person, evidence=str(now.request))
    return end(now, person)


def planned(now: Erasure) -> Person:
    """Whom it is about: read once, before anything goes, and kept sealed until it is through."""
    if not now.sealed:
        plan(now, person_of(now.customer))
        now.save(update_fields=["sealed", "customer_ids", "member_ids"])
    return Person(**now.plan)


@transaction.atomic
def end(now: Erasure, person: Person) -> Erasure:
    """Look once more; what still names them is said by table, and then nothing here does any more."""
    still = still_named(person)
    at = timezone.now()
    note_erased(now.customer_ids, now.member_ids, at=at)
    now.left = [*now.left, *still]
    now.state, now.ended_at, now.trouble, now.plan = State.DONE, at, "", {}
    now.save(update_fields=["left", "state", "ended_at", "trouble", "sealed"])
    step(now.request, Step.Kind.ERASED, "", by=None, at=at)
    record(Fact.PERSONS_ERASED, now.customer_ids, by=now.confirmed_by, at=at, request=now.request_id)
    return now


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
