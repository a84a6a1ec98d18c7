"""A workbook of rows that come in parts: nothing is kept of what is written.

No library here gives the first byte before the last row: this one writes the few parts of a workbook that a
list needs, the cells from pieces that are made once for each value, and the archive as it goes.
"""

import zipfile
from collections.abc import Iterator
from datetime import date
from typing import IO

from isal import isal_zlib

from reports.model import Column, Value
from reports.streams import Part, Stream
from reports.writers import xlsx_parts as parts
from reports.writers.xlsx import MOST_ROWS

_KEPT = 5_000
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_YEAR = 1900
_LEVEL = 1


class _Outlet:
    """What the archive writes to: it cannot turn back, so nothing is written twice."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, content: bytes) -> int:
        self._written.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        content = b"".join(self._written)
        self._written.clear()
        return content


class _Cells(dict):
    """The cells of a column by their values, made once."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.style = parts.STYLES[column.kind]

    def __missing__(self, value: Value) -> str:
        if len(self) >= _KEPT:
            self.clear()
        self[value] = said = self._said(value)
        return said

    def _said(self, value: Value) -> str:
        if value is None:
            return "<c/>"
        if isinstance(value, str):
            return parts.text_cell(value, self.style)
        if isinstance(value, date):
            if value.year < _FIRST_YEAR:
                return parts.text_cell(value.isoformat(), parts.STYLES["text"])
            return parts.number_cell(value.toordinal() - _EPOCH, self.style)
        return parts.number_cell(value, self.style)


class _Book:
    """The archive, and what has been written of the list so far."""

    def __init__(self, stream: Stream, most_rows: int) -> None:
        self.stream, self.outlet = stream, _Outlet()
        self.archive = zipfile.ZipFile(self.outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.cells = [_Cells(column) for column in stream.columns]
        self.summed = [at for at, column in enumerate(stream.columns) if column.total]
        #: The heading and the line of sums take a row each.
        self.room = most_rows - 2
        self.counts: list[int] = []
        self.sums: list[list[float]] = []
        self.sheet = None
        self._begin()

    def add(self, part: Part) -> None:
        """The rows of a part, on a sheet more where this one is full."""
        start, count = 0, len(part[0])
        while start < count:
            if self.counts[-1] == self.room:
                self._finish()
                self._begin()
            end = min(count, start + self.room - self.counts[-1])
            self._write(part if end - start == count else [values[start:end] for values in part])
            start = end

    def close(self) -> None:
        self._finish()
        for name, content in parts.frame(self.stream, self.counts, self.sums).items():
            self.archive.writestr(self._member(name), content)
        self.archive.close()

    def _write(self, part: Part) -> None:
        pieces = [map(of.__getitem__, values) for of, values in zip(self.cells, part, strict=True)]
        rows = "</row><row>".join(map("".join, zip(*pieces, strict=True)))
        self.sheet.write(f"<row>{rows}</row>".encode(errors="replace"))
        self.counts[-1] += len(part[0])
        for place, at in enumerate(self.summed):
            self.sums[-1][place] += sum(value for value in part[at] if value is not None)

    def _begin(self) -> None:
        self.counts.append(0)
        self.sums.append([0] * len(self.summed))
        self.sheet = self._opened(parts.sheet_path(len(self.counts)))
        self.sheet.write(parts.sheet_head(self.stream.columns, is_first=len(self.counts) == 1))

    def _finish(self) -> None:
        self.sheet.write(parts.sheet_foot(self.stream, self.counts[-1], self.sums[-1]))
        self.sheet.close()

    def _opened(self, name: str) -> IO[bytes]:
        """A sheet to write to. The archive cannot be told who deflates it: isal is three times as fast."""
        sheet = self.archive.open(self._member(name), "w")
        sheet._compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        return sheet

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, self.stream.made_at.timetuple()[:6])
        member.compress_type = zipfile.ZIP_DEFLATED
        member._compresslevel = _LEVEL
        return member


def stream_xlsx(stream: Stream, *, most_rows: int = MOST_ROWS) -> Iterator[bytes]:
    """The workbook part by part: beyond `most_rows` it goes on on another sheet, and says so on the last.

    Raises BrokenStreamError where the rows are not all there: without its directory, the file opens nowhere.
    """
    book = _Book(stream, most_rows)
    yield book.outlet.taken()
    for part in stream.checked():
        book.add(part)
        if content := book.outlet.taken():
            yield content
    book.close()
    yield book.outlet.taken()
