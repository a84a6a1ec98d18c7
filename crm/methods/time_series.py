"""Interrupted time series: what changed at a known point, beyond the trend and the season."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import lazy_loader as lazy
import numpy as np

from crm.methods.quantities import Array, inside
from crm.methods.time_series_design import ENOUGH, Design, Series, Wanted, design, read, wanted

if TYPE_CHECKING:
    from crm.methods.time_series_fit import Fit

scipy = lazy.load("scipy")
# The package is light, only this file of it brings statsmodels along.
fitting = lazy.load("crm.methods.time_series_fit", suppress_warning=True)

#: Below and above these, neighbours are so alike or unlike that plain errors mislead.
ALIKE, UNLIKE = 1.5, 2.5


class Effect(NamedTuple):
    """A change with its interval. Rate ratios for counts, differences in the unit of the values otherwise.

    `se` is on the scale of the model: that of the logarithm of a ratio.
    """

    estimate: float
    lower: float
    upper: float
    p: float
    se: float


@dataclass(frozen=True, eq=False)
class Interrupted:
    """An interrupted time series as modelled; arrays have an entry for each point given.

    `scale` is "rate ratio" or "difference". `effect` is the step between the last point before and what
    follows; `trend` the change from point to point before; `slope` by how much that trend changed, and
    `at_end` step and slope together at the last point, both None without `slope_change`. `naive` is the plain
    comparison of after with before, blind to trend and season: show it beside `effect`.

    `fitted` and `counterfactual` (as if nothing had been done) are in the unit of the values, NaN where the
    offset is missing. `dispersion`: above 1 counts vary more than chance alone; the residual variance for
    measured values. `durbin_watson` is near 2 where neighbours are not alike, None where points were left
    out; `rho` the autocorrelation that Prais-Winsten took out. `assumptions` and `cautions` are whole
    sentences.
    """

    scale: str
    effect: Effect
    trend: Effect
    slope: Effect | None
    at_end: Effect | None
    naive: Effect
    fitted: Array
    counterfactual: Array
    residuals: Array
    dispersion: float
    durbin_watson: float | None
    rho: float | None
    n: int
    before: int
    after: int
    confidence: float
    method: str
    assumptions: tuple[str, ...]
    cautions: tuple[str, ...]


def interrupted(
    values,
    intervention,
    *,
    offset=None,
    family: str = "poisson",
    overdispersed: bool = True,
    harmonics: int = 0,
    period: int = 12,
    slope_change: bool = False,
    errors: str = "plain",
    exclude=(),
    lags=None,
    confidence: float = 0.95,
) -> Interrupted:
    """Model a series that was interrupted once: level, trend, step, and season and change of trend on demand.

    `values`: shape (points,), in time order and at equal distances; counts for "poisson", measured values for
    "gaussian". `intervention`: 0 before, 1 from the first point that it can touch on. `offset`: shape
    (points,), people, bed days and the like, above 0; its logarithm enters the model of counts.
    `overdispersed`: widen the errors of counts by their dispersion, never narrow them. `harmonics`: pairs of
    waves for a season of `period` points. `slope_change`: let the trend change too, centred on the last point
    before. `errors`: "plain"; "hac" (Newey-West, with `lags` or a rule of thumb); "prais-winsten" for
    measured values. `exclude`: positions from 0 left out of the fit, such as a time of phasing in or gaps.

    Raises ValueError for unequal lengths, missing values, no point before or after, fewer than three on a
    side, more terms than the points carry, a season of fewer than two rounds, values without variation,
    broken or negative counts, no event on a side, and models without a finite answer.
    Source: Lopez Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46(1), 348-355;
    Wagner and others (2002), Journal of Clinical Pharmacy and Therapeutics 27(4), 299-309; Newey and West
    (1987), Econometrica 55(3), 703-708.
    """
    level = inside(confidence, "confidence")
    ask = wanted(family, overdispersed, harmonics, period, slope_change, errors, lags)
    series = read(values, intervention, offset, exclude, ask)
    model = design(series, ask)
    kept = series.kept
    found = fitting.fit(series.values[kept], model.columns[kept], series.exposure[kept], ask)
    watson = fitting.durbin_watson(found.residuals) if kept.all() else None
    return Interrupted(
        scale="rate ratio" if ask.family == "poisson" else "difference",
        **_changes(found, model, ask, level),
        naive=_naive(series, ask, level),
        fitted=_curve(found, model.columns, series, ask),
        counterfactual=_curve(found, model.without, series, ask),
        residuals=_everywhere(found.residuals, kept),
        dispersion=found.dispersion,
        durbin_watson=watson,
        rho=found.rho,
        n=int(kept.sum()),
        before=int((kept & ~series.is_after).sum()),
        after=int((kept & series.is_after).sum()),
        confidence=level,
        method=_method(found, ask),
        assumptions=_assumptions(ask),
        cautions=_cautions(series, found, watson, ask),
    )


def _changes(found: "Fit", model: Design, ask: Wanted, level: float) -> dict[str, Effect | None]:
    weights = np.eye(model.columns.shape[1])
    told = {
        "effect": _effect(found, weights[model.step], ask, level),
        "trend": _effect(found, weights[model.trend], ask, level),
        "slope": None,
        "at_end": None,
    }
    if model.slope is not None:
        told["slope"] = _effect(found, weights[model.slope], ask, level)
        told["at_end"] = _effect(found, model.columns[-1] - model.without[-1], ask, level)
    return told


def _effect(found: "Fit", weights: Array, ask: Wanted, level: float) -> Effect:
    estimate, se = float(weights @ found.coefficients), float(np.sqrt(weights @ found.covariance @ weights))
    normal = np.isinf(found.df)
    quantile = scipy.special.ndtri if normal else lambda q: scipy.special.stdtrit(found.df, q)
    tail = scipy.special.ndtr if normal else lambda x: scipy.special.stdtr(found.df, x)
    reach = float(quantile((1 + level) / 2)) * se
    ends = np.array([estimate, estimate - reach, estimate + reach])
    told = np.exp(ends) if ask.family == "poisson" else ends
    return Effect(*told.tolist(), p=2 * float(tail(-abs(estimate / se))), se=se)


def _naive(series: Series, ask: Wanted, level: float) -> Effect:
    kept = series.kept
    plain = ask._replace(errors="plain", harmonics=0, slope_change=False)
    columns = np.column_stack([np.ones(kept.sum()), series.is_after[kept]])
    found = fitting.fit(series.values[kept], columns, series.exposure[kept], plain)
    return _effect(found, np.eye(2)[1], plain, level)


def _curve(found: "Fit", columns: Array, series: Series, ask: Wanted) -> Array:
    line = columns @ found.coefficients
    return np.exp(line) * series.exposure if ask.family == "poisson" else line


def _everywhere(residuals: Array, kept) -> Array:
    whole = np.full(len(kept), np.nan)
    whole[kept] = residuals
    return whole


def _method(found: "Fit", ask: Wanted) -> str:
    parts = ["level, trend and step"]
    if ask.slope_change:
        parts.append("change of trend from the last point before")
    if ask.harmonics:
        pairs = f"{ask.harmonics} pair{'' if ask.harmonics == 1 else 's'}"
        parts.append(f"season of {ask.period} points by {pairs} of waves")
    return f"Interrupted time series, {found.method}: {'; '.join(parts)}."


def _assumptions(ask: Wanted) -> tuple[str, ...]:
    said = [
        "Without the intervention the trend before would have gone on.",
        "Nothing else happened at the same time, and nothing changed in how the values are counted.",
    ]
    if not ask.harmonics:
        said.append("The values have no season.")
    if ask.errors == "plain":
        said.append("What is left beside the model does not depend on the point before.")
    return tuple(said)


def _cautions(series: Series, found: "Fit", watson: float | None, ask: Wanted) -> tuple[str, ...]:
    said = []
    for side, name in ((~series.is_after, "before"), (series.is_after, "after")):
        many = int((series.kept & side).sum())
        if many < ENOUGH:
            said.append(
                f"Points {name}: {many}. To rely on it, {ENOUGH - many} more are needed, {ENOUGH} in all."
            )
    if watson is not None and not ALIKE <= watson <= UNLIKE and ask.errors != "hac":
        like = "alike" if watson < ALIKE else "opposed"
        said.append(f"Neighbouring points are {like} (Durbin-Watson {watson:.2f}): the interval misleads.")
    if (
        ask.family == "poisson"
        and ask.errors == "plain"
        and not ask.overdispersed
        and found.dispersion > ALIKE
    ):
        said.append(
            f"Counts vary more than chance alone ({found.dispersion:.2f}): the interval is too narrow."
        )
    return tuple(said)
