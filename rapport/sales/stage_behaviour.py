"""Learn from how deals moved: how often those in a stage were won, how long they stay, and where they go."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.core.cache import cache
from django.db import connection

from rapport.sales.pipeline import End, Pipeline, Stage

WEEK = 7 * 86_400
YEARS = timedelta(days=2 * 365)
# Seconds: what takes longer is kept for an hour.
LONG, HOUR = 0.5, 3_600
# Fewer ended deals say too little of a pipeline.
LEAST = 30
WON, LOST = -1, -2


@dataclass(frozen=True)
class Behaviour:
    """What was seen of a pipeline: weeks that deals spent in each open stage, and where they went from it.

    A way leads to a stage by its id, to `WON` or to `LOST`. ``ended`` deals came to an end in that time.
    """

    weeks: Mapping[int, float] = field(default_factory=dict)
    ways: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    ended: int = 0

    @property
    def enough(self) -> bool:
        return self.ended >= LEAST


@dataclass(frozen=True)
class Learned:
    """Of the deals that were once in a stage and have ended, so many were won."""

    won: int
    ended: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.won / self.ended) if self.ended else None


def behaviour_of(pipeline: Pipeline, *, at: datetime) -> Behaviour:
    """From the moves of two years, of everybody's deals: it tells shares and spells, nothing of a single deal."""
    weeks: defaultdict[int, float] = defaultdict(float)
    ways: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    ended = 0
    stages = {one.pk: one for one in Stage.objects.filter(pipeline=pipeline)}
    with connection.cursor() as cursor:
        cursor.execute(STAYS, {"pipeline": pipeline.pk, "since": at - YEARS, "at": at})
        for stage_id, next_id, number, seconds in cursor.fetchall():
            weeks[stage_id] += float(seconds) / WEEK
            if next_id is None:
                continue
            end = stages[next_id].end if next_id in stages else End.LOST
            way = {End.WON.value: WON, End.LOST.value: LOST}.get(end, next_id)
            ways[stage_id][way] += number
            ended += number if way in {WON, LOST} else 0
    return Behaviour(dict(weeks), {pk: dict(theirs) for pk, theirs in ways.items()}, ended)


def lately(pipeline: Pipeline, *, at: datetime) -> Behaviour:
    """The same; of so many deals that reading it takes long, as it was up to an hour ago."""
    name = f"sales:behaviour:{pipeline.pk}"
    kept: Behaviour | None = cache.get(name)
    if kept is not None:
        return kept
    begun = monotonic()
    found = behaviour_of(pipeline, at=at)
    if monotonic() - begun > LONG:
        cache.set(name, found, HOUR)
    return found


def learned_of(pipeline: Pipeline, *, at: datetime) -> dict[int, Learned]:
    """By stage, the share of its deals of two years that was won in the end."""
    with connection.cursor() as cursor:
        cursor.execute(ENDS, {"pipeline": pipeline.pk, "since": at - YEARS})
        return {stage_id: Learned(won, ended) for stage_id, won, ended in cursor.fetchall()}


# How long each stay in an open stage was as far as it lies in the time, and what came after it.
STAYS = """
WITH stays AS MATERIALIZED (
    SELECT m.to_stage_id AS stage_id, m.at AS since, lead(m.to_stage_id) OVER one AS next_id, lead(m.at) OVER one AS until
    FROM sales_move m JOIN sales_deal d ON d.id = m.deal_id WHERE d.pipeline_id = %(pipeline)s
    WINDOW one AS (PARTITION BY m.deal_id ORDER BY m.at, m.id)
)
SELECT stage_id, next_id, count(*),
       sum(extract(epoch FROM coalesce(until, %(at)s) - greatest(since, %(since)s)))
FROM stays JOIN sales_stage s ON s.id = stage_id AND s.end = 'open'
WHERE coalesce(until, %(at)s) > %(since)s AND since <= %(at)s GROUP BY 1, 2
"""
ENDS = """
SELECT m.to_stage_id, count(DISTINCT d.id) FILTER (WHERE e.end = 'won'), count(DISTINCT d.id)
FROM sales_deal d JOIN sales_stage e ON e.id = d.stage_id AND e.end <> 'open' JOIN sales_move m ON m.deal_id = d.id
WHERE d.pipeline_id = %(pipeline)s AND d.closed_at >= %(since)s GROUP BY 1
"""
