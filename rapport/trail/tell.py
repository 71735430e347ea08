"""Tell entries in words: the rows behind a page are read table by table, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.audit.models import Entry, Reading, Watched
from rapport.audit.tables import sealed_tables
from rapport.customers.models import Customer
from rapport.journal.change import Change, Deed
from rapport.journal.models import Event, Fact
from rapport.journal.record import ORIGIN
from rapport.people.models import User
from rapport.trail.choices import called
from rapport.trail.differences import Teller
from rapport.trail.line import Difference, Line, Origin

FEW = 3
ICONS = {"added": "plus", "changed": "edit", "deleted": "trash"}
VERBS = {
    "added": gettext_lazy("%(what)s added"),
    "changed": gettext_lazy("%(what)s changed"),
    "deleted": gettext_lazy("%(what)s removed"),
}


def tell(entries: Sequence[Entry], *, reader: User) -> list[Line]:
    """A line for each entry, in their order."""
    labels = dict(Watched.objects.values_list("pk", "label"))
    by_table: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_table[labels[entry.watched]].append(entry)
    lines: dict[int, Line] = {}
    for label, group in by_table.items():
        for line in told(label, group, reader=reader):
            lines[line.entry.pk] = line
    people, customers = people_of(entries), customers_of(entries, reader=reader)
    return [named(lines[entry.pk], people, customers) for entry in entries]


def people_of(entries: Iterable[Entry]) -> dict[int, str]:
    ids = {entry.actor for entry in entries if entry.actor}
    return {user.pk: user.name or user.email for user in User.objects.filter(pk__in=ids)}


def customers_of(entries: Iterable[Entry], *, reader: User) -> dict[int, Customer]:
    ids = {home for entry in entries for home in entry.homes[:FEW]}
    return Customer.objects.visible_to(reader).in_bulk(ids)


def named(line: Line, people: Mapping[int, str], customers: Mapping[int, Customer]) -> Line:
    entry = line.entry
    who = people.get(entry.actor, _("somebody who is not here any more")) if entry.actor else ""
    seen = tuple(customers[home] for home in entry.homes[:FEW] if home in customers)
    room = str(called(line.room)) if line.room else ""
    more = len(entry.homes) - FEW
    return replace(line, who=who, customers=seen, room=room, more_customers=max(0, more))


def told(label: str, entries: Sequence[Entry], *, reader: User) -> Iterable[Line]:
    table = sealed_tables().get(label)
    if table is None:
        return [Line(entry, label, gone=_("This version of Rapport does not know the table.")) for entry in entries]
    room = label.partition(".")[0]
    if table.context:
        return told_of_history(table.model, entries, room, reader=reader)
    rows = table.model._default_manager.in_bulk([entry.row for entry in entries])  # noqa: SLF001
    lines = []
    for entry in entries:
        row: Any = rows.get(entry.row)
        line = Line(entry, table.model._meta.verbose_name or "", room=room)  # noqa: SLF001
        lines.append(lost(line) if row is None else replace(line, **told_of_row(row, entry)))
    return lines


def lost(line: Line) -> Line:
    """What the entry alone says of a row that is gone."""
    erased = line.entry.salt is None
    return replace(line, icon="eraser", gone=_("Erased.") if erased else _("The row is gone. Check the trail."))


def told_of_row(row: Any, entry: Entry) -> dict[str, Any]:
    """A fact, a change, a reading, or a row of a ledger."""
    if entry.salt is None:
        return {"icon": "eraser", "gone": _("Erased.")}
    if isinstance(row, Event):
        return told_of_fact(row)
    if isinstance(row, Change):
        what = Deed(row.deed).label if row.deed in Deed else row.deed
        return {"what": what, "icon": "arrow-back-up", "which": ", ".join(map(str, row.details.get("names", ())))}
    if isinstance(row, Reading):
        read = Difference(_("Fields"), new=", ".join(row.fields))
        count = len(row.customer_ids) + len(row.subject_ids)
        what = _("Sensitive fields of %(number)d records shown") % {"number": count}
        return {"what": what, "icon": "eye", "differences": (read,), "origin": Origin(page=row.place)}
    return {"which": str(row), "icon": "checks"}


PLACES = frozenset({"page", "address", "token", "job", "command"})


def told_of_fact(row: Event) -> dict[str, Any]:
    what = Fact(row.kind).label if row.kind in Fact else row.kind
    said = {key: value for key, value in row.details.items() if key != ORIGIN}
    details = tuple(Difference(key, new=str(value)) for key, value in sorted(said.items()))
    place = {name: str(value) for name, value in dict(row.details.get(ORIGIN, {})).items() if name in PLACES}
    count = len(row.subject_ids)
    which = _("%(number)d records") % {"number": count} if count > 1 else ""
    return {"what": what, "icon": "bolt", "differences": details, "which": which, "origin": Origin(**place)}


def told_of_history(model: Any, entries: Sequence[Entry], room: str, *, reader: User) -> Iterable[Line]:
    """Each kept row against the one that followed it: the next kept row of the same record, else the record as it is."""
    tracked = model.pgh_tracked_model
    later = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pk__gt=OuterRef("pk")).order_by("pk")
    found = model.objects.select_related("pgh_context").annotate(next=Subquery(later.values("pk")[:1]))
    rows = found.in_bulk([entry.row for entry in entries])
    nexts = model.objects.in_bulk({row.next for row in rows.values() if row.next})
    now = tracked._default_manager.in_bulk({row.pgh_obj_id for row in rows.values() if not row.next})  # noqa: SLF001
    teller = Teller.of(tracked, [*rows.values(), *nexts.values(), *now.values()], reader=reader)
    for entry in entries:
        what = VERBS.get(entry.kind, "%(what)s") % {"what": tracked._meta.verbose_name}  # noqa: SLF001
        line = Line(entry, what[:1].upper() + what[1:], room=room, icon=ICONS.get(entry.kind, "edit"))
        row = rows.get(entry.row)
        if row is None or entry.salt is None:
            yield lost(line)
            continue
        # What was added is kept as it came, what was changed or removed as it was before.
        after = nexts.get(row.next) or now.get(row.pgh_obj_id)
        sides = {"added": (None, row), "deleted": (row, None)}.get(entry.kind, (row, after))
        yield replace(
            line,
            which=teller.called(row),
            differences=tuple(teller.differences(*sides)) if any(sides) and not lone(entry, after) else (),
            origin=Origin.of((row.pgh_context.metadata or {}) if row.pgh_context else {}),
        )


def lone(entry: Entry, after: Any) -> bool:
    """A change of a record whose next step is not there: nobody can say what it became."""
    return entry.kind == "changed" and after is None
