"""Ratings of several raters on the scale of the worksheet, read as steps of that scale.

The scale of Quality Function Deployment (0, 1, 3, 9) is an order: nobody claims that 9 is thrice as much as
3. What compares raters therefore counts steps: 0, 1, 2 and 3.
"""

import numpy as np
import numpy.typing as npt

from crm.methods.alignment import SCALE

Array = npt.NDArray[np.float64]
#: Raters who are this many steps apart dispute a cell.
APART = 2
_VALUES = np.array(SCALE, dtype=np.float64)


def read(ratings) -> npt.NDArray[np.float64]:
    """A table of raters × cells as steps of the scale, NaN where a rater said nothing.

    Raises ValueError for what is no table, for no rater or no cell, and for ratings off the scale.
    """
    table = numbers(ratings, "ratings")
    if table.ndim != 2 or not table.size:
        raise ValueError("Give a row of ratings for each rater, with a column for each cell.")
    return positions(table)


def positions(values) -> Array:
    """Which step of the scale each value is, 0 to 3; NaN stays NaN. Any shape.

    Raises ValueError for a value that is not 0, 1, 3 or 9.
    """
    given = numbers(values, "ratings")
    at = (given >= _VALUES[1]).astype(np.int8) + (given >= _VALUES[2]) + (given >= _VALUES[3])
    missing = np.isnan(given)
    if not (missing | (_VALUES[at] == given)).all():
        raise ValueError("Every rating must be 0, 1, 3 or 9, or be left out.")
    return np.where(missing, np.nan, at)


def values(steps) -> Array:
    """The ratings at these steps of the scale; NaN stays NaN."""
    missing = np.isnan(steps)
    return np.where(missing, np.nan, _VALUES[np.where(missing, 0, steps).astype(np.intp)])


def steps(a, b) -> Array:
    """How many steps of the scale 0, 1, 3, 9 two ratings are apart, 0 to 3; NaN where either is missing.

    `a`, `b`: arrays whose shapes fit each other. Raises ValueError for ratings off the scale and for lists of
    unequal length.
    """
    one, other = positions(a), positions(b)
    try:
        return np.abs(one - other)
    except ValueError:
        raise ValueError("The two sets of ratings must be equally long.") from None


def numbers(given, what: str) -> Array:
    """An array of floats. Raises ValueError where it holds anything but numbers and gaps."""
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} must be numbers, with rows of equal length.") from None


def whole_table(given, what: str) -> Array:
    """A table without a gap. Raises ValueError for anything else."""
    table = numbers(given, what)
    if table.ndim != 2:
        raise ValueError(f"Give the {what} as a table: a row for each subject, a column for each rater.")
    if not np.isfinite(table).all():
        raise ValueError(f"Some {what} are missing or infinite: leave out the rows that are not complete.")
    return table
