"""Effects of one measure at several places taken together: random effects, and how far they differ."""

from dataclasses import dataclass
from math import sqrt

import lazy_loader as lazy
import numpy as np

from crm.methods.quantities import Array, inside, sample

scipy = lazy.load("scipy")

METHODS = ("reml", "dl")
_STEPS, _CLOSE, _HALVED = 200, 1e-12, 60


@dataclass(frozen=True, eq=False)
class Pooled:
    """The mean of the effects that places like these have, and what is to be expected at one more.

    `estimate`, `lower` and `upper` are in the unit of the effects, `se` its standard error, `p` two-sided;
    `expected` is the prediction interval; `tau2` the variance between places, `i2` the part of all variance
    that lies between them (0 to 1), `q` Cochran's statistic with `q_p`; `weights` add up to 1, in the order
    of the effects; `method` says in words how it was reckoned.
    """

    estimate: float
    lower: float
    upper: float
    se: float
    p: float
    expected: tuple[float, float]
    tau2: float
    i2: float
    q: float
    q_p: float
    weights: Array
    places: int
    method: str


def pooled(
    effects, errors, *, method: str = "reml", hartung_knapp: bool = True, confidence: float = 0.95
) -> Pooled:
    """A random-effects meta-analysis.

    `effects`, `errors`: shape (places,), at least two; effects on a scale that is symmetric about nothing
    (differences, logarithms of ratios) and their standard errors, above 0. `method` estimates the variance
    between places: "reml" by restricted maximum likelihood, "dl" after DerSimonian and Laird. With
    `hartung_knapp` intervals are by t with places - 1 degrees of freedom and a variance that never falls
    short of the usual one; without, by the normal distribution.

    Raises ValueError for unequal lengths, gaps, fewer than two places and errors not above 0.
    Sources: DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188; Viechtbauer (2005), Journal
    of Educational and Behavioral Statistics 30, 261-293; Knapp and Hartung (2003), Statistics in Medicine 22,
    2693-2710, bounded after Roever, Knapp and Friede (2015), BMC Medical Research Methodology 15, 99; Higgins
    and Thompson (2002), Statistics in Medicine 21, 1539-1558; IntHout et al. (2016), BMJ Open 6, e010247.
    """
    y, v = _checked(effects, errors)
    if method not in METHODS:
        raise ValueError(f"The variance between places is estimated by one of {', '.join(METHODS)}.")
    level = inside(confidence, "confidence")
    q, typical = _q(y, v)
    tau2 = _reml(y, v) if method == "reml" else _dersimonian_laird(v, q)
    weights = 1 / (v + tau2)
    estimate = float(weights @ y / weights.sum())
    se = _error(y, weights, estimate, is_bounded=hartung_knapp)
    spread = scipy.stats.t(len(y) - 1) if hartung_knapp else scipy.stats.norm()
    reach = float(spread.ppf((1 + level) / 2))
    expected = reach * sqrt(tau2 + se**2)
    return Pooled(
        estimate=estimate, lower=estimate - reach * se, upper=estimate + reach * se, se=se,
        p=float(2 * spread.sf(abs(estimate) / se)), expected=(estimate - expected, estimate + expected),
        tau2=tau2, i2=tau2 / (tau2 + typical), q=q, q_p=float(scipy.stats.chi2.sf(q, len(y) - 1)),
        weights=weights / weights.sum(), places=len(y), method=_said(method, hartung_knapp=hartung_knapp),
    )  # fmt: skip


def error_of(lower: float, upper: float, confidence: float = 0.95) -> float:
    """The standard error that an interval about an effect tells of, as if it were of the normal distribution.

    Raises ValueError for an interval without length.
    Source: Cochrane Handbook for Systematic Reviews of Interventions, version 6.5 (2024), section 6.3.1.
    """
    ends = sample([lower, upper], "ends of the interval", 2)
    if ends[1] <= ends[0]:
        raise ValueError("The interval has no length: it tells of no standard error.")
    return float((ends[1] - ends[0]) / (2 * scipy.stats.norm.ppf((1 + inside(confidence, "confidence")) / 2)))


def _checked(effects, errors) -> tuple[Array, Array]:
    y, se = sample(effects, "effects", 2), sample(errors, "standard errors", 2)
    if len(y) != len(se):
        raise ValueError(f"There are {len(y)} effects but {len(se)} standard errors.")
    if (se <= 0).any():
        raise ValueError("Every standard error must be above 0.")
    return y, se**2


def _q(y: Array, v: Array) -> tuple[float, float]:
    """Cochran's Q, and the typical variance within a place."""
    w = 1 / v
    q = float(w @ (y - w @ y / w.sum()) ** 2)
    return q, float((len(y) - 1) * w.sum() / (w.sum() ** 2 - w @ w))


def _dersimonian_laird(v: Array, q: float) -> float:
    w = 1 / v
    return max(0.0, float((q - (len(v) - 1)) / (w.sum() - w @ w / w.sum())))


def _reml(y: Array, v: Array) -> float:
    """Fisher scoring; a step that would leave what can be is halved until it does not."""
    tau2 = max(0.0, float(y.var(ddof=1) - v.mean()))
    for _ in range(_STEPS):
        step = _step(y, v, tau2)
        for _ in range(_HALVED):
            if tau2 + step >= 0:
                break
            step /= 2
        else:
            step = -tau2
        tau2 += step
        if abs(step) <= _CLOSE * (1 + tau2):
            break
    return tau2 if tau2 > _CLOSE * float(v.mean()) else 0.0


def _step(y: Array, v: Array, tau2: float) -> float:
    w = 1 / (v + tau2)
    rest = y - w @ y / w.sum()
    # The matrix of REML, entry by entry: differences of sums are lost beside a huge weight.
    matrix = np.outer(w, w) / -w.sum()
    others = (np.ones((len(w), len(w))) - np.eye(len(w))) @ w
    np.fill_diagonal(matrix, w * others / w.sum())
    return float((w**2 @ rest**2 - np.trace(matrix)) / (matrix**2).sum())


def _error(y: Array, weights: Array, estimate: float, *, is_bounded: bool) -> float:
    usual = 1 / weights.sum()
    if not is_bounded:
        return sqrt(usual)
    return sqrt(usual * max(1.0, float(weights @ (y - estimate) ** 2 / (len(y) - 1))))


def _said(method: str, *, hartung_knapp: bool) -> str:
    name = {"reml": "restricted maximum likelihood", "dl": "the method of DerSimonian and Laird"}[method]
    interval = "Hartung and Knapp" if hartung_knapp else "the normal distribution"
    return f"random effects, variance between places by {name}, interval after {interval}"
