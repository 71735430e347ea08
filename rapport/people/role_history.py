"""Who changed a role, when, and what that gave and took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from rapport.people.choices import in_words
from rapport.people.models import User
from rapport.people.role import Role, Rows

SHOWN = 20


@dataclass(frozen=True)
class Step:
    """One change; ``by`` is None when Rapport itself, a command or a migration did it."""

    at: datetime
    by: User | None
    given: Sequence[str]
    taken: Sequence[str]
    rows: str
    name: str


def history_of(role: Role) -> list[Step]:
    """The newest first; each says what it changed from what was before."""
    events = apps.get_model("people", "RoleEvent").objects.filter(pgh_obj=role.pk, pgh_label="changed")
    found = list(events.order_by("-pgh_id").select_related("pgh_context")[:SHOWN])
    authors = User.objects.in_bulk({author_of(event) for event in found} - {None})
    after, steps = role, []
    for event in found:
        before = Role(key=event.key, name=event.name, base=event.base, rows=event.rows)
        before.added, before.removed = event.added, event.removed
        steps.append(
            Step(
                event.pgh_created_at,
                authors.get(author_of(event)),
                [in_words(one) for one in sorted(after.permissions - before.permissions)],
                [in_words(one) for one in sorted(before.permissions - after.permissions)],
                str(Rows(after.rows).label) if after.rows != before.rows else "",
                str(after) if str(after) != str(before) else "",
            )
        )
        after = before
    return steps


def author_of(event: Any) -> int | None:
    told = (event.pgh_context.metadata or {}) if event.pgh_context else {}
    author = told.get("user")
    return author if isinstance(author, int) else None
