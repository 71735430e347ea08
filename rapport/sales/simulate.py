"""Simulate what open deals will have brought by a day, from how deals in their stages went before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from random import Random

from rapport.sales.stage_behaviour import LOST, WON, Behaviour

RUNS, ONE_BY_ONE = 500, 20


@dataclass
class Stock:
    """What lies open in a stage: the largest amounts one by one, of the others their number, sum and sum of squares."""

    largest: list[float] = field(default_factory=list)
    number: int = 0
    total: float = 0.0
    squares: float = 0.0


@dataclass(frozen=True)
class Range:
    """In eight of ten runs it came to between ``low`` and ``high``; the middle run to ``middle``."""

    low: float
    middle: float
    high: float
    runs: int


def simulate(
    stocks: Mapping[int, Stock], seen: Behaviour, weeks: float, rng: Random, runs: int = RUNS
) -> Sequence[float]:
    """What each run brought. In each one the behaviour itself is drawn anew, as uncertain as so few moves leave it."""
    return [one_run(stocks, chances(seen, weeks, rng), rng) for _ in range(runs)]


def one_run(stocks: Mapping[int, Stock], won: Mapping[int, float], rng: Random) -> float:
    total = 0.0
    for stage, stock in stocks.items():
        p = won.get(stage, 0.0)
        total += sum(amount for amount in stock.largest if rng.random() < p)
        if stock.number:
            # Of many small ones the sum is as good as normal.
            total += max(0.0, rng.gauss(p * stock.total, sqrt(p * (1 - p) * stock.squares)))
    return total


def chances(seen: Behaviour, weeks: float, rng: Random | None = None) -> dict[int, float]:
    """For each stage how likely a deal in it is won within so many weeks; drawn once when there is an ``rng``.

    A Markov chain: each week a deal leaves its stage with the same chance, however long it has been there.
    """
    leaving, ways = {}, {}
    for stage, theirs in seen.ways.items():
        left = sum(theirs.values())
        exposed = max(seen.weeks.get(stage, 0.0), 1e-6)
        drawn = {way: rng.gammavariate(number, 1.0) if rng else float(number) for way, number in theirs.items()}
        rate = (rng.gammavariate(left, 1.0) if rng else left) / exposed
        # Several moves in a week are one here: what leaves faster than once a week leaves within it.
        leaving[stage] = min(1.0, rate)
        ways[stage] = {way: weight / sum(drawn.values()) for way, weight in drawn.items()}
    won = {WON: 1.0, LOST: 0.0, **dict.fromkeys(ways, 0.0)}
    whole, rest = int(weeks), weeks - int(weeks)
    for step in [1.0] * whole + ([rest] if rest else []):
        fresh = {
            stage: won[stage]
            + step * leaving[stage] * (sum(p * won.get(way, 0.0) for way, p in theirs.items()) - won[stage])
            for stage, theirs in ways.items()
        }
        won.update(fresh)
    return won


def range_of(totals: Sequence[float]) -> Range:
    ordered = sorted(totals)
    last = len(ordered) - 1
    return Range(ordered[round(last * 0.1)], ordered[round(last * 0.5)], ordered[round(last * 0.9)], len(ordered))
