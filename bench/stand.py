"""A database of the wanted size, filled when there is none yet, with its settings as they are delivered."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rapport.lib import installed, postgres


@contextmanager
def prepared(customers: int, interactions: int) -> Iterator[None]:
    """Run the database of RAPPORT_HOME inside the block, with ``customers`` and ``interactions`` in it."""
    home = installed.home()
    mark = home / "filled"
    if not mark.exists():
        start = time.perf_counter()
        fill(customers, interactions)
        mark.write_text(f"{customers} {interactions}\n")
        print(f"filled in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    with postgres.running(home):
        set_up()
        yield


def fill(customers: int, interactions: int) -> None:
    # The database restarts before and after: how much it logs is decided at its start.
    with postgres.running(installed.home()):
        set_up()
        from bench import data  # noqa: PLC0415

        data.hurry(data.HURRY)
    with postgres.running(installed.home()):
        try:
            data.fill(customers, interactions)
        finally:
            data.hurry({})


def set_up() -> None:
    """Start Django on this database, all tables made."""
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from rapport.lib.memory import settle  # noqa: PLC0415

    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    settle()
