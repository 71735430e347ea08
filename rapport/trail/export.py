"""Hand the trail out as a file: what the filter finds, piece by piece, however much it is."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rapport.audit.models import Entry
from rapport.audit.reads import note
from rapport.people.models import User
from rapport.trail.line import Line
from rapport.trail.tell import tell
from rapport.trail.wanted import Wanted, look
from rapport.ui.export import export, flowing
from rapport.ui.keyset import Cursor

FORMS = ("csv", "json")
PIECE = 500


def handed_out(form: str, wanted: Wanted, *, reader: User, at: datetime) -> StreamingHttpResponse:
    """The file; that it was handed out stands in the trail itself."""
    note(reader, Entry, [], ["audit trail"], place=f"/govern/audit/export/{form}/", at=at)
    language, zone = translation.get_language(), timezone.get_current_timezone()
    if form == "csv":
        header = [str(one) for one in (_("When"), _("Who"), _("What"), _("Which"), _("Room"), _("About"))]
        header += [str(one) for one in (_("Field"), _("Old"), _("New"), _("From where"), _("Why"), _("Number"))]
        return export("csv", "audit-trail", header, in_rows(lines(wanted, reader, language)), zone=zone)
    response = StreamingHttpResponse(in_json(wanted, reader, language), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-trail.json"'
    return response


def lines(wanted: Wanted, reader: User, language: str | None) -> Iterator[Line]:
    """Everything that was found, the newest first, page by page."""
    place = None
    while True:
        found = look(wanted, reader, place, PIECE)
        # The file is written after the page's language was put back.
        with translation.override(language):
            told = tell(found.entries, reader=reader)
        yield from told
        if not found.more:
            return
        place = Cursor(found.entries[-1].at, found.entries[-1].pk)


def in_rows(found: Iterator[Line]) -> Iterator[list[Any]]:
    """A row for each field that changed; one for what has none."""
    for line in found:
        about = ", ".join(f"{one.name} ({one.pk})" for one in line.customers)
        start = [line.at, line.who, line.what, line.which, line.room, about]
        end = [line.origin.words, line.origin.why or line.gone, line.entry.pk]
        if not line.differences:
            yield [*start, "", "", "", *end]
        for one in line.differences:
            yield [*start, str(one.title), one.old, one.new, *end]


def in_json(wanted: Wanted, reader: User, language: str | None) -> AsyncIterator[bytes]:
    return flowing(pieces(lines(wanted, reader, language)))


def pieces(found: Iterator[Line]) -> Iterator[bytes]:
    opening = "[\n"
    for line in found:
        yield (opening + json.dumps(as_object(line), ensure_ascii=False)).encode()
        opening = ",\n"
    yield b"[]\n" if opening == "[\n" else b"\n]\n"


def as_object(line: Line) -> dict[str, Any]:
    return {
        "id": line.entry.pk,
        "at": line.at.isoformat(),
        "who": line.who,
        "who_id": line.entry.actor,
        "kind": line.entry.kind,
        "what": str(line.what),
        "which": line.which,
        "room": line.room,
        "customer_ids": line.entry.homes,
        "fields": [{"field": str(one.title), "old": one.old, "new": one.new} for one in line.differences],
        "page": line.origin.page,
        "address": line.origin.address,
        "token": line.origin.token,
        "job": line.origin.job,
        "command": line.origin.command,
        "why": line.origin.why,
        "gone": line.gone,
    }
