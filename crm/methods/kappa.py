"""Cohen's kappa of two raters, plain or weighted by how far apart they are.

The standard errors are written by hand: statsmodels has them too, but takes more than a second to load.
"""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from crm.methods import agreement_bands
from crm.methods.ratings import Array, numbers

#: The 97.5 % quantile of the normal distribution.
Z = 1.959963984540054


@dataclass(frozen=True)
class Kappa:
    """κ with its large-sample error. `lower`, `upper`: 95 %; None where the error is 0, as in full agreement.

    `observed` and `expected` are the weighted agreement seen and that by chance; `z` and the two-sided `p`
    test κ = 0. `categories` are the ratings in their order, or positions for a table.
    """

    kappa: float
    weights: str
    se: float
    lower: float | None
    upper: float | None
    z: float
    p: float
    observed: float
    expected: float
    n: int
    categories: tuple[float, ...]
    band: str
    band_source: str


def weighted_kappa(a, b, weights: str | None = "linear", categories=None) -> Kappa:
    """Cohen's κ between two raters.

    `a`, `b`: shape (subjects,), at least two, no gaps. `weights`: "linear" or "quadratic" in the positions
    among the categories, or None or "unweighted". `categories`: all ratings there can be, in their order; by
    default those that occur, in the order of numbers. Give them where one that nobody used lies between.

    Raises ValueError for gaps, unequal lengths, fewer than two subjects, a rating that is no category, and
    where both raters gave one and the same rating throughout.
    Source: Cohen (1968), Psychological Bulletin 70(4), 213-220; errors as in `weighted_kappa_table`.
    """
    one, other = _ratings(a), _ratings(b)
    if len(one) != len(other):
        raise ValueError(f"One rater has {len(one)} ratings, the other {len(other)}: they must match.")
    if len(one) < 2:
        raise ValueError("Two raters can be compared from two common ratings on.")
    both = np.concatenate((one, other))
    known = np.unique(both) if categories is None else _ratings(categories)
    order = np.argsort(known)
    if len(np.unique(known)) < len(known) or not np.isin(both, known).all():
        raise ValueError("Every rating must be one of the categories, each named once.")
    if len(known) < 2:
        raise ValueError(_ALIKE)
    rows, columns = (order[np.searchsorted(known, some, sorter=order)] for some in (one, other))
    table = np.zeros((len(known), len(known)))
    np.add.at(table, (rows, columns), 1)
    return _kappa(table, weights, tuple(known.tolist()))


def weighted_kappa_table(table, weights: str | None = "linear") -> Kappa:
    """Cohen's κ from a square table of counts: rows the categories of one rater, columns of the other.

    Raises ValueError for a table that is not square, negative or broken counts, fewer than two subjects, and
    where all of them lie in one category.
    Source: Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72(5), 323-327, for both errors.
    """
    counts = numbers(table, "counts")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise ValueError("The table needs as many columns as rows, at least two: one for each category.")
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts != np.floor(counts)).any():
        raise ValueError("The table holds counts: whole numbers, none missing, none below 0.")
    if counts.sum() < 2:
        raise ValueError("Two raters can be compared from two common ratings on.")
    return _kappa(counts, weights, tuple(float(place) for place in range(len(counts))))


_ALIKE = (
    "Both raters gave one and the same rating throughout: that says nothing about agreement beyond chance."
)


def _ratings(given) -> Array:
    ratings = numbers(given, "ratings")
    if ratings.ndim != 1:
        raise ValueError("Give the ratings of each rater as a single list.")
    if not np.isfinite(ratings).all():
        raise ValueError("Some ratings are missing or infinite: leave out what only one of the two rated.")
    return ratings


def _credit(weights: str | None, size: int) -> tuple[str, Array]:
    """How much a pair of ratings counts as agreement, 0 to 1."""
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    if weights in {None, "unweighted"}:
        return "unweighted", np.eye(size)
    if weights == "linear":
        return "linear", 1 - apart
    if weights == "quadratic":
        return "quadratic", 1 - apart**2
    raise ValueError("The weights are linear, quadratic or unweighted.")


def _kappa(counts: Array, weights: str | None, categories: tuple[float, ...]) -> Kappa:
    name, credit = _credit(weights, len(counts))
    n = counts.sum()
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((shares * credit).sum()), float(rows @ credit @ columns)
    if expected >= 1 - 1e-12:
        raise ValueError(_ALIKE)
    kappa = (observed - expected) / (1 - expected)
    se, se_null = _errors(shares, credit, kappa, expected, n)
    has_error = se > 1e-6
    z = kappa / se_null if se_null > 1e-9 else 0.0
    words = agreement_bands.of_kappa(kappa)
    return Kappa(
        kappa=kappa,
        weights=name,
        se=se if has_error else 0.0,
        lower=max(kappa - Z * se, -1.0) if has_error else None,
        upper=min(kappa + Z * se, 1.0) if has_error else None,
        z=z,
        p=erfc(abs(z) / sqrt(2)),
        observed=observed,
        expected=expected,
        n=int(n),
        categories=categories,
        band=words.band,
        band_source=words.source,
    )


def _errors(shares: Array, credit: Array, kappa: float, expected: float, n: float) -> tuple[float, float]:
    """The standard error of κ, and that if there were no agreement beyond chance."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    means = np.add.outer(credit @ columns, rows @ credit)
    seen = (shares * (credit - means * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    null = (np.outer(rows, columns) * (credit - means) ** 2).sum() - expected**2
    return tuple(sqrt(max(part, 0) / n) / (1 - expected) for part in (seen, null))
