"""Read everything about a person for a pack: table by table, without colleagues and without what is others'."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from rapport.consent.ledger import Consent
from rapport.consent.models import Suppression
from rapport.customers.models import Customer, Identifier
from rapport.mail.models import Attachment
from rapport.people.models import User
from rapport.privacy.erase_person import Person, is_theirs, name_pattern, word_pattern
from rapport.privacy.pack_rules import lookups
from rapport.timeline.models import Interaction, Participation

OTHERS = "[somebody else]"
# Columns that say nothing to a person: keys by which rows are sorted and found.
SILENT = frozenset(
    {"sort_key", "fold_key", "scope", "circles", "pgh_id", "pgh_context", "pgh_obj", "lineage", "sealed"}
)


@dataclass(frozen=True)
class Section:
    """The rows of one table, each as column → value."""

    table: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[dict[str, Any], ...]

    @property
    def lines(self) -> list[list[tuple[str, Any]]]:
        """Each row as pairs of label and value, without what is empty."""
        return [
            [(label, row[name]) for name, label in self.columns if row[name] not in ("", None, [], {})]
            for row in self.rows
        ]


def sections(person: Person) -> list[Section]:
    found = [section(table, chosen(table, ways, person)) for table, ways in lookups().items()]
    by_value = [
        section("consent.consent", Consent.objects.filter(is_theirs(person))),
        section(
            "consent.suppression",
            Suppression.objects.filter(is_theirs(person) | Q(member__in=person.of("members"))),
        ),
    ]
    hidden = others(person)
    return [without_others(one, hidden) for one in (*found, *by_value) if one.rows]


def chosen(table: str, ways: Iterable[Mapping[str, str]], person: Person) -> "models.QuerySet[Any]":
    model = apps.get_model(table)
    asked = Q(pk__in=[])
    for by in ways:
        asked |= Q(**person.lookups(by))
    return model._base_manager.filter(asked).distinct() if table != "timeline.participation" else own(person)  # noqa: SLF001


def own(person: Person) -> "models.QuerySet[Participation]":
    """Who else took part is others' data."""
    return Participation.objects.filter(member__in=person.of("members"))


def section(table: str, rows: "models.QuerySet[Any]") -> Section:
    """All columns but those that name colleagues; what leads to other rows keeps their number."""
    model: type[models.Model] = apps.get_model(table)
    columns = [
        one
        for one in model._meta.concrete_fields  # noqa: SLF001
        if one.related_model is not User and one.name not in SILENT and not isinstance(one, models.BinaryField)
    ]
    read = [{one.name: plain(getattr(row, one.attname)) for one in columns} for row in rows.order_by("pk")]
    labels = tuple((one.name, str(one.verbose_name)) for one in columns)
    return Section(table, str(model._meta.verbose_name_plural), labels, tuple(read))  # noqa: SLF001


def plain(value: Any) -> Any:
    """As JSON has it: moments in ISO 8601, numbers of money as words."""
    if value is None or isinstance(value, str | bool | int | float | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def others(person: Person) -> "re.Pattern[str] | None":
    """The names and addresses of whoever else took part in what they took part in."""
    seats = Participation.objects.filter(interaction__in=person.of("shared"), member__isnull=False)
    members = set(seats.exclude(member__in=person.of("members")).values_list("member", flat=True))
    names = Customer.objects.filter(members__in=members, kind="person").values_list("name", flat=True)
    held = Identifier.objects.filter(member__in=members, kind__in=["email", "phone"]).values_list("value", "key")
    unknown = Participation.objects.filter(interaction__in=person.of("shared"), member=None)
    clues = {one for one in unknown.values_list("clue_value", flat=True) if one}
    theirs = {value for _kind, value in person.proofs}
    values = {one for pair in held for one in pair} | clues
    patterns = [name_pattern(one) for one in set(names) if one] + [word_pattern(one) for one in values - theirs]
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE) if patterns else None


def without_others(one: Section, hidden: "re.Pattern[str] | None") -> Section:
    if hidden is None:
        return one
    rows = tuple({name: hide(value, hidden) for name, value in row.items()} for row in one.rows)
    return Section(one.table, one.title, one.columns, rows)


def hide(value: Any, hidden: "re.Pattern[str]") -> Any:
    if isinstance(value, str):
        return hidden.sub(OTHERS, value)
    if isinstance(value, list):
        return [hide(one, hidden) for one in value]
    return {name: hide(one, hidden) for name, one in value.items()} if isinstance(value, dict) else value


def files(person: Person) -> list[Attachment]:
    """What came with mail of theirs alone; with what others took part in, it may be others'."""
    known = Interaction.objects.filter(pk__in=person.of("alone"))
    return list(Attachment.objects.filter(mail__interaction__in=known).select_related("file").order_by("pk"))
