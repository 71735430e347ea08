"""Say what open pages may still hear of: all that ask at once are answered together, in one thread on one connection."""

import asyncio
import contextvars
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from rapport.customers.models import Customer
from rapport.people.models import User

Answer = TypeVar("Answer")


class Asked(NamedTuple):
    """A page that asks: whose it is, in which session, and what it would be told."""

    user_id: int
    session_key: str
    customers: frozenset[int]


# The customers whom the reader may see now; None when they may see nothing any more.
Heard = frozenset[int] | None


class Questions:
    """What the pages of one server process ask of the database.

    Hundreds ask at the same moment, when something happens to what they all show: whoever asks while an answer is on
    its way is answered, with all the others, by the next one.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[Asked, asyncio.Future[Heard]]] = []
        self.task: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Heard:
        answer: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
        self.waiting.append((asked, answer))
        if self.task is None or self.task.done():
            self.task = apart(self.answer())
        return await answer

    async def answer(self) -> None:
        while self.waiting:
            some, self.waiting = self.waiting, []
            read = sync_to_async(heard_by)([asked for asked, _answer in some])
            results = await asyncio.gather(read, return_exceptions=True)
            found: list[Heard] | BaseException = results[0]
            for place, (_asked, answer) in enumerate(some):
                if answer.done():
                    continue
                if isinstance(found, BaseException):
                    answer.set_exception(found)
                else:
                    answer.set_result(found[place])


def apart(work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
    """``work`` in a context of its own: what it asks of the database waits in the one line of this process.

    Otherwise it would run in the thread of the request that happened to come first.
    """
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


async def in_line(read: Callable[..., Answer], *about: object) -> Answer:
    """What ``read`` finds, asked after all that asked before."""

    async def asked() -> Answer:
        return await sync_to_async(read)(*about)

    return await apart(asked())


def heard_by(asked: Sequence[Asked]) -> list[Heard]:
    """What each of ``asked`` may hear, in their order; by the rule that the pages follow themselves."""
    close_old_connections()
    try:
        users = User.objects.filter(is_active=True).in_bulk({one.user_id for one in asked})
        kept = sessions({one.session_key for one in asked})
        readers = [users.get(one.user_id) for one in asked]
        let_in = [
            reader if reader and is_signed_in(reader, kept.get(one.session_key, {})) else None
            for one, reader in zip(asked, readers, strict=True)
        ]
        seen = seen_by(let_in, asked)
        return [
            one.customers & seen[reader.pk] if reader and reader.pk in seen else None
            for one, reader in zip(asked, let_in, strict=True)
        ]
    finally:
        # The thread stays; its connection must not.
        close_old_connections()


def sessions(keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    found = Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    return {key: SessionStore().decode(data) for key, data in found.values_list("session_key", "session_data")}


def is_signed_in(user: User, kept: Mapping[str, Any]) -> bool:
    """Whether the session still is this user's, with the password of now."""
    return kept.get(SESSION_KEY) == str(user.pk) and constant_time_compare(
        kept.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    )


def seen_by(let_in: Sequence[User | None], asked: Sequence[Asked]) -> dict[int, frozenset[int]]:
    """By user who may see customers at all: which of those that their pages ask for."""
    wanted: dict[int, set[int]] = defaultdict(set)
    readers = {user.pk: user for user in let_in if user and user.allows("customers.view_customer")}
    for user, one in zip(let_in, asked, strict=True):
        if user:
            wanted[user.pk] |= one.customers
    return {
        pk: frozenset(Customer.objects.visible_to(user).filter(pk__in=wanted[pk]).values_list("pk", flat=True))
        if wanted[pk]
        else frozenset()
        for pk, user in readers.items()
    }
