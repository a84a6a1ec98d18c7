"""Did both groups move alike before? What a difference in differences rests on, looked at and tested."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import lazy_loader as lazy
import numpy as np
import numpy.typing as npt

from crm.methods.difference import codes_of
from crm.methods.quantities import SMALLEST, Array, flags, inside, number, sample

pd = lazy.load("pandas")
scipy = lazy.load("scipy")

#: With fewer periods before than this the test sees next to nothing.
ENOUGH_PERIODS = 4
ROUNDING = 1e-12
#: A leverage nearer to 1 than this leaves no residual to judge a point by.
CARRIED = 1e-9


@dataclass(frozen=True, eq=False)
class Trends:
    """Whether the treated and the controls moved alike before the change.

    `means`: a frame with a row for each group and period: `group` ("control", "treated"), `period`,
    `is_after`, `n`, `mean`, `lower`, `upper` (NaN where a single observation tells no spread). `drift` is by
    how much more the treated rose in each period before, in the unit of the outcome, with `lower`, `upper`
    and `p`; `df` are its degrees of freedom. `placebos`: a frame of differences in differences for each false
    start in the periods before: `start`, `estimate`, to lie near 0. `words` says what was seen, `advice` what
    to do now; `holds` is False where the trends part, and None where nothing can be told.
    """

    means: pd.DataFrame
    placebos: pd.DataFrame
    drift: float
    se: float
    lower: float
    upper: float
    p: float
    df: float
    periods_before: int
    holds: bool | None
    confidence: float
    method: str
    words: str
    advice: str


def parallel_trends(
    outcome, treated, period, *, first_after, cluster=None, confidence: float = 0.95
) -> Trends:
    """Means of both groups by period, and a test of whether they drifted apart before the change.

    `outcome`: shape (observations,), no gaps; `treated`: 0 or 1 for each; `period`: a number for each, such
    as the month or the year, equal steps meaning equal time; `first_after`: the first period that the change
    can touch on. `cluster` as in `did`. The test is of group × time in a straight line over the periods
    before: errors by cluster (CR1) where clusters are given, else robust to unequal variances (HC3).

    Not seeing a drift is no proof that there was none: `words` says how large a drift would fit too.

    Raises ValueError for unequal lengths, gaps, marks other than 0 and 1, a group without observations in
    two periods before, fewer than five observations before, fewer than two clusters in a group, and
    outcomes without a spread around their lines.
    Source: Angrist and Pischke (2009), Mostly Harmless Econometrics, section 5.2; Roth (2022), American
    Economic Review: Insights 4(3), 305-322, for what a test before can hide; MacKinnon and White (1985),
    Journal of Econometrics 29(3), 305-325, for HC3.
    """
    values, when = sample(outcome, "outcomes"), sample(period, "periods")
    if len(values) != len(when):
        raise ValueError(f"There are {len(values)} observations but {len(when)} periods.")
    is_treated = flags(treated, "treatment", len(values))
    level, start = inside(confidence, "confidence"), number(first_after, "first period after")
    before = when < start
    periods = _require_before(when, is_treated, before)
    drift, se, df = _drift(values[before], when[before], is_treated[before], _some(cluster, before))
    reach = float(scipy.special.stdtrit(df, (1 + level) / 2)) * se
    p = 2 * float(scipy.special.stdtr(df, -abs(drift / se)))
    holds = None if len(periods) < 3 else p >= 1 - level
    return Trends(
        means=_means(values, when, is_treated, start, level),
        placebos=_placebos(values[before], when[before], is_treated[before]),
        drift=drift,
        se=se,
        lower=drift - reach,
        upper=drift + reach,
        p=p,
        df=df,
        periods_before=len(periods),
        holds=holds,
        confidence=level,
        method="group × time before the change, errors " + ("HC3" if cluster is None else "by cluster (CR1)"),
        words=_words(drift, drift - reach, drift + reach, p),
        advice=_advice(holds, len(periods)),
    )


def _some(cluster, before: npt.NDArray[np.bool_]):
    if cluster is None:
        return None
    return codes_of(cluster, len(before))[before]


def _require_before(when: Array, is_treated: npt.NDArray[np.bool_], before: npt.NDArray[np.bool_]) -> Array:
    if before.all():
        raise ValueError("No observation lies after the change: look at its first period.")
    if not before.any():
        raise ValueError("No observation lies before the change: without a before no trend can be compared.")
    for group, name in ((~is_treated, "controls"), (is_treated, "treated")):
        many = len(np.unique(when[before & group]))
        if many < 2:
            raise ValueError(f"The {name} were seen in {many} periods before: a trend needs two or more.")
    if before.sum() < 5:
        raise ValueError(f"Too few observations before: {before.sum()}, where at least 5 are needed.")
    return np.unique(when[before])


def _drift(values: Array, when: Array, is_treated, cluster) -> tuple[float, float, float]:
    since = when - when.mean()
    columns = np.column_stack([np.ones_like(since), is_treated, since, since * is_treated])
    inverse = np.linalg.inv(columns.T @ columns)
    coefficients = inverse @ columns.T @ values
    rest = values - columns @ coefficients
    rounding = max(ROUNDING * np.abs(values).max(), SMALLEST)
    if np.abs(rest).max() <= rounding:
        raise ValueError("The periods before follow their lines without a spread: nothing can be tested.")
    pull = (columns @ inverse)[:, 3] * rest
    if cluster is None:
        leverage = np.einsum("ij,jk,ik->i", columns, inverse, columns)
        if (leverage > 1 - CARRIED).any():
            raise ValueError("One observation alone carries the line of its group: more periods are needed.")
        squares = (pull / (1 - leverage)) ** 2
        return float(coefficients[3]), sqrt(float(squares.sum())), len(values) - 4.0
    return float(coefficients[3]), *_by_cluster(pull, cluster, is_treated, rounding)


def _by_cluster(pull: Array, cluster, is_treated, rounding: float) -> tuple[float, float]:
    for group, name in ((is_treated, "treated"), (~is_treated, "control")):
        if len(np.unique(cluster[group])) < 2:
            raise ValueError(f"There is one cluster in the {name} group: no interval can be told from it.")
    many, n = len(np.unique(cluster)), len(pull)
    squares = float((np.bincount(cluster, pull) ** 2).sum())
    if sqrt(squares) <= rounding:
        raise ValueError("Every cluster moved alike: without a spread there is no interval.")
    return sqrt(many / (many - 1) * (n - 1) / (n - 4) * squares), many - 1.0


def _means(values: Array, when: Array, is_treated, start: float, level: float) -> pd.DataFrame:
    frame = pd.DataFrame({"treated": is_treated, "period": when, "value": values})
    told = frame.groupby(["treated", "period"])["value"].agg(["size", "mean", "std"]).reset_index()
    reach = scipy.special.stdtrit(np.maximum(told["size"] - 1, 1), (1 + level) / 2)
    reach = reach * told["std"] / np.sqrt(told["size"])
    return pd.DataFrame(
        {
            "group": np.where(told["treated"], "treated", "control"),
            "period": told["period"],
            "is_after": told["period"] >= start,
            "n": told["size"],
            "mean": told["mean"],
            "lower": told["mean"] - reach,
            "upper": told["mean"] + reach,
        }
    )


def _placebos(values: Array, when: Array, is_treated) -> pd.DataFrame:
    rows = []
    for start in np.unique(when)[1:]:
        cells = [
            values[(is_treated == group) & ((when >= start) == after)]
            for group in (True, False)
            for after in (True, False)
        ]
        if all(len(cell) for cell in cells):
            treated_after, treated_before, control_after, control_before = (cell.mean() for cell in cells)
            rows.append((start, treated_after - treated_before - (control_after - control_before)))
    return pd.DataFrame(rows, columns=["start", "estimate"], dtype=float)


def _words(drift: float, lower: float, upper: float, p: float) -> str:
    way = "rose" if drift >= 0 else "fell"
    return (
        f"Before the change the treated {way} by {abs(drift):.3g} more in each period than the controls "
        f"({lower:.3g} to {upper:.3g}, p {p:.2g})."
    )


def _advice(holds: bool | None, periods: int) -> str:
    if holds is None:
        return (
            "With two periods before, a drift cannot be told from chance in a single one: get more periods, "
            "or say that parallel trends are assumed and were not looked at."
        )
    if not holds:
        return (
            "The groups drifted apart before the change, so the difference in differences takes old drift "
            "for an effect. Choose controls that moved alike, model each group's own trend in a controlled "
            "interrupted series, or report the estimate as unreliable."
        )
    if periods < ENOUGH_PERIODS:
        return (
            f"No drift was seen, but {periods} periods show little: say so, and compare the false starts too."
        )
    return "No drift was seen. That is not proof: say which drift the interval still allows."
