"""What a report says now beside what it said on an earlier day: facts, rows and their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import lazy_loader as lazy

from reports import text
from reports.model import Column, Report, Table, Value

pd = lazy.load("pandas")

NEW, GONE = "new", "gone"
_FACTS = (
    Column("fact", "What", "text"),
    Column("before", "Then", "text"),
    Column("after", "Now", "text"),
)
_ROWS = (
    Column("table", "Table", "text"),
    Column("row", "Row", "text"),
    Column("column", "Column", "text"),
    Column("before", "Then", "text"),
    Column("after", "Now", "text"),
)


def compared(before: Report, after: Report) -> Report:
    """A report of the differences between two of the same name. Raises ValueError for others.

    A row is known again by the values of the columns that say which it is; rows that say the same are counted
    off one by one.
    """
    if before.name != after.name:
        raise ValueError(f"{before.name} and {after.name} cannot be compared")
    facts, rows = list(_facts(before, after)), list(_rows(before, after))
    return Report(
        name=f"{after.name}-compared",
        title=after.title,
        subtitle=f"{text.day(after.as_of)} beside {text.day(before.as_of)}",
        as_of=after.as_of,
        made_at=after.made_at,
        tables=(
            Table("facts", "At a glance", _FACTS, _frame(facts, _FACTS), empty="No figure has changed."),
            Table("rows", "Row by row", _ROWS, _frame(rows, _ROWS), empty="No row has changed.", keys=2),
        ),
    )


def _frame(rows: list[tuple], columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object)


def _facts(before: Report, after: Report) -> Iterator[tuple]:
    then, now = ({fact.label: fact.value for fact in one.facts} for one in (before, after))
    for label in dict.fromkeys([*then, *now]):
        if then.get(label) != now.get(label):
            yield label, then.get(label), now.get(label)


def _rows(before: Report, after: Report) -> Iterator[tuple]:
    then, now = ({table.name: table for table in one.tables} for one in (before, after))
    for name in dict.fromkeys([*then, *now]):
        yield from _of_table(then.get(name), now.get(name))


def _of_table(before: Table | None, after: Table | None) -> Iterator[tuple]:
    table = after or before
    then, now = _by_key(before), _by_key(after)
    for key in dict.fromkeys([*then, *now]):
        row = " · ".join(_said(value) for value in key[:-1] if value is not None)
        if key not in now or key not in then:
            yield table.title, row, None, *((None, NEW) if key in now else (GONE, None))
            continue
        for column in table.columns:
            pair = then[key].get(column.name), now[key].get(column.name)
            if pair[0] != pair[1]:
                yield table.title, row, column.label, *map(_said, pair)


def _by_key(table: Table | None) -> dict[tuple, dict[str, Value]]:
    """The rows by what says which they are, and by how many before them say the same."""
    if table is None:
        return {}
    names, seen, found = [column.name for column in table.columns], Counter(), {}
    for row in table.rows:
        key = row[: table.keys]
        found[*key, seen[key]] = dict(zip(names, row, strict=True))
        seen[key] += 1
    return found


def _said(value: Any) -> str | None:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return None if value is None else str(value)
