"""Where raters of a worksheet dispute a cell, and who stands where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crm.methods.ratings import APART, Array, read, values


class Dispute(NamedTuple):
    """One disputed cell; `lowest_raters` and `highest_raters` are positions of raters, counted from 0."""

    position: int
    span: int
    spread: float
    lowest: int
    highest: int
    lowest_raters: tuple[int, ...]
    highest_raters: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Disputed:
    """The disputed cells, worst first: arrays of equal length, one entry for each.

    `positions` are columns of the table given, `spans` steps between the lowest and the highest rating,
    `spreads` the variance in steps, `lowest` and `highest` ratings on the scale. `is_lowest` and `is_highest`
    have a row for each disputed cell, a column for each rater. `total` are the disputed cells, `compared`
    those that two or more raters rated. Going through it gives a `Dispute` at a time.
    """

    positions: npt.NDArray[np.intp]
    spans: npt.NDArray[np.intp]
    spreads: Array
    lowest: npt.NDArray[np.intp]
    highest: npt.NDArray[np.intp]
    is_lowest: npt.NDArray[np.bool_]
    is_highest: npt.NDArray[np.bool_]
    total: int
    compared: int

    def __iter__(self) -> Iterator[Dispute]:
        for at in range(self.total):
            yield Dispute(
                int(self.positions[at]),
                int(self.spans[at]),
                float(self.spreads[at]),
                int(self.lowest[at]),
                int(self.highest[at]),
                tuple(np.flatnonzero(self.is_lowest[at]).tolist()),
                tuple(np.flatnonzero(self.is_highest[at]).tolist()),
            )


def disputed(ratings) -> Disputed:
    """The cells on which raters are two or more steps of the scale apart.

    `ratings`: shape (raters, cells), each 0, 1, 3, 9 or NaN. Ordered by the span, then by the variance in
    steps (both largest first), then by position. A cell that fewer than two raters rated is not disputed.

    Raises ValueError for what is no table and for ratings off the scale.
    Source: the house's rule, METHODS "Agreement between raters".
    """
    steps = read(ratings)
    rated = ~np.isnan(steps)
    counts = rated.sum(axis=0)
    low = np.where(rated, steps, np.inf).min(axis=0)
    high = np.where(rated, steps, -np.inf).max(axis=0)
    spans = np.where(counts > 1, high - low, 0)
    found = np.flatnonzero(spans >= APART)
    known = np.where(rated[:, found], steps[:, found], 0)
    sums, squares = known.sum(axis=0), (known**2).sum(axis=0)
    spreads = (counts[found] * squares - sums**2) / counts[found] ** 2
    order = np.lexsort((found, -spreads, -spans[found]))
    found, spreads = found[order], spreads[order]
    return Disputed(
        positions=found,
        spans=spans[found].astype(np.intp),
        spreads=spreads,
        lowest=values(low[found]).astype(np.intp),
        highest=values(high[found]).astype(np.intp),
        is_lowest=(steps[:, found] == low[found]).T,
        is_highest=(steps[:, found] == high[found]).T,
        total=len(found),
        compared=int((counts > 1).sum()),
    )
