"""Make a pack: one ZIP with a page to read and print, the same as JSON with its schema, and the files."""

import hashlib
import json
import os
import secrets
import zipfile
from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.privacy.erase_person import person_of
from rapport.privacy.pack import KEPT, Pack
from rapport.privacy.pack_read import Section, files, sections
from rapport.privacy.request import Request, Step
from rapport.privacy.request_steps import RequestError, open_one, step

FORMAT = 1
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Everything that is kept of a person",
    "type": "object",
    "required": ["format", "made_at", "request", "records"],
    "properties": {
        "format": {"const": FORMAT},
        "made_at": {"type": "string", "format": "date-time"},
        "request": {"type": "integer"},
        "records": {
            "type": "object",
            "description": "By kind of record: what it is called, the labels of its fields, and its rows.",
            "additionalProperties": {
                "type": "object",
                "required": ["title", "labels", "rows"],
                "properties": {
                    "title": {"type": "string"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "rows": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
    },
}


@transaction.atomic
def order(request: Request, *, by: User, at: datetime) -> Pack:
    """A pack on its way. Raises RequestError (unchecked: nothing is handed out before)."""
    request = open_one(request)
    if not request.checked:
        raise RequestError("unchecked")
    made = Pack.objects.create(request=request, ordered_by=by, ordered_at=at)
    step(request, Step.Kind.PACKED, "", by=by, at=at)
    record(Fact.PACKS_ORDERED, [made.pk], by=by, at=at)
    return made


def make(pack_id: int) -> Pack:
    """Write the file; done again after a crash it is another one, and the first is not spoken of."""
    pack = Pack.objects.select_related("request__customer", "ordered_by").get(pk=pack_id)
    customer = pack.request.customer
    if pack.state != Pack.State.MAKING or customer is None:
        return pack
    person = person_of(customer)
    pack.place = f"{secrets.token_hex(16)}.zip"
    pack.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = timezone.now()
    with override(pack.ordered_by.language if pack.ordered_by else None):
        found = sections(person)
        page = render_to_string("privacy/pack.html", {"sections": found, "made_at": at, "request": pack.request})
    brought = files(person)
    opened = os.open(pack.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.html", page)
        packed.writestr("data.json", as_json(found, pack, at))
        packed.writestr("schema.json", json.dumps(SCHEMA, indent=1))
        for one in brought:
            packed.write(one.file.path, f"files/{one.pk}-{one.name.replace('/', '_')}")
    data = pack.path.read_bytes()
    pack.size, pack.digest = len(data), hashlib.sha256(data).hexdigest()
    pack.counts = {one.table: len(one.rows) for one in found}
    pack.state, pack.made_at = Pack.State.READY, at
    pack.save()
    return pack


def as_json(found: list[Section], pack: Pack, at: datetime) -> str:
    records = {one.table: {"title": one.title, "labels": dict(one.columns), "rows": list(one.rows)} for one in found}
    told = {"format": FORMAT, "made_at": at.isoformat(), "request": pack.request_id, "records": records}
    return json.dumps(told, ensure_ascii=False, indent=1, default=str)


def let_packs_go(*, at: datetime) -> int:
    """Files whose week is over; that there was a pack stays."""
    old = list(Pack.objects.filter(state=Pack.State.READY, made_at__lt=at - KEPT))
    for one in old:
        one.path.unlink(missing_ok=True)
    return Pack.objects.filter(pk__in=[one.pk for one in old]).update(state=Pack.State.GONE, gone_at=at, place="")
