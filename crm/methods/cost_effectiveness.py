"""What more effect costs: options put in order, those that never pay struck out, and words for the rest."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from crm.methods.quantities import LARGEST, Array, number, sample

STATUSES = {
    "ND": "not dominated",
    "D": "dominated: another option costs no more and does no less",
    "ED": "extendedly dominated: a mix of two other options does the same for less",
}
#: Ratios nearer to each other than this share are the same: the rest is rounding.
ROUNDING = 1e-12


class Place(NamedTuple):
    """Where a comparison lies on the cost-effectiveness plane. `icer` is None where a ratio would mislead.

    `quadrant` is NE, SE, SW, NW, or "axis" or "origin" where a difference is 0. In SW the ratio is what is
    saved for each unit of effect that is given up.
    """

    quadrant: str
    icer: float | None
    words: str


@dataclass(frozen=True)
class Option:
    """One option. Increments and `icer` are against `compared_with`, None for the cheapest and for D and ED.

    `beaten_by` names the option that dominates it (D) or the two whose mix does (ED).
    """

    name: str
    cost: float
    effect: float
    status: str
    incremental_cost: float | None
    incremental_effect: float | None
    icer: float | None
    compared_with: str | None
    beaten_by: tuple[str, ...]
    words: str


def place(cost, effect) -> Place:
    """What a difference in cost and one in effect mean together, in words where a ratio would mislead.

    `cost`: new minus old, in money; `effect`: new minus old, more is better.

    Raises ValueError for gaps and infinity.
    Source: Black (1990), Medical Decision Making 10(3), 212-214, for the plane.
    """
    more, better = number(cost, "difference in cost"), number(effect, "difference in effect")
    if more == 0 and better == 0:
        return Place("origin", None, "It costs and does the same: there is nothing to choose.")
    if more <= 0 and better >= 0:
        return Place(
            "axis" if 0 in {more, better} else "SE", None, f"It dominates: {_compared(more, better)}."
        )
    if more >= 0 and better <= 0:
        return Place(
            "axis" if 0 in {more, better} else "NW", None, f"It is dominated: {_compared(more, better)}."
        )
    ratio = more / better
    if better > 0:
        return Place("NE", ratio, f"Each further unit of effect costs {ratio:,.2f}.")
    return Place("SW", ratio, f"It saves {ratio:,.2f} for each unit of effect given up.")


def icers(costs, effects, names) -> tuple[Option, ...]:
    """Incremental cost-effectiveness ratios after striking out what is dominated, in order of cost.

    `costs`, `effects`, `names`: shape (options,), costs in one currency and price year, more effect is
    better. Each option left is compared with the next cheaper one left.

    Raises ValueError for unequal lengths, gaps, fewer than two options, names given twice or left empty, and
    two options with the same cost and effect.
    Source: Drummond and others (2015), Methods for the Economic Evaluation of Health Care Programmes, 4th
    ed., ch. 4; Paltiel and others (2006), Annals of Internal Medicine 145(11), 797-806.
    """
    money, gain = sample(costs, "costs", 2), sample(effects, "effects", 2)
    called = [str(name).strip() for name in names]
    if not len(money) == len(gain) == len(called):
        raise ValueError("Every option needs a name, a cost and an effect: the lists differ in length.")
    if not all(called) or len(set(called)) < len(called):
        raise ValueError("Every option needs a name of its own.")
    if len(set(zip(money.tolist(), gain.tolist(), strict=True))) < len(called):
        raise ValueError("Two options have the same cost and effect: enter them as one.")
    order = np.lexsort((-gain, money))
    beaten = _dominated(order, gain)
    frontier = [at for at in order.tolist() if at not in beaten]
    _strike_extended(frontier, beaten, money, gain)
    before = dict(zip(frontier[1:], frontier, strict=False))
    return tuple(
        _option(at, called, money, gain, before.get(at), beaten.get(at, ())) for at in order.tolist()
    )


def nmb(cost, effect, threshold):
    """Net monetary benefit: effect times what a unit of it is worth, less cost. Numbers, or arrays that fit.

    `threshold`: money for each unit of effect, at least 0.

    Raises ValueError for gaps, infinity, arrays that do not fit, and a threshold below 0.
    Source: Stinnett and Mullahy (1998), Medical Decision Making 18(2 suppl), S68-S80.
    """
    try:
        given = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (cost, effect, threshold)))
    except (TypeError, ValueError, OverflowError):
        raise ValueError("Costs, effects and thresholds must be numbers, in lists of equal length.") from None
    if not (np.abs(given) <= LARGEST).all():
        raise ValueError("Some costs, effects or thresholds are missing or infinite.")
    money, gain, worth = given
    if (worth < 0).any():
        raise ValueError("A unit of effect cannot be worth less than nothing.")
    benefit = gain * worth - money
    return benefit if benefit.ndim else float(benefit)


def _compared(more: float, better: float) -> str:
    costs = "costs the same" if more == 0 else "costs more" if more > 0 else "costs less"
    does = "does the same" if better == 0 else "does more" if better > 0 else "does less"
    return f"it {costs} and {does}"


def _dominated(order, gain: Array) -> dict[int, tuple[int, ...]]:
    """Options that cost no less and do no more than one before them, and which one that is."""
    beaten: dict[int, tuple[int, ...]] = {}
    best = int(order[0])
    for at in order[1:].tolist():
        if gain[at] <= gain[best]:
            beaten[at] = (best,)
        else:
            best = at
    return beaten


def _strike_extended(frontier: list[int], beaten: dict, money: Array, gain: Array) -> None:
    """Take out of the frontier whatever costs more per unit than the step after it, until none does."""
    at = 1
    while at < len(frontier) - 1:
        here, there = (_ratio(frontier[i - 1], frontier[i], money, gain) for i in (at, at + 1))
        if here > there + ROUNDING * abs(there):
            beaten[frontier[at]] = (frontier[at - 1], frontier[at + 1])
            del frontier[at]
            at = max(1, at - 1)
        else:
            at += 1


def _ratio(cheaper: int, dearer: int, money: Array, gain: Array) -> float:
    return float((money[dearer] - money[cheaper]) / (gain[dearer] - gain[cheaper]))


def _option(at: int, names: list[str], money: Array, gain: Array, before, beaten: tuple[int, ...]) -> Option:
    status = "ND" if not beaten else "D" if len(beaten) == 1 else "ED"
    by = tuple(names[other] for other in beaten)
    more = better = icer = None
    if status == "D":
        differs = _compared(money[at] - money[beaten[0]], gain[at] - gain[beaten[0]])
        words = f"Dominated by {by[0]}: {differs}."
    elif status == "ED":
        words = f"Extendedly dominated: a mix of {by[0]} and {by[1]} does the same for less."
    elif before is None:
        words = "The cheapest option: the others are compared with it."
    else:
        more, better = float(money[at] - money[before]), float(gain[at] - gain[before])
        icer = _ratio(before, at, money, gain)
        words = f"Each further unit of effect costs {icer:,.2f}, compared with {names[before]}."
    compared = None if before is None else names[before]
    return Option(
        names[at], float(money[at]), float(gain[at]), status, more, better, icer, compared, by, words
    )
