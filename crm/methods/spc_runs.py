"""Runs of points on one side of a line, and how many of them chance allows."""

from typing import NamedTuple

import lazy_loader as lazy
import numpy as np

scipy = lazy.load("scipy")

LEVEL = 0.05


class Runs(NamedTuple):
    useful: int
    longest: int
    longest_limit: int
    crossings: int
    crossings_limit: int


def longest_run_limit(useful: int) -> int:
    """The longest run that chance allows among `useful` points off the centre line: round(log2 n) + 3.

    Source: Schilling (2012), The surprising predictability of long runs; Anhøj and Olesen (2014), Run charts
    revisited, PLoS ONE 9(11) e113825.
    """
    return round(np.log2(max(useful, 1))) + 3


def crossings_limit(useful: int) -> int:
    """The fewest crossings that chance allows: the 5 % quantile of Binomial(n - 1, 1/2).

    Source: Chen (2010), A new class of distribution-free run tests; Anhøj and Olesen (2014), PLoS ONE 9(11)
    e113825.
    """
    trials = max(useful - 1, 0)
    return int(np.searchsorted(scipy.special.bdtr(np.arange(trials + 1), trials, 0.5), LEVEL))


def runs(score) -> Runs:
    """Longest run and crossings of the centre line, points on the line not counted, with their limits."""
    sides = np.sign(score[score != 0])
    starts, stops, _ = stretches(sides)
    longest = int((stops - starts).max(initial=0))
    useful = len(sides)
    return Runs(useful, longest, longest_run_limit(useful), max(len(starts) - 1, 0), crossings_limit(useful))


def runs_probability(above: int, below: int, count: int) -> tuple[float, float]:
    """Chances of at most and of at least `count` runs among `above` and `below` points in random order.

    Source: Swed and Eisenhart (1943), Tables for testing randomness of grouping, Annals of Mathematical
    Statistics 14(1).
    """
    if min(above, below) == 0:
        return 1.0, 1.0
    number = np.arange(2, above + below + 1)
    half = number // 2
    even = 2 * _choose(above - 1, half - 1) * _choose(below - 1, half - 1)
    odd = _choose(above - 1, half) * _choose(below - 1, half - 1)
    odd += _choose(above - 1, half - 1) * _choose(below - 1, half)
    chances = np.where(number % 2, odd, even)
    chances /= chances.sum()
    return float(chances[number <= count].sum()), float(chances[number >= count].sum())


def _choose(n: int, k):
    """Binomial coefficients over 2 to the n, which keeps long series within a float."""
    inside = (k >= 0) & (k <= n)
    k = np.where(inside, k, 0)
    logs = (
        scipy.special.gammaln(n + 1)
        - scipy.special.gammaln(k + 1)
        - scipy.special.gammaln(n - k + 1)
        - n * np.log(2)
    )
    return np.where(inside, np.exp(logs), 0.0)


def stretches(codes):
    """Starts, stops and codes of the stretches of equal neighbours."""
    if not len(codes):
        return np.zeros(0, int), np.zeros(0, int), codes
    edges = np.flatnonzero(np.diff(codes)) + 1
    starts = np.concatenate(([0], edges))
    return starts, np.concatenate((edges, [len(codes)])), codes[starts]
