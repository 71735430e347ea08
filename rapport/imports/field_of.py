"""Declare a field of the organisation's own for a column that no field takes."""

from rapport.fields.declare import Wish, declare
from rapport.fields.models import About, CustomField, Type
from rapport.imports.fields import ABOUT, Kind
from rapport.imports.propose import Seen
from rapport.lib.names import clean
from rapport.lib.values import Sort

TYPES = {
    Sort.NUMBER: Type.NUMBER,
    Sort.MONEY: Type.MONEY,
    Sort.DATE: Type.DATE,
    Sort.FLAG: Type.FLAG,
    Sort.URL: Type.LINK,
}


def field_of(seen: Seen, kind: Kind) -> CustomField:
    """A field called as the column, of the type that its values seem to be of. Raises DeclareError."""
    wish = Wish(clean(seen.name)[:100], ABOUT.get(kind, About.ALL))
    return declare(TYPES.get(seen.habit.sort, Type.TEXT), wish)
