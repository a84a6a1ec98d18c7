"""Difference in differences: what changed in one group beyond what changed in another.

Written by hand: the model has four means, its errors take three lines, and statsmodels seconds to load.
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import lazy_loader as lazy
import numpy as np
import numpy.typing as npt

from crm.methods.quantities import SMALLEST, Array, flags, inside, sample

scipy = lazy.load("scipy")

#: With fewer clusters than this on a side, errors by cluster are known to come out too small.
ENOUGH_CLUSTERS = 10
#: A spread below this share of the outcomes themselves is rounding.
ROUNDING = 1e-12
PARALLEL = "Without the intervention both groups would have changed by the same amount (parallel trends)."


class Means(NamedTuple):
    """The mean outcome of each group, before and after."""

    control_before: float
    control_after: float
    treated_before: float
    treated_after: float


@dataclass(frozen=True)
class Difference:
    """How much more the treated changed than the controls, in the unit of the outcome.

    `naive` is the change of the treated alone, `control_change` that of the controls: the estimate is the one
    less the other. `sizes` are observations in the order of `means`; `clusters` is None where each
    observation stands for itself. `assumptions` and `cautions` are whole sentences.
    """

    estimate: float
    se: float
    lower: float
    upper: float
    p: float
    df: float
    means: Means
    sizes: tuple[int, int, int, int]
    naive: float
    control_change: float
    clusters: int | None
    confidence: float
    method: str
    assumptions: tuple[str, ...]
    cautions: tuple[str, ...]


def did(outcome, treated, post, *, cluster=None, confidence: float = 0.95) -> Difference:
    """Difference in differences of two groups and two spans of time.

    `outcome`: shape (observations,), no gaps; `treated`, `post`: 0 or 1 for each; `cluster`: which
    observations belong together, such as the ward or the person seen twice, by any label. Without it each
    observation stands for itself and each of the four cells has its own variance (HC2, Welch-Satterthwaite
    degrees of freedom); with it errors are by cluster (CR1, one degree of freedom less than clusters).

    Raises ValueError for unequal lengths, gaps, marks other than 0 and 1, an empty cell (a group without a
    "before" among them), fewer than two observations in a cell or two clusters in a group, and outcomes
    without a spread.
    Source: Card and Krueger (1994), American Economic Review 84(4), 772-793; Cameron and Miller (2015),
    Journal of Human Resources 50(2), 317-372, for errors by cluster.
    """
    values = sample(outcome, "outcomes")
    is_treated, is_after = flags(treated, "treatment", len(values)), flags(post, "after", len(values))
    level = inside(confidence, "confidence")
    cell = 2 * is_treated.astype(np.intp) + is_after
    sizes = _sizes(cell)
    means = np.bincount(cell, values, 4) / sizes
    rest = values - means[cell]
    rounding = max(ROUNDING * np.abs(values).max(), SMALLEST)
    if np.abs(rest).max() <= rounding:
        raise ValueError("No group varies: without a spread there is no interval.")
    pull = np.array([1, -1, -1, 1])[cell] * rest / sizes[cell]
    if cluster is None:
        se, df, groups = *_by_cell(pull, cell, sizes), None
    else:
        se, df, groups = _by_cluster(pull, cluster, is_treated)
    if se <= rounding:
        raise ValueError("Every cluster changed alike: without a spread there is no interval.")
    estimate = float(means[3] - means[2] - (means[1] - means[0]))
    reach = float(scipy.special.stdtrit(df, (1 + level) / 2)) * se
    return Difference(
        estimate=estimate,
        se=se,
        lower=estimate - reach,
        upper=estimate + reach,
        p=2 * float(scipy.special.stdtr(df, -abs(estimate / se))),
        df=df,
        means=Means(*means.tolist()),
        sizes=tuple(sizes.tolist()),
        naive=float(means[3] - means[2]),
        control_change=float(means[1] - means[0]),
        clusters=groups,
        confidence=level,
        method=_METHOD[cluster is not None],
        assumptions=_ASSUMPTIONS[cluster is not None],
        cautions=() if cluster is None else _cautions(cluster, is_treated),
    )


_METHOD = (
    "difference in differences of four means, unequal variances (HC2)",
    "difference in differences of four means, errors by cluster (CR1)",
)
_ASSUMPTIONS = (
    (PARALLEL, "Nothing else struck one group alone.", "Observations do not influence each other."),
    (PARALLEL, "Nothing else struck one group alone.", "Clusters do not influence each other."),
)


def _sizes(cell: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    sizes = np.bincount(cell, minlength=4)
    names = ("controls before", "controls after", "treated before", "treated after")
    for name, size in zip(names, sizes.tolist(), strict=True):
        if size < 2:
            raise ValueError(f"Too few observations of the {name}: {size}, where at least 2 are needed.")
    return sizes


def _by_cell(pull: Array, cell: npt.NDArray[np.intp], sizes: npt.NDArray[np.intp]) -> tuple[float, float]:
    parts = np.bincount(cell, pull**2, 4) * sizes / (sizes - 1)
    return sqrt(parts.sum()), float(parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum())


def _by_cluster(pull: Array, cluster, is_treated: npt.NDArray[np.bool_]) -> tuple[float, float, int]:
    codes = codes_of(cluster, len(pull))
    for group, name in ((is_treated, "treated"), (~is_treated, "control")):
        if len(np.unique(codes[group])) < 2:
            raise ValueError(f"There is one cluster in the {name} group: no interval can be told from it.")
    many, n = int(codes.max()) + 1, len(pull)
    squares = float((np.bincount(codes, pull, many) ** 2).sum())
    return sqrt(many / (many - 1) * (n - 1) / (n - 4) * squares), many - 1.0, many


def codes_of(cluster, length: int) -> npt.NDArray[np.intp]:
    """Each label of a cluster as a number from 0. Raises ValueError for gaps and labels that are no name."""
    labels = list(cluster)
    if len(labels) != length:
        raise ValueError(f"There are {length} observations but {len(labels)} labels of clusters.")
    if any(label is None or label != label for label in labels):
        raise ValueError("Some observations belong to no cluster: leave them out or name one.")
    seen: dict = {}
    try:
        return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)
    except TypeError:
        raise ValueError("Every label of a cluster is a number or a name.") from None


def _cautions(cluster, is_treated: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    codes = codes_of(cluster, len(is_treated))
    fewest = min(len(np.unique(codes[group])) for group in (is_treated, ~is_treated))
    if fewest >= ENOUGH_CLUSTERS:
        return ()
    return (f"Only {fewest} clusters are on one side: the interval is likely to be too narrow.",)
