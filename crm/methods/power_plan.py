"""What a plan asks of a study, checked: levels, shares and formulas."""

from typing import NamedTuple

from crm.methods.quantities import inside

FORMULAS = {
    "fleiss": "Fleiss: pooled variance if there is no difference",
    "continuity": "Fleiss with continuity correction",
    "unpooled": "normal approximation, variances not pooled",
    "arcsine": "arcsine transformation (Cohen's h)",
}


class Plan(NamedTuple):
    """The risk of a false alarm, two-sided, and the chance of seeing what is there."""

    alpha: float
    power: float


def plan(alpha, power) -> Plan:
    """Raises ValueError for levels outside 0 to 1 and a power that guessing would reach."""
    wanted = Plan(inside(alpha, "significance level"), inside(power, "power"))
    if wanted.power <= wanted.alpha:
        raise ValueError("The power must be above the significance level, or tossing a coin would do.")
    return wanted


def shares(p1, p2) -> tuple[float, float]:
    """Two shares to tell apart. Raises ValueError for shares outside 0 to 1, and for equal ones."""
    first, second = inside(p1, "first share"), inside(p2, "second share")
    if first == second:
        raise ValueError("Both shares are the same: there is no difference to see.")
    return first, second
