"""How changes of customers are told and taken back: fields, what hangs on a record, the trash."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.bring_back import bring_back
from rapport.customers.by_hand import as_traces, lay_back, lock, moved_since
from rapport.customers.detail import LABELS
from rapport.customers.discard import throw_away
from rapport.customers.edit import told
from rapport.customers.golden import OWN
from rapport.customers.models import Customer, Relationship
from rapport.customers.preference import Topic
from rapport.customers.veil import COLUMN, TABLE, graded_columns
from rapport.fields.models import CustomField, declared
from rapport.fields.seen import marked_for_all
from rapport.fields.sensitivity import MASK, graded_in
from rapport.journal.change import Change, Deed
from rapport.journal.keep import keep
from rapport.journal.lay_rows_back import lay_rows_back, rows_of, shown
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import BACK, Choices, Clash, UndoError, WayBack
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEVERAL = 3


def all_seen(change: Change, user: User) -> bool:
    """Whether the reader may see everybody whom the change is about."""
    wanted = set(change.customer_ids)
    seen = Customer.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True)
    return wanted == set(seen)


def own_among(names: Iterable[str]) -> list[CustomField]:
    """The organisation's own fields, when there is one among ``names``."""
    return declared() if any(name.startswith(OWN) for name in names) else []


def veil_over(names: Iterable[str]) -> Callable[[str, Any], str]:
    """How the value of a field is told to whoever it may be: what is sensitive at all is not."""
    closed = {one.claim for one in marked_for_all(own_among(names)) if one.hidden} | graded_columns()
    return lambda name, value: MASK if name in closed and value else shown(value)


def labels_of(names: Mapping[str, Any]) -> "dict[str, StrOrPromise]":
    """What the fields are called, the organisation's own too."""
    own = {one.claim: one.label for one in own_among(names)}
    return {name: own.get(name) or LABELS.get(name, name.removeprefix(OWN)) for name in names}


def words_of_edit(change: Change) -> str:
    fields = change.details.get("fields", {})
    labels, said = labels_of(fields), veil_over(fields)
    if len(fields) > SEVERAL:
        return _("%(number)d fields changed") % {"number": len(fields)}
    pieces = (
        f"{labels[name]}: {said(name, old) or '–'} → {said(name, new) or '–'}" for name, (old, new) in fields.items()
    )
    return "; ".join(pieces)


def undo_edit(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    """Let each field say again what it said, but none that somebody has written since, unless that was decided."""
    lock(change.customer_ids)
    alive(change)
    traces = as_traces(change.back["traces"])
    moved = moved_since(traces, at=change.at)
    open_ = {pk: [name for name in names if name not in choices] for pk, names in moved.items()}
    clashes = [one for pk, names in open_.items() for one in clashes_of(change, pk, names)]
    if clashes:
        raise UndoError("changed since", clashes)
    goes = {
        pk: [name for name in trace.fields if name not in moved.get(pk, ()) or choices[name] == BACK]
        for pk, trace in traces.items()
    }
    homes = lay_back(traces, at=change.at, fields=goes)
    record(Fact.CUSTOMERS_CHANGED, homes, by=by, at=at)


def clashes_of(change: Change, customer_id: int, names: list[str]) -> list[Clash]:
    fields, labels = change.details["fields"], labels_of(dict.fromkeys(names))
    now, said = told(Customer.objects.get(pk=customer_id), names), veil_over(names)
    return [Clash(name, labels[name], said(name, now[name]), said(name, fields[name][0])) for name in names]


def alive(change: Change) -> None:
    if Customer.objects.filter(pk__in=change.customer_ids).exclude(trashed_at=None).exists():
        raise UndoError("in the trash")


def undo_rows(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    alive(change)
    lay_rows_back(rows_of(change), choices)
    record(Fact.CUSTOMERS_CHANGED, change.customer_ids, by=by, at=at)


DONE = {
    "added": gettext_lazy("%(value)s added"),
    "changed": gettext_lazy("%(value)s changed"),
    "removed": gettext_lazy("%(value)s removed"),
    "kept": gettext_lazy("%(value)s written down"),
    "withdrawn": gettext_lazy("%(value)s no longer holds"),
}


def words_of_rows(value: "Callable[[Change], StrOrPromise]") -> Callable[[Change], str]:
    def words(change: Change) -> str:
        return str(DONE[change.details["what"]]) % {"value": value(change)}

    return words


def identified(change: Change) -> str:
    """The address or number, unless it is of a kind that not everybody sees."""
    images = [image for row in rows_of(change) for image in (row.before, row.after) if image]
    kinds = {f"{COLUMN}.{image.get('kind')}" for image in images}
    return MASK if kinds & graded_in(TABLE) else str(change.details["value"])


def located(change: Change) -> str:
    """The address, unless a part of it is not for everybody."""
    return MASK if graded_columns() else str(change.details["value"])


def wished(change: Change) -> str:
    return f"{Topic(change.details['topic']).label}: {change.details['value']}"


def undo_discard(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    back = bring_back(change.back["customers"], by=by, at=at)
    if not back:
        raise UndoError("not there")
    keep(Deed.RETURNED, back, by=by, at=at, back={"customers": back}, names=change.details.get("names", []))


def undo_return(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    if not throw_away(change.back["customers"], by=by, at=at):
        raise UndoError("not there")


def names_in(change: Change) -> str:
    """Whom it is about, by name: they are not in the lists while they are in the trash."""
    return ", ".join(change.details.get("names", ()))


def trash_seen(change: Change, user: User) -> bool:
    """What lies in the trash is seen there by whoever saw it before."""
    wanted = Customer.objects.filter(pk__in=change.customer_ids)
    return wanted.seen_in_trash(user).count() == wanted.count()


CHANGE = "customers.change_customer"
EDITED = WayBack(CHANGE, words_of_edit, undo_edit, all_seen)
IDENTIFIED = WayBack(CHANGE, words_of_rows(identified), undo_rows, all_seen, icon="at")
LOCATED = WayBack(CHANGE, words_of_rows(located), undo_rows, all_seen, icon="map-pin")
RELATED = WayBack(
    CHANGE,
    words_of_rows(lambda one: Relationship.Kind(one.details["kind"]).label),
    undo_rows,
    all_seen,
    icon="affiliate",
)
WISHED = WayBack(CHANGE, words_of_rows(wished), undo_rows, all_seen, icon="heart-handshake")
DISCARDED = WayBack("customers.delete_customer", names_in, undo_discard, trash_seen, icon="trash")
RETURNED = WayBack("customers.delete_customer", names_in, undo_return, trash_seen, icon="restore")
