"""Observations pasted from a sheet: read whole, every fault named at once."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Line:
    number: int
    period_on: date
    value: float
    numerator: float | None = None
    denominator: float | None = None


def read(text: str, *, is_percent: bool, today: date) -> tuple[list[Line], list[str]]:
    """The lines of a paste, and what is wrong with the others, each as a sentence.

    A line is a period and a value, or a period, a numerator and a denominator, apart by tab, semicolon or
    comma. A period is 2026-03-01, 2026-03 or Mar 2026. A first line of words is taken for the header.
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
            line = _line(number, cells, is_percent, today)
            if line.period_on in seen:
                raise ValueError(f"the period stands in line {seen[line.period_on]} already")
        except ValueError as fault:
            faults.append(f"Line {number}, “{raw.strip()[:60]}”: {fault}.")
            continue
        seen[line.period_on] = number
        lines.append(line)
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


def _line(number: int, cells: list[str], is_percent: bool, today: date) -> Line:
    if len(cells) not in (2, 3):
        raise ValueError("it needs a period and a value, or a period, a numerator and a denominator")
    period_on = _period(cells[0])
    if period_on > today:
        raise ValueError("the period lies in the future")
    if len(cells) == 2:
        return Line(number, period_on, _number(cells[1]))
    top, bottom = _number(cells[1]), _number(cells[2])
    value = ratio(top, bottom, is_percent=is_percent)
    return Line(number, period_on, value, top, bottom)


def ratio(numerator: float, denominator: float, *, is_percent: bool) -> float:
    """The value that a numerator and a denominator make; ValueError where they make none."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("a numerator is not negative and a denominator is above 0")
    if is_percent and numerator > denominator:
        raise ValueError("the numerator is above its denominator")
    return numerator / denominator * (100 if is_percent else 1)


def _period(text: str) -> date:
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:T.*)?", text):
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
        if match := re.fullmatch(r"([A-Za-z]{3})[a-z]*\.?[ -](\d{4})", text):
            return date(int(match[2]), MONTHS.index(match[1].lower()) + 1, 1)
    except ValueError:
        pass
    raise ValueError("the period is not read; write it as 2026-03-01 or 2026-03")


def _number(text: str) -> float:
    plain = text.replace(" ", "").replace("\u00a0", "").removesuffix("%")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?\d+,\d+", plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", plain) or len(plain) > 15:
        raise ValueError(f"“{text}” is not a number")
    return float(plain)
