"""How much the ranking of strategies hangs on the weights of goals."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crm.methods.ratings import Array, numbers

Whole = npt.NDArray[np.intp]
#: Differences below this share of the largest contribution are rounding.
ROUNDING = 1e-12
MOST_DRAWS = 100_000


class Change(NamedTuple):
    """A change of one weight, the others as they are, that gives the first place to another strategy.

    `before` and `after` are shares of the weight on all goals; `given` and `needed` the weight in the unit it
    was given in; `relative` is the change over `given`, None where that is 0. `taker` is a position.
    """

    goal: int
    taker: int
    before: float
    after: float
    given: float
    needed: float
    relative: float | None


@dataclass(frozen=True, eq=False)
class Stability:
    """In which intervals of each goal's weight the ranking stays, while the other weights keep their ratios.

    `weights` sum to 1; `order` are positions of strategies from the first place on, equals by position;
    `leader` holds the first place, `is_tied` says that others share it. Arrays with an entry for each goal:
    the leader stays first from `first_lower` to `first_upper`, and no two strategies swap places from
    `order_lower` to `order_upper` (shares of the weight). `first_fall` and `first_rise` are by how much the
    weight as given may fall or rise alone, infinite where any change will do; `below` and `above` the
    strategy that takes the lead beyond, -1 where none does. `smallest` is the smallest change of a share that
    changes the first place, None where none does.
    """

    weights: Array
    contributions: Array
    order: Whole
    leader: int
    is_tied: bool
    first_lower: Array
    first_upper: Array
    first_fall: Array
    first_rise: Array
    below: Whole
    above: Whole
    order_lower: Array
    order_upper: Array
    smallest: Change | None


@dataclass(frozen=True, eq=False)
class Shaken:
    """How the ranking holds when all weights are shaken at once.

    `acceptability`: shape (strategies, ranks), the share of draws in which a strategy holds a rank; equals
    share the better rank. `first` is its first column. `mean_ranks`, `best` and `worst` count from 1.
    """

    acceptability: Array
    first: Array
    mean_ranks: Array
    best: Whole
    worst: Whole
    share: float | None
    draws: int
    seed: int


def stability(weights, relations) -> Stability:
    """How far each goal's weight may change before strategies swap places.

    `weights`: shape (goals,), not negative, any unit. `relations`: shape (goals, strategies), not negative:
    0, 1, 3 or 9, or performances in any one unit. Contributions are linear in a weight, so that two
    strategies cross at d = (c_i - c_j) / (R_kj - R_ki), where d is added to the weight of goal k. To change
    it with the others as they are is the same as to change its share with the others in proportion. A
    strategy that shares the first place stands at 0. Other equals have no order that could change.

    Raises ValueError for no goal or strategy, shapes that do not fit, missing, infinite or negative numbers,
    and where nothing contributes.
    Source: Triantaphyllou and Sánchez (1997), Decision Sciences 28(1), 151-194, theorem 1.
    """
    given, cells = _read(weights, relations)
    contributions = given @ cells
    if not contributions.any():
        raise ValueError("No strategy serves a goal that has weight: there is no ranking to test.")
    tied = contributions >= contributions.max() * (1 - ROUNDING)
    leader = int(np.argmax(tied))
    gaps = np.where(tied, 0, contributions[leader] - contributions)
    falls, rises, below, above = _lead(gaps, cells - cells[:, [leader]], given)
    order_falls, order_rises = _order(contributions, cells, given)
    total = given.sum()
    lower, upper = _share(given, -falls, total), _share(given, rises, total)
    return Stability(
        weights=given / total,
        contributions=contributions / total,
        order=np.argsort(-np.where(tied, contributions[leader], contributions), kind="stable"),
        leader=leader,
        is_tied=bool(tied.sum() > 1),
        first_lower=lower,
        first_upper=upper,
        first_fall=falls,
        first_rise=rises,
        below=below,
        above=above,
        order_lower=_share(given, -order_falls, total),
        order_upper=_share(given, order_rises, total),
        smallest=_smallest(given, lower, upper, falls, rises, below, above),
    )


def shake(weights, relations, share: float | None = 0.1, draws: int = 1_000, seed: int = 0) -> Shaken:
    """How often each strategy holds each rank when every weight is off by up to `share` of itself.

    `weights`, `relations`: as for `stability`. Each draw multiplies every weight by a number of its own,
    uniform from 1 - share to 1 + share, 0 < share <= 1. With None as share nothing is known of the weights:
    all that sum to 1 are equally likely. The same seed gives the same result.

    Raises ValueError as `stability` does, for a share out of its range, and for draws below 1 or above
    100,000.
    Source: Lahdelma, Hokkanen and Salminen (1998), SMAA, European Journal of Operational Research 106(1),
    137-143, for the share of weights that give a place; Lahdelma and Salminen (2001), Operations Research
    49(3), 444-454, for that of every rank.
    """
    given, cells = _read(weights, relations)
    if share is not None and not 0 < share <= 1:
        raise ValueError("The share by which weights may be off lies above 0 and is at most 1.")
    if not 1 <= draws <= MOST_DRAWS:
        raise ValueError(f"Draw between 1 and {MOST_DRAWS:,} times.")
    random = np.random.default_rng(seed)
    if share is None:
        drawn = random.dirichlet(np.ones(len(given)), draws)
    else:
        drawn = given / given.max() * random.uniform(1 - share, 1 + share, (draws, len(given)))
    reached = drawn @ cells
    # Strategies that are equal must not be told apart by the last digit.
    reached = np.round(reached / np.maximum(reached.max(axis=1, keepdims=True), np.finfo(float).tiny), 10)
    count = cells.shape[1]
    ranks = np.stack([(reached > reached[:, [place]]).sum(axis=1) for place in range(count)])
    held = np.stack([np.bincount(row, minlength=count) for row in ranks]) / draws
    return Shaken(
        acceptability=held,
        first=held[:, 0],
        mean_ranks=ranks.mean(axis=1) + 1,
        best=ranks.min(axis=1) + 1,
        worst=ranks.max(axis=1) + 1,
        share=share,
        draws=draws,
        seed=seed,
    )


def _read(weights, relations) -> tuple[Array, Array]:
    given, cells = numbers(weights, "goal weights"), numbers(relations, "relations")
    if given.ndim != 1 or not given.size:
        raise ValueError("Give one weight per goal, in a single list, for at least one goal.")
    if cells.ndim != 2 or len(cells) != len(given):
        raise ValueError(f"The relations need a row for each of the {len(given)} goals.")
    if not cells.shape[1]:
        raise ValueError("There is no strategy to rank yet.")
    for what, values in (("goal weights", given), ("relations", cells)):
        if not np.isfinite(values).all():
            raise ValueError(f"Some {what} are missing or infinite: fill in every one.")
        if (values < 0).any():
            raise ValueError(f"The {what} cannot be negative.")
    if not given.any():
        raise ValueError("At least one goal needs a weight above zero.")
    return given, cells


def _crossings(gaps: Array, slopes: Array, given: Array) -> tuple[Array, Array]:
    """For each goal and pair, by how much the weight must fall or rise to be level, or infinity."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(slopes != 0, gaps / slopes, np.inf)
    # To fall by its whole weight only brings a goal to 0: what is level there has not swapped.
    reach = given[:, None] * (1 - ROUNDING)
    falls = np.where((slopes < 0) & (-at < reach), np.abs(at), np.inf)
    return falls, np.where(slopes > 0, at, np.inf)


def _lead(gaps: Array, slopes: Array, given: Array) -> tuple[Array, Array, Whole, Whole]:
    falls, rises = _crossings(gaps, slopes, given)
    fall, rise = falls.min(axis=1), rises.min(axis=1)
    # Of those that draw level at the same weight, the steepest leads from there on.
    below = np.argmax(np.where(falls <= fall[:, None], -slopes, -np.inf), axis=1)
    above = np.argmax(np.where(rises <= rise[:, None], slopes, -np.inf), axis=1)
    return fall, rise, np.where(np.isinf(fall), -1, below), np.where(np.isinf(rise), -1, above)


def _order(contributions: Array, cells: Array, given: Array) -> tuple[Array, Array]:
    apart = np.subtract.outer(contributions, contributions)
    ahead, behind = np.nonzero(apart > ROUNDING * contributions.max())
    if not len(ahead):
        return np.full(len(given), np.inf), np.full(len(given), np.inf)
    falls, rises = _crossings(apart[ahead, behind], cells[:, behind] - cells[:, ahead], given)
    return falls.min(axis=1), rises.min(axis=1)


def _share(given: Array, change: Array, total: float) -> Array:
    """The share of the weight after the change; 0 or 1 where the change has no end."""
    ends = np.isinf(change)
    known = np.where(ends, 0, change)
    with np.errstate(invalid="ignore"):
        return np.where(ends, np.where(change > 0, 1.0, 0.0), (given + known) / (total + known))


def _smallest(given, lower, upper, falls, rises, below, above) -> Change | None:
    before = given / given.sum()
    apart = np.stack(
        [np.where(below < 0, np.inf, before - lower), np.where(above < 0, np.inf, upper - before)]
    )
    side, goal = (int(place) for place in np.unravel_index(np.argmin(apart), apart.shape))
    if np.isinf(apart[side, goal]):
        return None
    change = rises[goal] if side else -falls[goal]
    return Change(
        goal=goal,
        taker=int((above if side else below)[goal]),
        before=float(before[goal]),
        after=float((upper if side else lower)[goal]),
        given=float(given[goal]),
        needed=float(given[goal] + change),
        relative=float(change / given[goal]) if given[goal] else None,
    )
