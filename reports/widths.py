"""How wide the columns of a table are on paper, in millimetres, and which of them go on a page together."""

from collections.abc import Sequence
from math import inf

from reports.lines import lines, width
from reports.model import Column, Table

#: What is free across an A4 page between its margins.
PORTRAIT, LANDSCAPE = 174.0, 261.0
LETTER, PADDING = 1.35, 3.0
#: The letters of a table and the room beside them; a row of one line, and a line more.
SIZE, INSET = 7.5 * 25.4 / 72, 2.8
ROW, LINE = 5.1, 3.12
#: How much wider a bold label is than it were in the letters of its column, at the most; and what sums of
#: floats differ by.
_BOLD, _HAIR = 1.1, 1e-6
_GROWS_FROM = 14
_WIDTHS = {"integer": 13.0, "number": 13.0, "percent": 13.0, "hours": 14.0, "money": 20.0, "date": 20.0}
_NARROWEST, _WIDEST = 10.0, 26.0


def length_of(table: Table, column: Column) -> int:
    return max((len(value) for value in table.values(column.name) if value), default=1)


def width_of(table: Table, column: Column) -> float:
    """Millimetres that a column needs at the least, wrapping its text where it is long."""
    label = max(map(len, column.label.split())) * LETTER + PADDING
    if column.kind != "text":
        return max(_WIDTHS[column.kind], label)
    return min(max(length_of(table, column) * LETTER + PADDING, label, _NARROWEST), _WIDEST)


def parts_of(table: Table, across: float) -> list[list[int]]:
    """The columns in parts of even width that fit the page, each beginning with the key columns."""
    widths = [width_of(table, column) for column in table.columns]
    keys = list(range(table.keys))
    room = across - sum(widths[: table.keys])
    rest = sum(widths[table.keys :])
    fair = rest / -(-rest // room)
    parts, used = [[]], 0.0
    for index in range(table.keys, len(widths)):
        if parts[-1] and used >= fair - widths[index] / 2:
            parts, used = [*parts, []], 0.0
        parts[-1].append(index)
        used += widths[index]
    return [keys + part for part in parts]


def needs_landscape(tables: tuple[Table, ...]) -> bool:
    """Whether one of the tables is so wide that the page lies across."""
    widest = max((sum(width_of(table, of) for of in table.columns) for table in tables), default=0)
    return widest > PORTRAIT * 1.4


def grown_of(columns: Sequence[Column], shown: Sequence[Sequence[str]]) -> list[float | None]:
    """The share of each column of long texts in the room that the others leave; None for those others."""
    longest = [
        max(map(len, cells), default=0) if of.kind == "text" else 0
        for of, cells in zip(columns, shown, strict=True)
    ]
    return [min(length, 60) ** 0.5 if length > _GROWS_FROM else None for length in longest]


def laid_out(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], sums: Sequence[str], room: float
) -> tuple[list[float], list[float | None]] | None:
    """Millimetres of each column and of each row; a row of None has to be measured.

    All texts are on one line where there is room for that; where there is not, long ones share what is left.
    Gives None where a letter is not known, or too little room is left.
    """
    try:
        widths = _widths(columns, [*zip(*rows, sums, strict=True)], room)
        return widths and (widths, _heights(rows, widths))
    except KeyError:
        return None


def _widths(columns: Sequence[Column], shown: Sequence[Sequence[str]], room: float) -> list[float] | None:
    natural = [_natural(of, cells) for of, cells in zip(columns, shown, strict=True)]
    if sum(natural) <= room:
        return natural
    shares = grown_of(columns, shown)
    left = room - sum(one for one, share in zip(natural, shares, strict=True) if share is None)
    each = left / (sum(share or 0 for share in shares) or 1)
    if any(share and share * each < _NARROWEST for share in shares) or left < 0:
        return None
    return [one if share is None else share * each for one, share in zip(natural, shares, strict=True)]


def _natural(column: Column, shown: Sequence[str]) -> float:
    widest = max(width(line) for said in {*shown} for line in said.split("\n"))
    return max(widest * SIZE, width(column.label) * SIZE * _BOLD) + INSET


def _heights(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> list[float | None]:
    rooms = [(one - INSET) / SIZE + _HAIR for one in widths]
    counts = (max(map(lines, row, rooms)) for row in rows)
    return [ROW + (count - 1) * LINE if count < inf else None for count in counts]
