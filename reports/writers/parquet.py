"""Parquet: one table a file, typed, with what the report says about itself in its metadata."""

from __future__ import annotations

import io
from typing import Any

import lazy_loader as lazy

from reports import text
from reports.model import Column, Report, Table, Value

arrow = lazy.load("arro3.core", suppress_warning=True)
files = lazy.load("arro3.io", suppress_warning=True)

#: Money is exact: to the ten-thousandth, as the application keeps it.
_MONEY = (38, 4)


def _type(column: Column) -> Any:
    kinds = arrow.DataType
    known = {"text": kinds.string, "integer": kinds.int64, "date": kinds.date32}
    if column.kind == "money":
        return kinds.decimal128(*_MONEY)
    return known.get(column.kind, kinds.float64)()


def _array(values: list[Value], column: Column) -> Any:
    """The values as Arrow has them. Days and money go by way of their text, which loses nothing."""
    kind = _type(column)
    if column.kind in ("date", "money"):
        said = [None if value is None else str(value) for value in values]
        return arrow.Array(said, type=arrow.DataType.string()).cast(kind)
    if column.kind == "text":
        values = [None if value is None else value.encode(errors="replace").decode() for value in values]
    return arrow.Array(values, type=kind)


def _field(column: Column) -> Any:
    said = {"label": column.label, "kind": column.kind}
    return arrow.Field(column.name, _type(column), nullable=True, metadata=said)


def _said(report: Report, table: Table) -> dict[str, str]:
    said = {
        "report": report.name,
        "table": table.name,
        "title": f"{report.title}: {table.title}",
        "as_of": report.as_of.isoformat(),
        "made_at": report.made_at.isoformat(),
        "rows": str(len(table)),
        "notes": "\n".join(report.notes),
    }
    return {name: text.clean(value) for name, value in said.items()}


def write_parquet(report: Report, table_name: str | None = None) -> bytes:
    """The named table, or the report's first. Raises KeyError for a table that the report does not have."""
    table = report.table(table_name)
    schema = arrow.Schema([_field(column) for column in table.columns], metadata=_said(report, table))
    arrays = [_array(table.values(column.name), column) for column in table.columns]
    out, whole = io.BytesIO(), arrow.Table.from_arrays(arrays, schema=schema)
    files.write_parquet(whole, out, compression="zstd(3)", key_value_metadata=_said(report, table))
    return out.getvalue()
