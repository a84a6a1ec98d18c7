"""A pasted list as a table, and which column of a table is which field. Pure: no web, no database."""

import re
from enum import auto
from typing import NamedTuple

from crm.base import Labelled
from crm.errors import DomainError
from crm.organisations.cells import folded
from crm.organisations.reading import Sheet

#: More than anybody could align; a file with more is not a list of goals.
MOST_ROWS = 500
SEPARATORS = ("\t", "|", ";")
#: What a line of a list begins with besides its words: a bullet, a tick box, a number, a letter.
BULLET = re.compile(
    r"""^\s* (?: [-*+•‣◦▪●○–—·]+ \s+ )?
    (?: \[[\ xX]?\] \s+ | \(? \d{1,3} (?:\.\d{1,3})* [.):] \s+ | \(? [a-zA-Z] [.)] \s+ )?""",
    re.VERBOSE,
)


class What(Labelled):
    GOALS = auto()
    STRATEGIES = auto()


class Field(NamedTuple):
    label: str
    #: The headings, folded, under which people keep it.
    headings: tuple[str, ...] = ()


FIELDS: dict[What, dict[str, Field]] = {
    What.GOALS: {
        "statement": Field("Goal", ("statement", "goals", "objective", "aim", "businessgoal")),
        "weight": Field("Weight", ("points", "importance")),
        "owner": Field("Owner", ("responsible", "lead", "who")),
        "why": Field("Why it matters", ("why", "reason", "rationale")),
        "horizon_on": Field("To be reached by", ("horizon", "by", "due", "deadline", "date")),
        "perspective": Field("Perspective"),
        "level": Field("Level"),
        "smart_text": Field("SMART restatement", ("smart",)),
        "how_measured": Field("Measured by", ("measure", "metric", "kpi", "indicator")),
        "unit": Field("Unit"),
        "start_value": Field("From", ("start", "baseline", "startvalue")),
        "target_value": Field("To", ("target", "targetvalue")),
    },
    What.STRATEGIES: {
        "statement": Field("Strategy", ("statement", "strategies", "initiative", "tactic", "project")),
        "effort_hours": Field("Effort in hours", ("effort", "hours", "efforthours")),
        "owner": Field("Owner", ("responsible", "lead", "who")),
        "starts_on": Field("Starts", ("start", "from", "begin")),
        "ends_on": Field("Ends", ("end", "to", "until", "due", "deadline")),
        "cost": Field("Money", ("cost", "budget")),
        "currency": Field("Currency"),
        "resources": Field("Other resources", ("resources",)),
        "audience": Field("Audience", ("targetaudience", "whom")),
        "audience_needs": Field("What they need", ("audienceneeds", "needs")),
        "objective": Field("Objective"),
        "key_message": Field("Key message", ("message",)),
        "channels": Field("Other channels", ("channels", "channel")),
        "partners": Field("Partners", ("partner",)),
    },
}


def pasted(text: str, what: What) -> Sheet:
    """The lines as rows, without their bullets; cells are told apart by what most of the lines hold."""
    lines = [(number, BULLET.sub("", line).strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise DomainError("There is nothing in this list: write one on each line.")
    separator = _separator([line for _, line in lines])
    rows = [[cell.strip() for cell in line.split(separator)] if separator else [line] for _, line in lines]
    numbers = [number for number, _ in lines]
    has_header = len(rows) > 1 and _is_header(rows[0], what)
    width = max(len(row) for row in rows)
    columns = rows[0] if has_header else [field.label for field in FIELDS[what].values()]
    columns = [*columns[:width], *(f"Column {place}" for place in range(len(columns) + 1, width + 1))]
    first = int(has_header)
    return Sheet(tuple(_unlike(columns)), rows[first:], numbers[first:], separator, None, has_header)


def _unlike(columns: list[str]) -> list[str]:
    """The headings, those that are blank or repeated told apart by where they stand."""
    return [
        name if name and name not in columns[:place] else f"Column {place + 1}"
        for place, name in enumerate(columns)
    ]


def _separator(lines: list[str]) -> str | None:
    counts = {one: sum(one in line for line in lines) for one in SEPARATORS}
    best = max(SEPARATORS, key=counts.__getitem__)
    return best if counts[best] * 2 >= len(lines) else None


def _is_header(cells: list[str], what: What) -> bool:
    known = {name for field in FIELDS[what].values() for name in (folded(field.label), *field.headings)}
    return all(folded(cell) in known for cell in cells if cell)


def guess(sheet: Sheet, what: What) -> dict[str, int]:
    """In which column each field stands, as the headings say; the statement is in the first, else."""
    places: dict[str, int] = {}
    headings = [folded(column) for column in sheet.columns]
    for name, field in FIELDS[what].items():
        wanted = (folded(field.label), folded(name), *field.headings)
        found = next((headings.index(one) for one in wanted if one in headings), None)
        if found is not None and found not in places.values():
            places[name] = found
    if "statement" not in places:
        places["statement"] = next((at for at in range(len(headings)) if at not in places.values()), 0)
    return places


def refuse_long(sheet: Sheet) -> Sheet:
    if len(sheet.rows) > MOST_ROWS:
        raise DomainError(f"This has {len(sheet.rows):,} rows; a worksheet takes {MOST_ROWS} at once.")
    return sheet
