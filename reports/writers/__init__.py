"""Every format that a report, or a list that comes in parts, can be written in."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from reports.model import Report
from reports.writers.csv import stream_csv, write_csv
from reports.writers.docx import write_docx
from reports.writers.html import write_html
from reports.writers.json import write_json
from reports.writers.parquet import write_parquet
from reports.writers.pdf import write_pdf
from reports.writers.xlsx import write_xlsx
from reports.writers.xlsx_stream import stream_xlsx


@dataclass(frozen=True)
class Format:
    #: What people call it.
    label: str
    write: Callable[..., bytes]
    mimetype: str
    extension: str
    #: Whether a file holds one table, which has to be named where it is not the first.
    of_one_table: bool = False
    stream: Callable[..., Iterator[bytes]] | None = None
    #: What its writer can be asked for besides.
    wish: str | None = None

    def wishes(self, said: Container[str]) -> dict[str, bool]:
        """What is asked of the writer, where `said` names it."""
        return {self.wish: True} if self.wish and self.wish in said else {}

    def file_name(self, report: Report, table: str | None = None) -> str:
        """Report and day; for one table, also which, and how many rows: a CSV says neither within."""
        parts = ["plumbline", report.name, report.as_of.isoformat()]
        if self.of_one_table:
            name = table or next(iter(report.row_counts))
            parts += [name, str(report.row_counts[name]), "rows"]
        return f"{'-'.join(parts)}.{self.extension}"

    def written(self, report: Report, table: str | None = None, **wishes) -> bytes:
        """The report in this format. Raises KeyError for a table that it does not have."""
        return self.write(report, table, **wishes) if self.of_one_table else self.write(report, **wishes)


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "html": Format("HTML", write_html, "text/html; charset=utf-8", "html"),
    "csv": Format("CSV", write_csv, "text/csv; charset=utf-8", "csv", True, stream_csv, "bom"),
    "xlsx": Format("XLSX", write_xlsx, f"{_OFFICE}.spreadsheetml.sheet", "xlsx", stream=stream_xlsx),
    "pdf": Format("PDF", write_pdf, "application/pdf", "pdf", wish="one_page"),
    "json": Format("JSON", write_json, "application/json", "json"),
    "parquet": Format("Parquet", write_parquet, "application/vnd.apache.parquet", "parquet", True),
    "docx": Format("Word", write_docx, f"{_OFFICE}.wordprocessingml.document", "docx"),
}
STREAMED = {name: form for name, form in FORMATS.items() if form.stream}
