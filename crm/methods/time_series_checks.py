"""Is the model of an interrupted series sound? Checks of what it leaves over, and advice where one fails."""

from dataclasses import dataclass
from typing import NamedTuple

import lazy_loader as lazy
import numpy as np

from crm.methods.quantities import Array, count, inside
from crm.methods.time_series import Interrupted

scipy = lazy.load("scipy")
library = lazy.load("crm.methods.library_tests", suppress_warning=True)

#: Durbin and Watson's statistic between these is commonly held to be harmless.
LOW, HIGH = 1.5, 2.5
#: Counts that vary so many times more than chance are no longer Poisson.
WIDE = 1.5
#: A test of the residuals needs this many of them.
LEAST = 8


class Check(NamedTuple):
    """One check. `passed` is None where it cannot be made, `p` where it is no test."""

    name: str
    title: str
    statistic: float | None
    p: float | None
    passed: bool | None
    sentence: str
    advice: str


@dataclass(frozen=True, eq=False)
class Checks:
    """What the residuals of an interrupted series say about its model.

    `checks`: durbin_watson, ljung_box, dispersion, normality, season, in this order. Arrays have an entry for
    each lag: `lags` from 1, `acf`, `pacf`, `ljung_box` and `ljung_box_p`; `bound` is how far a
    correlation of chance reaches. `sound` is True where none failed. `advice` are the sentences of those that
    did.
    """

    checks: tuple[Check, ...]
    lags: Array
    acf: Array
    pacf: Array
    ljung_box: Array
    ljung_box_p: Array
    bound: float
    n: int
    sound: bool
    advice: tuple[str, ...]


def checks(series: Interrupted, *, lags=None, period: int = 12, alpha: float = 0.05) -> Checks:
    """Check what `interrupted` left over: autocorrelation, dispersion, normality and season.

    `series`: what `interrupted` gave; `lags`: how many to look at, the lesser of 10 and a fifth of the
    points where left out (never fewer than 1); `period`: points in a season.

    Points that were left out of the fit are left out here too, and the rest are taken as neighbours.

    Raises ValueError for fewer than eight residuals, more lags than half of them, and values out of range.
    Source: Durbin and Watson (1951), Biometrika 38, 159-178; Ljung and Box (1978), Biometrika 65(2), 297-303;
    Shapiro and Wilk (1965), Biometrika 52, 591-611; Box and Jenkins (1976), Time Series Analysis, for ACF
    and PACF.
    """
    level, season = inside(alpha, "significance level"), count(period, "points in a season")
    residuals = series.residuals[np.isfinite(series.residuals)]
    n = len(residuals)
    if n < LEAST:
        raise ValueError(f"Too few residuals to check: {n}, where at least {LEAST} are needed.")
    many = min(10, max(1, n // 5)) if lags is None else count(lags, "number of lags")
    if not 1 <= many < n / 2:
        raise ValueError(f"Look at 1 to {(n - 1) // 2} lags: there are {n} points.")
    found = library.correlations(residuals, many)
    made = (
        _durbin_watson(series),
        _ljung_box(series, many, float(found.ljung_box[-1]), float(found.p[-1]), level),
        _dispersion(series),
        _normality(series, residuals, level),
        _season(series, residuals, season, level),
    )
    return Checks(
        checks=made,
        lags=np.arange(1, many + 1, dtype=np.float64),
        acf=found.acf,
        pacf=found.pacf,
        ljung_box=found.ljung_box,
        ljung_box_p=found.p,
        bound=float(scipy.special.ndtri(1 - level / 2)) / n**0.5,
        n=n,
        sound=not any(check.passed is False for check in made),
        advice=tuple(check.advice for check in made if check.passed is False),
    )


def _durbin_watson(series: Interrupted) -> Check:
    name, title, found = "durbin_watson", "Neighbouring points (Durbin-Watson)", series.durbin_watson
    if found is None:
        why = "Points were left out, so neighbours cannot be told."
        return Check(name, title, None, None, None, why, "Look at the autocorrelations by lag instead.")
    like = "alike" if found < LOW else "opposed" if found > HIGH else "neither alike nor opposed"
    return Check(
        name,
        title,
        found,
        None,
        LOW <= found <= HIGH or _allows(series),
        f"Durbin-Watson is {found:.2f}: neighbouring points are {like}{_allowance(series)}.",
        _FOR_NEIGHBOURS[series.scale == "rate ratio"],
    )


_FOR_NEIGHBOURS = (
    "Use Prais-Winsten or Newey-West errors, and say so; look for a season or a missing step first.",
    "Use Newey-West errors, and say so; look for a season or a missing step first.",
)


def _allows(series: Interrupted) -> bool:
    """Newey and West's errors hold where neighbours are alike; no other errors do."""
    return "Newey-West" in series.method


def _allowance(series: Interrupted) -> str:
    return "; the errors allow for it" if _allows(series) else ""


def _ljung_box(series: Interrupted, many: int, statistic: float, p: float, level: float) -> Check:
    word = "more than chance allows" if p < level else "no more than chance allows"
    return Check(
        "ljung_box",
        "Autocorrelation up to a lag (Ljung-Box)",
        statistic,
        p,
        p >= level or _allows(series),
        f"What is left correlates over {many} lag{'' if many == 1 else 's'} {word} (p {p:.2g})"
        f"{_allowance(series)}.",
        "Look at which lag stands out: the first asks for Newey-West or Prais-Winsten errors, the one of a "
        "season for harmonics.",
    )


def _dispersion(series: Interrupted) -> Check:
    name, title = "dispersion", "Dispersion of the counts"
    if series.scale != "rate ratio":
        why = "Measured values have a spread of their own: there is nothing to compare it with."
        return Check(name, title, series.dispersion, None, None, why, "")
    is_widened = "Newey-West" in series.method or "quasi" in series.method
    is_wide = series.dispersion > WIDE
    told = "more than" if is_wide else "about as much as" if series.dispersion > 1 / WIDE else "less than"
    sentence = f"Counts vary {told} chance alone would have them (dispersion {series.dispersion:.2f})"
    sentence += ", and the errors are widened for it." if is_wide and is_widened else "."
    advice = "Widen the errors by the dispersion (quasi-Poisson)."
    return Check(name, title, series.dispersion, None, is_widened or not is_wide, sentence, advice)


def _normality(series: Interrupted, residuals: Array, level: float) -> Check:
    statistic, p = (float(x) for x in scipy.stats.shapiro(residuals))
    word = "unlike" if p < level else "not unlike"
    return Check(
        "normality",
        "Shape of the residuals (Shapiro-Wilk)",
        statistic,
        p,
        p >= level,
        f"What is left is {word} a normal distribution (p {p:.2g}).",
        "Look for single months far off and find out what happened; with fewer than some 30 points report a "
        "sensitivity analysis without them, or model the logarithm.",
    )


def _season(series: Interrupted, residuals: Array, period: int, level: float) -> Check:
    """An F-test of one wave of the season in what is left."""
    name, title = "season", "Season"
    if period < 3 or len(residuals) < 2 * period or not np.isfinite(series.residuals).all():
        why = f"A season of {period} points needs two full rounds without a gap to be told."
        return Check(name, title, None, None, None, why, "Collect two rounds of the season before and after.")
    angle = 2 * np.pi * np.arange(len(residuals)) / period
    columns = np.column_stack([np.ones_like(angle), np.cos(angle), np.sin(angle)])
    rest = residuals - columns @ np.linalg.lstsq(columns, residuals)[0]
    whole, left = float(((residuals - residuals.mean()) ** 2).sum()), float((rest**2).sum())
    freedom = len(residuals) - 3
    statistic = (whole - left) / 2 / (left / freedom)
    p = float(scipy.special.fdtrc(2, freedom, statistic))
    word = "a wave" if p < level else "no wave"
    return Check(
        name,
        title,
        statistic,
        p,
        p >= level,
        f"What is left shows {word} of {period} points (p {p:.2g}).",
        "Add harmonics to the model: one pair for a single wave, two where summer and winter both differ.",
    )
