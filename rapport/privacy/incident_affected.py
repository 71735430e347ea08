"""Find whom an incident concerns: by a saved view, by the conditions of a list, or by ids; only whom the finder may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import ngettext

from rapport.customers.models import Customer, Identifier, Member
from rapport.lib.identifiers import normalise
from rapport.lists.models import View
from rapport.lists.record_list import RecordList, record_list
from rapport.people.models import User
from rapport.privacy.incident import Affected, Incident, IncidentStep

BATCH = 1_000


@dataclass(frozen=True)
class Whom:
    """Customers, and in words how they were found."""

    customers: QuerySet[Customer]
    words: str
    not_found: Sequence[int | str] = ()
    # Conditions that nobody knows here: without them it would be more people than were meant.
    not_known: Sequence[str] = ()


def by_view(view: View, *, by: User) -> Whom | None:
    """All that a saved view of customers shows to whoever asks; one that names no condition that holds is no answer."""
    whom = by_conditions(view.state, by=by)
    return replace(whom, words=f"{view.name}: {whom.words}") if whom else None


def by_conditions(query: str, *, by: User) -> Whom | None:
    """All that an address of the list of customers asks for; None where it asks for nothing, which would be everybody."""
    kept = the_list(by)
    words = kept.words(query, by) if kept else []
    unknown = kept.not_known(query, by) if kept else []
    return Whom(kept.chosen(query, by), "; ".join(words), not_known=unknown) if kept and (words or unknown) else None


def by_ids(ids: Sequence[int | str], *, by: User) -> Whom:
    """These customers, by number or e-mail address; what was merged leads to its survivor.

    Only how many addresses there were is kept in words: an erasure would not find them there.
    """
    seen = Customer.objects.visible_to(by)
    numbers = [one for one in ids if isinstance(one, int)]
    known = dict(seen.filter(pk__in=numbers).values_list("pk", "merged_into"))
    written = {one: normalise("email", one).key for one in ids if isinstance(one, str)}
    theirs = Identifier.objects.filter(kind=Identifier.Kind.EMAIL, key__in=written.values(), member__customer__in=seen)
    holders = dict(theirs.values_list("key", "member__customer"))
    living = {survivor or pk for pk, survivor in known.items()} | set(holders.values())
    missing = [one for one in ids if one not in known and written.get(str(one)) not in holders]
    words = [", ".join(map(str, numbers[:100]))] if numbers else []
    if written:
        words.append(ngettext("%(n)d e-mail address", "%(n)d e-mail addresses", len(written)) % {"n": len(written)})
    return Whom(seen.living().filter(pk__in=living), "; ".join(words), tuple(missing))


def the_list(by: User) -> RecordList | None:
    return record_list("customers", by)


@transaction.atomic
def concern(incident: Incident, whom: Whom, *, by: User, at: datetime) -> int:
    """The incident concerns them, too; how many it did not concern before."""
    Incident.objects.select_for_update().get(pk=incident.pk)
    before = incident.affected.count()
    for members in batches(whom.customers):
        Affected.objects.bulk_create(
            [Affected(incident=incident, member_id=pk) for pk in members], ignore_conflicts=True
        )
    fresh = incident.affected.count() - before
    incident.found_by = "\n".join(one for one in (incident.found_by, whom.words) if one)[:4_000]
    incident.save(update_fields=["found_by"])
    IncidentStep.objects.create(incident=incident, at=at, by=by, words=f"+{fresh}: {whom.words}"[:2_000])
    return fresh


def batches(customers: QuerySet[Customer]) -> list[list[int]]:
    """The own members of ``customers``: what a merge brought is reached through them."""
    ids = customers.order_by().values("pk")
    own = Member.objects.filter(customer__in=ids).order_by("customer_id", "pk").distinct("customer_id")
    found = list(own.values_list("pk", flat=True))
    return [found[begin : begin + BATCH] for begin in range(0, len(found), BATCH)]


def concerned(incident: Incident, *, reader: User) -> QuerySet[Customer]:
    """The customers that it concerns, as far as ``reader`` may see them."""
    theirs = Affected.objects.filter(incident=incident, member__customer=OuterRef("pk"))
    return Customer.objects.visible_to(reader).filter(Exists(theirs)).order_by("sort_key", "pk")
