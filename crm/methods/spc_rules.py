"""Rules that tell a signal from noise: NHS, Western Electric, IHI and Anhøj."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crm.methods.spc_runs import LEVEL, runs, runs_probability, stretches

TWO_THIRDS = "two thirds of the way to a limit"


class Signal(NamedTuple):
    """One finding of one rule; `side` is above, below, rising, falling, or overall for the whole series."""

    rule: str
    name: str
    positions: tuple[int, ...]
    side: str
    sentence: str


class Series(NamedTuple):
    """The charted points in order without those left out; `outside` speaks of every point."""

    values: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]
    positions: npt.NDArray[np.intp]
    outside: npt.NDArray[np.int8]
    centre: str


class RuleSet(NamedTuple):
    name: str
    short: str
    text: str
    rules: tuple[Callable[[Series], Iterator[Signal]], ...]


def _outside(series: Series) -> Iterator[Signal]:
    for start, stop, code in zip(*stretches(series.outside), strict=True):
        if code:
            where = tuple(range(start, stop))
            side, limit = ("above", "upper") if code > 0 else ("below", "lower")
            verb = "lies" if len(where) == 1 else "lie"
            sentence = f"{_named(where)} {verb} {side} the {limit} limit."
            yield Signal("outside", "A point outside the limits", where, side, sentence)


def _shift(series: Series, length: int, on_line_breaks: bool) -> Iterator[Signal]:
    sides = np.sign(series.score)
    kept = np.arange(len(sides)) if on_line_breaks else np.flatnonzero(sides)
    for start, stop, code in zip(*stretches(sides[kept]), strict=True):
        if code and stop - start >= length:
            side = "above" if code > 0 else "below"
            where = tuple(series.positions[kept[start:stop]].tolist())
            sentence = f"{len(where)} points in a row {side} the {series.centre} ({_span(where)})."
            name = f"{length} or more points on one side of the {series.centre}"
            yield Signal("shift", name, where, side, sentence)


def _trend(series: Series, length: int, repeats_break: bool) -> Iterator[Signal]:
    steps = np.sign(np.diff(series.values))
    kept = np.arange(len(series.values))
    if not repeats_break:
        kept = np.concatenate(([True], steps != 0)).nonzero()[0]
        steps = steps[steps != 0]
    for start, stop, code in zip(*stretches(steps), strict=True):
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
        for start, stop, code in zip(*stretches(covered.astype(np.int8)), strict=True):
            if code:
                inside = start + np.flatnonzero(beyond[start:stop])
                where = tuple(series.positions[inside].tolist())
                sentence = f"{_named(where)} lie beyond {zone} {side} the {series.centre}."
                yield Signal(rule, name, where, side, sentence)


def _unusual_runs(series: Series) -> Iterator[Signal]:
    sides = np.sign(series.score[series.score != 0])
    count = len(stretches(sides)[0])
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
    if len(numbers) == 1:
        return f"Point {numbers[0]}"
    return f"Points {', '.join(numbers[:-1])} and {numbers[-1]}"


def _span(where: tuple[int, ...]) -> str:
    return f"points {where[0] + 1} to {where[-1] + 1}"


RULE_SETS = {
    "nhs": RuleSet(
        "NHS Making Data Count",
        "NHS rule",
        "outside the limits; 7 on one side of the centre line; 7 rising or falling; "
        "2 of 3 beyond two thirds of the way to a limit",
        (
            _outside,
            partial(_shift, length=7, on_line_breaks=True),
            partial(_trend, length=7, repeats_break=True),
            partial(_zone, rule="two_of_three", wanted=2, window=3, sigmas=2, zone=TWO_THIRDS),
        ),
    ),
    "western_electric": RuleSet(
        "Western Electric",
        "Western Electric rule",
        "1 beyond 3 sigma; 2 of 3 beyond 2 sigma; 4 of 5 beyond 1 sigma; 8 on one side of the centre line",
        (
            _outside,
            partial(_zone, rule="two_of_three", wanted=2, window=3, sigmas=2, zone="2 sigma"),
            partial(_zone, rule="four_of_five", wanted=4, window=5, sigmas=1, zone="1 sigma"),
            partial(_shift, length=8, on_line_breaks=True),
        ),
    ),
    "ihi": RuleSet(
        "IHI",
        "IHI rule",
        "a shift of 6 on one side, points on the line not counted; a trend of 5, repeats not counted; "
        "too few or too many runs (Swed and Eisenhart, 5 % two-sided); "
        "astronomical points, taken as those outside the limits",
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
        "a longest run above round(log2 n) + 3; fewer crossings than the 5 % quantile of Binomial(n-1, 1/2), "
        "points on the line not counted; points outside the limits where there are any",
        (_outside, _longest_run, _crossings),
    ),
}


def signals(series: Series, rules: str, only_outside: bool) -> tuple[Signal, ...]:
    """Every signal of a rule set, in the order of its rules and then of time."""
    chosen = (_outside,) if only_outside else RULE_SETS[rules].rules
    found = (sorted(rule(series), key=lambda signal: signal.positions) for rule in chosen)
    return tuple(signal for each in found for signal in each)
