"""CSV as RFC 4180 has it: one table a file, UTF-8, CRLF, a header and then nothing but data."""

import csv
import io

import lazy_loader as lazy

from reports.model import Report, Value

pd = lazy.load("pandas")

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Value) -> str:
    """ISO 8601 dates, bare numbers; text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\x00", "").encode(errors="replace").decode()
        return f"'{text}" if text.startswith(_DANGEROUS) else text
    return str(value)


def write_csv(report: Report, table_name: str | None = None) -> bytes:
    """The named table, or the report's first. Raises KeyError for a table that the report does not have."""
    table = report.table(table_name)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(column.label) for column in table.columns])
    writer.writerows([[cell(value) for value in row] for row in table.rows])
    return out.getvalue().encode()


def write_frame(frame: "pd.DataFrame") -> str:
    """The rows of a frame under the names of its columns; text is made safe as `cell` does."""
    return frame.map(_safe).to_csv(index=False, lineterminator="\r\n")


def _safe(value: object) -> object:
    return cell(value) if isinstance(value, str) else value
