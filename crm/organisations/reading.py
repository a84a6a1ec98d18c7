"""A table out of the file that a person sends: text with separators, or a workbook.

What the file is, is told by its content and never by its name. Pure: no web, no database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from crm.errors import DomainError
from crm.organisations.delimited import decode, guess_separator, split
from crm.organisations.workbooks import is_workbook, workbook_lines
from crm.words import UNWRITABLE

MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
#: The first columns of a reject file, which is mended and read again.
REJECT_COLUMNS = ("row", "why")
OTHER_FILES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"SQLite format 3": "a database",
}
OTHER_TEXTS = {"<!doctype": "a web page", "<html": "a web page", "<?xml": "XML", "{": "JSON", "[": "JSON"}


@dataclass(frozen=True)
class Sheet:
    """A table as text. `numbers` says where each row stands in the file; blank lines are not rows."""

    columns: tuple[str, ...]
    rows: list[list[str]]
    numbers: list[int]
    separator: str | None
    encoding: str | None
    has_header: bool

    @property
    def first_row_number(self) -> int:
        return self.numbers[0]


def read(
    content: bytes,
    filename: str,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    header: bool | None = True,
) -> Sheet:
    """The table in `content`; separator and encoding are guessed unless given, and so is `header=None`.

    Raises DomainError, in a sentence that names `filename`, when there is no table in it.
    """
    if not content.strip():
        raise DomainError(f"“{filename}” is empty.")
    if is_workbook(content):
        lines = workbook_lines(content, filename)
        return _sheet(lines, filename, header=header, separator=None, encoding=None)
    _refuse_other_files(content, filename)
    text, encoding = decode(content, filename, encoding)
    text = text.translate(UNWRITABLE)
    if not text.strip():
        raise DomainError(f"“{filename}” is empty.")
    _refuse_other_texts(text, filename)
    separator = separator or guess_separator(text)
    return _sheet(split(text, separator), filename, header=header, separator=separator, encoding=encoding)


def _refuse_other_files(content: bytes, filename: str) -> None:
    for mark, what in OTHER_FILES.items():
        if content.startswith(mark):
            raise DomainError(f"“{filename}” is {what}, not a table. Save the table as CSV or as a workbook.")


def _refuse_other_texts(text: str, filename: str) -> None:
    start = text[:200].lstrip().lower()
    for mark, what in OTHER_TEXTS.items():
        if start.startswith(mark):
            raise DomainError(f"“{filename}” is {what}, not a table. Save the table as CSV or as a workbook.")


def _sheet(lines: Iterable[tuple[int, list[str]]], filename: str, *, header, separator, encoding) -> Sheet:
    full = _with_text(lines)
    number, first = next(full, (0, []))
    if not first:
        raise DomainError(f"“{filename}” is empty.")
    has_header = looks_like_header(first) if header is None else header
    found = list(islice(full, MOST_ROWS + 1))
    if not has_header:
        found.insert(0, (number, first))
    _refuse_size(found, first, filename)
    columns = _names(first) if has_header else _names([""] * max(len(cells) for _, cells in found))
    rows, numbers = [cells for _, cells in found], [number for number, _ in found]
    if columns[: len(REJECT_COLUMNS)] == REJECT_COLUMNS:
        rows = [[_unescaped(cell) for cell in cells] for cells in rows]
    return Sheet(columns, rows, numbers, separator, encoding, has_header)


def _with_text(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    return (line for line in lines if any(cell and not cell.isspace() for cell in line[1]))


def _refuse_size(found: list, first: list[str], filename: str) -> None:
    if not found:
        raise DomainError(f"“{filename}” has a line of headings and no rows under it.")
    if len(found) > MOST_ROWS:
        raise DomainError(f"“{filename}” has more than {MOST_ROWS:,} rows. Split it, and import the parts.")
    if len(first) > MOST_COLUMNS:
        raise DomainError(f"“{filename}” has more than {MOST_COLUMNS:,} columns. Take some out.")


def _names(first: list[str]) -> tuple[str, ...]:
    """Headings that are all there and all different: blank ones are numbered, so are repeated ones."""
    names: dict[str, None] = {}
    for position, cell in enumerate(first, 1):
        name = " ".join(cell.split()) or f"Column {position}"
        chosen, again = name, 2
        while chosen in names:
            chosen, again = f"{name} ({again})", again + 1
        names[chosen] = None
    return tuple(names)


def looks_like_header(first: list[str]) -> bool:
    """Headings are words, nearly all there and all different; a line of data has numbers and gaps."""
    cells = [cell.strip() for cell in first if cell.strip()]
    numeric = sum(cell.replace(".", "").replace("-", "").isdecimal() for cell in cells)
    return numeric == 0 and len(cells) * 2 > len(first) and len(set(cells)) == len(cells)


def escaped(cell: str) -> str:
    """Text that a spreadsheet would run as a formula, made plain; numbers and telephone numbers stay."""
    runs = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    harmless = cell[:1] in "+-" and not set(cell[1:]) - set("0123456789 .,()-")
    return "'" + cell if runs and not harmless else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and escaped(cell[1:]) == cell else cell
