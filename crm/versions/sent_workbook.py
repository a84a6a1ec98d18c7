"""A workbook that came back: wherever its rows and columns were moved to, whatever they are called now."""

import re
import zlib
from base64 import b64decode
from binascii import Error as NotBase64

from xlsxwriter.utility import xl_rowcol_to_cell

from crm.errors import DomainError
from crm.organisations.workbooks import named_sheets
from crm.versions import layout as at
from crm.versions.content import parse
from crm.versions.sent import (
    TOO_LONG,
    Line,
    Mark,
    Note,
    Sent,
    mark_of,
    statement_of,
    text_of,
    weight_of,
)

#: More than a worksheet could be: what unpacks to more was made to do harm.
MOST_UNPACKED = 64 * 1024 * 1024
MOST_NOTE = 100_000
KEY = re.compile(r"([GS])(\d{1,9})\Z")
Cells = list[list]


def of_workbook(content: bytes, filename: str) -> Sent:
    sheets = named_sheets(content, filename, (at.MATRIX, at.NOTES, at.HIDDEN))
    matrix = sheets.get(at.MATRIX, [])
    if len(matrix) <= at.HEAD_ROW or len(matrix[0]) <= at.FIRST_STRATEGY:
        raise DomainError(f"“{filename}” has no sheet “{at.MATRIX}” as Plumbline writes it.")
    sent = Sent()
    _meta(sheets.get(at.HIDDEN, []), sent)
    columns = _strategies(matrix, sent)
    rows = _goals(matrix, sent)
    _refuse_copies(sent)
    _marks(matrix, rows, columns, sent)
    _notes(sheets.get(at.NOTES, []), sent)
    return sent


def _at(row: int, column: int, sheet: str = at.MATRIX) -> str:
    return f"{sheet}!{xl_rowcol_to_cell(row, column)}"


def _cell(cells: Cells, row: int, column: int):
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""


def _meta(cells: Cells, sent: Sent) -> None:
    """What the hidden sheet says. Where it is gone or broken, nothing is known of what the file began as."""
    said = [(text_of(row[0]), row[1]) for row in cells if len(row) > 1]
    named = dict(said)
    sent.engagement_id = int(text) if (text := text_of(named.get("engagement"))).isdecimal() else None
    packed = "".join(str(value) for name, value in said if name == at.PART)
    try:
        text = zlib.decompressobj().decompress(b64decode(packed, validate=True), MOST_UNPACKED).decode()
    except (NotBase64, zlib.error, UnicodeDecodeError, ValueError):
        return
    sent.base = parse(text) or None


def _key(value, letter: str) -> int | None:
    found = KEY.match(text_of(value))
    return int(found[2]) if found and found[1] == letter else None


def _strategies(matrix: Cells, sent: Sent) -> dict[int, Line]:
    """The columns that hold a strategy, known or new."""
    found = {}
    for column in range(at.FIRST_STRATEGY, len(matrix[at.HEAD_ROW])):
        mark = text_of(_cell(matrix, at.KEY_ROW, column))
        if mark == at.SUM:
            continue
        place = _at(at.HEAD_ROW, column)
        statement = statement_of(_cell(matrix, at.HEAD_ROW, column), place, sent)
        key = _key(mark, "S")
        if key or statement:
            found[column] = Line("strategy", key, statement, place)
    sent.strategies = list(found.values())
    return found


def _goals(matrix: Cells, sent: Sent) -> dict[int, Line]:
    """The rows that hold a goal, known or new."""
    found = {}
    for row in range(at.FIRST_GOAL, len(matrix)):
        mark = text_of(_cell(matrix, row, at.KEY_COLUMN))
        if mark == at.SUM:
            continue
        place = _at(row, at.GOAL_COLUMN)
        statement = statement_of(_cell(matrix, row, at.GOAL_COLUMN), place, sent)
        key = _key(mark, "G")
        weight = weight_of(_cell(matrix, row, at.WEIGHT_COLUMN), _at(row, at.WEIGHT_COLUMN), sent)
        if key or statement:
            found[row] = Line("goal", key, statement, place, weight)
        elif weight is not None:
            sent.refuse("{place} has a weight, but its row has no goal.", place=_at(row, at.WEIGHT_COLUMN))
    sent.goals = list(found.values())
    return found


def _refuse_copies(sent: Sent) -> None:
    for lines in (sent.goals, sent.strategies):
        seen: dict[int, Line] = {}
        for line in lines:
            first = seen.setdefault(line.key, line) if line.key else line
            if first is not line:
                sent.refuse(
                    "{place} is a copy of {first}: which one is meant? A new {kind} takes an empty one.",
                    place=line.place, first=first.place, kind=line.kind,
                )  # fmt: skip


def _marks(matrix: Cells, rows: dict[int, Line], columns: dict[int, Line], sent: Sent) -> None:
    sums = [text_of(cell) == at.SUM for cell in matrix[at.KEY_ROW]]
    for row in range(at.FIRST_GOAL, len(matrix)):
        if text_of(_cell(matrix, row, at.KEY_COLUMN)) == at.SUM:
            continue
        for column in range(at.FIRST_STRATEGY, len(matrix[row])):
            value = matrix[row][column]
            if value == "" or value is None or (column < len(sums) and sums[column]):
                continue
            _mark(value, _at(row, column), rows.get(row), columns.get(column), sent)


def _mark(value, place: str, goal: Line | None, strategy: Line | None, sent: Sent) -> None:
    mark = mark_of(value, place, sent)
    if mark is None:
        return
    if goal is None or strategy is None:
        sent.refuse(
            "{place} has a mark, but its {what} is not named.",
            place=place, what="row" if goal is None else "column",
        )  # fmt: skip
    else:
        sent.marks.append(Mark(goal, strategy, mark, place))


def _notes(cells: Cells, sent: Sent) -> None:
    goals, strategies = _Named(sent.goals), _Named(sent.strategies)
    for row in range(1, len(cells)):
        text = text_of(_cell(cells, row, at.NOTE_TEXT))
        if not text:
            continue
        place = _at(row, at.NOTE_TEXT, at.NOTES)
        pair = [
            named.find(_key(_cell(cells, row, key), letter), text_of(_cell(cells, row, name)))
            for named, letter, key, name in (
                (goals, "G", at.NOTE_GOAL_KEY, at.NOTE_GOAL),
                (strategies, "S", at.NOTE_STRATEGY_KEY, at.NOTE_STRATEGY),
            )
        ]
        if len(text) > MOST_NOTE:
            sent.refuse(TOO_LONG, place=place, most=MOST_NOTE)
        elif None in pair:
            what = "goal" if pair[0] is None else "strategy"
            sent.refuse(
                "{place}: choose the {what} that this note is about; none, or more than one, is called so.",
                place=place, what=what,
            )  # fmt: skip
        else:
            sent.notes.append(Note(*pair, text, place))


class _Named:
    """Goals or strategies by their id, and by what they are called now."""

    def __init__(self, lines: list[Line]):
        self.by_key = {line.key: line for line in lines if line.key}
        self.by_name: dict[str, list[Line]] = {}
        for line in lines:
            self.by_name.setdefault(line.statement or "", []).append(line)

    def find(self, key: int | None, name: str) -> Line | None:
        if key in self.by_key:
            return self.by_key[key]
        found = self.by_name.get(name, []) if name else []
        return found[0] if len(found) == 1 else None
