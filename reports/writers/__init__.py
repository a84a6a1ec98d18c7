"""Every format that a report, or a list that comes in parts, can be written in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.model import Report
from reports.streams import Stream
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
    write: Callable[..., bytes]
    mimetype: str
    extension: str
    #: Whether a file holds one table, which has to be named where it is not the first.
    of_one_table: bool = False
    stream: Callable[[Stream], Iterator[bytes]] | None = None

    def written(self, report: Report, table: str | None = None, **wishes) -> bytes:
        """The report in this format. Raises KeyError for a table that it does not have."""
        return self.write(report, table, **wishes) if self.of_one_table else self.write(report, **wishes)


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "html": Format(write_html, "text/html; charset=utf-8", "html"),
    "csv": Format(write_csv, "text/csv; charset=utf-8", "csv", of_one_table=True, stream=stream_csv),
    "xlsx": Format(write_xlsx, f"{_OFFICE}.spreadsheetml.sheet", "xlsx", stream=stream_xlsx),
    "pdf": Format(write_pdf, "application/pdf", "pdf"),
    "json": Format(write_json, "application/json", "json"),
    "parquet": Format(write_parquet, "application/vnd.apache.parquet", "parquet", of_one_table=True),
    "docx": Format(write_docx, f"{_OFFICE}.wordprocessingml.document", "docx"),
}
STREAMED = {name: form for name, form in FORMATS.items() if form.stream}
