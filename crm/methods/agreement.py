"""How far several raters agree, each statistic with its band in words.

Each statistic has a file of its own where it needs one; all of them are called from here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import krippendorff
import lazy_loader as lazy
import numpy as np

from crm.methods import agreement_bands
from crm.methods.alignment import SCALE
from crm.methods.disputes import Dispute, Disputed, disputed
from crm.methods.intraclass import IntraclassCorrelation, icc
from crm.methods.kappa import Kappa, weighted_kappa, weighted_kappa_table
from crm.methods.ratings import Array, numbers, read, steps, whole_table

scipy = lazy.load("scipy")

__all__ = [
    "Agreement",
    "Alpha",
    "Concordance",
    "Dispute",
    "Disputed",
    "IntraclassCorrelation",
    "Kappa",
    "Statistic",
    "agreement",
    "disputed",
    "icc",
    "kendall_w",
    "krippendorff_alpha",
    "steps",
    "weighted_kappa",
    "weighted_kappa_table",
]

LEVELS = ("nominal", "ordinal", "interval", "ratio")
#: The library holds a table of values × values for each unit: this many numbers are a quarter of a gigabyte.
ROOM = 32_000_000


@dataclass(frozen=True)
class Concordance:
    """Kendall's W, 0 to 1, and the χ² test that the raters rank at random."""

    w: float
    chi2: float
    df: int
    p: float
    n_subjects: int
    n_raters: int
    band: str
    band_source: str


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's α, at most 1; `n_units` that two or more raters rated, `n_values` ratings of these."""

    alpha: float
    level: str
    n_raters: int
    n_units: int
    n_values: int
    band: str
    band_source: str


@dataclass(frozen=True)
class Statistic:
    """One line of the agreement of a round. `value` is None where it does not apply; `why_not` says why.

    `rests_on` says on how many raters and cells it rests, `p` is None where there is no test, `lower` and
    `upper` where there is no interval.
    """

    key: str
    name: str
    value: float | None = None
    band: str | None = None
    band_source: str | None = None
    raters: int = 0
    cells: int = 0
    rests_on: str = ""
    p: float | None = None
    lower: float | None = None
    upper: float | None = None
    why_not: str | None = None


@dataclass(frozen=True)
class Agreement:
    """All statistics of a round, those that do not apply among them, in a fixed order.

    `n_raters` rated anything; `n_cells` are all cells, `n_compared` those that two or more rated,
    `n_complete` those that every one of them rated.
    """

    statistics: tuple[Statistic, ...]
    n_raters: int
    n_cells: int
    n_compared: int
    n_complete: int

    def __getitem__(self, key: str) -> Statistic:
        return next(one for one in self.statistics if one.key == key)


def kendall_w(ranks) -> Concordance:
    """Kendall's coefficient of concordance, corrected for ties.

    `ranks`: shape (subjects, raters), ranks or scores, which are ranked within each rater (ties share their
    mean rank); no gaps, at least 3 × 2. The χ² test is a good guide from about eight subjects on.

    Raises ValueError for gaps, too few subjects or raters, and a rater who tells no subject apart.
    Source: Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10(3), 275-287; correction
    for ties as in Siegel and Castellan (1988), section 9.7; bands by Schmidt (1997).
    """
    table = whole_table(ranks, "ranks")
    n, m = table.shape
    if n < 3 or m < 2:
        raise ValueError("Concordance needs at least three subjects and two raters.")
    if (np.ptp(table, axis=0) == 0).any():
        raise ValueError("One rater gave every subject the same rank: there is no order to compare.")
    sums, ties = np.zeros(n), 0.0
    for scores in table.T:
        ordered = np.sort(scores)
        first, last = np.searchsorted(ordered, scores), np.searchsorted(ordered, scores, side="right")
        sums += (first + last + 1) / 2
        # Each of t tied subjects adds t² − 1, which makes t³ − t for them together.
        ties += float(((last - first) ** 2.0 - 1).sum())
    above = 12 * float((sums**2).sum()) - 3 * m**2 * n * (n + 1) ** 2
    w = above / (m**2 * n * (n**2 - 1) - m * ties)
    chi2 = m * (n - 1) * w
    words = agreement_bands.of_w(w)
    p = float(scipy.special.chdtrc(n - 1, chi2))
    return Concordance(w, chi2, n - 1, p, n, m, words.band, words.source)


def krippendorff_alpha(ratings, level: str = "ordinal") -> Alpha:
    """Krippendorff's α: agreement beyond chance of any number of raters, gaps allowed.

    `ratings`: shape (raters, units), NaN where a rater left a unit out. `level`: "nominal", "ordinal",
    "interval" or "ratio", for which nothing may be below 0. A unit that one rater rated counts for nothing.

    Raises ValueError for an unknown level, fewer than two raters, no unit that two raters rated, infinite
    numbers, and where all of these ratings are the same. Values as many as measured numbers have are refused
    too when there is no room for the table of their pairs.
    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, by the library of Castro (2017);
    bands by Krippendorff (2004).
    """
    if level not in LEVELS:
        raise ValueError(f"The level of measurement is one of {', '.join(LEVELS)}.")
    table = _coded(ratings, level)
    paired = table[:, (~np.isnan(table)).sum(axis=0) > 1]
    if not paired.size:
        raise ValueError("No two raters rated the same: at least one must be rated by two.")
    domain = np.unique(paired[~np.isnan(paired)])
    if len(domain) < 2:
        raise ValueError("Every rating is the same: that says nothing about agreement beyond chance.")
    if paired.shape[1] * len(domain) ** 2 > ROOM:
        raise ValueError("There are too many different values: round them, or group them into classes.")
    counts = np.stack([(paired == value).sum(axis=0) for value in domain], axis=1)
    alpha = float(krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level))
    words = agreement_bands.of_alpha(alpha)
    return Alpha(alpha, level, len(table), paired.shape[1], int(counts.sum()), words.band, words.source)


def agreement(ratings) -> Agreement:
    """Everything that can be said of the agreement in one round of a worksheet.

    `ratings`: shape (raters, cells), each 0, 1, 3, 9 or NaN. Raters who rated nothing are left out. In this
    order: Krippendorff's α (ordinal) on every cell that two or more raters rated; linearly weighted κ for
    exactly two raters; Kendall's W for three or more; ICC(2,1) on steps of the scale. The last three rest on
    the cells that every rater rated.

    Raises ValueError for what is no table and for ratings off the scale.
    Sources: those of each statistic.
    """
    table = read(ratings)
    table = table[~np.isnan(table).all(axis=1)]
    rated = ~np.isnan(table)
    complete = table[:, rated.all(axis=0)] if len(table) else table
    return Agreement(
        statistics=(
            _line("alpha", "Krippendorff's α, ordinal", lambda: _alpha(table)),
            _line("kappa", "Cohen's κ, linearly weighted", lambda: _kappa(complete)),
            _line("w", "Kendall's W", lambda: _concordance(complete)),
            _line("icc", "Intraclass correlation, ICC(2,1)", lambda: _icc(complete)),
        ),
        n_raters=len(table),
        n_cells=table.shape[1],
        n_compared=int((rated.sum(axis=0) > 1).sum()),
        n_complete=complete.shape[1] if len(table) > 1 else 0,
    )


def _coded(ratings, level: str) -> Array:
    table = numbers(ratings, "ratings")
    if table.ndim != 2:
        raise ValueError("Give a row of ratings for each rater, with a column for each cell.")
    if len(table) < 2:
        raise ValueError("Agreement needs at least two raters.")
    if np.isinf(table).any():
        raise ValueError("Some ratings are infinite.")
    if level == "ratio" and (table < 0).any():
        raise ValueError("Ratings with a true zero cannot be below 0.")
    return table


def _line(key: str, name: str, reckon: Callable[[], dict]) -> Statistic:
    try:
        found = reckon()
    except ValueError as error:
        return Statistic(key, name, why_not=str(error))
    rests_on = f"{found['raters']} raters, {found['cells']:,} cell{'' if found['cells'] == 1 else 's'}"
    return Statistic(key, name, rests_on=rests_on, **found)


def _alpha(table: Array) -> dict:
    one = krippendorff_alpha(table)
    return _found(one.alpha, one, len(table), one.n_units)


def _kappa(complete: Array) -> dict:
    if len(complete) != 2:
        raise ValueError("Weighted κ compares exactly two raters.")
    one = weighted_kappa(*complete, categories=range(len(SCALE)))
    return _found(one.kappa, one, 2, one.n) | {"p": one.p, "lower": one.lower, "upper": one.upper}


def _concordance(complete: Array) -> dict:
    if len(complete) < 3:
        raise ValueError("Kendall's W compares three or more raters.")
    one = kendall_w(_enough(complete))
    return _found(one.w, one, one.n_raters, one.n_subjects) | {"p": one.p}


def _icc(complete: Array) -> dict:
    if len(complete) < 2:
        raise ValueError("Agreement needs at least two raters.")
    one = icc(_enough(complete))
    found = _found(one.icc, one, one.n_raters, one.n_subjects)
    return found | {"p": one.p, "lower": one.lower, "upper": one.upper}


def _enough(complete: Array) -> Array:
    """Cells × raters. Raises ValueError where too few cells are complete."""
    if complete.shape[1] < 3:
        raise ValueError(f"Only {complete.shape[1] or 'no'} cells are rated by all: it needs three or more.")
    return complete.T


def _found(value: float, one, raters: int, cells: int) -> dict:
    return {
        "value": value,
        "band": one.band,
        "band_source": one.band_source,
        "raters": raters,
        "cells": cells,
    }
