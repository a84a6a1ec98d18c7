"""Which values are unlikely enough to be asked about. Never refused: the world may have changed. Pure."""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from crm.methods.spc_limits import D2
from crm.words import number

#: Limits of fewer points say nothing, nor does a median of fewer.
FOR_LIMITS, FOR_MEDIAN = 8, 3
TIMES = 10


class Point(NamedTuple):
    period_on: date
    value: float


class Doubt(NamedTuple):
    period_on: date
    value: float
    why: str


@dataclass
class Earlier:
    """The values so far: the limits of their XmR chart, and their median."""

    count: int = 0
    total: float = 0.0
    moved: float = 0.0
    last: float | None = None
    ordered: list[float] = field(default_factory=list)

    def add(self, value: float) -> None:
        if self.last is not None:
            self.moved += abs(value - self.last)
        self.count, self.total, self.last = self.count + 1, self.total + value, value
        insort(self.ordered, value)

    @property
    def median(self) -> float:
        half = self.count // 2
        if self.count % 2:
            return self.ordered[half]
        return (self.ordered[half - 1] + self.ordered[half]) / 2

    def doubt(self, value: float) -> str | None:
        """Why the next value is asked about, as a sentence without its subject."""
        if self.count >= FOR_MEDIAN and self.median > 0:
            if value >= TIMES * self.median:
                return f"is {TIMES} times the median of the earlier values, {_said(self.median)}, or more"
            if 0 < value * TIMES <= self.median:
                return f"is a tenth of the median of the earlier values, {_said(self.median)}, or less"
        if self.count < FOR_LIMITS or not self.moved:
            return None
        mean, reach = self.total / self.count, 3 * self.moved / (self.count - 1) / D2
        if abs(value - mean) <= reach:
            return None
        low, high = _said(mean - reach), _said(mean + reach)
        return f"lies outside {low} to {high}, where the {self.count} earlier values have their limits"


def _said(value: float) -> str:
    return number(value, 2 if abs(value) >= 1 else 4)


def doubts(known: Iterable, asked: Sequence) -> list[Doubt]:
    """The unlikely among `asked`, each against all that is known or asked of earlier periods.

    Both have `period_on` and `value`; what is asked takes the place of what is known of its period.
    """
    new = {one.period_on for one in asked}
    points = [(one.period_on, one.value, False) for one in known if one.period_on not in new]
    points += [(one.period_on, one.value, True) for one in asked]
    earlier, found = Earlier(), []
    for period_on, value, is_asked in sorted(points):
        if is_asked and (why := earlier.doubt(value)):
            found.append(Doubt(period_on, value, why))
        earlier.add(value)
    return found
