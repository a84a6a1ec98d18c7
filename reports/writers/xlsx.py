"""A laid-out workbook: a summary, the charts, and one sheet a table with typed cells and live totals.

XlsxWriter keeps the workbook in memory; its constant_memory mode loses cells written out of row order.
"""

import io
import re
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from itertools import chain

import xlsxwriter
from xlsxwriter import workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports import text
from reports.model import Column, Report, Table, Value
from reports.writers.xlsx_cells import Styles, write_cell
from reports.writers.xlsx_charts import write_charts

_WIDEST = 48
#: Rows of a sheet: Excel has no more.
MOST_ROWS = 1_048_576


def _width(column: Column, shown: list[str]) -> float:
    longest = max((len(line) for cell in shown for line in cell.splitlines()), default=0)
    label = max(len(word) for word in column.label.split())
    return min(max(longest + 2, label + 5, 9), _WIDEST)


def _write_totals(sheet: Worksheet, table: Table, styles: Styles) -> None:
    row = len(table) + 1
    for index, column in enumerate(table.columns):
        style = styles.totals[column.kind]
        if column.total:
            letter = xl_col_to_name(index)
            total = table.totals[column.name]
            cached = float(total) if isinstance(total, Decimal) else total
            sheet.write_formula(row, index, f"=SUM({letter}2:{letter}{row})", style, cached)
        else:
            write_cell(sheet, row, index, "Total" if index == 0 else None, style)


def _set_up_print(sheet: Worksheet, report: Report) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    title = text.clean(report.title).replace("&", "&&")[:120]
    sheet.set_header(f"&L&9{title}&R&9&A")
    sheet.set_footer(f"&L&9As of {text.day(report.as_of)}&R&9Page &P of &N")


def _write_table(sheet: Worksheet, table: Table, styles: Styles) -> None:
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.label, styles.head_number if column.is_numeric else styles.head)
        values = table.values(column.name)
        shown = [text.show(value, column.kind) for value in values]
        sheet.set_column(index, index, _width(column, shown), styles.kinds[column.kind])
        for row, value in enumerate(values, start=1):
            write_cell(sheet, row, index, value, styles.kinds[column.kind])
    sheet.freeze_panes(1, min(table.keys, len(table.columns) - 1))
    sheet.repeat_rows(0)
    if not len(table):
        sheet.write_string(1, 0, table.empty, styles.muted)
        return
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    if table.totals:
        _write_totals(sheet, table, styles)


def _counted(table: Table, most_rows: int) -> tuple[str, int, str]:
    """What a table is called, how many rows it has, and what there is to say of that."""
    sheets = len(_split(table, most_rows))
    goes_on = f"More than a sheet can hold: they go on over {sheets} sheets, each with its own totals."
    return table.title, len(table), table.empty if not len(table) else goes_on if sheets > 1 else ""


def _summary(report: Report, styles: Styles, most_rows: int) -> list[tuple[tuple[Value, Format], ...]]:
    """The lines of the first sheet, each a few values with their format."""
    muted, strong, plain = styles.muted, styles.strong, styles.text
    counts = [_counted(table, most_rows) for table in report.tables]
    findings = [((finding, plain),) for finding in report.findings]
    return [
        ((report.title, styles.title),),
        ((report.subtitle, muted),),
        (("As of", muted), (report.as_of, styles.kinds["date"])),
        (("Made at", muted), (text.moment(report.made_at), plain)),
        *[((line, plain),) for line in report.opening.splitlines()],
        (),
        *[((fact.label, muted), (fact.value, strong), (fact.note, muted)) for fact in report.facts],
        (),
        *([(("Findings", styles.section),), *findings, ()] if findings else []),
        (("Rows", styles.section),),
        *[((title, plain), (rows, strong), (note, muted)) for title, rows, note in counts],
        (),
        *[((note, muted),) for note in report.notes],
    ]


def _write_summary(sheet: Worksheet, report: Report, styles: Styles, most_rows: int) -> None:
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 60)
    sheet.hide_gridlines(2)
    for row, line in enumerate(_summary(report, styles, most_rows)):
        for column, (value, style) in enumerate(line):
            write_cell(sheet, row, column, value, style)


def _split(table: Table, most_rows: int) -> list[Table]:
    """The table in as many as there must be sheets: beside its rows, each holds headings and totals."""
    room = most_rows - 2
    starts = range(0, max(len(table), 1), room)
    return [replace(table, frame=table.frame.iloc[start : start + room]) for start in starts]


def _name_headings(book: workbook.Workbook, sheet: Worksheet, table: Table) -> None:
    """Say in a name which cells are headings: screen readers of sheets look for it."""
    last = f"{xl_col_to_name(len(table.columns) - 1)}{len(table) + 1}"
    place = f"='{sheet.get_name()}'!$A$1"
    book.define_name(f"ColumnTitleRegion1.A1.{last}.{len(book.worksheets())}", place)


def _sheet_name(title: str, taken: set[str]) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", text.clean(title)).strip()[:28] or "Table"
    number = 2
    unique = name
    while unique.lower() in taken:
        unique, number = f"{name} {number}", number + 1
    taken.add(unique.lower())
    return unique


def write_xlsx(report: Report, *, most_rows: int = MOST_ROWS) -> bytes:
    """The report as a workbook. Dates are dates, percents fractions shown as percents, totals live sums.

    A table of more rows than a sheet has goes on on the next, which the summary says.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
    comments = f"As of {text.day(report.as_of)}"
    title = text.clean(report.title)
    book.set_properties({"title": title, "author": "Plumbline", "comments": comments, "created": made_at})
    styles, taken = (
        Styles(book),
        {"summary", "charts", "observations", "chart data", "parts drawn", "effects drawn"},
    )
    _write_summary(book.add_worksheet("Summary"), report, styles, most_rows)
    write_charts(book, report.charts, styles)
    for table in chain.from_iterable(_split(table, most_rows) for table in report.tables):
        sheet = book.add_worksheet(_sheet_name(table.title, taken))
        _write_table(sheet, table, styles)
        _name_headings(book, sheet, table)
    for sheet in book.worksheets():
        _set_up_print(sheet, report)
    book.close()
    return out.getvalue()
