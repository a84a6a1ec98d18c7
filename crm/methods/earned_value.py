"""Earned value of a piece of work, and how fast a budget burns. Numbers in, numbers out.

Sources: A Guide to the Project Management Body of Knowledge (PMI, 6th edition), section 7.4.2.1;
ISO 21508:2018.
Values may be money or hours, as long as all of one call are the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

#: Burn ratios up to these are green and amber.
GREEN, AMBER = 1.10, 1.25


class Band(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class EarnedValue:
    """Variances in the unit of the input, indices as plain ratios. None where a ratio has no meaning yet.

    sv = EV − PV and cv = EV − AC: below 0 is late, and over cost. spi = EV / PV, cpi = EV / AC.
    eac = BAC / CPI: the cost in the end if it goes on as so far. vac = BAC − EAC.
    tcpi = (BAC − EV) / (BAC − AC): the CPI that the rest needs to end on budget.
    """

    bac: float
    pv: float
    ev: float
    ac: float
    sv: float
    cv: float
    spi: float | None
    cpi: float | None
    eac: float | None
    vac: float | None
    tcpi: float | None


def evm(bac: float, pv: float, ev: float, ac: float) -> EarnedValue:
    """Where a piece of work stands against its plan and its budget.

    bac: budget at completion, above 0. pv, ev: the value planned and earned by now, 0 to bac. ac: the actual
    cost by now, 0 or more; all in one unit. spi is None while nothing was planned; cpi, eac and vac while
    nothing was spent or earned; tcpi once the budget is spent.

    Raises ValueError for values that are not finite, below 0, or for pv or ev above bac.
    Source: PMBOK Guide, 6th edition, table 7-1.
    """
    bac, pv, ev, ac = (
        _number(value, name)
        for value, name in (
            (bac, "The budget at completion"),
            (pv, "The planned value"),
            (ev, "The earned value"),
            (ac, "The actual cost"),
        )
    )
    if bac == 0:
        raise ValueError("There is no budget at completion: agree hours or a fee first.")
    for value, name in ((pv, "planned"), (ev, "earned")):
        if value > bac * (1 + 1e-9):
            raise ValueError(f"The {name} value cannot be above the budget at completion.")
    cpi = ev / ac if ac else None
    eac = bac / cpi if cpi else None
    return EarnedValue(
        bac=bac,
        pv=pv,
        ev=ev,
        ac=ac,
        sv=ev - pv,
        cv=ev - ac,
        spi=ev / pv if pv else None,
        cpi=cpi,
        eac=eac,
        vac=None if eac is None else bac - eac,
        tcpi=(bac - ev) / (bac - ac) if ac < bac else None,
    )


def _number(value: float, name: str) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{name} is not a number.")
    if number < 0:
        raise ValueError(f"{name} cannot be below 0.")
    return number


@dataclass(frozen=True)
class Burn:
    """`used` is logged over budget, `ratio` is used over elapsed; None before it begins."""

    used: float
    elapsed: float
    ratio: float | None
    band: Band


def burn(logged: float, budget: float, elapsed: float) -> Burn:
    """How fast the budget burns beside the time that has gone by.

    logged and budget in one unit, budget above 0; elapsed is the share of the time that has gone by, 0 to 1.
    Green up to a ratio of 1.10, amber up to 1.25, red above, or once more than all of the budget is used.
    Time logged before the work has begun is red, for it burns infinitely faster than the time.

    Raises ValueError for values that are not finite or below 0, no budget, or an elapsed share above 1.
    Source: burn-rate thresholds of the house, METHODS "Engagement metrics".
    """
    logged = _number(logged, "What is logged")
    budget = _number(budget, "The budget")
    elapsed = _number(elapsed, "The elapsed time")
    if budget == 0:
        raise ValueError("There is no budget to burn: agree hours first.")
    if elapsed > 1:
        raise ValueError("The elapsed time is a share: it cannot be above 1.")
    used = logged / budget
    ratio = used / elapsed if elapsed else (None if logged else 0.0)
    return Burn(used, elapsed, ratio, _band(used, ratio))


def _band(used: float, ratio: float | None) -> Band:
    # A ratio that is reckoned from decimals may lie a hair above its threshold.
    if ratio is None or used > 1 + 1e-9 or ratio > AMBER + 1e-9:
        return Band.RED
    return Band.GREEN if ratio <= GREEN + 1e-9 else Band.AMBER
