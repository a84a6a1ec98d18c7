"""The days that a report speaks of, and those before them that it is compared with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from reports import text


def before(first: date, last: date) -> tuple[date, date]:
    """As many whole months just before, where these are whole months; else as many days."""
    end = first - timedelta(1)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        index = 12 * first.year + first.month - 1 - months
        return date(index // 12, index % 12 + 1, 1), end
    return first - (last - first) - timedelta(1), end


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both of them in it. `made_at` is aware; `narrowed` says in words to what."""

    first: date
    last: date
    made_at: datetime
    narrowed: str = ""

    @cached_property
    def before(self) -> tuple[date, date]:
        return before(self.first, self.last)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def held_before(self, day: date | None) -> bool:
        first, last = self.before
        return day is not None and first <= day <= last

    @property
    def subtitle(self) -> str:
        days = f"{text.day(self.first)} to {text.day(self.last)}"
        return f"{days} · {self.narrowed}" if self.narrowed else days

    @property
    def note(self) -> str:
        first, last = self.before
        return f"“Before” is the period from {text.day(first)} to {text.day(last)}."
