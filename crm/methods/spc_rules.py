"""Rules that tell a signal from noise: NHS, Western Electric, IHI and Anhøj."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, gammaln

LEVEL = 0.05


class Signal(NamedTuple):
    """One finding of one rule. `side` is above, below, rising, falling, or overall for a rule on the whole series."""

    rule: str
    name: str
    positions: tuple[int, ...]
    side: str
    sentence: str


class Series(NamedTuple):
    """The charted points in order, those left out removed; `outside` speaks of every point, also those left out."""

    values: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]
    positions: npt.NDArray[np.intp]
    outside: npt.NDArray[np.int8]
    centre: str


class Runs(NamedTuple):
    useful: int
    longest: int
    longest_limit: int
    crossings: int
    crossings_limit: int


class RuleSet(NamedTuple):
    name: str
    short: str
    text: str
    rules: tuple[Callable[[Series], Iterator[Signal]], ...]


def longest_run_limit(useful: int) -> int:
    """The longest run that chance allows among `useful` points off the centre line: round(log2 n) + 3.

    Source: Schilling (2012), The surprising predictability of long runs; Anhøj and Olesen (2014), Run charts
    revisited, PLoS ONE 9(11) e113825.
    """
    return round(np.log2(max(useful, 1))) + 3


def crossings_limit(useful: int) -> int:
    """The fewest crossings that chance allows: the 5 % quantile of Binomial(n - 1, 1/2).

    Source: Chen (2010), A new class of distribution-free run tests; Anhøj and Olesen (2014), PLoS ONE 9(11) e113825.
    """
    trials = max(useful - 1, 0)
    return int(np.searchsorted(bdtr(np.arange(trials + 1), trials, 0.5), LEVEL))


def runs(score) -> Runs:
    """Longest run and crossings of the centre line, points on the line not counted, with their limits."""
    sides = np.sign(score[score != 0])
    starts, stops, _ = _stretches(sides)
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
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) - n * np.log(2)
    return np.where(inside, np.exp(logs), 0.0)


def _stretches(codes):
    """Starts, stops and codes of the stretches of equal neighbours."""
    if not len(codes):
        return np.zeros(0, int), np.zeros(0, int), codes
    edges = np.flatnonzero(np.diff(codes)) + 1
    starts = np.concatenate(([0], edges))
    return starts, np.concatenate((edges, [len(codes)])), codes[starts]


def _outside(series: Series) -> Iterator[Signal]:
    for start, stop, code in zip(*_stretches(series.outside), strict=True):
        if code:
            where = tuple(range(start, stop))
            side, limit = ("above", "upper") if code > 0 else ("below", "lower")
            verb = "lies" if len(where) == 1 else "lie"
            sentence = f"{_named(where)} {verb} {side} the {limit} limit."
            yield Signal("outside", "A point outside the limits", where, side, sentence)


def _shift(series: Series, length: int, on_line_breaks: bool) -> Iterator[Signal]:
    sides = np.sign(series.score)
    kept = np.arange(len(sides)) if on_line_breaks else np.flatnonzero(sides)
    for start, stop, code in zip(*_stretches(sides[kept]), strict=True):
        if code and stop - start >= length:
            side = "above" if code > 0 else "below"
            where = tuple(series.positions[kept[start:stop]].tolist())
            sentence = f"{len(where)} points in a row {side} the {series.centre} ({_span(where)})."
            yield Signal("shift", f"{length} or more points on one side of the {series.centre}", where, side, sentence)


def _trend(series: Series, length: int, repeats_break: bool) -> Iterator[Signal]:
    steps = np.sign(np.diff(series.values))
    kept = np.arange(len(series.values))
    if not repeats_break:
        kept = np.concatenate(([True], steps != 0)).nonzero()[0]
        steps = steps[steps != 0]
    for start, stop, code in zip(*_stretches(steps), strict=True):
        if code and stop - start + 1 >= length:
            side = "rising" if code > 0 else "falling"
            where = tuple(series.positions[kept[start : stop + 1]].tolist())
            sentence = f"{len(where)} points in a row {side} ({_span(where)})."
            yield Signal("trend", f"{length} or more points rising or falling", where, side, sentence)


def _zone(series: Series, rule: str, wanted: int, window: int, sigmas: int, zone: str) -> Iterator[Signal]:
    if len(series.score) < window:
        return
    name = f"{wanted} of {window} points in a row beyond {zone} on one side"
    for side, score in (("above", series.score), ("below", -series.score)):
        beyond = score > sigmas + 1e-9
        hits = np.convolve(beyond, np.ones(window), "valid") >= wanted
        covered = np.convolve(hits, np.ones(window)) > 0
        for start, stop, code in zip(*_stretches(covered.astype(np.int8)), strict=True):
            if code:
                inside = start + np.flatnonzero(beyond[start:stop])
                where = tuple(series.positions[inside].tolist())
                sentence = f"{_named(where)} lie beyond {zone} {side} the {series.centre}."
                yield Signal(rule, name, where, side, sentence)


def _unusual_runs(series: Series) -> Iterator[Signal]:
    sides = np.sign(series.score[series.score != 0])
    count = len(_stretches(sides)[0])
    above = int((sides > 0).sum())
    few, many = runs_probability(above, len(sides) - above, count)
    for chance, word in ((few, "few"), (many, "many")):
        if chance <= LEVEL / 2:
            sentence = f"Only {count} runs" if word == "few" else f"{count} runs"
            sentence += f" about the {series.centre} in {len(sides)} useful points, too {word} for chance."
            yield Signal("runs", f"Too {word} runs", (), "overall", sentence)


def _longest_run(series: Series) -> Iterator[Signal]:
    limit = runs(series.score).longest_limit
    for signal in _shift(series, limit + 1, on_line_breaks=False):
        yield signal._replace(rule="longest_run", name=f"A run of more than {limit} points")


def _crossings(series: Series) -> Iterator[Signal]:
    found = runs(series.score)
    if found.crossings < found.crossings_limit:
        sentence = (
            f"The series crosses the {series.centre} {found.crossings} "
            f"{'time' if found.crossings == 1 else 'times'}, fewer than the {found.crossings_limit} "
            f"that chance allows in {found.useful} useful points."
        )
        yield Signal("crossings", "Too few crossings", (), "overall", sentence)


def _named(where: tuple[int, ...]) -> str:
    numbers = [str(position + 1) for position in where]
    return f"Point {numbers[0]}" if len(numbers) == 1 else f"Points {', '.join(numbers[:-1])} and {numbers[-1]}"


def _span(where: tuple[int, ...]) -> str:
    return f"points {where[0] + 1} to {where[-1] + 1}"


RULE_SETS = {
    "nhs": RuleSet(
        "NHS Making Data Count",
        "NHS rule",
        "outside the limits; 7 on one side of the centre line; 7 rising or falling; 2 of 3 beyond two thirds of the "
        "way to a limit",
        (
            _outside,
            partial(_shift, length=7, on_line_breaks=True),
            partial(_trend, length=7, repeats_break=True),
            partial(_zone, rule="two_of_three", wanted=2, window=3, sigmas=2, zone="two thirds of the way to a limit"),
        ),
    ),
    "western_electric": RuleSet(
        "Western Electric",
        "Western Electric rule",
        "1 beyond 3σ; 2 of 3 beyond 2σ; 4 of 5 beyond 1σ; 8 on one side of the centre line",
        (
            _outside,
            partial(_zone, rule="two_of_three", wanted=2, window=3, sigmas=2, zone="2σ"),
            partial(_zone, rule="four_of_five", wanted=4, window=5, sigmas=1, zone="1σ"),
            partial(_shift, length=8, on_line_breaks=True),
        ),
    ),
    "ihi": RuleSet(
        "IHI",
        "IHI rule",
        "a shift of 6 on one side, points on the line not counted; a trend of 5, repeats not counted; too few or too "
        "many runs (Swed and Eisenhart, 5 % two-sided); astronomical points, taken as those outside the limits",
        (
            _outside,
            partial(_shift, length=6, on_line_breaks=False),
            partial(_trend, length=5, repeats_break=False),
            _unusual_runs,
        ),
    ),
    "anhoej": RuleSet(
        "Anhøj",
        "Anhøj rule",
        "a longest run above round(log2 n) + 3; fewer crossings than the 5 % quantile of Binomial(n−1, ½), points on "
        "the line not counted; points outside the limits where there are any",
        (_outside, _longest_run, _crossings),
    ),
}


def signals(series: Series, rules: str, only_outside: bool) -> tuple[Signal, ...]:
    """Every signal of a rule set, in the order of its rules and then of time."""
    chosen = (_outside,) if only_outside else RULE_SETS[rules].rules
    return tuple(signal for rule in chosen for signal in sorted(rule(series), key=lambda found: found.positions))
