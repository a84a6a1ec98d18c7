"""Centre lines and three-sigma limits of the Shewhart charts and the run chart."""

from collections.abc import Callable
from typing import NamedTuple

import lazy_loader as lazy
import numpy as np
import numpy.typing as npt

scipy = lazy.load("scipy")

D2 = 1.128
D4 = 3.267
WEIBULL_POWER = 3.6
ROUNDING = 1e-12
NO_VARIATION = (
    "There is no variation to chart: the points that set the limits are all the same, "
    "so no limits can be drawn from them."
)

Array = npt.NDArray[np.float64]


class Points(NamedTuple):
    """What goes in: a value per point, its size where it has one, and which points set the limits."""

    values: Array
    sizes: Array
    base: npt.NDArray[np.bool_]
    screened: bool
    deviations: Array | None = None


class Lines(NamedTuple):
    """What comes out, one entry per point: what is drawn, and `score`, its distance from centre in sigmas."""

    values: Array
    centre: Array
    lower: Array
    upper: Array
    score: Array


class Kind(NamedTuple):
    name: str
    centre: str
    formula: str
    lines: Callable[[Points], Lines]
    is_ratio: bool = False
    is_count: bool = False
    is_grouped: bool = False


def c4(size):
    """Bias of the sample standard deviation of `size` normal values (scalar or array, each 2 or more).

    Source: Montgomery (2009), Introduction to Statistical Quality Control, 6th ed., appendix VI.
    """
    return np.sqrt(2 / (size - 1)) * np.exp(
        scipy.special.gammaln(size / 2) - scipy.special.gammaln((size - 1) / 2)
    )


def a3(size):
    """Factor of the mean standard deviation in the limits of an X-bar chart (Montgomery 2009, appendix
    VI)."""
    return 3 / (c4(size) * np.sqrt(size))


def b3(size):
    """Factor for the lower limit of an S chart, never below 0 (Montgomery 2009, appendix VI)."""
    return np.maximum(0, 1 - _b_spread(size))


def b4(size):
    """Factor for the upper limit of an S chart (Montgomery 2009, appendix VI)."""
    return 1 + _b_spread(size)


def close_to(values, centre):
    """Where a value lies on a line but for rounding in the last digits."""
    return np.abs(values - centre) <= ROUNDING * np.maximum(np.abs(values), np.abs(centre))


def _b_spread(size):
    return 3 * np.sqrt(1 - c4(size) ** 2) / c4(size)


def mean_moving_range(series: Array, screened: bool) -> float:
    """Mean absolute step of `series`; `screened` drops once the steps above 3.267 times that mean.

    Source: Nelson (1982), Control charts for individual measurements, Journal of Quality Technology 14(3).
    """
    steps = np.abs(np.diff(series))
    mean = steps.mean()
    return float(steps[steps <= D4 * mean].mean() if screened else mean)


def _draw(values: Array, centre, sigma, floor=-np.inf, ceiling=np.inf, middle=None) -> Lines:
    """Limits three sigma either side of `centre`, clipped; the line drawn is `middle` where it differs."""
    if not np.all(np.asarray(sigma) > ROUNDING * np.abs(centre)):
        raise ValueError(NO_VARIATION)
    low, high = (np.broadcast_to(centre + side * 3 * sigma, values.shape) for side in (-1, 1))
    line = np.full(values.shape, centre if middle is None else middle, dtype=np.float64)
    above = values >= line
    score = np.where(above, 3 * (values - line) / (high - line), 3 * (values - line) / (line - low))
    score = np.where(close_to(values, line), 0.0, score)
    return Lines(values, line, np.maximum(low, floor), np.minimum(high, ceiling), score)


def _run(points: Points) -> Lines:
    values = points.values
    centre = np.full(values.shape, np.median(values[points.base]))
    nowhere = np.full(values.shape, np.nan)
    score = np.where(close_to(values, centre), 0.0, np.sign(values - centre))
    return Lines(values, centre, nowhere, nowhere.copy(), score)


def _individuals(points: Points) -> Lines:
    base = points.values[points.base]
    return _draw(points.values, base.mean(), mean_moving_range(base, points.screened) / D2)


def _moving_range(points: Points) -> Lines:
    steps = np.abs(np.diff(points.values))
    mean = mean_moving_range(points.values[points.base], screened=False)
    drawn = _draw(steps, mean, mean * (D4 - 1) / 3, floor=0.0)
    gaps = (np.nan, *(column[0] for column in drawn[1:4]), 0.0)
    return Lines(*(np.concatenate(([gap], column)) for gap, column in zip(gaps, drawn, strict=True)))


def _pooled_deviation(points: Points) -> float:
    sizes, deviations = points.sizes[points.base], points.deviations[points.base]
    if (deviations <= ROUNDING * np.abs(points.values[points.base])).all():
        raise ValueError(NO_VARIATION)
    if (sizes == sizes[0]).all():
        return float(deviations.mean())
    return float(np.sqrt(((sizes - 1) * deviations**2).sum() / (sizes - 1).sum()))


def _averages(points: Points) -> Lines:
    sizes = points.sizes[points.base]
    centre = (sizes * points.values[points.base]).sum() / sizes.sum()
    return _draw(points.values, centre, a3(points.sizes) * _pooled_deviation(points) / 3)


def _deviations(points: Points) -> Lines:
    deviation = _pooled_deviation(points)
    return _draw(points.deviations, deviation, deviation * _b_spread(points.sizes) / 3, floor=0.0)


def _ratio(points: Points) -> tuple[Array, float]:
    counts, sizes = points.values, points.sizes
    return counts / sizes, counts[points.base].sum() / sizes[points.base].sum()


def _laney(points: Points, shares: Array, centre: float, sigma: Array) -> float:
    """Laney's sigma z: how much wider the points spread than counting alone would have it."""
    if not (sigma > 0).all():
        raise ValueError(NO_VARIATION)
    standardised = (shares - centre) / sigma
    return mean_moving_range(standardised[points.base], points.screened) / D2


def _proportions(points: Points) -> Lines:
    shares, centre = _ratio(points)
    return _draw(shares, centre, np.sqrt(centre * (1 - centre) / points.sizes), 0.0, 1.0)


def _proportions_prime(points: Points) -> Lines:
    shares, centre = _ratio(points)
    sigma = np.sqrt(centre * (1 - centre) / points.sizes)
    return _draw(shares, centre, sigma * _laney(points, shares, centre, sigma), 0.0, 1.0)


def _rates(points: Points) -> Lines:
    rates, centre = _ratio(points)
    return _draw(rates, centre, np.sqrt(centre / points.sizes), 0.0)


def _rates_prime(points: Points) -> Lines:
    rates, centre = _ratio(points)
    sigma = np.sqrt(centre / points.sizes)
    return _draw(rates, centre, sigma * _laney(points, rates, centre, sigma), 0.0)


def _counts(points: Points) -> Lines:
    centre = points.values[points.base].mean()
    return _draw(points.values, centre, np.sqrt(centre), 0.0)


def _between_events(points: Points) -> Lines:
    base = points.values[points.base]
    mean = base.mean()
    return _draw(points.values, mean, np.sqrt(mean * (mean + 1)), 0.0, middle=np.median(base))


def _time_between(points: Points) -> Lines:
    if (points.values <= 0).any():
        raise ValueError("Times between events must be above zero: where two fall on one day, use hours.")
    drawn = _individuals(points._replace(values=points.values ** (1 / WEIBULL_POWER)))
    centre, lower, upper = (np.maximum(line, 0) ** WEIBULL_POWER for line in drawn[1:4])
    return Lines(points.values, centre, lower, upper, drawn.score)


_XMR = "limits at the mean ± 3·MR̄/1.128 (2.6596·MR̄; the NHS prints 2.66)"
_LANEY = "widened by Laney's sigma z, the mean moving range of the standardised points over 1.128"

KINDS = {
    "run": Kind("Run chart", "median", "the median, without limits", _run),
    "i": Kind("XmR chart (individual values)", "mean", _XMR, _individuals),
    "mr": Kind("Moving range chart", "mean", "upper limit at 3.267·MR̄", _moving_range),
    "xbar": Kind(
        "X-bar chart (means of subgroups)", "mean", "limits at the mean ± A3·s̄", _averages, is_grouped=True
    ),
    "s": Kind(
        "S chart (spread of subgroups)", "mean", "limits at B3·s̄ and B4·s̄", _deviations, is_grouped=True
    ),
    "p": Kind("P chart (proportions)", "mean", "limits at p̄ ± 3√(p̄(1-p̄)/n)", _proportions, True, True),
    "pp": Kind(
        "P' chart (proportions, Laney)",
        "mean",
        f"limits at p̄ ± 3√(p̄(1-p̄)/n), {_LANEY}",
        _proportions_prime,
        True,
        True,
    ),
    "u": Kind("U chart (rates)", "mean", "limits at ū ± 3√(ū/n)", _rates, True, True),
    "up": Kind(
        "U' chart (rates, Laney)", "mean", f"limits at ū ± 3√(ū/n), {_LANEY}", _rates_prime, True, True
    ),
    "c": Kind("C chart (counts)", "mean", "limits at c̄ ± 3√c̄", _counts, is_count=True),
    "g": Kind(
        "G chart (cases between events)",
        "median",
        "limits at ḡ ± 3√(ḡ(ḡ+1)), the centre line at the median",
        _between_events,
        is_count=True,
    ),
    "t": Kind(
        "T chart (time between events)",
        "centre line",
        f"{_XMR}, reckoned on the values to the power 1/3.6 and turned back",
        _time_between,
    ),
}
SCREENABLE = ("i", "t", "pp", "up")
