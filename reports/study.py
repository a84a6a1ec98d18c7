"""The report of a study as a document: headings, paragraphs and tables, as reviewers expect them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Rows(NamedTuple):
    """A table: what it is called, its columns, and its cells as text."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


class Section(NamedTuple):
    """A heading of level 2 or 3 with what stands under it."""

    heading: str
    level: int
    paragraphs: list[str]
    table: Rows | None = None


@dataclass(frozen=True)
class Study:
    """What is missing stands in square brackets, as a task for the author."""

    title: str
    subtitle: str
    as_of: date
    made_at: datetime
    abstract: list[tuple[str, str]]
    sections: list[Section]
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """How many of its paragraphs are still to be written."""
        every = [text for section in self.sections for text in section.paragraphs]
        every += [text for _, text in self.abstract]
        return sum(text.startswith("[") for text in every)


def missing(what: str) -> str:
    return f"[Not said yet: {what}]"
