"""What the CSV exports of other time trackers say: which tool wrote one, and what its cells mean. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from crm.organisations.cells import folded
from crm.sessions.models_time import TimeKind
from crm.timesheets import weeks

Order = Literal["day", "month"]


@dataclass(frozen=True)
class Tracker:
    """One tool: the headings, folded, by which it is known, and where each field stands."""

    name: str
    label: str
    marks: frozenset[str]
    headings: Mapping[str, tuple[str, ...]]


_SPANS = {
    "person": ("user",),
    "email": ("email",),
    "client": ("client",),
    "project": ("project",),
    "task": ("task",),
    "note": ("description",),
    "billable": ("billable",),
    "start_on": ("startdate",),
    "start_at": ("starttime",),
    "end_at": ("endtime",),
    "tags": ("tags",),
}
CLOCKIFY = Tracker(
    "clockify",
    "Clockify",
    frozenset({"durationh", "startdate", "project"}),
    _SPANS | {"duration": ("durationh",), "hours": ("durationdecimal",)},
)
TOGGL = Tracker(
    "toggl",
    "Toggl Track",
    frozenset({"duration", "startdate", "project"}),
    _SPANS | {"duration": ("duration",)},
)
HARVEST = Tracker(
    "harvest",
    "Harvest",
    frozenset({"date", "hours", "project", "firstname", "lastname"}),
    {
        "first": ("firstname",),
        "last": ("lastname",),
        "email": ("email",),
        "client": ("client",),
        "project": ("project",),
        "task": ("task",),
        "note": ("notes",),
        "billable": ("billable",),
        "start_on": ("date",),
        "hours": ("hours",),
    },
)
TRACKERS = (CLOCKIFY, TOGGL, HARVEST)
_DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_YES, _NO = (
    frozenset({"yes", "true", "1", "y", "billable"}),
    frozenset({"no", "false", "0", "n", "nonbillable", ""}),
)
#: Words in the name of a task or a tag that give its kind away.
_WORDS = {
    "travel": TimeKind.TRAVEL,
    "prep": TimeKind.PREPARATION,
    "plan": TimeKind.PREPARATION,
    "follow": TimeKind.FOLLOW_UP,
    "admin": TimeKind.ADMINISTRATION,
    "coach": TimeKind.COACHING,
    "session": TimeKind.COACHING,
    "meeting": TimeKind.COACHING,
}


def detect(columns: Iterable[str]) -> Tracker | None:
    """The tool whose headings these are."""
    known = {folded(column) for column in columns}
    return next((one for one in TRACKERS if one.marks <= known), None)


def places(tracker: Tracker, columns: Sequence[str]) -> dict[str, int]:
    """The column of each field of the tool that the file has."""
    known: dict[str, int] = {}
    for place, column in enumerate(columns):
        known.setdefault(folded(column), place)
    found = {
        field: next((known[name] for name in names if name in known), None)
        for field, names in tracker.headings.items()
    }
    return {field: place for field, place in found.items() if place is not None}


def guess_order(days: Iterable[str]) -> Order:
    """Whether the day or the month comes first: what a part above 12 gives away, else what the dots say."""
    dotted = False
    for text in days:
        if found := _DAY.fullmatch(text.strip()):
            first, second = int(found[1]), int(found[2])
            if 12 < first <= 31:
                return "day"
            if second > 12 and first <= 12:
                return "month"
            dotted = dotted or "." in text
    return "day" if dotted else "month"


def guess_kind(label: str) -> TimeKind:
    lowered = label.casefold()
    return next((kind for word, kind in _WORDS.items() if word in lowered), TimeKind.COACHING)


def day(text: str, order: Order) -> date:
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError("This is not a day, such as 2026-03-31.")
    first, second, third = map(int, found.groups())
    if len(found[1]) == 4:
        year, month, number = first, second, third
    else:
        year = third + 2000 if third < 100 else third
        number, month = (first, second) if order == "day" else (second, first)
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"This is not a day when the {order} comes first.") from None


def time_of_day(text: str) -> int:
    """Minutes after midnight, by a clock of 24 or of 12 hours."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError("This is not a time, such as 14:30 or 2:30 PM.")
    hour, minute, half = int(found[1]), int(found[2]), (found[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("A clock with AM and PM goes from 1 to 12.")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise ValueError("This is not a time, such as 14:30 or 2:30 PM.")
    return hour * 60 + minute


def duration(text: str) -> int:
    """Minutes out of 01:30:00, 1:30, 1.5 or 1,5; never none."""
    minutes = weeks.minutes(text)
    if not minutes:
        raise ValueError("This is less than half a minute: there is nothing to log.")
    return minutes


def yes(text: str) -> bool:
    word = folded(text)
    if word not in _YES | _NO:
        raise ValueError("Billable is yes or no.")
    return word in _YES


#: The fields that a row cannot do without, and what is said where one is missing.
NEEDED = {"start_on": "The day is missing.", "project": "The project is missing."}


def clean(field: str, text: str, order: Order) -> Any:
    """What the text means for this field. Raises ValueError with a sentence."""
    if field == "start_on":
        return day(text, order)
    if field in ("start_at", "end_at"):
        return time_of_day(text)
    if field in ("duration", "hours"):
        return duration(text)
    return yes(text) if field == "billable" else text
