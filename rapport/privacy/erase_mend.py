"""Take a person's name out of what others took part in, too; compute anew what follows from words that changed."""

import re
from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.db import transaction

from rapport.customers.compute import compute
from rapport.customers.models import Customer, SourceRecord
from rapport.customers.naming import index_names
from rapport.lib.names import fold_key, sort_key
from rapport.mail.models import Mail
from rapport.privacy.erase_person import GONE, Person
from rapport.privacy.erase_sweep import without
from rapport.search.read_texts import read_texts
from rapport.timeline.models import Interaction, Superseded

BATCH = 500


def blank_shared(person: Person) -> int:
    """In interactions with others the parts of their name and their addresses are replaced, as far as they are found."""
    parts = [*person.patterns, *person.near]
    if not parts:
        return 0
    pattern = re.compile("|".join(f"(?:{one})" for one in parts), re.IGNORECASE)
    changed = 0
    with transaction.atomic(), pgtrigger.ignore():
        for ids in pieces(person.of("shared")):
            changed += rewrite(Interaction.objects.filter(pk__in=ids), ("subject", "text", "data"), pattern)
            changed += rewrite(Mail.objects.filter(pk__in=ids), ("whole", "html"), pattern)
            changed += rewrite(Superseded.objects.filter(interaction__in=ids), ("content",), pattern)
            read_texts(ids)
    return changed


def rewrite(rows: Any, columns: Iterable[str], pattern: "re.Pattern[str]") -> int:
    changed = 0
    for row in rows:
        found = {name: without(getattr(row, name), lambda words: pattern.sub(GONE, words)) for name in columns}
        new = {name: value for name, value in found.items() if value != getattr(row, name)}
        if new:
            changed += rows.model.objects.filter(pk=row.pk).update(**new)
    return changed


def mend(person: Person) -> dict[str, int]:
    """The index of words and the golden records of others whose words named them."""
    own = set(person.of("customers"))
    interactions = person.of("timeline_interaction")
    records = SourceRecord.objects.filter(pk__in=person.of("customers_sourcerecord"))
    customers = {*person.of("customers_customer"), *records.values_list("member__customer", flat=True)} - own
    with pgtrigger.ignore():
        for ids in pieces(interactions):
            read_texts(ids)
        compute(sorted(customers))
        for one in Customer.objects.filter(pk__in=customers):
            Customer.objects.filter(pk=one.pk).update(sort_key=sort_key(one.name), fold_key=fold_key(one.name))
        names = list(Customer.objects.filter(pk__in=customers).values_list("pk", "name"))
        index_names(names, fresh=False)
    return {}


def pieces(ids: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
