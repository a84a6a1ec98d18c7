"""What a study of a given size could see: the smallest effect, the narrowest interval, the power curve."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import lazy_loader as lazy
import numpy as np

from crm.methods import power_tests
from crm.methods.power_plan import FORMULAS, Plan, plan, shares
from crm.methods.quantities import Array, inside, number, positive, sample

scipy = lazy.load("scipy")

#: Nobody plans for an effect of more standard deviations than this.
LARGEST_EFFECT = 1000.0
#: How near a share may come to 0 or 1.
EDGE = 1e-9


@dataclass(frozen=True)
class Smallest:
    """The smallest effect that a study of this size would see with the power asked for.

    `effect` is in standard deviations for means, in shares for proportions, where `below` and `above` are
    the nearest second shares that can be told from the first, None where there is none on that side.
    `effective_n` is what is left of the first group's people after the clusters have taken their part;
    `assumptions` are whole sentences.
    """

    effect: float
    formula: str
    effective_n: float
    below: float | None = None
    above: float | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Curve:
    """Power (0 to 1) at each size of a group: arrays of equal length."""

    n: Array
    power: Array
    formula: str


def smallest_effect(
    n,
    *,
    p1=None,
    other=None,
    alpha: float = 0.05,
    power: float = 0.80,
    paired: bool = False,
    formula: str = "fleiss",
    size=None,
    icc=None,
) -> Smallest:
    """With the `n` one can get in each group (or pairs), the smallest effect one could see.

    Means unless `p1` is given, the share in the first group. `other`: the size of the second group where it
    differs, for means: 24 points before and 12 after. `size` and `icc`: people in a cluster and their
    intraclass correlation; `n` stays the number of people.

    Raises ValueError for groups below 2, levels outside 0 to 1, `other` with pairs or proportions, only one
    of `size` and `icc`, an unknown formula, and where no effect at all could be seen.
    Source: the inverse of `means`, `proportions` and `clusters`.
    """
    wanted = plan(alpha, power)
    first = effective(n, size, icc)
    if p1 is not None:
        return _smallest_share(first, inside(p1, "first share"), wanted, formula, other, size)
    if other is not None and paired:
        raise ValueError("Pairs have one size: leave out that of the second group.")
    second = None if other is None else effective(other, size, icc)
    effect = power_tests.solve(
        lambda d: power_tests.of_means(first, d, wanted.alpha, paired, second),
        wanted.power,
        1e-6,
        LARGEST_EFFECT,
    )
    if effect is None:
        raise ValueError("With so few no effect of any size could be seen: more are needed.")
    name = "paired t-test" if paired else "t-test of two groups"
    formula = f"{name}, by the noncentral t distribution"
    said = f"The {'changes' if paired else 'values'} are roughly normal."
    return Smallest(effect, formula, first, assumptions=_assumptions(wanted, said, size))


def margin(n, p=None, sd=None, confidence: float = 0.95) -> float:
    """How far the interval of one sample of `n` will reach to either side: the inverse of `precision`.

    As a share where `p` is the share expected, else in the unit of `sd`.

    Raises ValueError for n below 1, both or neither of `p` and `sd`, and values out of range.
    Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 4.
    """
    people, level = number(n, "number of people"), inside(confidence, "confidence")
    if people < 1:
        raise ValueError("At least one person must be asked.")
    if (p is None) == (sd is None):
        raise ValueError("Give either the share you expect or the standard deviation.")
    if p is None:
        spread = positive(sd, "standard deviation")
    else:
        share = inside(p, "share expected")
        spread = sqrt(share * (1 - share))
    return float(scipy.special.ndtri((1 + level) / 2)) * spread / sqrt(people)


def curve(
    sizes,
    *,
    effect_size=None,
    p1=None,
    p2=None,
    alpha: float = 0.05,
    paired: bool = False,
    formula: str = "fleiss",
    size=None,
    icc=None,
) -> Curve:
    """Power at each size of a group, for a difference of means or of proportions.

    `sizes`: shape (points,), people in each group or pairs, at least 2 each. Give `effect_size` (in standard
    deviations) or both `p1` and `p2`; `size` and `icc` as in `smallest_effect`.

    Raises ValueError for sizes below 2, gaps, both or neither kind of effect, and values out of range.
    Source: as `means` and `proportions`.
    """
    people = sample(sizes, "sizes")
    level = inside(alpha, "significance level")
    if (effect_size is None) == (p1 is None and p2 is None):
        raise ValueError("Give either the size of the effect or both shares.")
    if effect_size is not None:
        effect = number(effect_size, "effect size")
        name = "paired t-test" if paired else "t-test of two equal groups"
        return _drawn(people, size, icc, lambda n: power_tests.of_means(n, effect, level, paired), name)
    first, second = shares(p1, p2)
    name = known(formula)
    return _drawn(
        people, size, icc, lambda n: power_tests.of_proportions(n, first, second, level, formula), name
    )


def _drawn(people: Array, size, icc, power_at: Callable[[float], float], name: str) -> Curve:
    return Curve(people, np.array([power_at(effective(n, size, icc)) for n in people]), name)


def known(formula: str) -> str:
    if formula not in FORMULAS:
        raise ValueError(f"The formula is one of {', '.join(FORMULAS)}.")
    return FORMULAS[formula]


def effective(n, size, icc) -> float:
    people = number(n, "number in a group")
    if people < 2:
        raise ValueError("A group needs at least two people or points.")
    if (size is None) != (icc is None):
        raise ValueError("Clusters need both their size and their intraclass correlation.")
    if size is None:
        return people
    many, correlation = number(size, "size of a cluster"), number(icc, "intraclass correlation")
    if many < 1 or not 0 <= correlation <= 1:
        raise ValueError("A cluster has at least one person, and a correlation between 0 and 1.")
    left = people / (1 + (many - 1) * correlation)
    if left < 2:
        raise ValueError("The clusters are so alike that these people count for fewer than two.")
    return left


def _assumptions(wanted: Plan, said: str, size) -> tuple[str, ...]:
    levels = f"Significance {wanted.alpha:g}, two-sided; power {100 * wanted.power:g} %."
    alone = "People do not influence each other, and nobody drops out."
    together = "Clusters are many (ten or more in a group) and of equal size."
    return (levels, said, alone if size is None else together)


def _smallest_share(n: float, p1: float, wanted: Plan, formula: str, other, size) -> Smallest:
    if other is not None:
        raise ValueError("Shares are planned for two groups of equal size: leave out the second.")
    name = known(formula)

    def reach(towards: int) -> float | None:
        room = (1 - p1 if towards > 0 else p1) - EDGE
        return power_tests.solve(
            lambda gap: power_tests.of_proportions(n, p1, p1 + towards * gap, wanted.alpha, formula),
            wanted.power,
            min(EDGE, room),
            room,
        )

    down, up = reach(-1), reach(1)
    seen = [gap for gap in (down, up) if gap is not None]
    if not seen:
        raise ValueError("With so few no share, not even nobody or everybody, could be told from the first.")
    return Smallest(
        effect=min(seen),
        formula=name,
        effective_n=n,
        below=None if down is None else p1 - down,
        above=None if up is None else p1 + up,
        assumptions=_assumptions(wanted, f"The first share is {100 * p1:g} %.", size),
    )
