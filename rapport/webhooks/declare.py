"""Declare a source of web requests, and give it another address or secret."""

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rapport.lib.suggest import Column, Wanted, suggest
from rapport.lib.values import learn
from rapport.people.models import User
from rapport.webhooks.models import Source
from rapport.webhooks.paths import paths_of
from rapport.webhooks.understand import FIELDS

SYNONYMS = {
    "external_id": ("id", "external id", "uuid", "number", "event id"),
    "occurred_at": ("occurred at", "created at", "created", "timestamp", "date", "time"),
    "ordered_at": ("ordered at", "created at", "created", "date", "timestamp"),
    "email": ("email", "email address", "mail"),
    "phone": ("phone", "phone number", "mobile", "telefon"),
    "account": ("account", "account number", "customer number"),
    "subject": ("subject", "title", "topic", "betreff"),
    "text": ("text", "message", "body", "comment", "content", "description"),
    "amount": ("amount", "total", "total price", "value"),
    "lines": ("line items", "lines", "items", "products"),
    "product": ("product", "title", "name", "sku"),
    "quantity": ("quantity", "qty", "count"),
    "unit_price": ("unit price", "price"),
    "line": ("id", "line", "position"),
}


@dataclass(frozen=True)
class Wish:
    name: str
    signed: str
    header: str
    prefix: str
    becomes: str
    mapping: Mapping[str, str]


def declare(wish: Wish, *, by: User, at: datetime, secret: str = "") -> Source:
    """A new source; without a ``secret`` of the sender's it gets one."""
    source = Source(user=by, created_at=at)
    key = secrets.token_urlsafe(32)
    source.digest = digest_of(key)
    source.hide(key, secret or new_secret())
    return change(source, wish, by=by)


def change(source: Source, wish: Wish, *, by: User, secret: str = "") -> Source:
    """From now on it writes with the rights of who changed it last."""
    source.name, source.signed, source.becomes = wish.name, wish.signed, wish.becomes
    source.header, source.prefix, source.mapping = wish.header, wish.prefix, dict(wish.mapping)
    source.user = by
    if secret:
        source.hide(source.key, secret)
    source.save()
    return source


def new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def behind(key: str) -> Source | None:
    """The source whose address ends in ``key``. Looked up by its digest: how long that takes tells nothing."""
    return Source.objects.filter(digest=digest_of(key), active=True).select_related("user").first()


def proposed(document: object, becomes: str) -> dict[str, str]:
    """Paths for the fields of ``becomes`` that the names and values in a sample speak for."""
    leaves = {path: value for path, value in paths_of(document) if not re.search(r"\.\d+\.", path)}
    columns = [Column(path.rpartition(".")[2], learn([value]), (value,)) for path, value in leaves.items()]
    by_name: dict[str, str] = {}
    for path in sorted(leaves, key=lambda path: path.count(".")):
        by_name.setdefault(path.rpartition(".")[2], path)
    names = [name for name in FIELDS[becomes] if not name.startswith("line.")]
    wanted = [Wanted(name, SYNONYMS.get(name, (name.replace("_", " "),))) for name in names]
    chosen = suggest(columns, wanted)
    return {one.field: by_name[one.column] for one in chosen if one.column in by_name}
