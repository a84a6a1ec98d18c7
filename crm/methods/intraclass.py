"""Intraclass correlation: how much of the spread of scores is that of what is scored.

Written by hand from Shrout and Fleiss: pingouin has it, but brings seaborn and matplotlib along, and
statsmodels has it not.
"""

from dataclasses import dataclass
from math import inf

import lazy_loader as lazy
import numpy as np

from crm.methods import agreement_bands
from crm.methods.ratings import Array, whole_table

scipy = lazy.load("scipy")

FORMS = {
    "ICC1": "one rater, each subject with raters of its own",
    "ICC2": "one rater, raters drawn at random, absolute agreement",
    "ICC3": "one rater, these raters, consistency",
    "ICC1k": "mean of the raters, each subject with raters of its own",
    "ICC2k": "mean of the raters, raters drawn at random, absolute agreement",
    "ICC3k": "mean of the raters, these raters, consistency",
}
TAIL = 0.975


@dataclass(frozen=True)
class IntraclassCorrelation:
    """`icc` with its F test against 0 and its 95 % interval; `meaning` says what the form is about."""

    icc: float
    form: str
    meaning: str
    f: float
    df1: int
    df2: int
    p: float
    lower: float
    upper: float
    n_subjects: int
    n_raters: int
    band: str
    band_source: str


@dataclass(frozen=True)
class _Squares:
    """Mean squares between subjects, within them, between raters, and of the rest."""

    n: int
    k: int
    between: float
    within: float
    raters: float
    rest: float


def icc(scores, form: str = "ICC2") -> IntraclassCorrelation:
    """The intraclass correlation of scores.

    `scores`: shape (subjects, raters), no gaps, at least 3 × 2. `form`: one of `FORMS`: ICC(1,1), ICC(2,1),
    ICC(3,1) and their means over the k raters. Full agreement gives 1 with an infinite F.

    Raises ValueError for gaps, too few subjects or raters, an unknown form, subjects that do not differ, and
    for ICC2k where raters contradict each other so much that its formula passes through infinity; its
    `lower` is minus infinity where only that bound does.
    Source: Shrout and Fleiss (1979), Psychological Bulletin 86(2), 420-428; bands by Koo and Li (2016).
    """
    table = whole_table(scores, "scores")
    if form not in FORMS:
        raise ValueError(f"The form is one of {', '.join(FORMS)}.")
    if table.shape[0] < 3 or table.shape[1] < 2:
        raise ValueError("An intraclass correlation needs at least three subjects and two raters.")
    squares = _squares(table)
    model, is_mean = form[:4], form.endswith("k")
    value, f, df2 = _single(model, squares)
    lower, upper = _interval(model, squares, value, f, df2)
    if is_mean:
        if 1 + (squares.k - 1) * value < 1e-9:
            raise ValueError(
                "The raters contradict each other: the reliability of their mean cannot be told."
            )
        value, lower, upper = (_stepped_up(one, squares.k) for one in (value, lower, upper))
    words = agreement_bands.of_icc(value)
    df1 = squares.n - 1
    return IntraclassCorrelation(
        icc=value,
        form=form,
        meaning=FORMS[form],
        f=f,
        df1=df1,
        df2=df2,
        p=float(scipy.special.fdtrc(df1, df2, f)) if f < inf else 0.0,
        lower=lower,
        upper=upper,
        n_subjects=squares.n,
        n_raters=squares.k,
        band=words.band,
        band_source=words.source,
    )


def _squares(table: Array) -> _Squares:
    n, k = table.shape
    # Scaled, so that what is nought is told from what is small whatever the unit.
    spread = np.ptp(table)
    if not spread:
        raise ValueError("Every score is the same: there is nothing that raters could agree on.")
    table = (table - table.mean()) / spread
    by_subject, by_rater = table.mean(axis=1), table.mean(axis=0)
    between = k * float((by_subject**2).sum()) / (n - 1)
    raters = n * float((by_rater**2).sum()) / (k - 1)
    within = float(((table - by_subject[:, None]) ** 2).sum()) / (n * (k - 1))
    rest = float(((table - by_subject[:, None] - by_rater) ** 2).sum()) / ((n - 1) * (k - 1))
    between, within, raters, rest = (0.0 if one < 1e-20 else one for one in (between, within, raters, rest))
    if not between:
        raise ValueError(
            "The subjects have one and the same mean score: there is nothing to tell them apart."
        )
    return _Squares(n, k, between, within, raters, rest)


def _single(model: str, s: _Squares) -> tuple[float, float, int]:
    """The form for one rater, its F and the second degrees of freedom."""
    if model == "ICC1":
        f = s.between / s.within if s.within else inf
        return (s.between - s.within) / (s.between + (s.k - 1) * s.within), f, s.n * (s.k - 1)
    f, df2 = s.between / s.rest if s.rest else inf, (s.n - 1) * (s.k - 1)
    below = s.between + (s.k - 1) * s.rest
    if model == "ICC2":
        below += s.k * (s.raters - s.rest) / s.n
    return (s.between - s.rest) / below, f, df2


def _interval(model: str, s: _Squares, value: float, f: float, df2: int) -> tuple[float, float]:
    if model == "ICC2":
        return _interval_of_agreement(s, value)
    if f == inf:
        return 1.0, 1.0
    low, high = f / _quantile(s.n - 1, df2), f * _quantile(df2, s.n - 1)
    return (low - 1) / (low + s.k - 1), (high - 1) / (high + s.k - 1)


def _interval_of_agreement(s: _Squares, value: float) -> tuple[float, float]:
    """Shrout and Fleiss's interval for ICC(2,1), its degrees of freedom multiplied out to allow no error."""
    n, k = s.n, s.k
    if not s.within:
        return 1.0, 1.0
    agreed, rest = k * value * s.raters, (n * (1 + (k - 1) * value) - k * value) * s.rest
    freedom = (k - 1) * (n - 1) * (agreed + rest) ** 2 / ((n - 1) * agreed**2 + rest**2)
    # Less than 1 comes of a negative estimate alone, for which the formula was not made.
    freedom = max(freedom, 1.0)
    high, low = _quantile(n - 1, freedom), _quantile(freedom, n - 1)
    beside = k * s.raters + (k * n - k - n) * s.rest
    return (
        n * (s.between - high * s.rest) / (high * beside + n * s.between),
        n * (low * s.between - s.rest) / (beside + n * low * s.between),
    )


def _quantile(df1: float, df2: float) -> float:
    return float(scipy.special.fdtri(df1, df2, TAIL))


def _stepped_up(value: float, k: int) -> float:
    """The reliability of the mean of k raters, by Spearman and Brown; without end where it has no meaning."""
    below = 1 + (k - 1) * value
    return k * value / below if below > 1e-9 else -inf
