"""A report as text that can be kept, and the same report out of it again, for any of its files.

What is kept is JSON with sorted keys: the same report twice is the same text, byte for byte.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import lazy_loader as lazy
import orjson

from reports.model import Chart, Column, Fact, Logo, Matrix, Report, Step, Table, Timeline, Value

pd = lazy.load("pandas")

#: The way of writing it. Text of another way is refused.
WAY = 1


class UnreadableError(ValueError):
    """The text is no report that was kept in this way."""


def keep(report: Report) -> bytes:
    """The whole report as JSON."""
    said = {
        "way": WAY,
        "name": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "opening": report.opening,
        "opening_title": report.opening_title,
        "as_of": report.as_of,
        "made_at": report.made_at.isoformat(),
        "facts": [asdict(fact) for fact in report.facts],
        "findings": report.findings,
        "notes": report.notes,
        "tables": [_table(table) for table in report.tables],
        "charts": [_chart(chart) for chart in report.charts],
        "matrix": report.matrix and asdict(report.matrix),
        "timeline": report.timeline and [asdict(step) for step in report.timeline],
        "logos": [asdict(logo) for logo in report.logos],
        "prints_tables": report.prints_tables,
        "is_landscape": report.is_landscape,
    }
    return orjson.dumps(said, default=_text, option=orjson.OPT_SORT_KEYS)


def again(text: bytes) -> Report:
    """The report that was kept as this text. Raises UnreadableError for text that is none."""
    try:
        said = orjson.loads(text)
        if said.pop("way") != WAY:
            raise UnreadableError("It was kept in another way than this Plumbline reads.")
        return _report(said)
    except (KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise UnreadableError("This is no report that was kept.") from error


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, str):  # One with a surrogate on its own, which no file can hold.
        return value.encode(errors="replace").decode()
    raise TypeError(f"nothing keeps a {type(value).__name__}")


def _kept(value: Value) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "columns": [asdict(column) for column in table.columns],
        "values": [[_kept(value) for value in table.values(column.name)] for column in table.columns],
        "rows": len(table),
        "empty": table.empty,
        "keys": table.keys,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    said = {name: getattr(chart, name) for name in ("name", "title", "sentence", "alt", "spec", "shape")}
    return said | {"table": chart.table and _table(chart.table)}


def _report(said: dict[str, Any]) -> Report:
    matrix, timeline = said.pop("matrix"), said.pop("timeline")
    return Report(
        as_of=date.fromisoformat(said.pop("as_of")),
        made_at=datetime.fromisoformat(said.pop("made_at")),
        facts=tuple(Fact(**fact) for fact in said.pop("facts")),
        findings=tuple(said.pop("findings")),
        notes=tuple(said.pop("notes")),
        tables=tuple(map(_table_again, said.pop("tables"))),
        charts=tuple(map(_chart_again, said.pop("charts"))),
        matrix=matrix and Matrix(**{name: _deep(value) for name, value in matrix.items()}),
        timeline=None if timeline is None else Timeline(tuple(map(_step, timeline))),
        logos=tuple(Logo(base64.b64decode(one.pop("content")), **one) for one in said.pop("logos")),
        **said,
    )


def _deep(value: Any) -> Any:
    return tuple(map(_deep, value)) if isinstance(value, list) else value


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _step(said: dict[str, Any]) -> Step:
    days = ("baseline_on", "planned_on", "actual_on", "today")
    return Step(**said | {name: _day(said[name]) for name in days})


_AGAIN = {"money": Decimal, "date": date.fromisoformat}


def _values(values: list[Any], kind: str) -> list[Value]:
    turn = _AGAIN.get(kind)
    return [None if value is None else turn(value) for value in values] if turn else values


def _table_again(said: dict[str, Any]) -> Table:
    columns = tuple(Column(**column) for column in said.pop("columns"))
    index = range(said.pop("rows"))
    values = {
        column.name: pd.Series(_values(kept, column.kind), index=index if kept else None, dtype=object)
        for column, kept in zip(columns, said.pop("values"), strict=True)
    }
    return Table(columns=columns, frame=pd.DataFrame(values, index=index), **said)


def _chart_again(said: dict[str, Any]) -> Chart:
    table = said.pop("table")
    return Chart(table=table and _table_again(table), **said)
