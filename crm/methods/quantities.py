"""Numbers as a consultant gives them, checked before anything is reckoned from them."""

from math import isfinite

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
#: No measure of a hospital is larger or, where it is not 0, nearer to it: sums of squares stay in bounds.
LARGEST, SMALLEST = 1e15, 1e-15


def sample(given, what: str, least: int = 1) -> Array:
    """A list of numbers without a gap. Raises ValueError for anything else, and for fewer than `least`."""
    numbers = listed(given, what)
    if len(numbers) and np.isnan(numbers).all():
        raise ValueError(f"All of the {what} are missing: there is nothing to reckon with.")
    if not np.isfinite(numbers).all():
        raise ValueError(f"Some of the {what} are missing or infinite: leave them out first.")
    if (np.abs(numbers) > LARGEST).any():
        raise ValueError(f"Some of the {what} are beyond all bounds: look for a slip of the keyboard.")
    if len(numbers) < least:
        raise ValueError(f"Too few {what}: {len(numbers)}, where at least {least} are needed.")
    return numbers


def listed(given, what: str) -> Array:
    """A list of numbers, which may have gaps. Raises ValueError for what is no list of numbers."""
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"The {what} must be a list of numbers.") from None
    if numbers.ndim != 1:
        raise ValueError(f"Give the {what} as a single list of numbers.")
    return numbers


def flags(given, what: str, length: int) -> npt.NDArray[np.bool_]:
    """A list of 0 and 1, one for each observation. Raises ValueError for anything else."""
    marks = listed(given, what)
    if len(marks) != length:
        raise ValueError(f"There are {length} observations but {len(marks)} marks of {what}.")
    if not np.isin(marks, (0, 1)).all():
        raise ValueError(f"Every mark of {what} is 0 or 1.")
    return marks == 1


def number(given, what: str) -> float:
    """One number. Raises ValueError for what is none, for a gap and for infinity."""
    try:
        value = float(given)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"The {what} must be a number.") from None
    if not isfinite(value):
        raise ValueError(f"The {what} must be a number, neither missing nor infinite.")
    if abs(value) > LARGEST:
        raise ValueError(f"The {what} is beyond all bounds: look for a slip of the keyboard.")
    return value


def positive(given, what: str) -> float:
    """One number above 0. Raises ValueError for anything else."""
    value = number(given, what)
    if value < SMALLEST:
        raise ValueError(f"The {what} must be above 0.")
    return value


def inside(given, what: str) -> float:
    """One number strictly between 0 and 1. Raises ValueError for anything else."""
    value = number(given, what)
    if not 0 < value < 1:
        raise ValueError(f"The {what} must lie between 0 and 1, such as 0.05 for 5 %.")
    return value


def count(given, what: str) -> int:
    """A whole number from 0 on. Raises ValueError for anything else."""
    value = number(given, what)
    if value < 0 or value != int(value):
        raise ValueError(f"The {what} must be a whole number, none below 0.")
    return int(value)


def part(part_given, whole_given, what: str = "count") -> tuple[int, int]:
    """A numerator and its denominator. Raises ValueError for what cannot be a part of a whole."""
    numerator, denominator = count(part_given, what), count(whole_given, "denominator")
    if denominator == 0:
        raise ValueError("The denominator is 0: nobody was counted.")
    if numerator > denominator:
        raise ValueError("A numerator is above its denominator: no more can be counted than there are.")
    return numerator, denominator
