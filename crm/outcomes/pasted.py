"""Observations pasted from a sheet: read whole, every fault named at once."""

import csv
import re
from collections.abc import Iterable
from datetime import date

from crm.outcomes.models import Measure
from crm.outcomes.values import Given, Line, line, read_day, read_number


def read(text: str, measure: Measure, *, today: date) -> tuple[list[Line], list[str]]:
    """The lines of a paste, and what is wrong with the others, each as a sentence.

    A line is a period and a value, or a period, a numerator and a denominator, apart by tab, semicolon or
    comma. A period is 2026-03-01, 2026-03 or Mar 2026; a day within a period stands for it. A first line of
    words is taken for the header.
    """
    lines, faults, seen, names_three = [], [], {}, False
    for number, raw in enumerate(text.splitlines(), 1):
        cells = _cells(raw)
        if number == 1 and any(cells) and _is_header(cells):
            names_three = len(cells) == 3
            continue
        if not any(cells):
            continue
        try:
            if not names_three:
                _refuse_ambiguous(raw, cells)
            one = _line(number, cells, measure, today)
            if one.period_on in seen:
                raise ValueError(f"the period stands in line {seen[one.period_on]} already")
        except ValueError as fault:
            faults.append(f"Line {number}, “{raw.strip()[:60]}”: {fault}.")
            continue
        seen[one.period_on] = number
        lines.append(one)
    return lines, faults


def _cells(raw: str) -> list[str]:
    separator = "\t" if "\t" in raw else ";" if ";" in raw else ","
    cells = next(csv.reader([raw], delimiter=separator, skipinitialspace=True), [])
    return [cell.strip().strip('"') for cell in cells]


def _refuse_ambiguous(raw: str, cells: list[str]) -> None:
    """`2026-03,43,774` may be 43,774 or 43 of 774: only who wrote it knows."""
    if len(cells) == 3 and not set('\t;"') & set(raw):
        rest = f"{cells[1]},{cells[2]}"
        if re.fullmatch(r"-?\d{1,3},\d{3}(\.\d+)?|-?\d+,\d{1,2}", rest):
            raise ValueError(f"{rest} is one number or two; put semicolons or tabs between, or add a heading")


def _is_header(cells: Iterable[str]) -> bool:
    return not any(re.search(r"\d", cell) for cell in cells)


def _line(number: int, cells: list[str], measure: Measure, today: date) -> Line:
    if len(cells) not in (2, 3):
        raise ValueError("it needs a period and a value, or a period, a numerator and a denominator")
    typed_on, numbers = read_day(cells[0]), cells[1:]
    if typed_on > today:
        raise ValueError("the period lies in the future")
    given = [read_number(one) for one in numbers]
    return line(
        measure, typed_on, Given(*given) if len(given) == 1 else Given(None, *given), today, row=number
    )
