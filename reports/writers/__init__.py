"""Every format that a report can be written in."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.model import Report
from reports.writers.csv import write_csv
from reports.writers.html import write_html
from reports.writers.json import write_json
from reports.writers.pdf import write_pdf
from reports.writers.xlsx import write_xlsx


@dataclass(frozen=True)
class Format:
    write: Callable[[Report], bytes]
    mimetype: str
    extension: str


FORMATS = {
    "html": Format(write_html, "text/html; charset=utf-8", "html"),
    "csv": Format(write_csv, "text/csv; charset=utf-8", "csv"),
    "xlsx": Format(write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "pdf": Format(write_pdf, "application/pdf", "pdf"),
    "json": Format(write_json, "application/json", "json"),
}
