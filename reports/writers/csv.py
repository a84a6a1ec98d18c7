"""CSV as RFC 4180 has it: one table a file, UTF-8, CRLF, a header and then nothing but data."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

import lazy_loader as lazy

from reports.model import Report, Value
from reports.streams import Stream

pd = lazy.load("pandas")

#: What tells Excel that a file is UTF-8; other readers take it for a letter of the first heading.
BOM = "\ufeff".encode()
#: The end of a list that broke off: servers may end such an answer as any other. The quote is never closed,
#: so whoever reads the file strictly is refused, and whoever looks at it sees why.
BROKEN = b'"BROKEN OFF: not all rows are here'
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = re.compile('[",\r\n]')
_KEPT = 5_000


def cell(value: Value) -> str:
    """ISO 8601 dates, bare numbers; text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\x00", "").encode(errors="replace").decode()
        return f"'{text}" if text.startswith(_DANGEROUS) else text
    return str(value)


def write_csv(report: Report, table_name: str | None = None, *, bom: bool = False) -> bytes:
    """The named table, or the report's first. Raises KeyError for a table that the report does not have."""
    table = report.table(table_name)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(column.label) for column in table.columns])
    writer.writerows([[cell(value) for value in row] for row in table.rows])
    return (BOM if bom else b"") + out.getvalue().encode()


def write_frame(frame: "pd.DataFrame") -> str:
    """The rows of a frame under the names of its columns; text is made safe as `cell` does."""
    return frame.map(_safe).to_csv(index=False, lineterminator="\r\n")


def _safe(value: object) -> object:
    return cell(value) if isinstance(value, str) else value


class _Fields(dict):
    """Values as they stand in a line. Most are said over and over: only what is new is looked at."""

    def __missing__(self, value: Value) -> str:
        if len(self) >= _KEPT:
            self.clear()
        said = cell(value)
        quoted = said.replace('"', '""')
        self[value] = said = f'"{quoted}"' if _QUOTED.search(said) else said
        return said


def stream_csv(stream: Stream, *, bom: bool = False) -> Iterator[bytes]:
    """The same, part by part. Where not all rows come, BROKEN comes after them, and the error is raised.

    Lines are put together from fields that are there already: csv.writer would look into each of them anew.
    """
    fields = [_Fields() for _ in stream.columns]
    headings = ",".join(fields[0][column.label] for column in stream.columns)
    yield (BOM if bom else b"") + _encoded([headings])
    try:
        for part in stream.checked():
            said = [map(of.__getitem__, values) for of, values in zip(fields, part, strict=True)]
            yield _encoded(map(",".join, zip(*said, strict=True)))
    except Exception:
        yield BROKEN
        raise


def _encoded(lines: Iterable[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()
