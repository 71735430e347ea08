"""Seconds of processor that Rapport and its database take: unlike those of the clock, other processes do not add to them."""

import os
import resource
from pathlib import Path

from rapport.lib import installed, postgres

TICKS = os.sysconf("SC_CLK_TCK")


def spent() -> float:
    """Of this process, of its children that have ended, and of every process of the database, also those that ended."""
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in own) + of_database()


def of_database() -> float:
    cluster = postgres.noted(installed.home())
    if cluster is None:
        message = "there is no database to look at"
        raise RuntimeError(message)
    server = (cluster.data / "postmaster.pid").read_text().split("\n", 1)[0]
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    # What a child took is its parent's once it has ended.
    return sum(map(ticks, [server, *children])) / TICKS


def ticks(process: str) -> int:
    try:
        figures = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(map(int, figures[11:15]))
