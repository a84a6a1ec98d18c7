"""What somebody sent back in a file, and how its cells are understood: every fault is named with its place.

A number is what it says, however the program wrote it: 3, 3.0 and "3"
are the same mark.
"""

import re
from dataclasses import dataclass, field

from crm.alignment.models import MARKS
from crm.versions.content import Content

MOST_TEXT = 255
BAD_MARK = "{place} holds {value}: a mark is 0, 1, 3 or 9."
BAD_WEIGHT = "{place} holds {value}: a weight is a whole number from 0 to 100."
TOO_LONG = "{place} is longer than {most:,} characters."


@dataclass(eq=False)
class Line:
    """A goal or a strategy of the file: with its id, or new."""

    kind: str
    key: int | None
    statement: str | None
    place: str
    weight: int | None = None


@dataclass(frozen=True)
class Mark:
    goal: Line
    strategy: Line
    value: int
    place: str


@dataclass(frozen=True)
class Note:
    goal: Line
    strategy: Line
    text: str
    place: str


@dataclass
class Sent:
    """The file: what stands in it, what it was made from (None where it does not say), what is wrong."""

    engagement_id: int | None = None
    base: Content | None = None
    goals: list[Line] = field(default_factory=list)
    strategies: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def refuse(self, sentence: str, **said) -> None:
        self.problems.append(sentence.format(**said))


def text_of(value) -> str:
    """A cell as it reads."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip() if value is not None else ""


def whole(value) -> int | None:
    """The whole number that a cell holds; ValueError for anything else; None for an empty one."""
    if isinstance(value, bool):
        raise ValueError("a truth is no number")
    text = text_of(value)
    if not text:
        return None
    number = float(text.replace(",", ".")) if re.fullmatch(r"\d{1,9}([.,]\d+)?", text) else float("nan")
    if not number.is_integer():
        raise ValueError(f"not whole: {text}")
    return int(number)


def quoted(value) -> str:
    return f"“{str(value).upper() if isinstance(value, bool) else text_of(value)}”"


def mark_of(value, place: str, sent: Sent) -> int | None:
    try:
        mark = whole(value)
    except ValueError:
        mark = -1
    if mark is not None and mark not in MARKS:
        sent.refuse(BAD_MARK, place=place, value=quoted(value))
        return None
    return mark


def weight_of(value, place: str, sent: Sent) -> int | None:
    try:
        weight = whole(value)
    except ValueError:
        weight = -1
    if weight is not None and not 0 <= weight <= 100:
        sent.refuse(BAD_WEIGHT, place=place, value=quoted(value))
        return None
    return weight


def statement_of(value, place: str, sent: Sent) -> str | None:
    text = text_of(value)
    if len(text) > MOST_TEXT:
        sent.refuse(TOO_LONG, place=place, most=MOST_TEXT)
    return text[:MOST_TEXT] or None
