"""What an interrupted time series is given, checked, and the columns of its model."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crm.methods.quantities import LARGEST, SMALLEST, Array, count, flags, listed

FAMILIES = ("poisson", "gaussian")
ERRORS = ("plain", "hac", "prais-winsten")
#: Fewer points than this on a side tell no trend; from `ENOUGH` on they are commonly held to be enough.
LEAST, ENOUGH = 3, 8
#: With fewer points left over than this the spread around the model is a guess.
LEAST_LEFT = 3


class Wanted(NamedTuple):
    """How to model a series, as asked for."""

    family: str
    overdispersed: bool
    harmonics: int
    period: int
    slope_change: bool
    errors: str
    lags: int | None


class Series(NamedTuple):
    """A checked series. `start` is the position of the first point after; `kept` those that are fitted."""

    values: Array
    exposure: Array
    is_after: npt.NDArray[np.bool_]
    start: int
    kept: npt.NDArray[np.bool_]


class Design(NamedTuple):
    """The columns of a model, for all points; `step`, `trend` and `slope` are their positions."""

    columns: Array
    without: Array
    step: int
    trend: int
    slope: int | None


def wanted(family, overdispersed, harmonics, period, slope_change, errors, lags) -> Wanted:
    """Raises ValueError for names that are unknown or do not go together, and a season that cannot be."""
    if family not in FAMILIES:
        raise ValueError(f"The family is one of {', '.join(FAMILIES)}.")
    if errors not in ERRORS:
        raise ValueError(f"The errors are one of {', '.join(ERRORS)}.")
    if errors == "prais-winsten" and family == "poisson":
        raise ValueError("Prais-Winsten errors are for measured values: choose hac for counts.")
    waves, length = count(harmonics, "number of harmonics"), count(period, "points in a season")
    if waves and 2 * waves >= length:
        raise ValueError(f"A season of {length} points has room for fewer than {length / 2:g} harmonics.")
    reach = None if lags is None else count(lags, "number of lags")
    return Wanted(family, bool(overdispersed), waves, length, bool(slope_change), errors, reach)


def read(values, intervention, offset, exclude, ask: Wanted) -> Series:
    """The series, checked; ValueError says in a plain sentence what is wrong with it."""
    numbers = listed(values, "values")
    is_after = flags(intervention, "intervention", len(numbers))
    kept = _kept(len(numbers), exclude)
    if len(numbers) and np.isnan(numbers).all():
        raise ValueError("All of the values are missing: there is nothing to reckon with.")
    if not (np.abs(numbers[kept]) <= LARGEST).all():
        raise ValueError("Some of the values are missing or infinite: leave these points out by position.")
    start = _start(is_after)
    exposure = _exposure(offset, len(numbers), kept, ask)
    _require_enough(is_after, kept, ask)
    if ask.errors != "plain" and not kept.all():
        raise ValueError("With points left out neighbours cannot be told: choose plain errors.")
    if ask.lags is not None and ask.lags >= len(numbers):
        raise ValueError("There are more lags than points.")
    _require_variation(numbers[kept], is_after[kept], ask)
    return Series(numbers, exposure, is_after, start, kept)


def design(series: Series, ask: Wanted) -> Design:
    """Level, trend, step, slope change centred on the last point before, and waves of the season."""
    at = np.arange(len(series.values), dtype=np.float64)
    since = at - (series.start - 1)
    after = series.is_after.astype(np.float64)
    changes = [after, since * after] if ask.slope_change else [after]
    waves = [
        wave(2 * np.pi * k * at / ask.period)
        for k in range(1, ask.harmonics + 1)
        for wave in (np.sin, np.cos)
    ]
    columns = np.column_stack([np.ones_like(at), since, *changes, *waves])
    without = columns.copy()
    without[:, 2 : 2 + len(changes)] = 0
    if np.linalg.matrix_rank(columns[series.kept]) < columns.shape[1]:
        raise ValueError("Trend, change and season cannot be told apart in these points: ask for less.")
    return Design(columns, without, step=2, trend=1, slope=3 if ask.slope_change else None)


def _kept(length: int, exclude) -> npt.NDArray[np.bool_]:
    kept = np.ones(length, bool)
    for position in exclude:
        if not 0 <= position < length:
            raise ValueError(f"Position {position} cannot be left out: positions run from 0 to {length - 1}.")
        kept[position] = False
    return kept


def _start(is_after: npt.NDArray[np.bool_]) -> int:
    if not is_after.any():
        raise ValueError("No point lies after the intervention: there is nothing to compare.")
    start = int(is_after.argmax())
    if start == 0:
        raise ValueError(
            "No point lies before the intervention: without a before there is no effect to tell."
        )
    if not is_after[start:].all():
        raise ValueError("Once begun, the intervention must last to the end of the series.")
    return start


def _exposure(offset, length: int, kept: npt.NDArray[np.bool_], ask: Wanted) -> Array:
    if offset is None:
        return np.ones(length)
    if ask.family == "gaussian":
        raise ValueError("Measured values take no offset: divide by it first, or model the counts.")
    exposure = listed(offset, "offsets")
    if len(exposure) != length:
        raise ValueError(f"There are {length} values but {len(exposure)} offsets.")
    if not ((exposure[kept] >= SMALLEST) & (exposure[kept] <= LARGEST)).all():
        raise ValueError("Every offset, such as the number of people or days, must be above 0.")
    return exposure


def _require_enough(is_after, kept, ask: Wanted) -> None:
    before, after = int((kept & ~is_after).sum()), int((kept & is_after).sum())
    for many, side in ((before, "before"), (after, "after")):
        if many < LEAST:
            raise ValueError(f"Too few points {side}: {many}, where at least {LEAST} are needed.")
    terms, points = 3 + ask.slope_change + 2 * ask.harmonics, before + after
    least = terms + LEAST_LEFT
    if points < least:
        raise ValueError(f"This model has {terms} terms: it needs {least} points, and there are {points}.")
    if ask.harmonics and points < 2 * ask.period:
        raise ValueError(f"A season can be told from {2 * ask.period} points on: there are {points}.")


def _require_variation(values: Array, is_after, ask: Wanted) -> None:
    if np.ptp(values) == 0:
        raise ValueError("All values are the same: there is no variation to model.")
    if ask.family == "gaussian":
        return
    if (values < 0).any() or (values != np.floor(values)).any():
        raise ValueError("Counts are whole numbers, none below 0: choose gaussian for measured values.")
    for side, name in ((~is_after, "before"), (is_after, "after")):
        if values[side].sum() == 0:
            raise ValueError(f"There is not one event {name}: the ratio to nothing cannot be told.")
