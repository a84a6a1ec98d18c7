"""What many reports say in one way: shares, sums, figures beside those of the period before, bars."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import lazy_loader as lazy

from reports import text
from reports.charts import hours_spec
from reports.model import Chart, Column, Fact, Kind, Table

pd = lazy.load("pandas")

Row = dict[str, Any]
#: Bars of a chart; the table holds them all.
MOST_BARS = 15


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows as dicts of plain values, every kind of missing one as None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def table(name: str, title: str, columns: Sequence[Column], rows: Iterable[Row], empty: str, keys=1) -> Table:
    """A table of these rows; what a row does not say is missing."""
    names = [column.name for column in columns]
    told = [[row.get(key) for key in names] for row in rows]
    frame = pd.DataFrame(told, columns=names, dtype=object)
    return Table(name, title, tuple(columns), frame, empty, keys)


def share(part: float | None, whole: float | None) -> float | None:
    """None where there is nothing to be a part of."""
    return part / whole if whole and part is not None else None


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def change(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def compared(label: str, now, before, kind: Kind, note: str = "") -> Fact:
    """A figure, and beside it what it was in the period before."""
    was = "" if before is None else f"before: {text.show(before, kind)}"
    return Fact(label, text.show(now, kind), "; ".join(part for part in (note, was) if part))


def bars(
    name: str,
    title: str,
    sentence: str,
    rows: Sequence[Row],
    *,
    key: str,
    value: Column,
    mark: Column,
    is_limit: bool = False,
) -> Chart | None:
    """A bar for each row in their order, the first of them where they are many, with an upright mark for what
    it is held against. `key` names the rows, which are numbered where two have one name. None of nothing.
    A bar beyond its mark stands out where that `is_limit`."""
    shown = [row for row in rows if row.get(value.name) is not None][:MOST_BARS]
    if not any(row[value.name] for row in shown):
        return None
    labels = _told_apart([str(row[key]) for row in shown])
    marks = [row.get(mark.name) for row in shown]
    values = [row[value.name] for row in shown]
    frame = pd.DataFrame({"engagement": labels, "used": values, "budget": marks})
    drawn = (
        Column("engagement", "Name", "text"),
        Column("used", value.label, value.kind),
        Column("budget", mark.label, value.kind),
    )
    first, last = (text.show(one, value.kind) for one in (values[0], values[-1]))
    alt = (
        f"Bar chart of {text.count(len(shown), 'bar')}: {labels[0]} {first}, {labels[-1]} {last}. {sentence}"
    )
    drawn_as = hours_spec(frame, is_limit=is_limit, step=1 if value.kind == "integer" else 0)
    return Chart(name, title, sentence, alt, drawn_as, Table(name, title, drawn, frame), "column")


def _told_apart(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
