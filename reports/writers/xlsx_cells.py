"""The formats of a workbook, and the writing of one typed cell."""

from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports import text
from reports.locales import ways
from reports.model import Value

_FORMATS = {
    "text": {"text_wrap": True},
    "integer": {"num_format": "#,##0"},
    "number": {"num_format": "General"},
    "percent": {"num_format": "0 %"},
    "hours": {"num_format": "#,##0.0"},
    "money": {"num_format": "#,##0.00"},
    "date": {"align": "left"},
}
_CELL_LIMIT = 32_767
_FIRST_YEAR = 1900


class Styles:
    """The workbook's formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        body = {"font_name": "Calibri", "font_size": 11, "valign": "top", "font_color": "#16302f"}
        formats = _FORMATS | {"date": {**_FORMATS["date"], "num_format": ways().sheet_day}}
        self.kinds = {kind: book.add_format({**body, **style}) for kind, style in formats.items()}
        sum_line = {**body, "bold": True, "top": 1, "top_color": "#0b6e69"}
        self.totals = {kind: book.add_format({**sum_line, **style}) for kind, style in formats.items()}
        head = {**body, "bold": True, "bg_color": "#e2f1ef", "bottom": 1, "bottom_color": "#0b6e69"}
        self.head = book.add_format({**head, "text_wrap": True})
        self.head_number = book.add_format({**head, "text_wrap": True, "align": "right"})
        self.title = book.add_format({**body, "bold": True, "font_size": 18, "font_color": "#0b6e69"})
        self.section = book.add_format({**body, "bold": True, "font_size": 12})
        self.text = book.add_format({**body})
        self.strong = book.add_format({**body, "bold": True, "align": "left"})
        self.muted = book.add_format({**body, "font_color": "#526766"})
        self.wrapped = book.add_format({**body, "text_wrap": True})


def write_cell(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    """Text is never taken for a formula, a link or a number; a sheet has no dates before 1900."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, text.clean(value)[:_CELL_LIMIT], style)
    elif isinstance(value, date) and value.year < _FIRST_YEAR:
        sheet.write_string(row, column, value.isoformat(), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
