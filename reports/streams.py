"""A list too long to be held: its rows come in parts, and each writer passes them on as they come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.model import Column, Value

#: The values of each column of a part, in the order of the columns; all are of one length.
Part = Sequence[Sequence[Value]]


class BrokenStreamError(RuntimeError):
    """More or fewer rows came than were counted: what was written so far is no whole file."""


@dataclass(frozen=True, eq=False)
class Stream:
    """A list of `rows` rows, counted before the first is read. Money has no place in it: floats would not do.

    `made_at` is an aware instant.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    parts: Iterable[Part]
    rows: int
    as_of: date
    made_at: datetime
    notes: tuple[str, ...] = ()

    def checked(self) -> Iterator[Part]:
        """The parts. Raises BrokenStreamError at the end where their rows are not as many as were counted."""
        came = 0
        for part in self.parts:
            came += len(part[0])
            yield part
        if came != self.rows:
            raise BrokenStreamError(f"{self.name}: {came} rows came, {self.rows} were counted")

    @property
    def file_name(self) -> str:
        """What the file is called, but for its ending: it says how many rows there are."""
        return f"plumbline-{self.name}-{self.as_of.isoformat()}-{self.rows}-rows"
