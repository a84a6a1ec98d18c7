"""How much of the time that people could work is billed, and at what part of the standard price.

Sources: Maister, Managing the Professional Service Firm (1993), chapter 3: utilisation and realisation.
"""

from math import isfinite


def utilisation(billable: float, available: float) -> float | None:
    """Billable over available hours, a plain ratio; None where nobody was available.

    Raises ValueError for hours that are not finite or below 0.
    """
    return _share(billable, available, "Billable hours", "Available hours")


def realisation(billed: float, standard: float) -> float | None:
    """What is approved and billed over what the same hours are worth at standard rates; None where that is 0.

    Both in one currency. Raises ValueError for amounts that are not finite or below 0.
    """
    return _share(billed, standard, "The billed value", "The value at standard rates")


def runway(remaining: float, spent: float, weeks: int) -> float | None:
    """Weeks left at the pace of the last weeks: what remains over the mean of `spent` in `weeks` weeks.

    0 where nothing remains; None where nothing was spent, for then it lasts for ever.
    Raises ValueError for fewer than one week, or for values that are not finite or spent below 0.
    """
    if weeks < 1:
        raise ValueError("A pace needs at least one week.")
    if not isfinite(remaining) or not isfinite(spent) or spent < 0:
        raise ValueError("Hours are finite numbers, 0 or more.")
    if remaining <= 0:
        return 0.0
    return remaining / (spent / weeks) if spent else None


def _share(part: float, whole: float, of_part: str, of_whole: str) -> float | None:
    for value, name in ((part, of_part), (whole, of_whole)):
        if not isfinite(value) or value < 0:
            raise ValueError(f"{name} must be 0 or more.")
    return part / whole if whole else None
