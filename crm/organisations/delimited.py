"""Text with separators: which characters the bytes mean, and what stands between the cells."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import chain, islice

from charset_normalizer import from_bytes

from crm.errors import DomainError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", "~": "tilde"}
#: From the one that prose has most to the one that it has least: between equals the rarer is meant.
RARITY = ",;|\t~"
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
SAMPLE = 65_536
LINES_TO_JUDGE = 60
#: In a text of western Europe few letters are beyond ASCII; in a text of Asia most are.
MOST_ACCENTED = 0.12
#: Stands after the last line; a quotation mark that was left open swallows it.
END = "\ue000end\ue000"


def decode(content: bytes, filename: str, encoding: str | None = None) -> tuple[str, str]:
    """The text, without NULs and without a mark of byte order, and the encoding that it was in."""
    encoding = encoding or guess_encoding(content, filename)
    try:
        text = content.decode(encoding)
    except LookupError:
        raise DomainError(f"“{encoding}” is not an encoding. Try utf-8, cp1252 or utf-16.") from None
    except (UnicodeError, ValueError):
        raise DomainError(f"“{filename}” cannot be read as {encoding}. Choose another encoding.") from None
    return text.removeprefix("\ufeff").replace("\0", ""), encoding


def guess_encoding(content: bytes, filename: str) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    if encoding := _wide(content[:SAMPLE]):
        return encoding
    _refuse_binary(content[:SAMPLE], filename)
    for encoding in ("utf-8", "cp1252"):
        if (encoding == "utf-8" or _few_accents(content)) and _decodes(content, encoding):
            return encoding
    best = from_bytes(content[: content.rfind(b"\n", 0, SAMPLE) + 1] or content).best()
    if best is None:
        raise DomainError(f"The characters of “{filename}” were not recognised. Choose its encoding.")
    return best.encoding


def _wide(sample: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain letters is NUL."""
    enough = len(sample) * 0.2
    if sample[1::2].count(0) > enough > sample[::2].count(0) * 4:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > enough > sample[1::2].count(0) * 4 else None


def _refuse_binary(sample: bytes, filename: str) -> None:
    control = len(sample) - len(sample.translate(None, bytes({*range(1, 9), *range(14, 27), 28, 29, 30, 31})))
    if control > len(sample) * 0.02:
        raise DomainError(f"“{filename}” is not a table. Save the table as CSV or as a workbook.")


def _few_accents(content: bytes) -> bool:
    return len(content.translate(None, bytes(range(128)))) < len(content) * MOST_ACCENTED


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def guess_separator(text: str) -> str:
    """The separator that cuts the lines into the same number of cells as the first one, and into most."""
    sample = text if len(text) <= SAMPLE else text[: text.rfind("\n", 0, SAMPLE) + 1] or text
    scores = {separator: _score(sample, separator) for separator in RARITY if separator in sample}
    return max(scores, key=lambda separator: (scores[separator], RARITY.index(separator)), default=",")


def _score(sample: str, separator: str) -> tuple[float, int]:
    try:
        reader = csv.reader(StringIO(sample, newline=""), delimiter=separator)
        widths = [len(cells) for cells in islice(reader, LINES_TO_JUDGE) if cells]
    except csv.Error:
        return 0, 0
    width = widths[0] if widths[0] > 1 else max(widths)
    return (widths.count(width) / len(widths), width) if width > 1 else (0, 0)


def split(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each line of cells with its number, as a spreadsheet counts: a cell may hold several lines of text."""
    try:
        reader = csv.reader(chain(StringIO(text, newline=""), [END]), delimiter=separator)
    except (TypeError, ValueError):
        raise DomainError("A separator is one character, such as a comma.") from None
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if END not in cells[-1:]:
                _refuse_open_quote(cells, number)
                yield number, cells
    except csv.Error:
        raise open_quote(number + 1) from None


def _refuse_open_quote(cells: list[str], number: int) -> None:
    if cells and cells[-1].endswith(END):
        raise open_quote(number)


def open_quote(number: int) -> DomainError:
    return DomainError(
        f"In row {number:,} a quotation mark opens and is never closed, so what follows is unclear. "
        "Close it or take it out."
    )
