"""200 open pages: how soon each hears of a new interaction, on how many database connections; what an idle installation holds.

Alone: `python -m bench.open_pages [pages]`, on the database of BENCH_HOME and BENCH_CUSTOMERS, through `rapport serve`.
Prints the lines of docs/performance.md.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.__main__ import HOME

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "10000"))
os.environ["RAPPORT_HOME"] = str(HOME / f"{CUSTOMERS}")
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
PORT = int(os.environ.get("RAPPORT_PORT", "8791"))
ROUNDS = 5
READERS = 20
# So many pages are opened at the same moment.
TOGETHER = 20
PATIENCE = 120


@dataclass
class Open:
    """A page that is open: when it heard last."""

    customer: int
    cookie: str
    heard: float = 0.0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    from bench.stand import prepared  # noqa: PLC0415

    with prepared(CUSTOMERS, CUSTOMERS * 20):
        cookies, token, mails = world()
        serve = subprocess.Popen(
            [sys.executable, "-m", "rapport", "serve"], env={**os.environ, "RAPPORT_PORT": str(PORT)}
        )
        try:
            asyncio.run(measure(count, cookies, token, mails, serve.pid))
        finally:
            serve.terminate()
            serve.wait(60)
    return 0


def world() -> tuple[list[str], str, list[tuple[int, str]]]:
    """Sessions of readers, a token, and customers with their addresses."""
    from django.db import connections  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bench.bulk import addresses  # noqa: PLC0415
    from rapport.people.models import ApiToken, User  # noqa: PLC0415
    from rapport.people.roles import BuiltIn  # noqa: PLC0415

    cookies = []
    users = [
        User.objects.get_or_create(email=f"reader{number}@bench.example", defaults={"name": f"Reader {number}"})[0]
        for number in range(READERS)
    ]
    User.objects.filter(pk__in=[user.pk for user in users]).update(role_id=BuiltIn.ADMINISTRATOR)
    for user in users:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookies.append(str(client.session.session_key))
    found = cookies, ApiToken.issue(users[0], "bench", []), addresses(1_000)
    connections.close_all()
    return found


async def measure(count: int, cookies: list[str], token: str, mails: list[tuple[int, str]], parent: int) -> None:
    while not await answers():
        await asyncio.sleep(0.5)
    await asyncio.sleep(30)
    idle = held(parent) + held(server())
    print(f"| idle, all processes | {idle / 1024:,.0f} MB, {connections()} connections |", flush=True)
    shared = [Open(mails[0][0], cookies[n % READERS]) for n in range(count // 2)]
    others = [Open(mails[1 + n][0], cookies[n % READERS]) for n in range(count - count // 2)]
    pages = [*shared, *others]
    gate = asyncio.Semaphore(TOGETHER)
    streams = [asyncio.create_task(follow(page, gate)) for page in pages]
    ready = [asyncio.create_task(page.ready.wait()) for page in pages]
    await asyncio.wait([*streams, *ready], return_when=asyncio.FIRST_EXCEPTION, timeout=PATIENCE)
    for stream in streams:
        if stream.done():
            stream.result()
    if not all(page.ready.is_set() for page in pages):
        raise TimeoutError
    most, slowest, reads = connections(), [], []
    for number in range(ROUNDS):
        begun, text = time.perf_counter(), f"news {time.time():.6f}"
        for page in shared:
            page.news.clear()
        sent = asyncio.create_task(tell(token, mails[0][1], text))
        read = asyncio.create_task(shown(shared[number], text, begun))
        while not all(page.news.is_set() for page in shared):
            most = max(most, await asyncio.to_thread(connections))
            await asyncio.sleep(0.02)
        await sent
        slowest.append(max(page.heard for page in shared) - begun)
        reads.append(await read)
        await asyncio.sleep(2)
    for stream in streams:
        stream.cancel()
    print(f"| {count} open pages, {len(shared)} of them of one customer | {most} connections |")
    print(f"| the last page has heard after | {median(slowest):.2f} s (at worst {max(slowest):.2f}) |")
    print(f"| one that heard shows the text after | {median(reads):.2f} s (at worst {max(reads):.2f}) |")


async def answers() -> bool:
    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    except OSError:
        return False
    writer.close()
    return True


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Ends:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT, limit=2**24)
    told = {"Host": f"127.0.0.1:{PORT}", "Content-Length": str(len(body)), "Connection": "close", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    await writer.drain()
    return reader, writer


async def answered(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    reader, writer = await request(method, path, headers, body)
    try:
        return await reader.read()
    finally:
        writer.close()


async def follow(page: Open, gate: asyncio.Semaphore) -> None:
    topic = f"customer:{page.customer}"
    async with gate:
        reader, writer = await request("GET", f"/live?topics={topic}", {"Cookie": f"sessionid={page.cookie}"})
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(status)
    while line := await reader.readline():
        if line.startswith(b"retry"):
            page.ready.set()
        if topic.encode() in line:
            page.heard = time.perf_counter()
            page.news.set()
    writer.close()


async def tell(token: str, mail: str, text: str) -> None:
    from django.utils import timezone  # noqa: PLC0415

    said = {
        "source": "bench-live",
        "external_id": text,
        "occurred_at": timezone.now().isoformat(),
        "text": text,
        "channel": "email",
        "direction": "inbound",
        "kind": "message",
        "identifiers": [{"kind": "email", "value": mail}],
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = await answered("POST", "/api/v1/interactions", headers, json.dumps(said).encode())
    if b" 201 " not in answer.split(b"\r\n")[0]:
        raise RuntimeError(answer[:500])


async def shown(page: Open, text: str, begun: float) -> float:
    """How long until the page, having heard, has fetched the text."""
    await page.news.wait()
    cookie = {"Cookie": f"sessionid={page.cookie}", "HX-Request": "true"}
    answer = await answered("GET", f"/customers/{page.customer}/timeline/", cookie)
    took = time.perf_counter() - begun
    if text.encode() not in answer:
        raise RuntimeError(answer[:800])
    return took


def connections() -> int:
    """The connections to the database of all but this process."""
    import psycopg  # noqa: PLC0415

    from rapport.lib import installed  # noqa: PLC0415

    with psycopg.connect(installed.embedded_url(installed.home())) as own:
        row = own.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def held(parent: int) -> int:
    """Kilobytes of memory (PSS) of ``parent`` and all that it started, the database with it."""
    return sum(pss(pid) for pid in family(parent))


def server() -> int:
    """The process of the database, which serves them all."""
    from rapport.lib import installed, postgres  # noqa: PLC0415

    cluster = postgres.noted(installed.home())
    if cluster is None:
        raise LookupError
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # It ended meanwhile.
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


if __name__ == "__main__":
    raise SystemExit(main())
