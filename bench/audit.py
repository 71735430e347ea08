"""The audit trail measured: how many rows a second are sealed and checked, and whether whoever writes feels it.

`python -m bench.audit --rows 200000` fills an installation of its own with facts, seals and checks them, compares both with
bare SQL that reads and digests the same rows, reads pages of the trail, and writes facts with and without sealing beside it.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable

FACTS = """
INSERT INTO journal_event (kind, subject_ids, actor_id, at, details)
SELECT 'customers changed', ARRAY[1 + n %% 50000], NULL, now() - (%s - n) * interval '1 second', '{"words": "as before"}'
FROM generate_series(1, %s) n
"""
BARE = "SELECT count(sha256(convert_to(to_json(e)::text, 'UTF8'))) FROM journal_event e"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--writes", type=int, default=1_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    from bench.alone import installation  # noqa: PLC0415

    with installation():
        import django  # noqa: PLC0415

        django.setup()
        measure(options)
    return 0


def measure(options: argparse.Namespace) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from rapport.audit.seal import seal  # noqa: PLC0415
    from rapport.audit.verify import verify  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(FACTS, [options.rows, options.rows])
        cursor.execute("ANALYZE journal_event")
        bare = timed(lambda: cursor.execute(BARE))
    sealing = timed(lambda: seal(at=timezone.now()))
    checking = timed(lambda: verify(at=timezone.now()))
    print(f"rows {options.rows:,}; bare digests of them {options.rows / bare:,.0f}/s")
    print(
        f"sealed {options.rows / sealing:,.0f}/s ({sealing / bare:.1f} × bare), checked {options.rows / checking:,.0f}/s"
    )
    idle = [timed(lambda: seal(at=timezone.now())) for _turn in range(50)]
    print(f"nothing new: {statistics.median(idle) * 1000:.2f} ms")
    pages()
    alone, beside = writes(options.writes), writes(options.writes, sealing=True)
    print(f"one fact written: {alone * 1000:.2f} ms alone, {beside * 1000:.2f} ms while it is sealed all the time")


def pages() -> None:
    """What the database needs for a page of the trail, however it is filtered."""
    from rapport.people.models import User  # noqa: PLC0415
    from rapport.trail.wanted import Wanted, look  # noqa: PLC0415

    boss = User.objects.create_user("boss@x.example", role="administrator")
    for asked in (
        {},
        {"kind": "fact"},
        {"room": "customers"},
        {"who": str(boss.pk)},
        {"customer": "77"},
        {"kind": "x"},
    ):
        wanted = Wanted.of(asked)
        spent = statistics.median(timed(lambda: look(wanted, boss, None, 50)) for _turn in range(15))  # noqa: B023
        print(f"page {asked or 'of everything'}: {spent * 1000:.1f} ms")


def writes(count: int, *, sealing: bool = False) -> float:
    """The median time of one fact in a transaction of its own."""
    from django.utils import timezone  # noqa: PLC0415

    from rapport.audit.seal import seal  # noqa: PLC0415
    from rapport.journal.models import Event  # noqa: PLC0415

    done = threading.Event()

    def seal_all_the_time() -> None:
        while not done.is_set():
            seal(at=timezone.now())
            time.sleep(0.05)

    beside = threading.Thread(target=seal_all_the_time)
    if sealing:
        beside.start()
    spent = [
        timed(lambda: Event.objects.create(kind="customers changed", subject_ids=[1], at=timezone.now()))
        for _turn in range(count)
    ]
    done.set()
    if sealing:
        beside.join()
    return statistics.median(spent)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
