"""Every table that Rapport keeps: what it says of each, and what the models say of their columns."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from rapport.privacy import dictionary_of_accounts as of_accounts
from rapport.privacy import dictionary_of_audit as of_audit
from rapport.privacy import dictionary_of_calendars as of_calendars
from rapport.privacy import dictionary_of_customers as of_customers
from rapport.privacy import dictionary_of_desk as of_desk
from rapport.privacy import dictionary_of_handovers as of_handovers
from rapport.privacy import dictionary_of_house as of_house
from rapport.privacy import dictionary_of_privacy as of_privacy
from rapport.privacy import dictionary_of_sales as of_sales
from rapport.privacy import dictionary_of_signin as of_signin
from rapport.privacy import dictionary_of_traffic as of_traffic
from rapport.privacy import dictionary_of_work as of_work
from rapport.privacy.dictionary_words import Table

DECLARED: dict[str, Table] = {
    one.name: one
    for part in (
        *(of_customers, of_work, of_calendars, of_sales, of_accounts, of_handovers, of_traffic),
        *(of_privacy, of_house, of_signin, of_desk, of_audit),
    )
    for one in part.TABLES
}
# Tables of the ground that Rapport stands on: no word of theirs is about anybody. Jobs carry numbers of events only.
OF_THE_GROUND = frozenset({"auth", "contenttypes", "procrastinate"})
PEOPLE = {"customers_customer": "customers", "customers_member": "customers", "people_user": "colleagues"}


@cache
def models_by_table() -> dict[str, type[Model]]:
    """Every table that is ours to describe, in the order of the rooms; those of history are described by what they repeat."""
    found = apps.get_models(include_auto_created=True)
    return {
        one._meta.db_table: one  # noqa: SLF001
        for one in found
        if one._meta.managed and not one._meta.proxy  # noqa: SLF001
        if one._meta.app_label not in OF_THE_GROUND and not is_history(one)  # noqa: SLF001
    }


def is_history(model: type[Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")


def columns_of(table: str) -> dict[str, "Field[Any, Any]"]:
    return {one.column: one for one in models_by_table()[table]._meta.concrete_fields}  # noqa: SLF001


@cache
def history_of(table: str) -> str:
    """The table in which earlier rows of ``table`` are kept; empty for none."""
    model = models_by_table()[table]
    found = (one for one in apps.get_models() if getattr(one, "pgh_tracked_model", None) is model)
    return next((one._meta.db_table for one in found if one._meta.managed), "")  # noqa: SLF001


@cache
def about(table: str) -> tuple[str, ...]:
    """Whom a row of ``table`` leads to by its references: customers, colleagues, both or nobody."""
    reached, ahead = set(), [models_by_table()[table]]
    while ahead:
        model = ahead.pop()
        if model in reached:
            continue
        reached.add(model)
        ahead += referred(model)
    found = {PEOPLE[one._meta.db_table] for one in reached if one._meta.db_table in PEOPLE}  # noqa: SLF001
    if table in DECLARED and DECLARED[table].of_customers:
        found.add("customers")
    return tuple(sorted(found))


def referred(model: type[Model]) -> Iterator[type[Model]]:
    for one in model._meta.concrete_fields:  # noqa: SLF001
        if one.related_model and isinstance(one.related_model, type):
            yield one.related_model
