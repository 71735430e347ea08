"""Let contents go that nothing refers to any more: the row, then the file on disk."""

from collections.abc import Iterable, Iterator
from typing import Any

from rapport.files.models import File


def drop_unused(file_ids: Iterable[int]) -> int:
    """Of these files those that no record has, of whatever room; how many there were."""
    ids = set(file_ids)
    for relation in referring():
        rows: Any = relation.related_model._base_manager  # noqa: SLF001
        ids -= set(rows.filter(**{f"{relation.field.name}__in": ids}).values_list(relation.field.name, flat=True))
    files = list(File.objects.filter(pk__in=ids))
    for one in files:
        File.objects.filter(pk=one.pk).delete()
        one.path.unlink(missing_ok=True)
    return len(files)


def referring() -> Iterator[Any]:
    """Every foreign key to a file, also those that have no name for the way back."""
    for one in File._meta.get_fields(include_hidden=True):  # noqa: SLF001
        if one.is_relation and one.auto_created and not one.concrete:
            yield one
