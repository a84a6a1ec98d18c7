"""One relation for each cell out of what several raters said."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crm.methods.alignment import SCALE
from crm.methods.ratings import Array, numbers, read, values

RULES = ("median", "mode")
#: Sums of weights that differ by less than this share are equal.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Consensus:
    """Arrays with an entry for each cell; NaN as value and 0 as share where nobody rated it.

    `values` are on the scale 0, 1, 3, 9; `shares` the weight of raters who said just that over the weight of
    all who rated the cell; `raters` how many these are.
    """

    values: Array
    shares: Array
    raters: npt.NDArray[np.intp]
    rule: str


def consensus(ratings, weights=None, rule: str = "median") -> Consensus:
    """The relation that the raters of each cell stand behind together.

    `ratings`: shape (raters, cells), each 0, 1, 3, 9 or NaN. `weights`: shape (raters,), not negative, or
    None for one voice each; a rater of weight 0 is left out. `rule`: "median" is the lower median along the
    scale: the lowest value with at least half of the weight at or below it. Of two raters who say 9 and 0 it
    is 0, and never a value that nobody gave: a relation is not claimed that half of the raters doubt. "mode"
    is the value most raters gave, the lowest of equals.

    Raises ValueError for what is no table, ratings off the scale, weights that do not fit, are missing,
    negative or all 0, and an unknown rule.
    Source: the median as the consensus of ordered ratings, as in Linstone and Turoff (1975), The Delphi
    Method, and the weighted lower median of Edgeworth (1888), Philosophical Magazine 25, 184-191.
    """
    if rule not in RULES:
        raise ValueError(f"The rule is one of {' or '.join(RULES)}.")
    steps = read(ratings)
    voices = _voices(weights, len(steps))
    said = np.stack([voices @ (steps == step) for step in range(len(SCALE))])
    total = said.sum(axis=0)
    enough = ROUNDING * total
    if rule == "median":
        held = 2 * said.cumsum(axis=0) >= total - enough
    else:
        held = said >= said.max(axis=0) - enough
    chosen = np.argmax(held, axis=0)
    is_rated = total > 0
    weight = np.take_along_axis(said, chosen[None], axis=0)[0]
    return Consensus(
        values=values(np.where(is_rated, chosen, np.nan)),
        shares=np.divide(weight, total, out=np.zeros_like(total), where=is_rated),
        raters=(~np.isnan(steps[voices > 0])).sum(axis=0),
        rule=rule,
    )


def _voices(weights, raters: int) -> Array:
    if weights is None:
        return np.ones(raters)
    given = numbers(weights, "weights of raters")
    if given.shape != (raters,):
        raise ValueError(f"Give one weight for each of the {raters} raters.")
    if not np.isfinite(given).all():
        raise ValueError("Some weights of raters are missing or infinite.")
    if (given < 0).any() or not given.any():
        raise ValueError("The weights of raters cannot be negative, and one must be above 0.")
    return given / given.max()
