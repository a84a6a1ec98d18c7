"""What it costs to look at the data more than once, in sentences."""

from __future__ import annotations

from typing import NamedTuple

from crm.methods.multiplicity import MOST_LOOKS, looks, unadjusted


class Count(NamedTuple):
    """How often was looked, and the p that this look has to meet; None where nothing is tested."""

    sentence: str
    threshold: float | None


def counted(number: int, planned: int, alpha: float, *, is_tested: bool = True) -> Count:
    """`number`: of this look; `planned`: how many the plan names; `alpha`: the chance of a false alarm."""
    share = f"{100 * alpha:g} %"
    here = f"This is look {number} of {planned} that the plan names"
    if not is_tested:
        return Count(f"{here}. A chart is made to be looked at each period: its rules allow for that.", None)
    if number > planned:
        chance = unadjusted(min(number, MOST_LOOKS), alpha=alpha)
        beyond = "at least " if number > MOST_LOOKS else ""
        return Count(
            f"{here}: the chance of a false alarm is no longer {share} but {beyond}{100 * chance:.1f} %.",
            None,
        )
    if planned == 1:
        return Count(f"{here}: nothing need be adjusted.", alpha)
    found = looks(planned, alpha=alpha)
    level = float(found.alpha_each[number - 1])
    return Count(
        f"{here}: to keep the chance of a false alarm at {share} in all, p must be below {level:.2g} now "
        "(O'Brien and Fleming, as a spending function of Lan and DeMets).",
        level,
    )
