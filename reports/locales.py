"""Where numbers and days are written otherwise: said once for a reader, and followed by every format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.dates import format_date, format_time

USUAL = "en-GB"
#: By what a reader chooses; the words of reports are English everywhere.
LOCALES = {
    "en-GB": "3 Mar 2026 and 1,234.50",
    "en-US": "Mar 3, 2026 and 1,234.50",
    "de-DE": "03.03.2026 and 1.234,50",
    "fr-FR": "3 mars 2026 and 1 234,50",
    "es-ES": "3 mar 2026 and 1.234,50",
}
#: How a sheet writes a day: its letters are those of the file's own language, not of who opens it.
_SHEETS = {
    "en-GB": "d mmm yyyy",
    "en-US": "[$-409]mmm d, yyyy",
    "de-DE": "dd.mm.yyyy",
    "fr-FR": "[$-40C]d mmm yyyy",
    "es-ES": "[$-40A]d mmm yyyy",
}


@dataclass(frozen=True)
class Ways:
    """How one place writes: the mark before parts of one, that between thousands, what stands before %."""

    name: str
    decimal: str
    group: str
    before_percent: str
    sheet_day: str

    @property
    def is_usual(self) -> bool:
        return self.name == USUAL

    def number(self, digits: str) -> str:
        """Digits as Python writes them, 1,234.5, as they are written here."""
        return digits.translate(str.maketrans({",": self.group, ".": self.decimal}))

    def day(self, value) -> str:
        return format_date(value, "medium", _of(self.name))

    def month(self, value) -> str:
        return format_date(value, "LLL y", _of(self.name))

    def time(self, value) -> str:
        return format_time(value, "short", locale=_of(self.name))


@cache
def _of(name: str) -> Locale:
    return Locale.parse(name, sep="-")


@cache
def ways_of(name: str) -> Ways:
    """The ways of a locale; those of USUAL for one that is not known."""
    known = name if name in LOCALES else USUAL
    locale = _of(known)
    marks = locale.number_symbols["latn"]
    # The usual way keeps the space that our reports have had from the first on.
    percent = " " if known == USUAL else locale.percent_formats[None].suffix[0].removesuffix("%")
    return Ways(known, marks["decimal"], marks["group"], percent, _SHEETS[known])


_READING: ContextVar[str] = ContextVar("locale of the reader", default=USUAL)


def ways() -> Ways:
    """Those of whoever reads."""
    return ways_of(_READING.get())


@contextmanager
def reading_as(name: str | None) -> Iterator[None]:
    """Make and write reports for a reader of this locale; None is the usual one."""
    token = _READING.set(name or USUAL)
    try:
        yield
    finally:
        _READING.reset(token)
