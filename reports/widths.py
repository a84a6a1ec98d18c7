"""How wide the columns of a table are on paper, in millimetres, and which of them go on a page together."""

from collections.abc import Sequence

from reports.model import Column, Table

#: What is free across an A4 page between its margins.
PORTRAIT, LANDSCAPE = 174.0, 261.0
LETTER, PADDING = 1.35, 3.0
#: What a letter takes at the most: a digit or a mark, a letter of ours, and any other.
_DIGIT, _LATIN, _ANY = 1.8, 2.1, 2.8
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


def parts_of(table: Table, width: float) -> list[list[int]]:
    """The columns in parts of even width that fit the page, each beginning with the key columns."""
    widths = [width_of(table, column) for column in table.columns]
    keys = list(range(table.keys))
    room = width - sum(widths[: table.keys])
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


def is_flat(columns: Sequence[Column], shown: Sequence[Sequence[str]], width: float) -> bool:
    """Whether every cell is sure to lie on one line, however wide its letters are: `shown` is by column."""
    if any("\n" in said for column in shown for said in column):
        return False
    return sum(map(_at_most, columns, shown)) <= width


def _at_most(column: Column, shown: Sequence[str]) -> float:
    label = len(column.label) * _LATIN
    longest = max(map(len, shown), default=0)
    if column.kind != "text":
        return max(label, longest * _DIGIT) + PADDING
    letter = _LATIN if all(map(str.isascii, shown)) and not any("W" in said for said in shown) else _ANY
    return max(label, longest * letter) + PADDING
