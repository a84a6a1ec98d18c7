"""What a control chart is given, checked before anything is reckoned from it."""

import numpy as np
import numpy.typing as npt

from crm.methods.spc_limits import Array, Kind, Points


def read(kind: str, shape: Kind, values, denominators, screened: bool) -> Points:
    """The points of a chart, checked; ValueError says in a plain sentence what is wrong with them."""
    if (denominators is not None) != shape.is_ratio:
        need = "needs a denominator for every point" if shape.is_ratio else "takes no denominators"
        raise ValueError(f"The {shape.name} {need}.")
    if shape.is_grouped:
        return _grouped(values, screened)
    numbers = _numbers(values, "values")
    _require_points(len(numbers))
    if shape.is_count:
        _require_counts(numbers)
    sizes = np.ones_like(numbers)
    if shape.is_ratio:
        sizes = _numbers(denominators, "denominators")
        _require_sizes(numbers, sizes, shared=kind in {"p", "pp"})
    return Points(numbers, sizes, np.ones(len(numbers), bool), screened)


def _grouped(values, screened: bool) -> Points:
    groups = [_numbers(group, "values of a subgroup") for group in values]
    _require_points(len(groups))
    sizes = np.array([len(group) for group in groups])
    if (sizes < 2).any():
        raise ValueError("Every subgroup needs at least two values, or its spread is unknown.")
    flat, starts = np.concatenate(groups), np.concatenate(([0], np.cumsum(sizes)[:-1]))
    means = np.add.reduceat(flat, starts) / sizes
    squares = np.add.reduceat((flat - np.repeat(means, sizes)) ** 2, starts)
    return Points(means, sizes, np.ones(len(groups), bool), screened, np.sqrt(squares / (sizes - 1)))


def _numbers(values, what: str) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} must all be numbers.") from None
    if numbers.ndim != 1:
        raise ValueError(f"The {what} must be a single list of numbers.")
    if not np.isfinite(numbers).all():
        raise ValueError(f"Some {what} are missing or infinite: leave those points out, or fill them in.")
    return numbers


def _require_points(count: int) -> None:
    if count < 2:
        raise ValueError(f"A chart needs at least two points to begin with; this one has {count or 'none'}.")


def _require_counts(numbers: Array) -> None:
    if (numbers < 0).any():
        raise ValueError("A count cannot be negative.")
    if (numbers != np.floor(numbers)).any():
        raise ValueError("Counts must be whole numbers: enter how many, not a share or a rate.")


def _require_sizes(numbers: Array, sizes: Array, shared: bool) -> None:
    if numbers.shape != sizes.shape:
        counted = f"{len(numbers)} values but {len(sizes)} denominators"
        raise ValueError(f"There are {counted}: each point needs both.")
    if (sizes <= 0).any():
        raise ValueError("Every denominator must be above zero.")
    if shared and (numbers > sizes).any():
        raise ValueError("A numerator is above its denominator: no more can be counted than there are.")


def baseline(count: int, freeze, exclude) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which points set the lines, and which take part in the rules for runs, trends and zones."""
    included = np.ones(count, bool)
    for position in exclude:
        if not 0 <= position < count:
            raise ValueError(f"Position {position} cannot be left out: positions run from 0 to {count - 1}.")
        included[position] = False
    if freeze is not None and not 2 <= freeze <= count:
        raise ValueError(f"The baseline must have at least two points and at most the {count} of the series.")
    base = included & (np.arange(count) < (count if freeze is None else freeze))
    if base.sum() < 2:
        raise ValueError("At least two points must be left to set the limits.")
    return base, included
