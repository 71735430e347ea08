"""Write down what somebody says of a column."""

from collections.abc import Mapping

from django.db import transaction

from rapport.fields.sensitivity import grade
from rapport.privacy.dictionary import Entry
from rapport.privacy.dictionary_read import Line, kept_line, maskable


@transaction.atomic
def describe(line: Line, given: Mapping[str, str]) -> Line:
    """``given`` holds for the column from now on; what is as Rapport says it by itself is left to Rapport."""
    entry = Entry.objects.select_for_update().filter(table=line.table, column=line.column).first()
    entry = entry or Entry(table=line.table, column=line.column)
    bare = kept_line(line.table, line.column, said=False)
    for name, value in given.items():
        setattr(entry, name, "" if bare and value == str(getattr(bare, name)) else value)
    entry.save()
    found = kept_line(line.table, line.column)
    if found is None:
        return line
    if maskable(found):
        grade(found.table, found.column, found.level)
    return found
