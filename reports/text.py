"""How values read on a page and on paper: one place for every format."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from reports.locales import ways
from reports.model import Kind, Value

MISSING = "–"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLACES = {"integer": 0, "number": 2, "percent": 0, "hours": 1, "money": 2}
_WIDE = Context(prec=400)


def clean(text: str) -> str:
    """The text without control characters and halves of surrogate pairs, which HTML, XML and PDF refuse."""
    return _UNPRINTABLE.sub("", text)


def shorten(value: str, length: int) -> str:
    """The text in at most so many letters, cut off at a word with an ellipsis."""
    text = clean(value)
    if len(text) <= length:
        return text
    return (text[: length - 1].rsplit(" ", 1)[0] or text[: length - 1]) + "…"


def day(value: date) -> str:
    here = ways()
    return f"{value.day} {value:%b} {value.year}" if here.is_usual else here.day(value)


def month(value: date) -> str:
    here = ways()
    return f"{value:%b %Y}" if here.is_usual else here.month(value)


def moment(value: datetime) -> str:
    here = ways()
    clock = f"{value:%H:%M}" if here.is_usual else here.time(value)
    return f"{day(value)}, {clock} {value.tzname()}"


def _rounded(value: int | float | Decimal, places: int) -> Decimal:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)


def show(value: Value, kind: Kind) -> str:
    """A value in words for a reader: 3 Mar 2026, 80 %, 31.5 h, 1,250.00; missing is a dash.

    Days and digits are written as in the locale of the reader (reports.locales)."""
    if value is None:
        return MISSING
    if kind == "text":
        return clean(value) or MISSING
    if kind == "date":
        return day(value)
    number = Decimal(repr(value)) * 100 if kind == "percent" else value
    digits = f"{_rounded(number, _PLACES[kind]):,f}"
    if kind == "number" and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    here = ways()
    unit = f"{here.before_percent}%" if kind == "percent" else " h" if kind == "hours" else ""
    return (digits if here.is_usual else here.number(digits)) + unit


def whole(number: int) -> str:
    """A count: 1,250."""
    return ways().number(f"{number:,}")


def hours(value: float) -> str:
    """Hours within a sentence, without a decimal that says nothing: 31.5, 60."""
    return ways().number(f"{_rounded(float(value), 1):,f}".removesuffix(".0"))


def count(number: int, one: str, many: str | None = None) -> str:
    """1 goal, 2 goals; the plural is given where an s does not make it."""
    return f"{whole(number)} {one if number == 1 else many or one + 's'}"
