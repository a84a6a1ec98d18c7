"""How the rows of a report must read in each of its formats."""

import json
from datetime import date
from decimal import Decimal

from reports import text
from tests.reading import (
    csv_rows,
    docx_tables,
    docx_words,
    feet,
    parquet,
    pdf_words,
    sheets,
    squeezed,
    tables,
)


class Said:
    """A report as its JSON says it: the yardstick for the other formats."""

    def __init__(self, content: bytes):
        self.content = json.loads(content)
        self.as_of = date.fromisoformat(self.content["as_of"])
        self.counts = self.content["row_counts"]
        self.tables = self.content["tables"]

    def rows(self, name: str) -> list[list]:
        """Typed values, in the order of the columns."""
        table = self.tables[name]
        return [
            [self._typed(row[column["name"]], column["kind"]) for column in table["columns"]]
            for row in table["rows"]
        ]

    @staticmethod
    def _typed(value, kind: str):
        if value is None:
            return None
        return {"date": date.fromisoformat, "money": lambda v: Decimal(str(v))}.get(kind, lambda v: v)(value)

    def totals(self, name: str) -> dict[str, float | Decimal]:
        """Totals by the name of their column, each the plain sum of what stands in it."""
        names = [column["name"] for column in self.tables[name]["columns"]]
        found = self.tables[name]["totals"]
        for column, total in found.items():
            values = [row[names.index(column)] for row in self.rows(name)]
            assert abs(sum(value or 0 for value in values) - total) < 1e-9
        return found

    def totals_shown(self, name: str) -> dict[str, str]:
        """The same as a reader sees them, by the label of their column."""
        columns = {column["name"]: column for column in self.tables[name]["columns"]}
        return {
            columns[column]["label"]: text.show(total, columns[column]["kind"])
            for column, total in self.totals(name).items()
        }

    def labels(self, name: str) -> list[str]:
        return [column["label"] for column in self.tables[name]["columns"]]

    def shown(self, name: str) -> list[list[str]]:
        """As a reader sees them on page and on paper."""
        kinds = [column["kind"] for column in self.tables[name]["columns"]]
        return [
            [text.show(value, kind) for value, kind in zip(row, kinds, strict=True)]
            for row in self.rows(name)
        ]


def check_page(html: str, said: Said) -> None:
    found, sums = tables(html), feet(html)
    for name, table in said.tables.items():
        assert f"As of {text.day(said.as_of)}" in html
        if table["rows"]:
            assert found[table["title"]] == (said.labels(name), said.shown(name))
            foot = dict(zip(said.labels(name), sums.get(table["title"], ()), strict=False))
            assert {label: foot[label] for label in said.totals_shown(name)} == said.totals_shown(name)


def check_csv(content: bytes, said: Said, name: str) -> None:
    header, rows = csv_rows(content)
    assert header == said.labels(name)
    assert len(rows) == said.counts[name]
    for row, values in zip(rows, said.rows(name), strict=True):
        for cell, value in zip(row, values, strict=True):
            if isinstance(value, (int, float, Decimal)):
                assert Decimal(cell) == Decimal(str(value))
            else:
                assert cell == ("" if value is None else str(value))
    names = [column["name"] for column in said.tables[name]["columns"]]
    for column, total in said.totals(name).items():
        cells = [row[names.index(column)] for row in rows]
        assert abs(sum(float(cell) for cell in cells if cell) - float(total)) < 1e-9


def check_xlsx(content: bytes, said: Said) -> None:
    book = sheets(content)
    lines = [[cell for cell in line if cell != ""] for line in book["Summary"]]
    assert ["As of", said.as_of] in lines
    for name, table in said.tables.items():
        header, *rows = book[table["title"]]
        assert header[: len(said.labels(name))] == said.labels(name)
        assert [table["title"], said.counts[name]] in [line[:2] for line in lines]
        wanted = [["" if value is None else value for value in row] for row in said.rows(name)]
        assert [[_plain(v) for v in row] for row in rows[: len(wanted)]] == [
            [_plain(v) for v in row] for row in wanted
        ]
        for column, total in table["totals"].items():
            place = [one["name"] for one in table["columns"]].index(column)
            assert not wanted or abs(rows[-1][place] - total) < 1e-9


def check_parquet(content: bytes, said: Said, name: str) -> None:
    table = parquet(content)
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert (metadata["as_of"], int(metadata["rows"])) == (said.as_of.isoformat(), said.counts[name])
    assert table.column_names == [column["name"] for column in said.tables[name]["columns"]]
    columns = [table.column(column).to_pylist() for column in table.column_names]
    rows = [list(row) for row in zip(*columns, strict=True)]
    assert [[_plain(v) for v in row] for row in rows] == [[_plain(v) for v in row] for row in said.rows(name)]
    for column, total in said.tables[name]["totals"].items():
        assert abs(sum(v or 0 for v in table.column(column).to_pylist()) - total) < 1e-9


def check_docx(content: bytes, said: Said) -> None:
    assert f"As of {text.day(said.as_of)}" in docx_words(content)
    found = docx_tables(content)
    for name, table in said.tables.items():
        if not table["rows"]:
            assert table["title"] not in found
            continue
        parts, shown = found[table["title"]], said.shown(name)
        end = len(shown) + 1
        assert {label for part in parts for label in part[0]} == set(said.labels(name))
        for part in parts:
            places = [said.labels(name).index(label) for label in part[0]]
            wanted = [["".join(row[at].splitlines()) for at in places] for row in shown]
            assert part[1:end] == wanted
        sums = {
            label: cell
            for part in parts
            if part[end:]
            for label, cell in zip(part[0], part[end], strict=True)
        }
        for column, total in table["totals"].items():
            of = next(one for one in table["columns"] if one["name"] == column)
            assert sums[of["label"]] == text.show(total, of["kind"])


def _plain(value):
    return round(float(value), 9) if isinstance(value, (int, float, Decimal)) else value


def check_pdf(content: bytes, said: Said) -> None:
    read = squeezed(pdf_words(content))
    assert squeezed(f"As of {text.day(said.as_of)}") in read
    for name in said.tables:
        assert squeezed(text.count(said.counts[name], "row")) in read
        for total in said.totals_shown(name).values():
            assert squeezed(total) in read, (name, total)
        for row in said.shown(name):
            for cell in row:
                assert squeezed(cell) in read, (name, cell)
