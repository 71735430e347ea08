"""Read the fields of a plan out of rows: texts, numbers, moments, currencies, whatever recognises somebody."""

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

from django.utils.translation import gettext as _

from rapport.channels.inbound import Clue
from rapport.imports.own import Own
from rapport.imports.plan import Plan, Target
from rapport.lib.layouts import Row
from rapport.lib.moments import read_moment
from rapport.lib.numbers import read_currency, read_number
from rapport.lib.values import NOTHING
from rapport.people.models import LegalEntity, User

AHEAD = timedelta(days=1)
LONGEST_KEY = 400
CLUES = ("customer", "account", "email", "phone", "social", "cookie")
# How databases and programs write that there is nothing.
NULLS = frozenset(("NULL", "\\N", "None", "NaN", "nan", "null"))
# Without any of these a cell holds one value, whatever separates several.
SEVERAL = re.compile(r"[;,|\s]")
BETWEEN_ADDRESSES = r"\s*(?:[;,]|:::)\s*|\s+(?=\S+@)"
# Google writes three colons between several of one kind.
BETWEEN_NUMBERS = r"[;\n]|:::"


class RowError(Exception):
    """The row can't be taken in; the text is the reason that goes back to its sender."""


@dataclass(frozen=True)
class Surroundings:
    """What the installation knows that a row may speak of."""

    region: str
    owners: Mapping[str, str]
    own: Own

    @classmethod
    def now(cls) -> "Surroundings":
        region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
        people = list(User.objects.values_list("name", "email", "pk"))
        return cls(region, {name.lower(): email for name, email, _pk in people if name}, Own.of(people))


class Reader:
    """Reads the fields of a plan out of rows."""

    def __init__(self, plan: Plan, surroundings: Surroundings) -> None:
        self.plan, self.surroundings = plan, surroundings
        self.zone = zoneinfo.ZoneInfo(plan.zone)
        self.columns = plan.columns
        self.owners = dict(plan.owners)
        places = {column: place for place, column in enumerate(self.columns)}
        self.targets = {
            field: tuple((places.get(target.column, -1), target) for target in plan.of(field)) for field in plan.fields
        }
        # Most fields have one column, and are asked for once a row.
        self.alone = {
            field: found[0][0] for field, found in self.targets.items() if len(found) == 1 and found[0][0] >= 0
        }
        self.own = surroundings.own.read_by(plan, self.zone)
        mapped = {target.column for target in plan.targets}
        self.unmapped = tuple((place, column) for place, column in enumerate(self.columns) if column not in mapped)

    def cells(self, row: Row, field: str) -> list[tuple[str, Target]]:
        """The filled cells of a field, in the order in which they were mapped."""
        found = []
        for place, target in self.targets.get(field, ()):
            text = row.cells[place].strip() if place >= 0 else target.constant
            if text and text not in NULLS:
                found.append((text, target))
        return found

    def text(self, row: Row, field: str) -> str:
        if field in self.alone:
            text = row.cells[self.alone[field]].strip()
            return "" if text in NULLS else text
        for place, target in self.targets.get(field, ()):
            text = row.cells[place].strip() if place >= 0 else target.constant
            if text and text not in NULLS:
                return text
        return ""

    def proof(self, row: Row, field: str) -> str:
        """An id or the like: what spreadsheets write for nothing is nothing."""
        text = self.text(row, field)
        return "" if text.lower() in NOTHING else text[:LONGEST_KEY]

    def all(self, row: Row, field: str, between: str) -> list[str]:
        """The values of all columns of a field, each cut at its separators."""
        texts = [text for text, _target in self.cells(row, field)]
        if any(map(SEVERAL.search, texts)):
            texts = [part.strip() for text in texts for part in re.split(between, text)]
        return [part for part in dict.fromkeys(texts) if part.lower() not in NOTHING]

    def moment(self, row: Row, field: str) -> datetime | None:
        for text, target in self.cells(row, field):
            if text.lower() in NOTHING:
                continue
            moment = read_moment(text, target.order, self.zone)
            if moment is None:
                raise RowError(_("%(column)s: “%(text)s” is no date") % {"column": called(target), "text": text[:60]})
            return moment
        return None

    def number(self, row: Row, field: str) -> Decimal | None:
        for text, target in self.cells(row, field):
            if text.lower() in NOTHING:
                continue
            number = read_number(text, target.mark)
            if number is None or abs(number) >= 10**14:
                raise RowError(_("%(column)s: “%(text)s” is no number") % {"column": called(target), "text": text[:60]})
            return number
        return None

    def currency(self, row: Row, *sums: str) -> str:
        named = self.text(row, "currency")
        if named:
            code = read_currency(named)
            if not code:
                raise RowError(_("“%(text)s” is no currency") % {"text": named[:60]})
            return code
        return next((code for field in sums if (code := read_currency(self.text(row, field)))), "")

    def raw(self, row: Row) -> dict[str, object]:
        """Everything the row says, by column; cells beyond the last column by their number."""
        return dict(zip(self.columns, row.cells, strict=False)) | self.surplus(row)

    def rest(self, row: Row) -> dict[str, object]:
        """What no field takes."""
        return {column: row.cells[place] for place, column in self.unmapped if row.cells[place]} | self.surplus(row)

    def surplus(self, row: Row) -> dict[str, object]:
        width = len(self.columns)
        return {str(width + place): cell for place, cell in enumerate(row.cells[width:], start=1) if cell}

    def clues(self, row: Row) -> tuple[Clue, ...]:
        """Whatever recognises somebody."""
        found = []
        for kind in CLUES:
            if kind in self.targets:
                values = self.all(row, kind, BETWEEN_ADDRESSES if kind == "email" else BETWEEN_NUMBERS)
                found += [Clue(kind, value[:LONGEST_KEY]) for value in values]
        return tuple(found)


def called(target: Target) -> str:
    return target.column or target.field


def happened(reader: Reader, row: Row, field: str, at: datetime) -> datetime | None:
    moment = reader.moment(row, field)
    if moment and moment > at + AHEAD:
        raise RowError(_("“%(text)s” lies in the future") % {"text": reader.text(row, field)[:60]})
    return moment


def row_hash(row: Row) -> str:
    """A row's own content as its id."""
    return "row:" + blake2b("\x1f".join(row.cells).encode(errors="replace"), digest_size=16).hexdigest()
