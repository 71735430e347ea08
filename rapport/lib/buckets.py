"""Limit how often something may happen a minute: a bucket that fills steadily and is emptied by each time."""

import math
from dataclasses import dataclass
from threading import Lock

MINUTE = 60.0


@dataclass(frozen=True)
class Quota:
    """What is left of a bucket: how many times more at once, and the seconds until the next when there is none."""

    limit: int
    left: int
    wait: int


class Buckets:
    """One bucket per key, in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._levels: dict[int, tuple[float, float]] = {}

    def take(self, key: int, *, a_minute: int, now: float) -> Quota:
        """Take one from the bucket of ``key``; ``wait`` is 0 when there was one to take."""
        rate = a_minute / MINUTE
        with self._lock:
            level, since = self._levels.get(key, (float(a_minute), now))
            level = min(float(a_minute), level + (now - since) * rate)
            taken = level >= 1
            level -= taken
            self._levels[key] = (level, now)
        wait = 0 if taken else max(1, math.ceil((1 - level) / rate)) if rate else int(MINUTE)
        return Quota(a_minute, int(level), wait)

    def empty(self) -> None:
        """Forget every key: all start with a full bucket."""
        with self._lock:
            self._levels.clear()
