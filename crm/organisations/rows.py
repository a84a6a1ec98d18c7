"""The rows of a file as entries: clean values and everything that is wrong with each, at once."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from crm.organisations.cells import clean, is_blank
from crm.organisations.mapping import Plan, label
from crm.organisations.reading import REJECT_COLUMNS, Sheet, escaped

LONGEST_SHOWN = 120


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where in the file, with what, and why, in a sentence."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.value!r}: {self.reason}"


@dataclass(slots=True, eq=False)
class Entry:
    """One row: its cells as they came, its clean values, and what the database holds of it already."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    organisation_id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    new_identifiers: list[tuple[str, str]] = field(default_factory=list)
    new_tags: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.organisation_id is None

    @property
    def is_changed(self) -> bool:
        return bool(self.changes or self.new_identifiers or self.new_tags)

    def refuse(self, column: str, value: str, reason: str) -> None:
        shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
        self.problems.append(Problem(self.number, column, shown, reason))


def entries(sheet: Sheet, plan: Plan) -> list[Entry]:
    return [_entry(number, cells, plan) for number, cells in zip(sheet.numbers, sheet.rows, strict=True)]


def _entry(number: int, cells: list[str], plan: Plan) -> Entry:
    entry = Entry(number, cells, dict(plan.constants))
    if surplus := [cell for cell in cells[len(plan.columns) :] if cell.strip()]:
        reason = f"The row has more cells than the {len(plan.columns)} columns; is a separator inside a cell?"
        entry.refuse("beyond the last column", " ".join(surplus), reason)
    for name, positions in plan.sources.items():
        if not (text := _text(cells, positions, keeps_lines=name == "description")):
            continue
        try:
            entry.values[name] = clean(name, text)
        except ValueError as error:
            entry.refuse(plan.heading(name), text, str(error))
    return entry


def _text(cells: list[str], positions: tuple[int, ...], *, keeps_lines: bool) -> str:
    """The cells as one text, with single spaces; what stands for nothing is nothing."""
    given = [cells[position] for position in positions if position < len(cells)]
    if keeps_lines:
        return "\n".join(cell.strip() for cell in given if not is_blank(cell.strip()))
    return ", ".join([text for cell in given if (text := _plain(cell))])


def _plain(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if is_blank(text) else text


def refuse_nameless(entry: Entry, plan: Plan) -> None:
    """An organisation that is new has a name; of one that is known a blank cell erases nothing."""
    refused = any(problem.column == plan.heading("name") for problem in entry.problems)
    if entry.is_new and "name" not in entry.values and not refused:
        entry.refuse(plan.heading("name"), "", f"{label('name')} is missing.")


def rejects(sheet: Sheet, refused: Iterable[Entry]) -> str:
    """The refused rows as CSV, with their numbers and why, to mend and import again; blank without any."""
    had = len(REJECT_COLUMNS) if sheet.columns[: len(REJECT_COLUMNS)] == REJECT_COLUMNS else 0
    out = StringIO(newline="")
    writer = csv.writer(out)
    for entry in refused:
        if not out.tell():
            writer.writerow(escaped(cell) for cell in (*REJECT_COLUMNS, *sheet.columns[had:]))
        why = " ".join(f"{problem.column}: {problem.reason}" for problem in entry.problems)
        writer.writerow(escaped(cell) for cell in (str(entry.number), why, *entry.cells[had:]))
    return out.getvalue()
