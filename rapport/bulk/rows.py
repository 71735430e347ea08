"""Rows that a bulk change wrote, kept as they were before and after, and laid back but for what somebody changed since."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from rapport.bulk.action import Outcome, Taken, Undone
from rapport.journal.rows import Image, Written, put_back, rows_now, write_back


def write_rows(model: type[models.Model], ids: Iterable[int], **values: Any) -> Outcome:
    """Give the rows of ``ids`` these values."""
    before = rows_now(model, ids)
    model._default_manager.filter(pk__in=before).update(**values)  # noqa: SLF001
    return kept(model, before, rows_now(model, before))


def delete_rows(model: type[models.Model], ids: Iterable[int]) -> Outcome:
    before = rows_now(model, ids)
    model._default_manager.filter(pk__in=before).delete()  # noqa: SLF001
    return kept(model, before, {})


def kept(model: type[models.Model], before: dict[int, Image], after: dict[int, Image]) -> Outcome:
    rows = [Written(model, pk, image, after.get(pk)).kept for pk, image in before.items()]
    return Outcome(changed=len(rows), back={"rows": rows} if rows else {})


def lay_back(undone: Undone) -> Taken:
    """Make the rows what they were; what is no longer as the change left it stays."""
    rows = undone.kept["rows"]
    model = apps.get_model(rows[0][0])
    now = rows_now(model, [pk for _label, pk, _before, _after in rows])
    goes = {pk: before for _label, pk, before, after in rows if now.get(pk) == after}
    write_back(model, [image for pk, image in goes.items() if pk in now])
    put_back(model, [image for pk, image in goes.items() if pk not in now])
    reason = _("Somebody has changed it since.")
    return Taken(len(goes), {pk: reason for _label, pk, _before, _after in rows if pk not in goes})
