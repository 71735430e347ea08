"""The organisation's own fields of a customer over the API: written by type, read with the results of formulas."""

from collections.abc import Mapping, Sequence
from typing import Any

from rapport.customers.golden import Value
from rapport.customers.models import Customer
from rapport.customers.own import People, names_of, values_of
from rapport.fields.models import CustomField, living
from rapport.fields.read import Manner, UnfitError, read
from rapport.fields.results import Calculator
from rapport.fields.seen import declared_to
from rapport.fields.words import as_told
from rapport.people.models import User
from rapport.ui.problem import Fault, ProblemError

Told = tuple[dict[str, Any], dict[str, Any]]


def read_own(given: Mapping[str, Any] | None, kind: str, *, sender: User) -> dict[str, Value]:
    """What was sent as claims; one problem that tells all that is wrong with it."""
    if not given:
        return {}
    fields = {one.key: one for one in declared_to(sender)}
    people = People(sender)
    manner = Manner(customer=people.customer, user=people.user)
    said: dict[str, Value] = {}
    faults = []
    for key, value in given.items():
        try:
            said[f"{CustomField.CLAIM}{key}"] = fitting(fields.get(key), kind, value, manner)
        except UnfitError as problem:
            faults.append(Fault(str(problem), f"#/fields/{key.replace('~', '~0').replace('/', '~1')}"))
    if faults:
        where = faults[0].pointer.removeprefix("#/").replace("/", ".")
        raise ProblemError(422, f"{where}: {faults[0].detail}", faults)
    return said


def fitting(field: CustomField | None, kind: str, value: object, manner: Manner) -> Value:
    if field is None:
        raise UnfitError("There is no such field.")
    if field.hidden:
        raise UnfitError("You may not see this field, so you may not change it.")
    if field.retired_at:
        raise UnfitError("This field is retired.")
    if not field.is_about(kind):
        raise UnfitError(f"This field is not about a {kind}.")
    found = read(field, value, manner)
    if found is None and field.required:
        raise UnfitError("This field is required; it can't be cleared.")
    return found


def told_own(customers: Sequence[Customer], *, reader: User) -> dict[int, Told]:
    """By customer what its fields in use hold, and what retired ones still do; in at most two queries."""
    fields = declared_to(reader)
    reckoned = Calculator(fields)
    values = {one.pk: values_of(one, reckoned) for one in customers}
    names = names_of(fields, list(values.values()), reader=None)
    told: dict[int, Told] = {}
    for one in customers:
        held = values[one.pk]
        used = [field for field in living(fields, one.kind) if field.key in held]
        retired = [field for field in fields if field.retired_at and field.key in held]
        told[one.pk] = (
            {field.key: as_told(field, held[field.key], names) for field in used},
            {field.key: as_told(field, held[field.key], names) for field in retired},
        )
    return told
