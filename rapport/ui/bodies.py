"""Bound what anybody may send before it is known who sends it: Django keeps a body on disk before any view looks."""

from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Any], Awaitable[None]]
USUAL = 4 * 1024**2
API = 64 * 1024**2
REFUSED = b"Too large."


class Bounded:
    """``app`` behind limits: 4 MiB, 64 MiB for the API; files of any size only where a session uploads them."""

    def __init__(self, app: App, uploads: tuple[str, ...]) -> None:
        self.app, self.uploads = app, uploads

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        limit: float = API if scope["path"].startswith("/api/") else USUAL
        length = headers.get(b"content-length", "")
        if not length.isdigit() or int(length) > limit:
            # Only now is it worth asking who it is.
            limit = await self.limit_of(scope["path"], headers.get(b"cookie", ""), limit)
        if length.isdigit() and int(length) > limit:
            await refuse(send)
            return
        await self.app(scope, counted(receive, limit), send)

    async def limit_of(self, path: str, cookies: str, limit: float) -> float:
        if path.startswith(self.uploads) and await sync_to_async(is_signed_in)(cookies):
            return float("inf")
        return limit


def is_signed_in(cookies: str) -> bool:
    try:
        cookie = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    close_old_connections()
    try:
        return cookie is not None and "_auth_user_id" in SessionStore(cookie.value).load()
    finally:
        close_old_connections()


def counted(receive: Receive, limit: float) -> Receive:
    """What arrives, up to ``limit`` bytes; beyond, the sender counts as gone."""
    seen = 0

    async def more() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= limit else {"type": "http.disconnect"}

    return more


async def refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(REFUSED)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSED})
