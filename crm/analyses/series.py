"""The data of an analysis: as they are kept with a look, and cut into before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import orjson

#: Periods in a year, which are the points of a season.
SEASON = {"weekly": 52, "monthly": 12, "quarterly": 4}
PERIODS = {"weekly": "weeks", "monthly": "months", "quarterly": "quarters"}
VALUE, NUMERATOR, DENOMINATOR = 1, 2, 3


def version_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of the data, written in one way only: equal data have equal versions."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def written(groups: Iterable, phases: Iterable) -> dict[str, Any]:
    """The data to keep. `groups`: (name, is_comparison, observations) of each series."""
    return {
        "groups": [
            {
                "name": name,
                "is_comparison": is_comparison,
                "rows": [
                    [row.period_on.isoformat(), *map(_number, (row.value, row.numerator, row.denominator))]
                    for row in rows
                ],
            }
            for name, is_comparison, rows in groups
        ],
        "phases": [[phase.starts_on.isoformat(), phase.name, phase.reason] for phase in phases],
    }


@dataclass(frozen=True)
class Side:
    """Rows of one group before or after: [day, value, numerator, denominator] each."""

    rows: Sequence[Sequence]

    @property
    def values(self) -> list[float]:
        return [row[VALUE] for row in self.rows]

    @cached_property
    def sums(self) -> tuple[float, float]:
        """Numerators and denominators in all."""
        return sum(row[NUMERATOR] for row in self.rows), sum(row[DENOMINATOR] for row in self.rows)

    @property
    def has_both(self) -> bool:
        return all(row[NUMERATOR] is not None and row[DENOMINATOR] is not None for row in self.rows)

    @property
    def mean(self) -> float:
        return sum(self.values) / len(self.rows)


class Data:
    """What a look keeps, read: groups cut to the span that the settings name, the first the measure itself.

    Raises ValueError where there is nothing to read, or two values stand for one period.
    """

    def __init__(self, data: Mapping[str, Any], settings: Mapping[str, Any]):
        self.settings, self.of = settings, settings["measure"]
        self.frequency = self.of["frequency"]
        first, last = settings.get("from_on") or "", settings.get("to_on") or "9999"
        self.groups = [
            {**group, "rows": [row for row in group["rows"] if first <= row[0] <= last]}
            for group in data["groups"]
        ]
        self.phases = data["phases"]
        if not self.groups[0]["rows"]:
            raise ValueError("There is no value to reckon with: all periods are missing.")
        for group in self.groups:
            places = [self.index(row[0]) for row in group["rows"]]
            if len(set(places)) < len(places):
                raise ValueError("Two values stand for one period: leave one of them out.")

    @property
    def rows(self) -> list:
        """Those of the measure itself."""
        return self.groups[0]["rows"]

    @property
    def comparisons(self) -> list:
        return [group for group in self.groups[1:] if group["is_comparison"] and group["rows"]]

    @property
    def treated(self) -> list:
        """The measure, and its groups that the work reached too."""
        return [self.groups[0], *(g for g in self.groups[1:] if not g["is_comparison"] and g["rows"])]

    @property
    def scale(self) -> float:
        return 100.0 if self.of["unit"] == "%" else self.of["per"]

    @property
    def start(self) -> int:
        """The period in which the change began. Raises ValueError where nobody has said when."""
        if not self.settings.get("intervention_on"):
            raise ValueError("Say first on which day the change began: in the plan, or in the settings here.")
        return self.index(self.settings["intervention_on"])

    def index(self, day: str) -> int:
        """The number of the period that a day lies in."""
        on = date.fromisoformat(day)
        if self.frequency == "weekly":
            return (on.toordinal() - date.fromisoformat(self._anchor).toordinal()) // 7
        months = on.year * 12 + on.month - 1
        return months // 3 if self.frequency == "quarterly" else months

    @cached_property
    def _anchor(self) -> str:
        return min(group["rows"][0][0] for group in self.groups if group["rows"])

    def cut(self, group: Mapping | None = None) -> tuple[Side, Side]:
        """A group before and after. Raises ValueError for a group without one of them."""
        group, start = group or self.groups[0], self.start
        rows = group["rows"]
        before = Side([row for row in rows if self.index(row[0]) < start])
        after = Side([row for row in rows if self.index(row[0]) >= start])
        for side, word in ((before, "before"), (after, "after")):
            if not side.rows:
                raise ValueError(
                    f"“{group['name']}” has no value {word} the change: nothing can be compared."
                )
        return before, after

    def stretched(self, group: Mapping) -> list[tuple[int, list | None]]:
        """Every period from the first to the last, with its row, or None where it is missing."""
        known = {self.index(row[0]): row for row in group["rows"]}
        return [(place, known.get(place)) for place in range(min(known), max(known) + 1)]
