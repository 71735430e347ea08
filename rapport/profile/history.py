"""Read how a customer's record came to be as it is: what was changed, from what to what, by whom and when."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.models import Address, Customer, Identifier, Member, Relationship, SourceRecord
from rapport.customers.own import names_of
from rapport.customers.veil import hidden_columns, thin, veiled
from rapport.fields.models import CustomField
from rapport.fields.seen import declared_to
from rapport.fields.sensitivity import MASK
from rapport.fields.words import Names as FieldNames
from rapport.fields.words import in_words
from rapport.identity.models import Merge
from rapport.people.models import Team, User
from rapport.profile.evidence import called
from rapport.profile.panel import Subject

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 100
Names = dict[tuple[type[models.Model], object], str]
# Of `extra` each field is told by its own name.
QUIET = frozenset({"id", "key", "scope", "merged_into", "member", "created_at", "extra"})
OWNED: "dict[type[models.Model], StrOrPromise]" = {
    Identifier: gettext_lazy("Identifier"),
    Address: gettext_lazy("Address"),
    Relationship: gettext_lazy("Relationship"),
}


@dataclass(frozen=True)
class Change:
    """One field that became another; `old` or `new` is empty when there was nothing."""

    title: "StrOrPromise"
    old: str
    new: str


@dataclass(frozen=True)
class Happened:
    """Something that happened to the record at one moment."""

    at: datetime
    by: str
    words: str
    changes: tuple[Change, ...] = ()
    customer_id: int | None = None
    # Where the reason stands, when no person did it.
    link: str = ""


def history_of(subject: Subject) -> list[Happened]:
    """The newest first; a fixed number of queries."""
    homes = list(Member.objects.filter(pk__in=subject.member_ids).values_list("home_id", flat=True))
    happened = [*rows_of_customer(subject), *merges_of(homes), *arrivals_of(subject.member_ids)]
    for model, title in OWNED.items():
        happened += rows_of(model, title, subject.member_ids, reader=subject.reader)
    return sorted(happened, key=lambda one: one.at, reverse=True)[:SHOWN]


def history_model(model: type[models.Model]) -> Any:
    """The table of earlier rows of ``model``."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")  # noqa: SLF001


def rows_of_customer(subject: Subject) -> list[Happened]:
    events = history_model(Customer).objects.filter(pgh_obj=subject.customer.pk)
    return changes_of(Customer, events, [subject.customer], lambda _row: _("Changed"), reader=subject.reader)


def rows_of(
    model: type[models.Model], title: "StrOrPromise", member_ids: Sequence[int], *, reader: User
) -> list[Happened]:
    events = history_model(model).objects.filter(member__in=member_ids)
    now = model._default_manager.filter(member__in=member_ids)  # noqa: SLF001
    return changes_of(model, events, now, lambda row: f"{title}: {shown(thin(row, reader=reader))}", reader=reader)


def changes_of(
    model: type[models.Model], events: Any, now: Iterable[Any], words: Callable[[Any], str], *, reader: User
) -> list[Happened]:
    """Each event against the row that followed it: the next event's, else the row as it is now."""
    found = list(events.order_by("-pgh_created_at", "-pgh_id").select_related("pgh_context")[:SHOWN])
    names, now = actors(found), list(now)
    people = referred(model, [*found, *now])
    if model is Identifier:
        found, now = veiled(found, reader=reader), veiled(now, reader=reader)
    own = Own.of([*found, *now], reader) if model is Customer else Own()
    veil = Veil(hidden_columns(reader) if model in {Customer, Address} else frozenset(), people)
    after = {row.pk: row for row in now}
    happened = []
    for event in found:
        told = (event.pgh_context.metadata or {}) if event.pgh_context else {}
        by, link = who(told, names), str(told.get("link", ""))
        # What was added is written as it came, what was changed or deleted as it was before.
        if event.pgh_label == "added":
            happened.append(Happened(event.pgh_created_at, by, _("%(what)s, added") % {"what": words(event)}))
            continue
        if event.pgh_label == "deleted":
            happened.append(Happened(event.pgh_created_at, by, _("%(what)s, removed") % {"what": words(event)}))
        else:
            later = after.get(event.pgh_obj_id)
            changes = (*differences(model, event, later, veil), *own.differences(event, later))
            if changes:
                happened.append(Happened(event.pgh_created_at, by, words(event), changes, link=link))
        after[event.pgh_obj_id] = event
    return happened


def who(told: Mapping[str, Any], names: Mapping[object, str]) -> str:
    """A colleague, or what else made the change."""
    if told.get("because"):
        return _("by the rule “%(name)s”") % {"name": told["because"]}
    return names.get(told.get("user"), "")


@dataclass(frozen=True)
class Veil:
    """What is hidden, and the names of those who are referred to."""

    closed: frozenset[str]
    people: Names

    def words(self, column: Any, value: object) -> str:
        told = as_words(column, value, self.people)
        return MASK if told and column.name in self.closed else told


def differences(model: type[models.Model], old: Any, new: Any, veil: Veil) -> Iterable[Change]:
    for one in model._meta.concrete_fields:  # noqa: SLF001
        if one.name in QUIET or not hasattr(old, one.attname) or new is None:
            continue
        before, after = getattr(old, one.attname), getattr(new, one.attname)
        if before != after:
            yield Change(one.verbose_name, veil.words(one, before), veil.words(one, after))


@dataclass(frozen=True)
class Own:
    """The organisation's own fields, retired ones too, and whom their values refer to."""

    fields: Sequence[CustomField] = ()
    names: FieldNames = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Any], reader: User) -> "Own":
        fields = declared_to(reader)
        return cls(fields, names_of(fields, [row.extra for row in rows], reader=reader))

    def differences(self, old: Any, new: Any) -> Iterator[Change]:
        for one in self.fields if new is not None else ():
            before, after = old.extra.get(one.key), new.extra.get(one.key)
            if before != after:
                yield Change(one.label, in_words(one, before, self.names), in_words(one, after, self.names))


def referred(model: type[models.Model], rows: Iterable[Any]) -> Names:
    """The names of the colleagues and teams that stand in these rows."""
    if model is not Customer:
        return {}
    owners, teams = {row.owner_id for row in rows}, {row.team_id for row in rows}
    users = User.objects.filter(pk__in=owners - {None}).values_list("pk", "name")
    named = Team.objects.filter(pk__in=teams - {None}).values_list("pk", "name")
    return {**{(User, pk): name for pk, name in users}, **{(Team, pk): name for pk, name in named}}


def as_words(column: Any, value: object, people: Names) -> str:
    if value in (None, "", []):
        return ""
    if column.is_relation:
        return people.get((column.related_model, value), str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def shown(row: Any) -> str:
    """What a row is, in words."""
    if hasattr(row, "value"):
        return str(row.value)
    if hasattr(row, "city"):
        return ", ".join(part for part in (row.street, f"{row.postcode} {row.city}".strip(), row.country) if part)
    return str(Relationship.Kind(row.kind).label) + (f", {row.role}" if row.role else "")


def actors(events: Iterable[Any]) -> dict[object, str]:
    ids = {(event.pgh_context.metadata or {}).get("user") for event in events if event.pgh_context} - {None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def merges_of(homes: Sequence[int]) -> Iterable[Happened]:
    """Merges with any of the records that this customer is made of, and those that were taken back."""
    merges = Merge.objects.filter(Q(survivor__in=homes) | Q(absorbed__in=homes))
    for merge in merges.select_related("survivor", "absorbed", "by", "undone_by").order_by("-at")[:SHOWN]:
        names = {"one": merge.absorbed.name, "number": merge.absorbed_id}
        by = str(merge.by) if merge.by else ""
        yield Happened(merge.at, by, _("“%(one)s” (%(number)d) became part of this record") % names)
        if merge.undone_at:
            by = str(merge.undone_by) if merge.undone_by else ""
            words = _("The merge with “%(one)s” (%(number)d) was taken back") % names
            yield Happened(merge.undone_at, by, words, customer_id=merge.absorbed_id)


def arrivals_of(member_ids: Sequence[int]) -> Iterable[Happened]:
    records = SourceRecord.objects.filter(member__in=member_ids).order_by("first_seen_at", "pk")
    for source, external_id, at in records.values_list("source", "external_id", "first_seen_at")[:SHOWN]:
        words = {"source": called(source), "id": external_id}
        if source == "by hand":
            yield Happened(at, "", _("First written to by hand"))
        else:
            yield Happened(at, "", _("First seen in %(source)s (%(id)s)") % words)
