"""Many at once: eight clients with the same batch, a database that restarts under them, a clock that was set back."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
from psycopg.types.json import Jsonb

from soak.checks import equal, settled, sound
from soak.deeds import EACH, Batches, Bulk, Import, Undo, rows
from soak.place import Browser, FaultError, Place, Program
from soak.stand import Stand

CLIENTS = 8
SAME = 6
HOURS = 2
PAGES = ("/", "/customers/", "/interactions/", "/imports/", "/changes/", "/tasks/", "/duplicates/", "/search/?q=name")


def eight(_chance: random.Random, stand: Stand) -> str:
    """The same batches from eight clients at the same moment: each row is written once, and each hears of it."""
    place = stand.place()
    told: list[tuple[str, int]] = []

    def client(_number: int) -> None:
        program = Program(place)
        for batch in range(SAME):
            answers = program.send("POST", "/interactions/batch", rows("same", batch))
            told.extend((answer["outcome"], answer["id"]) for answer in answers)

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))
    total = SAME * EACH
    equal("answers", len(told), CLIENTS * total)
    equal("rows told of as created", sum(outcome == "created" for outcome, _pk in told), total)
    equal("ids that were told", len({pk for _outcome, pk in told}), total)
    equal("interactions", place.count("timeline_interaction WHERE source = 'same'"), total)
    settled(place)
    sound(place)
    return f"{CLIENTS * total:,} rows sent, {total:,} written"


def restarts(chance: random.Random, stand: Stand) -> str:
    """The database restarts three times under four programs and a reader; programs send again what was not answered."""
    place = stand.place()
    writers = [Batches(place, f"shop{number}") for number in range(4)]
    over = threading.Event()
    seen: dict[int, int] = {}
    reader = threading.Thread(target=read_on, args=(Browser(place), over, seen), daemon=True)
    reader.start()
    for writer in writers:
        writer.begin()
    for how in ("fast", "immediate", "fast"):
        time.sleep(chance.uniform(2, 6))
        place.restart_database(how)
    for writer in writers:
        writer.finish()
    over.set()
    reader.join()
    settled(place)
    for writer in writers:
        writer.check()
    sound(place)
    met = added(*(writer.program.met for writer in writers))
    equal("answers to people other than 200 and 503", {*seen} - {0, 200, 503}, set())
    return f"programs met {in_words(met)}; a reader met {in_words(seen)} (0: no answer)"


def read_on(browser: Browser, over: threading.Event, seen: dict[int, int]) -> None:
    while not over.wait(0.1):
        try:
            status = browser.get("/customers/").status_code
        except httpx.HTTPError:
            status = 0
        seen[status] = seen.get(status, 0) + 1


def added(*counts: dict[int, int]) -> dict[int, int]:
    return {
        status: sum(count.get(status, 0) for count in counts)
        for status in sorted({one for count in counts for one in count})
    }


def in_words(met: dict[int, int]) -> str:
    return ", ".join(f"{status} {count} ×" for status, count in sorted(met.items()))


def clock_set_back(_chance: random.Random, stand: Stand) -> str:
    """Two hours: all that is in the database has now happened in the future, as after a clock was set right."""
    place = stand.place()
    before, shop = Import(place, "early"), Batches(place, "earlyshop", batches=4)
    before.begin()
    shop.begin()
    before.finish()
    shop.finish()
    changed = Bulk(place, "early1", before)
    changed.begin()
    changed.finish()
    settled(place)
    browser = Browser(place)
    shift(place)
    answered(browser)
    again = Batches(place, "earlyshop", batches=4)
    again.answered = dict(shop.answered)
    again.begin()
    after = Import(place, "late", rows=5_000)
    after.begin()
    after.finish()
    again.finish()
    equal("ids of batches that were sent again", again.answered, shop.answered)
    changed.program.send("POST", f"/bulk/{changed.number}/undo")
    changed.wait("undone")
    equal("tagged", changed.tagged(), 0)
    second = Undo(place, "early2", before)
    second.begin()
    second.finish()
    settled(place)
    for deed in (before, after, shop, second):
        deed.check()
    sound(place)
    answered(browser)
    return f"by {HOURS} h; pages, batches sent again, an import, a bulk change and two undos"


COLUMNS = """
    SELECT table_name, string_agg(format('%1$I = %1$I + interval ''{} hours''', column_name), ', ')
    FROM information_schema.columns JOIN pg_class ON relname = table_name AND relkind = 'r'
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' GROUP BY 1
"""


def shift(place: Place) -> None:
    with place.database() as server, server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        for table, columns in server.execute(COLUMNS.format(HOURS).encode()).fetchall():
            server.execute(f'UPDATE "{table}" SET {columns}'.encode())
        # When each field was said by hand lies beside what was said; an undo compares it with the moment of the change.
        said = server.execute("SELECT id, said_at FROM customers_sourcerecord WHERE said_at <> '{}'").fetchall()
        with server.cursor() as cursor:
            cursor.executemany(
                "UPDATE customers_sourcerecord SET said_at = %s WHERE id = %s",
                [(Jsonb({name: later(moment) for name, moment in moments.items()}), pk) for pk, moments in said],
            )


def later(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(hours=HOURS)).isoformat()


def answered(browser: Browser) -> None:
    wrong = {path: answer.status_code for path in PAGES if (answer := browser.get(path)).status_code >= 400}
    if wrong:
        message = f"pages that were not shown: {wrong}"
        raise FaultError(message)
