"""What makes a value of a measure: one set of rules for what is typed, pasted, sent or counted. Pure.

Every refusal is a ValueError with the words for a sentence: “the period lies in the future”.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose

from crm.outcomes import periods
from crm.outcomes.models import Frequency, Measure, ValueKind
from crm.words import number, plural

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LARGEST, LARGEST_N = 1e15, 2_000_000_000
WHOLE = frozenset({ValueKind.COUNT, ValueKind.CASES_BETWEEN})
#: These have no denominator.
PLAIN = WHOLE | {ValueKind.TIME_BETWEEN}
#: These are never below nought.
COUNTED = PLAIN | {ValueKind.PROPORTION, ValueKind.RATE}
#: How far a value that is given beside its numerator and denominator may be rounded.
ROUNDED = 0.006


@dataclass(frozen=True)
class Line:
    """A value of a period, and where it stood. `typed_on` is the day that was written."""

    number: int
    period_on: date
    value: float
    numerator: float | None = None
    denominator: float | None = None
    n: int | None = None
    provenance: str | None = None
    typed_on: date | None = None

    @property
    def is_moved(self) -> bool:
        return self.typed_on not in (None, self.period_on)


@dataclass(frozen=True)
class Given:
    """What somebody gave for a period, before it is a value."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: float | None = None


def is_share(measure: Measure) -> bool:
    return measure.value_kind is ValueKind.PROPORTION or measure.unit == "%"


def line(measure: Measure, typed_on: date, given: Given, today: date, *, row: int = 1) -> Line:
    """The value that is given for the period in which the day lies."""
    period_on = period_of(measure, typed_on, today)
    value = _value(measure, given)
    _refuse_outside(measure, value)
    n = None if given.n is None else _size(given.n)
    return Line(row, period_on, value, given.numerator, given.denominator, n, typed_on=typed_on)


def period_of(measure: Measure, typed_on: date, today: date) -> date:
    if typed_on > today:
        raise ValueError("the period lies in the future")
    if typed_on.year < 1900:
        raise ValueError("the period lies before 1900")
    return periods.first_day(measure.frequency, typed_on)


def _value(measure: Measure, given: Given) -> float:
    top, bottom = given.numerator, given.denominator
    if (top is None) != (bottom is None):
        raise ValueError("give numerator and denominator, or neither")
    if top is None:
        if given.value is None:
            raise ValueError(_wanted(measure))
        return given.value
    if measure.value_kind in PLAIN:
        raise ValueError("this measure has no denominator: give its value alone")
    value = ratio(measure, top, bottom)
    if given.value is not None and not isclose(value, given.value, rel_tol=ROUNDED, abs_tol=0.051):
        said, made = number(given.value, 4), number(value, 4)
        raise ValueError(f"the value {said} is not what numerator and denominator make, which is {made}")
    return value


def _wanted(measure: Measure) -> str:
    if measure.value_kind in PLAIN:
        return "enter a value"
    return "enter a value, or a numerator and a denominator"


def ratio(measure: Measure, numerator: float, denominator: float) -> float:
    """The value that a numerator and a denominator make, in the unit of the measure."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("a numerator is not negative and a denominator is above 0")
    if is_share(measure) and numerator > denominator:
        raise ValueError("the numerator is above its denominator")
    return measure.value_of(numerator, denominator)


def _refuse_outside(measure: Measure, value: float) -> None:
    if not abs(value) < LARGEST:
        raise ValueError("this is larger than anything it could mean")
    if measure.value_kind in COUNTED and value < 0:
        raise ValueError(f"{_called(measure)} is not negative")
    if measure.value_kind in WHOLE and not float(value).is_integer():
        raise ValueError(f"{_called(measure)} is a whole number")
    whole = 100 if measure.unit == "%" else measure.per
    if measure.value_kind is ValueKind.PROPORTION and value > whole:
        raise ValueError(f"a share is at most {number(whole)}")
    if measure.lowest is not None and value < measure.lowest:
        raise ValueError(f"no value of this measure is below {number(measure.lowest, 4)}")
    if measure.ceiling is not None and value > measure.ceiling:
        raise ValueError(f"no value of this measure is above {number(measure.ceiling, 4)}")


def _called(measure: Measure) -> str:
    return {
        ValueKind.PROPORTION: "a share",
        ValueKind.RATE: "a rate",
        ValueKind.COUNT: "a count",
        ValueKind.TIME_BETWEEN: "a time between events",
        ValueKind.CASES_BETWEEN: "a number of cases",
    }[measure.value_kind]


def _size(n: float) -> int:
    if n < 0 or not float(n).is_integer() or n > LARGEST_N:
        raise ValueError("n is a whole number, 0 or more")
    return int(n)


def read_day(text: str) -> date:
    """2026-03-01, 2026-03, Mar 2026, Q1 2026 or 2026-W10, as the day that it begins on."""
    plain = text.strip()
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ][\d:.+Z]*)?", plain):
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
        if match := re.fullmatch(r"([A-Za-z]{3})[a-z]*\.?[ -](\d{4})", plain):
            return date(int(match[2]), MONTHS.index(match[1].lower()) + 1, 1)
        if match := re.fullmatch(r"[Qq]([1-4])[ -/]?(\d{4})", plain):
            return date(int(match[2]), int(match[1]) * 3 - 2, 1)
        if match := re.fullmatch(r"(\d{4})[ -]?[Qq]([1-4])", plain):
            return date(int(match[1]), int(match[2]) * 3 - 2, 1)
        if match := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", plain):
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise ValueError("the period is not read; write it as 2026-03-01 or 2026-03")


def read_number(text: str) -> float:
    """43,774.58, 9,4 or 9.4 %: what its writer meant. NaN, infinity and powers of ten are no numbers here."""
    plain = text.replace(" ", "").replace("\u00a0", "").removesuffix("%")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?\d+,\d+", plain):
        plain = plain.replace(",", ".")
    is_plain = len(plain) <= 30 and re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", plain, re.ASCII)
    if not is_plain or abs(float(plain)) >= LARGEST:
        raise ValueError(f"“{text[:40]}” is not a number")
    return float(plain)


def said_of(kept, lines: Sequence[Line], measure: Measure) -> str:
    """What came of some lines, in a sentence or two."""
    said = f"{plural(kept.new, 'observation')} added"
    if kept.corrected:
        said += f", {kept.corrected} corrected"
    if kept.unchanged:
        said += f", {kept.unchanged} as before"
    return " ".join(filter(None, (f"{said}.", moved(lines, measure.frequency))))


def moved(lines: Sequence[Line], frequency: Frequency) -> str | None:
    """How days within a period were read, in a sentence; None where every day was the first."""
    inside = [one for one in lines if one.is_moved]
    if not inside:
        return None
    count, what = len(inside), periods.called(frequency)
    said = f"{count} days lie" if count > 1 else "1 day lies"
    return (
        f"{said} within a {what} and {'are' if count > 1 else 'is'} read as the {what}'s first day: "
        f"{inside[0].typed_on} as {inside[0].period_on}."
    )
