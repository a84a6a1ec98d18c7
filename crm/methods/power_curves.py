"""How the chance of seeing an effect grows with the effect, for the points or people that one can get."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crm.methods import power_tests
from crm.methods.detectable import effective, known
from crm.methods.power_series import planned, power_of, shift_of
from crm.methods.quantities import Array, inside, sample


@dataclass(frozen=True, eq=False)
class EffectCurve:
    """Power (0 to 1) at each effect: arrays of equal length, in the order given.

    `unit` says what the effects are in. `effective_n` is what is left of the people of the first group after
    clusters have taken their part, None for a series. `assumptions` are whole sentences.
    """

    effects: Array
    power: Array
    unit: str
    formula: str
    assumptions: tuple[str, ...]
    effective_n: float | None = None


_PEOPLE = "People do not influence each other, and nobody drops out."
_CLUSTERS = "Clusters are many (ten or more in a group) and of equal size."


def curve_of_means(
    effects, n, *, other=None, paired: bool = False, size=None, icc=None, alpha: float = 0.05
) -> EffectCurve:
    """Power at each difference of means, for `n` people in each of two groups, or `n` pairs.

    `effects`: shape (points,), in standard deviations of the values or, for pairs, of the changes; `other`:
    people in the second group where it differs; `size` and `icc`: people in a cluster and their intraclass
    correlation, where whole clusters are drawn.

    Raises ValueError for gaps, groups below 2, `other` with pairs, and values out of range.
    Source: as `power.means` and `power.clusters`.
    """
    level, people = inside(alpha, "significance level"), effective(n, size, icc)
    if other is not None and paired:
        raise ValueError("Pairs have one size: leave out that of the second group.")
    second = None if other is None else effective(other, size, icc)
    varies = "changes" if paired else "values"
    test = "paired t-test" if paired else "t-test of two groups"
    return _drawn(
        effects,
        lambda effect: power_tests.of_means(people, effect, level, paired, second),
        unit=f"standard deviations of the {varies}",
        formula=f"{test}, by the noncentral t distribution" + _design(size, icc),
        assumptions=(f"The {varies} are roughly normal.", _PEOPLE if size is None else _CLUSTERS),
        effective_n=people,
    )


def curve_of_proportions(
    effects, n, *, p1, size=None, icc=None, alpha: float = 0.05, formula: str = "fleiss"
) -> EffectCurve:
    """Power at each difference from the share `p1`, for `n` people in each of two groups.

    `effects`: shape (points,), second share minus first, so that both stay strictly between 0 and 1; `size`
    and `icc` as in `curve_of_means`; `formula` one of `power.FORMULAS`.

    Raises ValueError for gaps, groups below 2, an unknown formula, and shares outside 0 to 1.
    Source: as `power.proportions` and `power.clusters`.
    """
    level, people, share = inside(alpha, "significance level"), effective(n, size, icc), inside(p1, "share")
    name = known(formula)

    def power_at(effect: float) -> float:
        second = inside(share + effect, "second share")
        return level if effect == 0 else power_tests.of_proportions(people, share, second, level, formula)

    return _drawn(
        effects,
        power_at,
        unit=f"difference from a share of {100 * share:g} %, as a fraction",
        formula=name + _design(size, icc),
        assumptions=(f"The first share is {100 * share:g} %.", _PEOPLE if size is None else _CLUSTERS),
        effective_n=people,
    )


def curve_of_steps(
    effects,
    before,
    after,
    *,
    sd=None,
    count=None,
    dispersion=1.0,
    autocorrelation=0.0,
    slope_change: bool = False,
    alpha: float = 0.05,
) -> EffectCurve:
    """Power of an interrupted time series at each step of its level.

    `effects`: shape (points,), in the unit of `sd`, or as fractions for counts: -0.2 is 20 % less. The rest
    as in `smallest_step`.

    Raises ValueError as `smallest_step`, for gaps, and for counts that fall by 100 % or more.
    Source: as `smallest_step`.
    """
    level = inside(alpha, "significance level")
    made = planned(before, after, sd, count, dispersion, autocorrelation, slope_change)
    return _drawn(
        effects,
        lambda effect: power_of(shift_of(effect, made), made, level),
        unit="unit of the values" if made.unit == "difference" else "change of the count, as a fraction",
        formula=made.formula,
        assumptions=made.assumptions,
    )


def _drawn(effects, power_at: Callable[[float], float], **said) -> EffectCurve:
    wanted = sample(effects, "effects")
    return EffectCurve(wanted, np.array([power_at(float(effect)) for effect in wanted]), **said)


def _design(size, icc) -> str:
    return "" if size is None else f"; clusters of {size:g} with an intraclass correlation of {icc:g}"
