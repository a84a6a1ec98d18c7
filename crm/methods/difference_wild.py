"""A p-value for a difference in differences of few clusters, where errors by cluster come out too small."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from crm.methods.difference import codes_of, did
from crm.methods.quantities import Array, count, flags, sample

WEIGHTS = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.array([-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5]),
}
#: Up to so many ways to turn the clusters, every one is taken instead of a draw.
MOST_WAYS = 70_000
#: From so many clusters on two weights make enough different ways.
ENOUGH_FOR_SIGNS = 12
#: On a side with fewer clusters than this the bootstrap itself cannot be trusted.
FEWEST_ON_A_SIDE = 3
TIES = 1e-9


@dataclass(frozen=True)
class Wild:
    """The p-value of a wild cluster bootstrap, two-sided, and how it was come by.

    `estimate` and `t` are those of `did` with errors by cluster. `ways` is how many ways of turning the
    clusters were taken: all there are where `is_exact`, else drawn with `seed`. `smallest` is the least p
    that so few clusters could ever give.
    """

    estimate: float
    t: float
    p: float
    clusters: int
    weights: str
    ways: int
    is_exact: bool
    seed: int | None
    smallest: float
    method: str
    cautions: tuple[str, ...]


def wild_bootstrap(outcome, treated, post, *, cluster, weights=None, draws=9999, seed=20) -> Wild:
    """Test a difference in differences of few clusters by the wild cluster bootstrap, the null imposed.

    `outcome`, `treated`, `post`, `cluster` as in `did`. `weights`: "rademacher" (±1) or "webb" (six points);
    where left out, Webb's for fewer than 12 clusters. Where there are at most 70,000 ways to weight the
    clusters each is taken once and the p-value is exact; else `draws` are drawn from `seed`, so that the same
    data give the same answer.

    Raises ValueError as `did`, for unknown weights, and for fewer than 99 draws.
    Source: Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3), 414-427; Webb
    (2023), Canadian Journal of Economics 56(3), 839-858, for six points; Roodman and others (2019), Stata
    Journal 19(1), 4-60, for the algebra.
    """
    if cluster is None:
        raise ValueError("Name the clusters: without them each observation stands for itself.")
    found = did(outcome, treated, post, cluster=cluster)
    many = found.clusters
    chosen = weights or ("webb" if many < ENOUGH_FOR_SIGNS else "rademacher")
    if chosen not in WEIGHTS:
        raise ValueError(f"The weights are one of {', '.join(WEIGHTS)}.")
    if (drawn := count(draws, "number of draws")) < 99:
        raise ValueError("At least 99 draws are needed.")
    values = sample(outcome, "outcomes")
    is_treated, codes = flags(treated, "treatment", len(values)), codes_of(cluster, len(values))
    pull, scores = _turned(values, is_treated, flags(post, "after", len(values)), codes, many)
    is_exact = len(WEIGHTS[chosen]) ** many <= MOST_WAYS
    ways = _ways(WEIGHTS[chosen], many, drawn, count(seed, "seed"), is_exact)
    p = _share(ways, pull, scores, is_exact)
    return Wild(
        estimate=found.estimate,
        t=found.estimate / found.se,
        p=p,
        clusters=many,
        weights=chosen,
        ways=len(ways),
        is_exact=is_exact,
        seed=None if is_exact else int(seed),
        smallest=2.0 / len(ways) if is_exact else 1 / (len(ways) + 1),
        method=_method(chosen, len(ways), is_exact),
        cautions=_cautions(codes, is_treated),
    )


def _turned(values: Array, is_treated, is_after, codes, many: int) -> tuple[Array, Array]:
    """What each cluster's weight does to the estimate, and to the score of each cluster.

    Under the null the model is group and time; its residuals, turned by cluster, are refitted by the whole
    model. Both steps are linear in the weights, so that they are done once.
    """
    null = np.column_stack([np.ones_like(values), is_treated, is_after]).astype(float)
    whole = np.column_stack([null, is_treated & is_after])
    rest = values - null @ np.linalg.lstsq(null, values)[0]
    spread = np.zeros((len(values), many))
    spread[np.arange(len(values)), codes] = rest
    inverse = np.linalg.inv(whole.T @ whole)
    share = whole @ inverse[3]
    left = spread - whole @ (inverse @ (whole.T @ spread))
    scores = np.zeros((many, many))
    np.add.at(scores, codes, share[:, None] * left)
    return share @ spread, scores


def _ways(points: Array, many: int, draws: int, seed: int, is_exact: bool) -> npt.NDArray[np.float64]:
    if is_exact:
        return np.array(list(product(points, repeat=many)))
    return np.random.default_rng(seed).choice(points, size=(draws, many))


def _share(ways: Array, pull: Array, scores: Array, is_exact: bool) -> float:
    """The share of ways whose |t| is at least that of the data, which is the way of all ones."""
    squares = (ways @ scores.T) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(ways @ pull) / np.sqrt(squares.sum(axis=1))
    ours = abs(pull.sum()) / np.sqrt((scores.sum(axis=1) ** 2).sum())
    beyond = int((t >= ours * (1 - TIES)).sum())
    return beyond / len(ways) if is_exact else (beyond + 1) / (len(ways) + 1)


def _method(chosen: str, ways: int, is_exact: bool) -> str:
    name = {"rademacher": "Rademacher", "webb": "Webb"}[chosen]
    how = f"all {ways:,} ways" if is_exact else f"{ways:,} draws"
    return f"wild cluster bootstrap of t, null imposed, {name} weights, {how}"


def _cautions(codes, is_treated) -> tuple[str, ...]:
    fewest = min(len(np.unique(codes[group])) for group in (is_treated, ~is_treated))
    if fewest >= FEWEST_ON_A_SIDE:
        return ()
    return (f"Only {fewest} clusters are on one side: this test then hardly ever finds anything.",)
