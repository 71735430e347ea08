"""Learn from how deals ended which traits went with winning, and say whether that is worth anything at all.

Pure: values in, values out. A trait is only what was known at the time: each deal is looked at when it was opened, and again
after some days as long as it was open then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from rapport.lib.logit import Seen, Weights, auc, fit

AGES = (0, 14, 30, 60, 90, 120, 180)
# Fewer outcomes than this, or fewer of either kind, teach nothing.
LEAST, LEAST_OF_EACH = 200, 50
# A value that so few had is one of the others.
RARE = 20
NEWEST = 6_000
TRAINED = 0.7
DRAWS = 200
OTHER = "…"
STAGE, AGE = "stage", "age"


@dataclass(frozen=True)
class Ended:
    """A deal that ended. ``traits`` are as they were when it was opened; ``stages`` since which day it was in which."""

    opened: date
    closed: date
    won: bool
    traits: Mapping[str, str]
    stages: tuple[tuple[date, str], ...] = ()

    def looks(self) -> list[tuple[date, Mapping[str, str]]]:
        """When it was looked at, and what was known then."""
        days = [self.opened + timedelta(days=age) for age in AGES]
        return [(day, self.known(day)) for day in days if day < self.closed or day == self.opened]

    def known(self, day: date) -> dict[str, str]:
        return {**self.traits, **at_that_time(self.opened, day, self.stages)}


def at_that_time(opened: date, day: date, stages: Sequence[tuple[date, str]]) -> dict[str, str]:
    """How long it had been open, and in which stage it was."""
    age = (day - opened).days
    found = {AGE: str(max(one for one in AGES if one <= max(age, 0)))}
    there = [stage for since, stage in stages if since <= day]
    return found | ({STAGE: there[-1]} if there else {})


@dataclass(frozen=True)
class Verdict:
    """How well wins were told from losses that the learner had not seen, beside the stage alone."""

    auc: float
    low: float
    high: float
    baseline: float
    better: float
    calibration: tuple[tuple[float, float, int], ...]

    @property
    def holds(self) -> bool:
        """Whether it is surely better than nothing, and than the stage alone."""
        return self.low > 0.5 and self.better > 0  # noqa: PLR2004 - what a coin gets

    @property
    def off(self) -> float:
        """By how much the shares that were said and those that came true differ on average."""
        number = sum(count for _said, _true, count in self.calibration)
        return sum(abs(said - true) * count for said, true, count in self.calibration) / number if number else 0.0


@dataclass(frozen=True)
class Learned:
    """What was learned from how many; no verdict when there were too few."""

    number: int
    won: int
    since: date | None = None
    until: date | None = None
    verdict: Verdict | None = None
    weights: Weights | None = None
    usual: Mapping[str, float] = field(default_factory=dict)
    common: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return bool(self.verdict and self.verdict.holds and self.weights)


def learn(ended: Sequence[Ended], *, seed: int = 7) -> Learned:
    """The newest are learned from; what is said of them is proven on those that ended last."""
    newest = sorted(ended, key=lambda one: one.closed)[-NEWEST:]
    won = sum(one.won for one in newest)
    if not newest:
        return Learned(0, 0)
    since, until = newest[0].closed, newest[-1].closed
    if len(newest) < LEAST or min(won, len(newest) - won) < LEAST_OF_EACH:
        return Learned(len(newest), won, since, until)
    verdict = proven(newest, Random(seed))  # noqa: S311
    common = commons(newest)
    rows = rows_of(newest, common)
    weights = fit(rows)
    return Learned(len(newest), won, since, until, verdict, weights, averages(rows, weights), common)


def proven(ended: Sequence[Ended], rng: Random) -> Verdict:
    """Learn from what had ended by a day, and tell of what ended later, as it was on that day or after it."""
    cut = ended[int(len(ended) * TRAINED)].closed
    before, after = [one for one in ended if one.closed < cut], [one for one in ended if one.closed >= cut]
    common = commons(before)
    full = fit(rows_of(before, common))
    only_stage = fit(rows_of(before, common, only=STAGE))
    told = [
        [
            (
                full.share(named(known, common)),
                only_stage.share(named(known, common, only=STAGE)),
                one.won,
            )
            for day, known in one.looks()
            if day >= cut
        ]
        for one in after
    ]
    told = [looks for looks in told if looks]
    flat = [look for looks in told for look in looks]
    draws = sorted(resampled(told, rng) for _ in range(DRAWS))
    differences = sorted(one[1] for one in draws)
    low, high = DRAWS // 40, DRAWS - DRAWS // 40 - 1
    return Verdict(
        auc([(score, won) for score, _stage, won in flat]),
        draws[low][0],
        draws[high][0],
        auc([(stage, won) for _score, stage, won in flat]),
        differences[low],
        bins([(score, won) for score, _stage, won in flat]),
    )


def resampled(told: Sequence[Sequence[tuple[float, float, bool]]], rng: Random) -> tuple[float, float]:
    """The same from deals drawn anew, each with all looks at it: looks at one deal are no several proofs."""
    flat = [look for looks in rng.choices(told, k=len(told)) for look in looks]
    full = auc([(score, won) for score, _stage, won in flat])
    return full, full - auc([(stage, won) for _score, stage, won in flat])


def bins(scored: Sequence[tuple[float, bool]], parts: int = 5) -> tuple[tuple[float, float, int], ...]:
    """Fifths by what was said: what was said on average, what came true, of how many."""
    ordered = sorted(scored)
    cuts = [len(ordered) * part // parts for part in range(parts + 1)]
    pieces = [ordered[begin:end] for begin, end in pairwise(cuts) if end > begin]
    return tuple(
        (sum(score for score, _won in piece) / len(piece), sum(won for _score, won in piece) / len(piece), len(piece))
        for piece in pieces
    )


def commons(ended: Sequence[Ended]) -> dict[str, list[str]]:
    """Per trait the values that are not rare."""
    counts: dict[str, Counter[str]] = {}
    for one in ended:
        for name, value in one.traits.items():
            counts.setdefault(name, Counter())[value] += 1
        for _since, stage in one.stages:
            counts.setdefault(STAGE, Counter())[stage] += 1
    return {name: sorted(value for value, times in found.items() if times >= RARE) for name, found in counts.items()}


def named(known: Mapping[str, str], common: Mapping[str, Sequence[str]], only: str = "") -> tuple[str, ...]:
    """Each trait with its value, as weights are kept by; a rare value is one of the others."""
    return tuple(
        f"{name}={value if name == AGE or value in common.get(name, ()) else OTHER}"
        for name, value in known.items()
        if not only or name == only
    )


def rows_of(ended: Sequence[Ended], common: Mapping[str, Sequence[str]], only: str = "") -> list[Seen]:
    """Every look at every deal; all looks at one deal count as one."""
    found = []
    for one in ended:
        looks = one.looks()
        found += [Seen(named(known, common, only), one.won, 1 / len(looks)) for _day, known in looks]
    return found


def averages(rows: Sequence[Seen], weights: Weights) -> dict[str, float]:
    """What each trait adds on average: against that a single deal stands out."""
    total = sum(row.weight for row in rows)
    found: dict[str, float] = {}
    for row in rows:
        for trait in row.traits:
            name = trait.partition("=")[0]
            found[name] = found.get(name, 0.0) + row.weight * weights.of[trait] / total
    return found
