"""JSON: the tables with typed values, percents as fractions, dates in ISO 8601."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import orjson

from reports.model import Column, Report, Table, Value


def _value(value: Value) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return float(value) if isinstance(value, Decimal) else value


#: What a value of each kind is to a machine, as JSON Schema has it; any of them may be null.
_TYPES: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "percent": {"type": "number", "unit": "fraction of 1"},
    "hours": {"type": "number", "unit": "hours"},
    "money": {"type": "number", "unit": "of the currency of its row"},
    "date": {"type": "string", "format": "date"},
}


def _column(column: Column) -> dict[str, str]:
    return {"name": column.name, "label": column.label, "kind": column.kind, **_TYPES[column.kind]}


def _table(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    return {
        "title": table.title,
        "columns": [_column(column) for column in table.columns],
        "rows": [dict(zip(names, map(_value, row), strict=True)) for row in table.rows],
        "totals": {name: _value(total) for name, total in table.totals.items()},
    }


def write_json(report: Report) -> bytes:
    """The whole report but its pictures; a row is an object by column name."""
    content = {
        "name": report.name,
        "title": _value(report.title),
        "subtitle": _value(report.subtitle),
        "opening": _value(report.opening),
        "as_of": report.as_of,
        "made_at": report.made_at,
        "row_counts": report.row_counts,
        "facts": [{key: _value(said) for key, said in asdict(fact).items()} for fact in report.facts],
        "findings": [_value(finding) for finding in report.findings],
        "notes": [_value(note) for note in report.notes],
        "tables": {table.name: _table(table) for table in report.tables},
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
