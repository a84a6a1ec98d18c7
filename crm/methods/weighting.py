"""Where the weights of goals come from: a split of 100 points, a ranking, or comparisons of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np
import numpy.typing as npt

from crm.methods.ratings import Array, numbers

TOTAL = 100
#: Saaty's random indices by the number of goals, from none: the mean inconsistency of judgements made by lot.
RANDOM_INDEX = (0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
MOST_GOALS = len(RANDOM_INDEX) - 1
#: From this consistency ratio on, judgements should be looked at again.
LIMIT = 0.10
SCALE = np.array([1 / step for step in range(9, 1, -1)] + [float(step) for step in range(1, 10)])


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of goals in the order given, which sum to 1, and the method's name."""

    weights: Array
    method: str


@dataclass(frozen=True)
class Pair:
    """A judgement of two goals (positions from 0): how much more the first counts than the second.

    `value` is what was said, `implied` what the weights of all judgements make of it, `suggested` the step of
    Saaty's scale nearest to that.
    """

    first: int
    second: int
    value: float
    implied: float
    suggested: float


@dataclass(frozen=True, eq=False)
class Pairwise:
    """Weights from pairs. `lambda_max` is the principal eigenvalue, `ci` and `cr` index and ratio.

    `cr`, `is_consistent`: None while pairs are `missing`, as the random index is one of complete judgements.
    `worst` is the pair that fits the rest least, None where all fit.
    """

    weights: Array
    method: str
    lambda_max: float
    ci: float
    random_index: float
    cr: float | None
    is_consistent: bool | None
    band: str
    worst: Pair | None
    missing: tuple[tuple[int, int], ...]


def points(points) -> Weights:
    """Weights from a split of 100 points.

    `points`: shape (goals,), not negative. They must sum to 100, but for a rounding error of decimals.

    Raises ValueError for no goal, missing or negative points, and a sum that is off, saying by how much.
    Source: point allocation, as in Doyle, Green and Bottomley (1997), Organizational Behavior and Human
    Decision Processes 70(1), 65-72.
    """
    given = _list(points, "points")
    if (given < 0).any():
        raise ValueError("Points cannot be below 0.")
    over = fsum(given) - TOTAL
    if abs(over) > 1e-9 * TOTAL:
        what = "too many" if over > 0 else "still to give"
        raise ValueError(f"The points come to {over + TOTAL:.10g}, not {TOTAL}: {abs(over):.10g} {what}.")
    return Weights(given / fsum(given), f"{TOTAL} points")


def ranking(ranks) -> Weights:
    """Rank-order centroid weights: the middle of all weights that fit the ranking.

    `ranks`: shape (goals,), 1 for the goal that matters most; equal ranks are ties, which share what their
    places get. Only the order counts: 1, 1, 3 is the same as 1, 1, 2.

    Raises ValueError for no goal, missing ranks, and a rank below 1.
    Source: Barron and Barrett (1996), Management Science 42(11), 1515-1523: w_k = (1/n) Σ_{i≥k} 1/i.
    """
    given = _list(ranks, "ranks")
    if (given < 1).any():
        raise ValueError("Ranks begin at 1, for what matters most.")
    n = len(given)
    by_place = np.cumsum(1 / np.arange(n, 0, -1))[::-1] / n
    _, groups, sizes = np.unique(given, return_inverse=True, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    shared = np.add.reduceat(by_place, starts) / sizes
    return Weights(shared[groups], "rank-order centroid")


def pairwise(judgements, goals: int | None = None) -> Pairwise:
    """Weights from comparisons of pairs: the Analytic Hierarchy Process.

    `judgements`: either a reciprocal matrix (goals, goals) with NaN for what was not compared, or a mapping
    from pairs of positions to values, each pair once, with the number of `goals`. A value says how much more
    the first counts than the second, from 1/9 to 9. The weights are the principal eigenvector. Pairs may be
    missing as long as comparisons lead from every goal to every other: Harker's method puts the weights' own
    ratio in their place.

    Raises ValueError for more than 15 goals, values off the scale, a matrix that is not reciprocal, a pair
    judged twice, and for goals that no comparison links, with the number of pairs that are missing.
    Sources: Saaty (1980), The Analytic Hierarchy Process, with its random indices and the limit of 0.10;
    Harker (1987), Mathematical Modelling 9(11), 837-848.
    """
    matrix = _from_pairs(judgements, goals) if isinstance(judgements, Mapping) else _matrix(judgements)
    n = len(matrix)
    lacking = np.isnan(matrix)
    missing = tuple((int(i), int(j)) for i, j in np.argwhere(np.triu(lacking)))
    _require_links(~lacking, len(missing))
    weights, lambda_max = _principal(np.where(lacking, 0, matrix) + np.diag(lacking.sum(axis=1)))
    ci = max(lambda_max - n, 0.0) / (n - 1) if n > 1 else 0.0
    index = RANDOM_INDEX[n]
    cr = None if missing else (ci / index if index else 0.0)
    is_consistent = None if cr is None else cr <= LIMIT
    return Pairwise(
        weights=weights,
        method="pairwise comparison",
        lambda_max=lambda_max,
        ci=ci,
        random_index=index,
        cr=cr,
        is_consistent=is_consistent,
        band=_band(is_consistent, len(missing), n),
        worst=_worst(matrix, weights),
        missing=missing,
    )


def whole(weights, total: int = TOTAL) -> list[int]:
    """Weights as whole points that come to `total`, by the largest remainders; of equal ones the first gain.

    `weights`: shape (goals,), not negative, in any unit. Raises ValueError for no goal, missing or negative
    weights, and weights that are all 0. Source: Hamilton's method of apportionment, as in Balinski and Young
    (1982), Fair Representation.
    """
    given = _list(weights, "weights")
    if (given < 0).any() or not given.any():
        raise ValueError("Weights cannot be negative, and one must be above zero.")
    exact = given / fsum(given) * total
    points = np.floor(exact + 1e-9)
    left = total - int(points.sum())
    points[np.argsort(points - exact, kind="stable")[:left]] += 1
    return [int(point) for point in points]


def _list(given, what: str) -> Array:
    values = numbers(given, what)
    if values.ndim != 1 or not values.size:
        raise ValueError(f"Give the {what} as a single list, one for each goal.")
    if not np.isfinite(values).all():
        raise ValueError(f"Some {what} are missing or infinite: every goal needs one.")
    return values


def _matrix(judgements) -> Array:
    matrix = numbers(judgements, "judgements")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError("The judgements need a row and a column for each goal.")
    _require_few(len(matrix))
    lacking = np.isnan(matrix)
    if not np.array_equal(np.diag(matrix), np.ones(len(matrix))):
        raise ValueError("A goal compared with itself is 1.")
    _require_scale(matrix[~lacking])
    with np.errstate(invalid="ignore"):
        fits = np.abs(matrix * matrix.T - 1) <= 1e-6
    broken = np.argwhere(~fits & ~(lacking & lacking.T))
    if len(broken):
        i, j = (int(place) + 1 for place in broken[0])
        raise ValueError(f"Goals {i} and {j}: one way must be 1 over the other way.")
    return matrix


def _from_pairs(judgements: Mapping, goals: int | None) -> Array:
    size = goals if goals is not None else 1 + max((max(pair) for pair in judgements), default=0)
    _require_few(size)
    matrix = np.full((size, size), np.nan)
    np.fill_diagonal(matrix, 1)
    values = numbers(list(judgements.values()), "judgements")
    _require_scale(values)
    for (i, j), value in zip(judgements, values, strict=True):
        if not (0 <= i < size and 0 <= j < size) or i == j:
            raise ValueError(f"A pair is made of two different goals of the {size}.")
        if not np.isnan(matrix[i, j]):
            raise ValueError(f"Goals {i + 1} and {j + 1} are compared twice.")
        matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


def _require_few(goals: int) -> None:
    if not 1 <= goals <= MOST_GOALS:
        raise ValueError(
            f"Comparing pairs is for 1 to {MOST_GOALS} goals, not {goals}: rank them or split points instead."
        )


def _require_scale(values: Array) -> None:
    if not ((values >= 1 / 9 - 1e-6) & (values <= 9 + 1e-6)).all():
        raise ValueError("A comparison lies between 1/9 and 9.")


def _require_links(known: npt.NDArray[np.bool_], missing: int) -> None:
    reached = known[0]
    for _ in known:
        reached = known[reached].any(axis=0)
    if not reached.all():
        pairs = "1 pair is" if missing == 1 else f"{missing} pairs are"
        raise ValueError(
            f"{pairs} not compared, and nothing links goal {int(np.argmin(reached)) + 1} with the first."
        )


def _principal(matrix: Array) -> tuple[Array, float]:
    """The positive eigenvector, which sums to 1, and its eigenvalue, the largest."""
    found, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(found.real))
    vector = np.abs(vectors[:, at].real)
    return vector / vector.sum(), float(found[at].real)


def _worst(matrix: Array, weights: Array) -> Pair | None:
    implied = np.divide.outer(weights, weights)
    apart = np.triu(np.abs(np.log(np.where(np.isnan(matrix), implied, matrix) / implied)))
    i, j = (int(place) for place in np.unravel_index(np.argmax(apart), apart.shape))
    if apart[i, j] < 1e-9:
        return None
    nearest = SCALE[np.argmin(np.abs(np.log(SCALE / implied[i, j])))]
    return Pair(i, j, float(matrix[i, j]), float(implied[i, j]), float(nearest))


def _band(is_consistent: bool | None, missing: int, goals: int) -> str:
    if is_consistent is None:
        return f"not known: {missing} of {goals * (goals - 1) // 2} pairs are not compared"
    return "consistent enough" if is_consistent else "contradictory: look at the worst pair again"
