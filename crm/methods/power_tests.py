"""How likely tests are to see a difference of a given size: what sizes and curves are solved from.

The noncentral t is integrated here: that of scipy 1.17 gives no number in the far tail, nor for a million.
"""

from collections.abc import Callable
from math import asin, pi, sqrt

import lazy_loader as lazy
import numpy as np

scipy = lazy.load("scipy")

#: A study of more than this many people is no study that a hospital could do.
MOST = 1_000_000_000
#: Below these degrees of freedom the spread is so wide that the integral is taken the other way round.
FEW = 50
#: Standard deviations beyond which nothing is left to integrate, and where to look between them.
REACH = 9.0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)


def of_means(n: float, effect_size: float, alpha: float, paired: bool, other: float | None = None) -> float:
    """Power of the two-sided t-test by the noncentral t distribution, both tails.

    `n`: in each group, or in the first where `other` is the size of the second, or pairs.
    """
    second = n if other is None else other
    df = n - 1 if paired else n + second - 2
    shift = abs(effect_size) * (sqrt(n) if paired else 1 / sqrt(1 / n + 1 / second))
    return of_shift(shift, df, alpha)


def of_shift(shift: float, df: float, alpha: float) -> float:
    """Power of a two-sided t-test on `df` degrees of freedom whose truth lies `shift` standard errors off."""
    cut = float(scipy.special.stdtrit(df, 1 - alpha / 2))
    return _by_numerator(df, shift, cut) if df < FEW else _by_spread(df, shift, cut)


def of_shift_normal(shift: float, alpha: float) -> float:
    """The same where the standard error is known, both tails."""
    cut = scipy.special.ndtri(1 - alpha / 2)
    return float(scipy.special.ndtr(shift - cut) + scipy.special.ndtr(-shift - cut))


def _by_numerator(df: float, shift: float, cut: float) -> float:
    """Both tails, integrated over the normal numerator of t: smooth where the spread is wide."""
    beyond = 0.0
    for low, high in ((max(-shift, -REACH), REACH), (-REACH, max(-shift, -REACH))):
        z = (low + high) / 2 + (high - low) / 2 * NODES
        within = scipy.special.chdtr(df, df * ((z + shift) / cut) ** 2)
        beyond += float((WEIGHTS * np.exp(-(z**2) / 2) * within).sum() * (high - low) / 2)
    return min(beyond / sqrt(2 * pi), 1.0)


def _by_spread(df: float, shift: float, cut: float) -> float:
    """The same integrated over the spread in its denominator, which is narrow where there are many."""
    s = 1 + REACH / sqrt(2 * df) * NODES
    log_density = (df - 1) * np.log(s) - df * s**2 / 2
    density = WEIGHTS * np.exp(log_density - log_density.max())
    beyond = scipy.special.ndtr(shift - cut * s) + scipy.special.ndtr(-shift - cut * s)
    return float((density * beyond).sum() / density.sum())


def of_proportions(n: float, p1: float, p2: float, alpha: float, formula: str) -> float:
    """Power of the two-sided comparison of two proportions, `n` in each group, by one of `FORMULAS`."""
    z, gap = scipy.special.ndtri(1 - alpha / 2), abs(p1 - p2)
    if formula == "arcsine":
        return float(scipy.special.ndtr(cohens_h(p1, p2) * sqrt(n / 2) - z))
    root = sqrt(n)
    if formula == "continuity":
        root -= 1 / (gap * root)
    null, true = spreads(p1, p2, formula)
    return float(scipy.special.ndtr((gap * root - z * null) / true))


def spreads(p1: float, p2: float, formula: str) -> tuple[float, float]:
    """Standard deviations of the difference for one person a group: if there were none, and as it is."""
    true, mean = sqrt(p1 * (1 - p1) + p2 * (1 - p2)), (p1 + p2) / 2
    return true if formula == "unpooled" else sqrt(2 * mean * (1 - mean)), true


def cohens_h(p1: float, p2: float) -> float:
    """Cohen's h: how far apart two proportions lie after the arcsine transformation."""
    return abs(2 * asin(sqrt(p1)) - 2 * asin(sqrt(p2)))


def solve(power_at: Callable[[float], float], power: float, start: float, most: float) -> float | None:
    """Where a power that only grows reaches `power`, from `start` on; None where not before `most`."""
    if power_at(start) >= power:
        return start
    low, high = start, min(2 * start, most)
    while power_at(high) < power:
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    return float(scipy.optimize.brentq(lambda x: power_at(x) - power, low, high, xtol=1e-9, rtol=1e-12))
