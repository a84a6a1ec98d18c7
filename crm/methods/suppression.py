"""Small numbers of people hidden in a table, so that nobody can reckon them back from what is shown."""

from typing import NamedTuple

import lazy_loader as lazy
import numpy as np
import numpy.typing as npt

from crm.methods.quantities import Array, count

scipy = lazy.load("scipy")

SMALLEST = 11
#: A larger table is a data set, not a table to show.
MOST_CELLS = 400
ROUNDING = 1e-6


class Suppressed(NamedTuple):
    """A table with its totals, None where a number is hidden.

    `cells` has the shape that was given: a tuple, or a tuple of rows. `row_totals` and `column_totals` are
    empty for a single list, `total` is of everything. `small` is how many numbers were hidden for being
    small, `further` how many more so that those cannot be reckoned back; `words` says so.
    """

    cells: tuple
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None
    small: int
    further: int
    words: str


def suppress(counts, smallest: int = SMALLEST) -> Suppressed:
    """Hide counts of 1 to `smallest` − 1 people, and as many more as it takes to keep them hidden.

    `counts`: shape (cells,) or (rows, columns), whole numbers of people, each person in one cell. Totals are
    reckoned from them and guarded alike. Nought is shown: it tells of nobody. A small number is taken as
    kept when what is shown leaves open to it as many values as the rule does: `smallest` − 1 or more.

    Which further numbers go is chosen by steps, the smallest first; fewer might do.

    Raises ValueError for what is no table, negative or broken counts, a rule below 2, and more than 400
    cells.
    Source: Hundepool and others (2012), Statistical Disclosure Control, ch. 4, for feasibility intervals.
    """
    least = count(smallest, "smallest number to show")
    if least < 2:
        raise ValueError("The smallest number to show must be 2 or more.")
    table, is_list = _table(counts)
    whole = _with_totals(table, is_list)
    small = (whole > 0) & (whole < least)
    hidden = small.copy()
    while (open_cell := _first_open(whole, small, hidden, least, is_list)) is not None:
        further = _next(whole, hidden, open_cell)
        if further is None:
            break
        hidden[further] = True
    return _told(whole, hidden, small, is_list, least)


def _table(counts) -> tuple[npt.NDArray[np.int64], bool]:
    try:
        rows = [list(row) if np.ndim(row) else row for row in counts]
    except TypeError:
        raise ValueError("Give the counts as a list, or as rows of equal length.") from None
    is_list = not any(isinstance(row, list) for row in rows)
    grid = [rows] if is_list else rows
    if not grid or not all(isinstance(row, list) and row for row in grid) or len({len(r) for r in grid}) > 1:
        raise ValueError("Give the counts as a list, or as rows of equal length.")
    if len(grid) * len(grid[0]) > MOST_CELLS:
        raise ValueError(f"A table to show has at most {MOST_CELLS} cells.")
    return np.array([[count(one, "count") for one in row] for row in grid], dtype=np.int64), is_list


def _with_totals(table: npt.NDArray[np.int64], is_list: bool) -> npt.NDArray[np.int64]:
    wide = np.column_stack([table, table.sum(axis=1)])
    return wide if is_list else np.vstack([wide, wide.sum(axis=0)])


def _sums(shape: tuple[int, int], is_list: bool) -> Array:
    """A row for each sum that a reader knows to hold: cells less their total is 0."""
    rows, columns = shape
    at = np.arange(rows * columns).reshape(shape)
    lines = [at[row] for row in range(rows)]
    lines += [] if is_list else [at[:, column] for column in range(columns)]
    matrix = np.zeros((len(lines), at.size))
    for sum_of, line in zip(matrix, lines, strict=True):
        sum_of[line[:-1]] = 1
        sum_of[line[-1]] = -1
    return matrix


def _first_open(whole, small, hidden, least: int, is_list: bool) -> tuple[int, int] | None:
    """The first small number that what is shown would give away or narrow down."""
    matrix = _sums(whole.shape, is_list)
    flat = whole.ravel().astype(float)
    bounds = [
        (1, None) if is_hidden else (value, value)
        for value, is_hidden in zip(flat, hidden.ravel(), strict=True)
    ]
    for cell in np.argwhere(small):
        at = int(np.ravel_multi_index(tuple(cell), whole.shape))
        low, high = (_end(matrix, bounds, at, side) for side in (1, -1))
        if high - low < least - 2 - ROUNDING:
            return int(cell[0]), int(cell[1])
    return None


def _end(matrix: Array, bounds: list, at: int, side: int) -> float:
    aim = np.zeros(matrix.shape[1])
    aim[at] = side
    found = scipy.optimize.linprog(aim, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
    return side * found.fun if found.success else side * -np.inf


def _next(whole, hidden, cell: tuple[int, int]) -> tuple[int, int] | None:
    """The smallest shown number in the lines of a cell, totals last; else the smallest shown anywhere."""
    rows = len(whole)
    is_total = np.zeros(whole.shape, bool)
    is_total[:, -1] = True
    if rows > 1:
        is_total[-1] = True
    in_line = np.zeros(whole.shape, bool)
    in_line[cell[0]] = in_line[:, cell[1]] = True
    shown = [tuple(one) for one in np.argwhere(~hidden & (whole > 0))]
    if not shown:
        return None
    return min(shown, key=lambda one: (is_total[one], not in_line[one], whole[one]))


def _told(whole, hidden, small, is_list: bool, least: int) -> Suppressed:
    rows = [
        tuple(None if gone else int(value) for value, gone in zip(values, lost, strict=True))
        for values, lost in zip(whole, hidden, strict=True)
    ]
    many, further = int(small.sum()), int((hidden & ~small).sum())
    words = f"Numbers below {least} are hidden" + (", and others that would give them away" * bool(further))
    cells = rows[0][:-1] if is_list else tuple(row[:-1] for row in rows[:-1])
    return Suppressed(
        cells=cells,
        row_totals=() if is_list else tuple(row[-1] for row in rows[:-1]),
        column_totals=() if is_list else rows[-1][:-1],
        total=rows[-1][-1],
        small=many,
        further=further,
        words=f"{words}." if many else "No number had to be hidden.",
    )
