"""Give what somebody has in hand to somebody else, in one transaction, and keep how it is taken back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat, Left
from django.utils import timezone

from rapport.calendars.models import Host
from rapport.customers.by_hand import to_keep, write_by_hand
from rapport.journal.change import Change, Deed
from rapport.journal.keep import keep
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import added, changed, image
from rapport.lists.models import View
from rapport.oversight.work import BY_NAME, CUSTOMERS, HOSTS, TERMS, VIEWS, Kind
from rapport.people.models import Team, User
from rapport.people.post import Term

AT_ONCE = 1_000
Kept = dict[str, Any]


@dataclass(frozen=True)
class Heirs:
    """Who gets the work. With a team, customers go to it and belong to nobody in particular."""

    person: User
    team: Team | None = None


@transaction.atomic
def hand_over(leaver: User, heirs: Heirs, kinds: Collection[str], *, by: User, at: datetime) -> Change | None:
    """What there is of these kinds goes to ``heirs``; None when there was nothing."""
    User.objects.select_for_update(no_key=True).get(pk=leaver.pk)
    back: dict[str, Kept] = {}
    number = 0
    for kind in (BY_NAME[name] for name in kinds):
        count, kept = SPECIAL.get(kind.name, give)(kind, leaver, heirs, at)
        if count:
            back[kind.name], number = kept, number + count
    if not back:
        return None
    record(Fact.WORK_HANDED_OVER, [leaver.pk], by=by, at=at, to=heirs.person.pk, number=number)
    told = {"leaver": str(leaver), "heir": str(heirs.person), "number": number}
    customers = {"leaver": leaver.pk, "heir": heirs.person.pk, "kinds": back}
    return keep(Deed.HANDED_OVER, [], by=by, at=at, back=customers, **told)


def give(kind: Kind, leaver: User, heirs: Heirs, at: datetime) -> tuple[int, Kept]:  # noqa: ARG001
    """Rows whose column simply names somebody else from now on."""
    return moved(kind, list(kind.of(leaver).order_by("pk").values_list("pk", flat=True)), heirs.person)


def moved(kind: Kind, ids: Iterable[int], heir: User) -> tuple[int, Kept]:
    known = list(ids)
    kind.rows().filter(pk__in=known).update(**{kind.column: heir})
    if kind.fact and known:
        record(kind.fact, subjects(kind, known), by=None)
    return len(known), {"ids": known}


def subjects(kind: Kind, ids: Collection[int]) -> Iterable[int]:
    """Whom the fact is about: of a seat in a meeting, the meeting."""
    if kind.name == HOSTS:
        return Host.objects.filter(pk__in=ids).values_list("meeting", flat=True)
    return ids


def give_customers(kind: Kind, leaver: User, heirs: Heirs, at: datetime) -> tuple[int, Kept]:
    claims = {"owner": "", "team": heirs.team.name} if heirs.team else {"owner": heirs.person.email}
    ids = list(kind.of(leaver).order_by("pk").values_list("pk", flat=True))
    traces: dict[str, Any] = {}
    for start in range(0, len(ids), AT_ONCE):
        traces |= to_keep(write_by_hand(dict.fromkeys(ids[start : start + AT_ONCE], claims), at=at))
    if ids:
        record(Fact.CUSTOMERS_CHANGED, ids, by=None, at=at, only=" ".join(sorted(claims)))
    return len(ids), {"traces": traces, "fields": sorted(claims)}


def give_seats(kind: Kind, leaver: User, heirs: Heirs, at: datetime) -> tuple[int, Kept]:  # noqa: ARG001
    """Where the heir sits in the meeting already, the seat is given up."""
    seats = kind.of(leaver)
    doubled = list(seats.filter(meeting__hosts__user=heirs.person).values_list("pk", "meeting"))
    Host.objects.filter(pk__in=[pk for pk, _meeting in doubled]).delete()
    count, kept = moved(kind, list(kind.of(leaver).order_by("pk").values_list("pk", flat=True)), heirs.person)
    return count + len(doubled), kept | {"given up": [meeting for _pk, meeting in doubled]}


def give_views(kind: Kind, leaver: User, heirs: Heirs, at: datetime) -> tuple[int, Kept]:
    """One that is called as the heir's own is called after the leaver, too."""
    theirs = View.objects.living().filter(owner=heirs.person).values("listing", "name")
    same = Q(pk__in=[])
    for one in theirs:
        same |= Q(**one)
    name = Concat(Left("name", 60), Value(f" ({leaver})"[:40]), output_field=TextField())
    kind.of(leaver).filter(same).update(name=name)
    return give(kind, leaver, heirs, at)


def give_terms(kind: Kind, leaver: User, heirs: Heirs, at: datetime) -> tuple[int, Kept]:
    """The heir's term begins today; what the leaver held before stays told."""
    today, written = timezone.localdate(at), []
    terms = list(kind.of(leaver).select_for_update().order_by("pk"))
    for term in terms:
        before = image(term)
        if term.since >= today:
            term.holder = heirs.person
            term.save()
        else:
            end, term.until = term.until, today - timedelta(days=1)
            term.save()
            deputy = None if term.deputy_id == heirs.person.pk else term.deputy
            written.append(
                added(Term.objects.create(post=term.post, holder=heirs.person, deputy=deputy, since=today, until=end))
            )
        written.append(changed(term, before))
    return len(terms), {"rows": [one.kept for one in written]}


SPECIAL = {CUSTOMERS: give_customers, HOSTS: give_seats, VIEWS: give_views, TERMS: give_terms}
