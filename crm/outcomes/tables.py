"""Values out of a table: which column is what, which rows are meant, and how rows make the value of a period.

A row is a period's value, or a part of it; or it is a record, as in an export of REDCap. Pure.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from enum import auto

from crm.base import Labelled
from crm.organisations.cells import folded
from crm.organisations.reading import Sheet
from crm.organisations.rows import Entry
from crm.outcomes import periods
from crm.outcomes.models import Measure, Origin
from crm.outcomes.values import COUNTED, Given, Line, is_share, line, period_of, read_day, read_number


class Combine(Labelled):
    EACH = auto()
    SUM = auto()
    MEAN = auto()
    COUNT = auto()
    SHARE = auto()

    @property
    def label(self) -> str:
        return {
            "each": "Each row is the value of a period",
            "sum": "The rows of a period are added up",
            "mean": "The mean of the rows of a period",
            "count": "The rows of a period are counted",
            "share": "The share of the rows of a period that say yes",
        }[self.value]


PERIOD, VALUE, TOP, BOTTOM, SIZE = "period", "value", "numerator", "denominator", "n"
#: The columns that a plan may name, and the headings, folded, under which people keep them.
COLUMNS: dict[str, tuple[str, ...]] = {
    PERIOD: ("period", "month", "date", "week", "quarter", "periodon", "day", "visitdate", "surveydate"),
    VALUE: ("value", "rate", "result", "score", "count", "followers", "mean", "percent"),
    TOP: ("numerator", "breaches", "missed", "events", "cases", "yes"),
    BOTTOM: ("denominator", "attendances", "booked", "total", "all", "outof"),
    SIZE: ("n", "number", "respondents", "answers"),
}
#: What makes a record of REDCap the same record.
RECORD = ("recordid", "redcapeventname", "redcaprepeatinstrument", "redcaprepeatinstance")
YES, NO = {"1", "yes", "y", "true", "checked"}, {"0", "no", "n", "false", "unchecked"}


@dataclass(frozen=True)
class Plan:
    """In which column, by position, each thing stands; and of which rows: those that say so in a column."""

    combine: Combine
    places: dict[str, int]
    only: tuple[tuple[int, str], ...] = ()


@dataclass
class Part:
    """A row that is taken: its period, and what it gives."""

    entry: Entry
    typed_on: date
    given: Given


@dataclass
class Table:
    """What a table says: the lines that it makes, the rows that are refused, and those that are left out."""

    lines: list[Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    by_period: dict[date, Entry] = field(default_factory=dict)
    rows: int = 0
    #: Rows that the choice of rows leaves out, and records that say nothing.
    left_out: int = 0
    silent: int = 0

    @property
    def refused(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.problems]


def origin_of(sheet: Sheet, *, is_pasted: bool) -> Origin:
    if is_redcap(sheet):
        return Origin.REDCAP
    return Origin.PASTED if is_pasted else Origin.FILE


def is_redcap(sheet: Sheet) -> bool:
    names = {folded(column) for column in sheet.columns}
    return "recordid" in names or any(name.startswith("redcap") for name in names)


def guess(sheet: Sheet) -> dict[str, int]:
    """In which column each thing stands, as the headings say."""
    headings = [folded(column) for column in sheet.columns]
    found = {
        name: next((headings.index(one) for one in wanted if one in headings), None)
        for name, wanted in COLUMNS.items()
    }
    if found[PERIOD] is None:
        found[PERIOD] = next((at for at, one in enumerate(headings) if "date" in one), None)
    return {name: place for name, place in found.items() if place is not None}


def values_of(sheet: Sheet, place: int) -> list[str]:
    """What stands in a column, each once."""
    return sorted(
        {cells[place].strip() for cells in sheet.rows if place < len(cells) and cells[place].strip()}
    )


def read(sheet: Sheet, plan: Plan, measure: Measure, today: date) -> Table:
    table, parts = Table(rows=len(sheet.rows)), []
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        if any(_cell(cells, place) != text for place, text in plan.only):
            table.left_out += 1
            continue
        entry = Entry(number, cells)
        table.entries.append(entry)
        if part := _part(entry, sheet, plan, measure, today):
            parts.append(part)
        elif not entry.problems:
            table.silent += 1
    _refuse_same_records(table.entries, sheet)
    whole = [part for part in parts if not part.entry.problems]
    for part in whole:
        table.by_period[periods.first_day(measure.frequency, part.typed_on)] = part.entry
    make = _each if plan.combine is Combine.EACH else _together
    table.lines = make(whole, sheet, plan, measure, today)
    return table


def _cell(cells: list[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


def _part(entry: Entry, sheet: Sheet, plan: Plan, measure: Measure, today: date) -> Part | None:
    """What a row gives; None where it is refused, or is a record that says nothing."""
    typed_on, given = _day(entry, sheet, plan, measure, today), {}
    for name in (VALUE, TOP, BOTTOM, SIZE):
        if name not in plan.places:
            continue
        text = _cell(entry.cells, plan.places[name])
        try:
            given[name] = _meant(text, name, plan)
        except ValueError as fault:
            entry.refuse(sheet.columns[plan.places[name]], text, _sentence(fault))
    if entry.problems or typed_on is None:
        return None
    if plan.combine in (Combine.MEAN, Combine.SHARE) and all(one is None for one in given.values()):
        return None
    part = Part(entry, typed_on, Given(**given))
    if plan.combine is Combine.SUM:
        _refuse_impossible(part, sheet, plan, measure)
    return None if entry.problems else part


def _day(entry: Entry, sheet: Sheet, plan: Plan, measure: Measure, today: date) -> date | None:
    text, heading = _cell(entry.cells, plan.places[PERIOD]), sheet.columns[plan.places[PERIOD]]
    if not text:
        entry.refuse(heading, "", "The period is missing.")
        return None
    try:
        typed_on = read_day(text)
        period_of(measure, typed_on, today)
    except ValueError as fault:
        entry.refuse(heading, text, _sentence(fault))
        return None
    return typed_on


def _meant(text: str, name: str, plan: Plan) -> float | None:
    if plan.combine is Combine.SHARE:
        return _said_yes(text)
    if not text:
        if name == SIZE or plan.combine is Combine.MEAN:
            return None
        if name == VALUE and {TOP, BOTTOM} <= plan.places.keys():
            return None
        raise ValueError(f"the {name} is missing")
    return read_number(text)


def _said_yes(text: str) -> float | None:
    if not text:
        return None
    if text.casefold() in YES | NO:
        return float(text.casefold() in YES)
    raise ValueError("this is neither yes nor no; write 1 or 0")


def _refuse_impossible(part: Part, sheet: Sheet, plan: Plan, measure: Measure) -> None:
    """What no part of a sum may be: the sum could hide it."""
    given = part.given
    for name in (VALUE, TOP, BOTTOM):
        amount = getattr(given, name)
        is_count = name != VALUE or measure.value_kind in COUNTED
        if amount is not None and amount < 0 and is_count:
            part.entry.refuse(
                sheet.columns[plan.places[name]], str(amount), f"A {name} is not negative here."
            )
    top, bottom = given.numerator, given.denominator
    if is_share(measure) and None not in (top, bottom) and top > bottom:
        said = "The numerator is above its denominator."
        part.entry.refuse(sheet.columns[plan.places[TOP]], str(top), said)


def _refuse_same_records(entries: list[Entry], sheet: Sheet) -> None:
    if not is_redcap(sheet):
        return
    places = [at for at, column in enumerate(sheet.columns) if folded(column) in RECORD]
    seen: dict[tuple, int] = {}
    for entry in entries:
        key = tuple(_cell(entry.cells, place) for place in places)
        if key in seen:
            entry.refuse(sheet.columns[places[0]], key[0], f"Row {seen[key]} is the same record.")
        seen.setdefault(key, entry.number)


def _each(parts: list[Part], sheet: Sheet, plan: Plan, measure: Measure, today: date) -> list[Line]:
    made, seen = [], {}
    heading = sheet.columns[plan.places[PERIOD]]
    for part in parts:
        entry, text = part.entry, _cell(part.entry.cells, plan.places[PERIOD])
        first = periods.first_day(measure.frequency, part.typed_on)
        if first in seen:
            name = periods.name(measure.frequency, first)
            entry.refuse(heading, text, f"{name[:1].upper()}{name[1:]} stands in row {seen[first]} already.")
            continue
        seen[first] = entry.number
        if one := _line(part, sheet, plan, measure, today):
            made.append(one)
    return made


def _line(part: Part, sheet: Sheet, plan: Plan, measure: Measure, today: date) -> Line | None:
    try:
        return line(measure, part.typed_on, part.given, today, row=part.entry.number)
    except ValueError as fault:
        at = plan.places.get(TOP, plan.places.get(VALUE, plan.places[PERIOD]))
        part.entry.refuse(sheet.columns[at], _cell(part.entry.cells, at), _sentence(fault))
        return None


def _together(parts: list[Part], sheet: Sheet, plan: Plan, measure: Measure, today: date) -> list[Line]:
    groups: dict[date, list[Part]] = defaultdict(list)
    for part in parts:
        groups[periods.first_day(measure.frequency, part.typed_on)].append(part)
    made = []
    for first, group in sorted(groups.items()):
        whole = Part(group[-1].entry, first, _combined(plan.combine, [part.given for part in group]))
        if one := _line(whole, sheet, plan, measure, today):
            made.append(replace(one, typed_on=_inside(group, first)))
    return made


def _inside(group: list[Part], first: date) -> date:
    """A day of the group that is not the period's first, if there is one."""
    return next((part.typed_on for part in group if part.typed_on != first), first)


def _combined(combine: Combine, parts: list[Given]) -> Given:
    if combine is Combine.COUNT:
        return Given(value=float(len(parts)))
    if combine is Combine.SUM:
        return Given(
            *(_total([getattr(part, name) for part in parts]) for name in (VALUE, TOP, BOTTOM, SIZE))
        )
    said = [part.value for part in parts if part.value is not None]
    if combine is Combine.SHARE:
        return Given(numerator=sum(said), denominator=float(len(said)))
    return Given(value=sum(said) / len(said), n=float(len(said)))


def _total(amounts: list[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _sentence(fault: ValueError) -> str:
    said = str(fault)
    return f"{said[:1].upper()}{said[1:]}."
