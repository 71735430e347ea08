"""Logistic regression over named traits, small and plain: what is learned is a number per trait, and nothing else."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

# How much a trait must show before it counts: as if each had been seen this often without saying anything.
PENALTY = 2.0
STEPS, CLOSE = 25, 1e-6
FURTHEST = 30.0


@dataclass(frozen=True)
class Seen:
    """Which traits something had, how it ended, and how much it counts."""

    traits: tuple[str, ...]
    good: bool
    weight: float = 1.0


@dataclass(frozen=True)
class Weights:
    """What each trait adds to the log-odds."""

    start: float
    of: Mapping[str, float]

    def odds(self, traits: Iterable[str]) -> float:
        return self.start + sum(self.of.get(one, 0.0) for one in traits)

    def share(self, traits: Iterable[str]) -> float:
        return logistic(self.odds(traits))


def logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-FURTHEST, min(FURTHEST, odds))))


def fit(rows: Sequence[Seen]) -> Weights:
    """The weights that make ``rows`` likeliest, each trait's held near nothing unless the rows insist (ridge, by Newton's steps)."""
    names = sorted({trait for row in rows for trait in row.traits})
    place = {name: number for number, name in enumerate(names, start=1)}
    coded = [((0, *(place[one] for one in row.traits)), row.good, row.weight) for row in rows]
    theta = [0.0] * (len(names) + 1)
    for _step in range(STEPS):
        gradient, curve = slopes(coded, theta)
        change = solved(curve, gradient)
        theta = [old + more for old, more in zip(theta, change, strict=True)]
        if max(map(abs, change)) < CLOSE:
            break
    return Weights(theta[0], dict(zip(names, theta[1:], strict=True)))


def slopes(
    coded: Sequence[tuple[tuple[int, ...], bool, float]], theta: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    """The gradient and the curvature of the penalised likelihood; rows name few traits each, so only these are touched."""
    size = len(theta)
    gradient = [0.0, *(-PENALTY * one for one in theta[1:])]
    curve = [[0.0] * size for _ in range(size)]
    for number in range(size):
        curve[number][number] = PENALTY if number else 1e-9
    for places, good, weight in coded:
        share = logistic(sum(theta[one] for one in places))
        off, bend = weight * (good - share), weight * share * (1 - share)
        for one in places:
            gradient[one] += off
        for one, other in combinations_with_replacement(places, 2):
            curve[one][other] += bend
            if one != other:
                curve[other][one] += bend
    return gradient, curve


def solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """Gauss's elimination; the matrix is symmetric and positive."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        top = rows[pivot]
        for below in rows[pivot + 1 :]:
            factor = below[pivot] / top[pivot]
            if factor:
                for column in range(pivot, size + 1):
                    below[column] -= factor * top[column]
    found = [0.0] * size
    for line in reversed(range(size)):
        rest = sum(rows[line][column] * found[column] for column in range(line + 1, size))
        found[line] = (rows[line][size] - rest) / rows[line][line]
    return found


def auc(scored: Sequence[tuple[float, bool]]) -> float:
    """How often a good one stands above one that is not; a half when nothing tells them apart. Ties count half."""
    ordered = sorted(scored)
    good = sum(is_good for _score, is_good in ordered)
    if not 0 < good < len(ordered):
        return 0.5
    ranks, begin = 0.0, 0
    while begin < len(ordered):
        end = begin
        while end < len(ordered) and ordered[end][0] == ordered[begin][0]:
            end += 1
        middle = (begin + 1 + end) / 2
        ranks += middle * sum(is_good for _score, is_good in ordered[begin:end])
        begin = end
    return (ranks - good * (good + 1) / 2) / (good * (len(ordered) - good))
