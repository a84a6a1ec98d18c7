"""The answers to one question described, and two waves of it compared, each with its interval."""

from math import sqrt
from typing import NamedTuple

import lazy_loader as lazy
import numpy as np

from crm.methods.comparison import Comparison, proportion
from crm.methods.quantities import count, inside, sample
from crm.methods.survey import NetPromoter

scipy = lazy.load("scipy")


class Interval(NamedTuple):
    """An estimate; `lower` and `upper` are None where there is no spread to make an interval of."""

    estimate: float
    lower: float | None
    upper: float | None


def shares(counts, *, confidence: float = 0.95) -> tuple[Interval, ...]:
    """The share of each answer among all that were given, with Wilson's interval, one by one.

    `counts`: how often each answer was given, whole numbers. The intervals hold each for itself, not all at
    once.

    Raises ValueError for negative or broken counts, and where nobody answered.
    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.
    """
    given = [count(one, "count") for one in counts]
    found = [proportion(one, sum(given), confidence=confidence) for one in given]
    return tuple(Interval(one.estimate, one.lower, one.upper) for one in found)


def mean(values, lowest: float, highest: float, *, confidence: float = 0.95) -> Interval:
    """The mean of answers on a scale from `lowest` to `highest`, with Student's interval cut to the scale.

    `values`: shape (people,), no gaps. Without any spread, or of one person, there is no interval.

    Raises ValueError for gaps, nobody, and values off the scale.
    Source: Student (1908), Biometrika 6(1), 1-25.
    """
    given, level = sample(values, "answers"), inside(confidence, "confidence")
    if given.min() < lowest or given.max() > highest:
        raise ValueError(f"Every answer lies from {lowest} to {highest}.")
    middle = float(given.mean())
    if len(given) < 2 or given.min() == given.max():
        return Interval(middle, None, None)
    error = float(given.std(ddof=1)) / sqrt(len(given))
    reach = float(scipy.special.stdtrit(len(given) - 1, (1 + level) / 2)) * error
    return Interval(middle, max(middle - reach, float(lowest)), min(middle + reach, float(highest)))


def spread_out(counts, first: int) -> np.ndarray:
    """The single answers that counts stand for: counts of `first`, `first` + 1 and so on."""
    return np.repeat(np.arange(first, first + len(counts), dtype=float), counts)


def promoter_change(later: NetPromoter, earlier: NetPromoter, *, confidence: float = 0.95) -> Comparison:
    """The difference of two net promoter scores of different people, in points: later minus earlier.

    Raises ValueError where one of them has no score or no error: too few answers, or all of one kind.
    Source: Rocks (2016), The American Statistician 70(4), 365-372: the variances of both scores add up.
    """
    for one in (later, earlier):
        if one.score is None:
            raise ValueError(one.why_not or "There is no score to compare.")
        if not one.se:
            raise ValueError("All gave one kind of answer: without a spread there is no interval.")
    level, error = inside(confidence, "confidence"), sqrt(later.se**2 + earlier.se**2)
    change, reach = later.score - earlier.score, float(scipy.special.ndtri((1 + level) / 2)) * error
    return Comparison(
        measure="difference of net promoter scores, first minus second",
        estimate=change,
        lower=max(change - reach, -200.0),
        upper=min(change + reach, 200.0),
        p=2 * float(scipy.special.ndtr(-abs(change / error))),
        method="difference of two net promoter scores (Rocks)",
        confidence=level,
        sizes=(later.n, earlier.n),
        assumptions=(
            "Nobody is in both groups, and people do not influence each other.",
            "Some thirty people answered on each side, or more.",
        ),
        statistic=change / error,
        se=error,
    )
