"""How many people a study needs, and what the people that one can get would let one see."""

from dataclasses import dataclass
from math import ceil

import lazy_loader as lazy

from crm.methods import power_tests
from crm.methods.detectable import Curve, Smallest, curve, margin, smallest_effect
from crm.methods.power_plan import FORMULAS, Plan, plan, shares
from crm.methods.quantities import inside, number, positive

scipy = lazy.load("scipy")

__all__ = [
    "FORMULAS",
    "Curve",
    "Size",
    "Smallest",
    "clusters",
    "curve",
    "margin",
    "means",
    "precision",
    "proportions",
    "smallest_effect",
]

#: 64.0000000001 people are 64: the rest is rounding of the root.
ROUNDING = 1e-7


@dataclass(frozen=True)
class Size:
    """How many to study: `n` in each group (or pairs), rounded up from `exact`; `total` in all groups.

    `formula` names what it was reckoned by, `assumptions` are whole sentences. `clusters` in each group and
    `design_effect` are None where people are drawn one by one.
    """

    n: int
    exact: float
    total: int
    formula: str
    assumptions: tuple[str, ...]
    clusters: int | None = None
    design_effect: float | None = None


def means(effect_size, alpha: float = 0.05, power: float = 0.80, paired: bool = False) -> Size:
    """People in each of two equal groups, or pairs, to see a difference of means.

    `effect_size`: the difference in standard deviations (Cohen's d), of the values or, for pairs, of the
    changes; its sign does not matter.

    Raises ValueError for an effect of 0, levels outside 0 to 1, a power not above alpha, and an effect so
    small that no study could see it.
    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., ch. 2, by the
    noncentral t distribution instead of its tables.
    """
    effect = number(effect_size, "effect size")
    if effect == 0:
        raise ValueError("An effect of 0 cannot be seen by any study: say which difference matters.")
    wanted = plan(alpha, power)
    exact = power_tests.solve(
        lambda n: power_tests.of_means(n, effect, wanted.alpha, paired), wanted.power, 2, power_tests.MOST
    )
    varies = "changes" if paired else "values"
    said = (
        f"The true difference is {abs(effect):g} standard deviations of the {varies}.",
        "The values are roughly normal and people do not influence each other.",
        "Nobody drops out: ask for more where some will.",
    )
    name = "paired t-test" if paired else "t-test of two equal groups"
    return _size(exact, wanted, f"{name}, by the noncentral t distribution", said, groups=1 if paired else 2)


def proportions(p1, p2, alpha: float = 0.05, power: float = 0.80, formula: str = "fleiss") -> Size:
    """People in each of two equal groups to see the difference of two proportions, by one of `FORMULAS`.

    `p1`, `p2`: shares strictly between 0 and 1. Name the formula beside the number: they differ.

    Raises ValueError for shares outside 0 to 1, equal shares, levels outside 0 to 1, a power not above alpha,
    an unknown formula, and a difference so small that no study could see it.
    Sources: Fleiss (1981), Statistical Methods for Rates and Proportions, 2nd ed., ch. 3; Casagrande, Pike
    and Smith (1978), Biometrics 34(3), 483-486, for continuity; Cohen (1988), ch. 6, for arcsine.
    """
    first, second = shares(p1, p2)
    wanted = plan(alpha, power)
    if formula not in FORMULAS:
        raise ValueError(f"The formula is one of {', '.join(FORMULAS)}.")
    exact = power_tests.solve(
        lambda n: power_tests.of_proportions(n, first, second, wanted.alpha, formula),
        wanted.power,
        1,
        power_tests.MOST,
    )
    said = (
        f"The true shares are {100 * first:g} % and {100 * second:g} %.",
        "People do not influence each other; nobody drops out: ask for more where some will.",
    )
    return _size(exact, wanted, FORMULAS[formula], said)


def clusters(n, size, icc, *, variation: float = 0.0) -> Size:
    """What `n` people in each group become where whole wards, teams or clinics are drawn.

    `n`: in each group, as reckoned for people drawn one by one; `size`: people in a cluster on average;
    `icc`: intraclass correlation, 0 to 1, 0 included; `variation`: the coefficient of variation of the
    cluster sizes. The result is in whole clusters.

    Raises ValueError for n or size below 1, a correlation outside 0 to 1, and a negative variation.
    Source: Kish (1965), Survey Sampling, ch. 5; Eldridge, Ashby and Kerry (2006), International Journal
    of Epidemiology 35(5), 1292-1300, for clusters of unequal size.
    """
    people, many = number(n, "number of people"), number(size, "size of a cluster")
    correlation, spread = number(icc, "intraclass correlation"), number(variation, "variation of sizes")
    if people < 1 or many < 1:
        raise ValueError("There must be at least one person in a group and one in a cluster.")
    if not 0 <= correlation <= 1:
        raise ValueError("The intraclass correlation must lie between 0 and 1.")
    if spread < 0:
        raise ValueError("The variation of the cluster sizes must not be below 0.")
    effect = 1 + ((spread**2 + 1) * many - 1) * correlation
    exact = people * effect
    count = ceil(exact / many - ROUNDING)
    whole = ceil(count * many - ROUNDING)
    return Size(
        n=whole,
        exact=exact,
        total=2 * whole,
        formula=f"design effect {effect:.4g}: people in a cluster are alike (ICC {correlation:g})",
        assumptions=(
            f"Clusters have {many:g} people on average and an intraclass correlation of {correlation:g}.",
            "With fewer than some ten clusters in a group, ask a statistician: the formula is too hopeful.",
        ),
        clusters=count,
        design_effect=effect,
    )


def precision(margin, p=None, sd=None, confidence: float = 0.95, *, population=None) -> Size:
    """People in one sample whose interval should reach no further than `margin` to either side.

    `margin`: in the unit of `sd`, or as a share where `p` is the share expected (0.5 is the most cautious).
    Give `p` or `sd`. `population`: how many there are altogether, where that is few.

    Raises ValueError for both or neither of `p` and `sd`, a margin or spread that is not above 0, shares
    outside 0 to 1, and a population below 2.
    Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 4.
    """
    reach, level = positive(margin, "margin"), inside(confidence, "confidence")
    if (p is None) == (sd is None):
        raise ValueError("Give either the share you expect or the standard deviation.")
    if p is not None:
        share = inside(p, "share expected")
        if reach >= 1:
            raise ValueError("The margin of a share must lie between 0 and 1, such as 0.05 for 5 points.")
        variance, words = share * (1 - share), f"The true share is near {100 * share:g} %."
    else:
        spread = positive(sd, "standard deviation")
        variance, words = spread**2, f"The true standard deviation is near {spread:g}."
    exact = float(scipy.special.ndtri((1 + level) / 2)) ** 2 * variance / reach**2
    said = (words, "The sample is random, and everybody asked answers.")
    if population is not None:
        everyone = number(population, "population")
        if everyone < 2:
            raise ValueError("A population has at least two people.")
        exact = exact / (1 + (exact - 1) / everyone)
        said += (f"There are {everyone:,.0f} altogether, and nobody is drawn twice.",)
    n = max(1, ceil(exact - ROUNDING))
    return Size(n, exact, n, f"normal interval of ±{reach:g} with {100 * level:g} % confidence", said)


def _size(exact: float | None, wanted: Plan, formula: str, said: tuple[str, ...], groups: int = 2) -> Size:
    if exact is None:
        raise ValueError("The difference is so small that no study could see it: more than a billion people.")
    n = ceil(exact - ROUNDING)
    levels = f"Significance {wanted.alpha:g}, two-sided; power {100 * wanted.power:g} %."
    return Size(n, exact, groups * n, formula, (levels, *said))
