"""Declare a field, change what is asked of it, put it in its place, retire it and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.fields.formula import FormulaError
from rapport.fields.models import CHOOSING, CustomField, Type, declared
from rapport.fields.results import OWN, check, users_of
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.lib.names import fold_key
from rapport.people.models import User

MOST_FIELDS = 100
MOST_CHOICES = 100
LONGEST_KEY = 38
BETWEEN = ",;|"
RESERVED = frozenset(OWN) | {"true", "false", "and", "or", "not", "if"}


class DeclareError(Exception):
    """The field can't be as it was asked for; ``field`` of the form is where to say so."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Wish:
    """What is asked of a field, but for its type and its choices, which have their own ways."""

    label: str
    about: str
    hint: str = ""
    required: bool = False
    currency: str = ""
    formula: str = ""
    group: str = ""


@transaction.atomic
def declare(kind: str, wish: Wish, choices: Sequence[str] = ()) -> CustomField:
    """A new field at the end. Raises DeclareError."""
    fields = declared()
    if len(fields) >= MOST_FIELDS:
        raise DeclareError(_("There can be at most %(number)d fields, retired ones too.") % {"number": MOST_FIELDS})
    taken = {one.key for one in fields} | RESERVED
    place = max((one.place for one in fields), default=0) + 1
    field = CustomField(key=key_of(wish.label, taken, LONGEST_KEY), type=kind, place=place)
    return write(field, wish, added([], choices), fields)


@transaction.atomic
def change(
    field: CustomField, wish: Wish, choices: Sequence[tuple[str, str, bool]], more: Sequence[str] = ()
) -> CustomField:
    """``choices`` are those there were (key, label, retired), perhaps called otherwise; ``more`` are new. Raises DeclareError."""
    return write(field, wish, added(list(choices), more), declared())


def write(
    field: CustomField, wish: Wish, choices: list[tuple[str, str, bool]], fields: Sequence[CustomField]
) -> CustomField:
    same = (one for one in fields if one.key != field.key and one.retired_at is None)
    if any(one.label.casefold() == wish.label.casefold() for one in same):
        raise DeclareError(_("Another field has this name."), "label")
    if field.type in CHOOSING and not any(not retired for _key, _label, retired in choices):
        raise DeclareError(_("Name at least one choice."), "more")
    if field.type == Type.CHOICES and any(set(label) & set(BETWEEN) for _key, label, _retired in choices):
        raise DeclareError(
            _("Several choices are written with commas between them, so no choice may hold one."), "more"
        )
    field.label, field.about, field.hint = wish.label, wish.about, wish.hint
    field.group = same_group(wish.group, [one for one in fields if one.key != field.key])
    field.required = wish.required and not field.computed
    field.currency, field.choices = wish.currency, [list(one) for one in choices]
    if field.computed:
        field.formula = wish.formula
        try:
            field.result = check(wish.formula, field.key, fields)
            for one in users_of(field.key, fields):
                # What stands on this formula must still make sense.
                check(one.formula, one.key, [other for other in fields if other.key != field.key] + [field])
        except FormulaError as problem:
            raise DeclareError(str(problem), "formula") from problem
    field.save()
    return field


def same_group(name: str, fields: Sequence[CustomField]) -> str:
    """As it is written already, lest two groups differ by a capital letter."""
    return next((one.group for one in fields if fold_key(one.group) == fold_key(name)), name)


def added(choices: list[tuple[str, str, bool]], more: Sequence[str]) -> list[tuple[str, str, bool]]:
    """The choices with the new ones behind; one that was retired under this name is taken back."""
    found = list(choices)
    for label in more:
        place = next((at for at, one in enumerate(found) if one[1].casefold() == label.casefold()), None)
        if place is None:
            found.append((key_of(label, {one[0] for one in found}, LONGEST_KEY), label, False))
        else:
            found[place] = (found[place][0], found[place][1], False)
    labels = [label.casefold() for _key, label, _retired in found]
    if len(labels) > len(set(labels)):
        raise DeclareError(_("Two choices have the same name."), "more")
    if len(found) > MOST_CHOICES:
        raise DeclareError(_("There can be at most %(number)d choices.") % {"number": MOST_CHOICES}, "more")
    return found


def key_of(label: str, taken: set[str] | frozenset[str], longest: int) -> str:
    """A name for programs, made of what people call it."""
    plain = fold_key(label).replace(" ", "_")[: longest - 3].strip("_") or "field"
    plain = plain if plain[0].isalpha() else f"n{plain}"
    key, number = plain, 1
    while key in taken:
        number += 1
        key = f"{plain}_{number}"
    return key


@transaction.atomic
def retire(field: CustomField, *, by: User | None, at: datetime) -> CustomField:
    """Out of forms and lists; what was said stays. Raises DeclareError when a formula needs it."""
    if field.retired_at is None:
        put_away(field, at=at)
        keep(Deed.FIELD, [], by=by, at=at, back={"field": field.pk}, what="retired", name=field.label)
    return field


@transaction.atomic
def restore(field: CustomField, *, by: User | None, at: datetime) -> CustomField:
    """Back into forms and lists with all its values. Raises DeclareError when its name is taken or its formula broken."""
    if field.retired_at is not None:
        take_up(field)
        keep(Deed.FIELD, [], by=by, at=at, back={"field": field.pk}, what="restored", name=field.label)
    return field


def put_away(field: CustomField, *, at: datetime) -> None:
    """Retire it, without a way back of its own. Raises DeclareError."""
    needed = users_of(field.key, declared())
    if needed:
        words = {"name": field.label, "formula": needed[0].label}
        raise DeclareError(_("“%(formula)s” reckons with “%(name)s”. Change or retire it first.") % words)
    field.retired_at = field.retired_at or at
    field.save()


def take_up(field: CustomField) -> None:
    """Restore it, without a way back of its own. Raises DeclareError."""
    fields = declared()
    others = [one for one in fields if one.pk != field.pk and one.retired_at is None]
    if any(one.label.casefold() == field.label.casefold() for one in others):
        raise DeclareError(_("Another field has the name “%(name)s” by now.") % {"name": field.label})
    if field.computed:
        try:
            check(field.formula, field.key, fields)
        except FormulaError as problem:
            raise DeclareError(str(problem)) from problem
    field.retired_at = None
    field.save()


@transaction.atomic
def move(field: CustomField, *, steps: int) -> None:
    """Up (-1) or down (1) among the fields in use."""
    order = [one for one in declared() if one.retired_at is None]
    before = next((place for place, one in enumerate(order) if one.pk == field.pk), None)
    if before is None:
        return
    after = max(0, min(before + steps, len(order) - 1))
    order.insert(after, order.pop(before))
    for place, one in enumerate(order, start=1):
        if one.place != place:
            one.place = place
            one.save(update_fields=["place"])
