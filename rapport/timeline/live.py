"""Tell open pages at once that something they show has changed, and nothing of what it is.

One connection per server process listens to the journal. Each open page waits with its topics; when an event touches
one of them, and its reader may see that record at this very moment, the page is told the topic and fetches the rest
itself through the ordinary views.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from rapport.journal.models import Event, Fact
from rapport.journal.record import CHANNEL
from rapport.timeline.hear import Asked, Questions, apart, in_line
from rapport.timeline.presence import HERE, LEFT, Presences, announce, in_words

log = logging.getLogger(__name__)
HEARTBEAT = 15.0
# A burst of news is told once.
PAUSE = 0.3
SHORTEST, LONGEST = 0.2, 10.0
MOST_TOPICS = 300
# A fact is known by the moment at which its transaction began; so long may one take.
SLOWEST = timedelta(seconds=10)
LISTENING_SOON = 2.0
MOST_MISSED = 100
ME = frozenset({"me", "tasks"})
RING, BELL = "ring", "bell"
PERSONAL = ME | {RING, BELL}


@dataclass(frozen=True)
class Touched:
    """Whom an event is about: customers, users for themselves, users whose telephone rings, users with a notice."""

    customers: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()
    rung: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Watched:
    """Whom anybody here watches: customers, and users who want to know of their own customers and tasks."""

    customers: frozenset[int]
    users: frozenset[int]


@dataclass(frozen=True)
class Touch:
    """How to find out whom events of these facts are about, among those who are watched."""

    facts: frozenset[Fact]
    read: Callable[[Event, Watched], Touched]


@dataclass(eq=False)
class Page:
    """One open page: who reads it, what it shows, and what it has to be told."""

    user_id: int
    session_key: str
    topics: frozenset[str]
    since: datetime | None = None
    company: tuple[tuple[int, str], ...] = ()
    news: set[str] = field(default_factory=set)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def watched(self) -> Watched:
        return Watched(self.customers, frozenset([self.user_id]) if self.topics & PERSONAL else frozenset())

    @property
    def customers(self) -> frozenset[int]:
        return customers_in(self.topics - {self.shared})

    @property
    def shared(self) -> str:
        """The topic by which others on the same page see each other; a page is of one customer."""
        return next((topic for topic in self.topics if topic.startswith(f"{HERE}:")), "")

    @property
    def place(self) -> int:
        return int(self.shared.partition(":")[2] or 0)

    def tell(self, touched: Touched) -> None:
        told = {f"customer:{pk}" for pk in touched.customers} | (ME if self.user_id in touched.users else set())
        told |= {RING} if self.user_id in touched.rung else set()
        told |= {BELL} if self.user_id in touched.told else set()
        if told & self.topics:
            self.news |= told & self.topics
            self.bell.set()


def topics_of(text: str) -> frozenset[str]:
    """The topics we know among those that a page asks for: customer:12, here:12, me, tasks, ring, bell."""
    asked = [one.strip() for one in text.split(",")][:MOST_TOPICS]
    return frozenset(one for one in asked if one in PERSONAL or is_customer(one))


def moment_of(text: str) -> datetime | None:
    """The second since 1970 at which a page says it was made."""
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) <= len("9999999999") else None
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def customers_in(topics: Iterable[str]) -> frozenset[int]:
    return frozenset(number_of(topic) for topic in topics if topic not in PERSONAL)


def number_of(topic: str) -> int:
    return int(topic.partition(":")[2])


def is_customer(topic: str) -> bool:
    name, _, number = topic.partition(":")
    return name in {"customer", HERE} and number.isascii() and number.isdigit() and len(number) < 19  # noqa: PLR2004


class Hub:
    """The pages that are open in this process, and the one connection that listens for them."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self.task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()
        self.questions = Questions()
        self.presences = Presences()
        self.farewells: set[asyncio.Task[None]] = set()

    def enter(self, page: Page) -> None:
        self.pages.add(page)
        if self.task is None or self.task.done():
            self.task = apart(self.listen())

    def leave(self, page: Page) -> None:
        self.pages.discard(page)
        if page.place and not any(one.place == page.place and one.user_id == page.user_id for one in self.pages):
            self.say(f"{LEFT}:{page.place}:{page.user_id}")
        if not self.pages and self.task:
            self.task.cancel()
            self.task = None
            self.listening.clear()

    def say(self, payload: str) -> None:
        """Tell every process, this one too, without waiting for it."""
        told = apart(sync_to_async(announce)([payload]))
        self.farewells.add(told)
        told.add_done_callback(self.farewells.discard)

    async def listen(self) -> None:
        """Until nobody is here any more; a lost connection is made again, with growing patience."""
        pause = SHORTEST
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**parameters(), autocommit=True) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    self.listening.set()
                    pause = SHORTEST
                    async for notice in line.notifies():
                        await self.heard(notice.payload)
            except psycopg.Error as problem:
                log.warning("live pages lost the database: %s", problem)
            self.listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)
            self.ask_again()

    async def heard(self, payload: str) -> None:
        if not payload.isdigit():
            self.meet(self.presences.hear(payload))
        if not payload.isdigit() or not self.pages:
            return
        watched = Watched(
            frozenset().union(*(page.customers for page in self.pages)),
            frozenset(page.user_id for page in self.pages if page.topics & PERSONAL),
        )
        touched = await sync_to_async(whom)(int(payload), watched)
        for page in self.pages:
            page.tell(touched)

    def meet(self, customer_id: int | None) -> None:
        """Whoever is there looks up who else is."""
        for page in self.pages:
            if customer_id and page.place == customer_id:
                page.bell.set()

    def ask_again(self) -> None:
        """Whatever happened while nobody listened: every page looks for itself."""
        for page in self.pages:
            page.news |= page.topics - {page.shared}
            page.bell.set()


HUBS: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running server."""
    return HUBS.setdefault(asyncio.get_running_loop(), Hub())


def parameters() -> dict[str, Any]:
    """How Django reaches the database, as far as a plain connection understands it."""
    given = connection.get_connection_params()
    return {name: value for name, value in given.items() if name not in {"cursor_factory", "context", "pool"}}


def whom(event_id: int, watched: Watched) -> Touched:
    """Whom of ``watched`` an event is about."""
    close_old_connections()
    try:
        return touched_by(Event.objects.filter(pk=event_id), watched)
    finally:
        close_old_connections()


def meanwhile(page: Page) -> Touched:
    """Whom the events were about that came between its making and its listening."""
    if page.since is None:
        return Touched()
    close_old_connections()
    try:
        newest = Event.objects.order_by("-pk").values_list("pk", "at")[:MOST_MISSED]
        late = [pk for pk, at in newest if at >= page.since - SLOWEST]
        if len(late) == MOST_MISSED:
            # So much happened that the page had better look for itself.
            return Touched(page.watched.customers, *[page.watched.users] * 3)
        return touched_by(Event.objects.filter(pk__in=late), page.watched)
    finally:
        close_old_connections()


def touched_by(events: Iterable[Event], watched: Watched) -> Touched:
    touches: Sequence[Touch] = import_string(settings.PANELS)["live"]
    found = [touch.read(event, watched) for event in events for touch in touches if event.kind in touch.facts]
    return Touched(
        frozenset().union(*(one.customers for one in found)),
        frozenset().union(*(one.users for one in found)),
        frozenset().union(*(one.rung for one in found)),
        frozenset().union(*(one.told for one in found)),
    )


async def stream(page: Page) -> AsyncIterator[bytes]:
    """The news of one page, as server-sent events, until its reader leaves or is no longer let in."""
    here = hub()
    here.enter(page)
    try:
        yield b"retry: 2000\n\n"
        if page.since:
            with suppress(TimeoutError):
                await asyncio.wait_for(here.listening.wait(), LISTENING_SOON)
            page.tell(await in_line(meanwhile, page))
        greeted = -HEARTBEAT
        while True:
            if page.place and time.monotonic() - greeted >= HEARTBEAT:
                here.say(f"{HERE}:{page.place}:{page.user_id}")
                greeted = time.monotonic()
            with_news = await rings(page.bell)
            told, page.news = page.news, set()
            page.bell.clear()
            seen = await here.questions.ask(Asked(page.user_id, page.session_key, customers_in(told)))
            if seen is None:
                return
            for topic in sorted(topic for topic in told if topic in PERSONAL or number_of(topic) in seen):
                yield f"event: changed\ndata: {json.dumps({'topic': topic})}\n\n".encode()
            if told_anew := await company(here, page):
                yield told_anew
            if not with_news:
                yield b": still here\n\n"
            await asyncio.sleep(PAUSE if with_news else 0)
    finally:
        here.leave(page)


async def company(here: Hub, page: Page) -> bytes:
    """Who else is on the page, when that has changed."""
    others = here.presences.beside(page.place, page.user_id) if page.place else ()
    if others == page.company:
        return b""
    page.company = others
    known = await in_line(in_words, page.user_id, page.place, others)
    data = {"customer": page.place, "people": [{"name": one.name, "editing": one.editing} for one in known or ()]}
    return f"event: present\ndata: {json.dumps(data)}\n\n".encode()


async def rings(bell: asyncio.Event) -> bool:
    """Whether there is news within a heartbeat."""
    try:
        await asyncio.wait_for(bell.wait(), HEARTBEAT)
    except TimeoutError:
        return False
    return True
