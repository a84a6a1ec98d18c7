"""What an interrupted time series of a given length could see."""

from dataclasses import dataclass
from math import exp, isinf, log, sqrt

import lazy_loader as lazy
import numpy as np

from crm.methods import power_tests
from crm.methods.power_plan import plan
from crm.methods.quantities import Array, count, number, positive
from crm.methods.time_series_design import LEAST, LEAST_LEFT

scipy = lazy.load("scipy")

#: No series is planned for a step of more standard errors than this.
FARTHEST = 1000.0
#: The logarithm of the largest ratio that is worth printing.
LARGEST_LOG = 20.0


@dataclass(frozen=True)
class SmallestStep:
    """The smallest change of level at the interruption that a series would see with the power asked for.

    `effect` is in the unit of `sd` for measured values; for counts it is a fraction: 0.2 is a rise of 20 %.
    `fall` is the smallest fall of counts as a fraction, None for measured values. `se` is the standard error
    of the step (of its logarithm for counts), `df` infinite where the normal distribution serves, `unit` is
    "difference" or "ratio". `formula` names what it was reckoned by, `assumptions` are whole sentences.
    """

    effect: float
    fall: float | None
    se: float
    df: float
    unit: str
    before: int
    after: int
    formula: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Planned:
    """A series as planned: the standard error of its step and what that rests on."""

    se: float
    df: float
    unit: str
    before: int
    after: int
    formula: str
    assumptions: tuple[str, ...]


def smallest_step(
    before,
    after,
    *,
    sd=None,
    count=None,
    dispersion=1.0,
    autocorrelation=0.0,
    slope_change: bool = False,
    alpha: float = 0.05,
    power: float = 0.80,
) -> SmallestStep:
    """With the points one can get, the smallest step that an interrupted time series could see.

    `before`, `after`: how many points on each side. `sd`: standard deviation of the points around their
    trend, for measured values; or `count`: events expected in a period, with their `dispersion` (1 where
    counts vary by chance alone). `autocorrelation`: how alike neighbouring errors are, between −1 and 1.
    `slope_change`: the model lets the trend change too, which costs much power.

    Raises ValueError for fewer than three points on a side, too few for the terms of the model, both or
    neither of `sd` and `count`, values out of range, and where no step at all could be seen.
    Source: generalised least squares (Aitken 1935) with errors of first order; for the model Wagner and
    others (2002), Journal of Clinical Pharmacy and Therapeutics 27(4), 299-309; for power McLeod and Vingilis
    (2008), Accident Analysis and Prevention 40(3), 1244-1248.
    """
    wanted = plan(alpha, power)
    made = planned(before, after, sd, count, dispersion, autocorrelation, slope_change)
    shift = power_tests.solve(lambda z: power_of(z, made, wanted.alpha), wanted.power, 1e-6, FARTHEST)
    if shift is None or (made.unit == "ratio" and shift * made.se > LARGEST_LOG):
        raise ValueError("With so few points no step of any size could be seen: more are needed.")
    step = shift * made.se
    is_ratio = made.unit == "ratio"
    return SmallestStep(
        effect=exp(step) - 1 if is_ratio else step,
        fall=1 - exp(-step) if is_ratio else None,
        se=made.se,
        df=made.df,
        unit=made.unit,
        before=made.before,
        after=made.after,
        formula=made.formula,
        assumptions=(
            f"Significance {wanted.alpha:g}, two-sided; power {100 * wanted.power:g} %.",
            *made.assumptions,
        ),
    )


def power_of(shift: float, made: Planned, alpha: float) -> float:
    """Power of a planned series for a step of `shift` standard errors."""
    if isinf(made.df):
        return power_tests.of_shift_normal(shift, alpha)
    return power_tests.of_shift(shift, made.df, alpha)


def shift_of(effect, made: Planned) -> float:
    """How many standard errors an effect is, in the unit of the plan. Raises ValueError for a fall to 0."""
    step = number(effect, "effect")
    if made.unit == "difference":
        return abs(step) / made.se
    if step <= -1:
        raise ValueError("A count cannot fall by 100 % or more: give a fraction such as -0.2 for 20 % less.")
    return abs(log(1 + step)) / made.se


def planned(before, after, sd, events, dispersion, autocorrelation, slope_change) -> Planned:
    """The standard error of the step of a series to come; ValueError says what cannot be planned."""
    first, second = count(before, "number of points before"), count(after, "number of points after")
    terms = 4 if slope_change else 3
    _require_points(first, second, terms)
    if (sd is None) == (events is None):
        raise ValueError("Give either the standard deviation of the points or the count to expect in each.")
    rho = number(autocorrelation, "autocorrelation")
    if not -1 < rho < 1:
        raise ValueError("The autocorrelation must lie between -1 and 1.")
    spread = positive(sd, "standard deviation") if events is None else _spread(events, dispersion)
    se = spread * _unit_error(first, second, rho, bool(slope_change))
    is_measured = events is None
    return Planned(
        se=se,
        df=float(first + second - terms) if is_measured else float("inf"),
        unit="difference" if is_measured else "ratio",
        before=first,
        after=second,
        formula=_formula(is_measured, rho, slope_change),
        assumptions=_assumptions(is_measured, spread, rho),
    )


def _require_points(before: int, after: int, terms: int) -> None:
    for many, side in ((before, "before"), (after, "after")):
        if many < LEAST:
            raise ValueError(f"Too few points {side}: {many}, where at least {LEAST} are needed.")
    least = terms + LEAST_LEFT
    if before + after < least:
        raise ValueError(
            f"This model has {terms} terms: it needs {least} points, and there are {before + after}."
        )


def _spread(events, dispersion) -> float:
    mean, wider = positive(events, "count in a period"), positive(dispersion, "dispersion")
    return sqrt(wider / mean)


def _unit_error(before: int, after: int, rho: float, slope_change: bool) -> float:
    """Standard error of the step for errors of standard deviation 1, by generalised least squares."""
    at = np.arange(before + after, dtype=np.float64)
    is_after = (at >= before).astype(np.float64)
    since = at - (before - 1)
    columns = [np.ones_like(at), since, is_after, *([since * is_after] if slope_change else [])]
    freed = _freed(np.column_stack(columns), rho)
    covariance = np.linalg.inv(freed.T @ freed)
    return float(np.sqrt(covariance[2, 2]))


def _freed(columns: Array, rho: float) -> Array:
    later = (columns[1:] - rho * columns[:-1]) / sqrt(1 - rho**2)
    return np.concatenate((columns[:1], later))


def _formula(is_measured: bool, rho: float, slope_change: bool) -> str:
    model = "level, trend, step and change of trend" if slope_change else "level, trend and step"
    test = "noncentral t" if is_measured else "normal approximation of the logarithm of the rate ratio"
    errors = f"errors of first order with autocorrelation {rho:g}" if rho else "independent errors"
    return f"interrupted time series ({model}), generalised least squares, {errors}, {test}"


def _assumptions(is_measured: bool, spread: float, rho: float) -> tuple[str, ...]:
    said = (
        f"Points vary around their trend with a standard deviation of {spread:g}."
        if is_measured
        else f"Each count varies around its trend by {100 * spread:.3g} % (one standard deviation).",
        "The trend before would have gone on as a straight line, and there is no season.",
        "All of the change comes at once, at the interruption.",
    )
    if rho:
        said += ("The autocorrelation is known: one that must be estimated from the series costs power.",)
    return said
