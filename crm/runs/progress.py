"""How far a run is, written down while it is made: at most twice a second, and never backwards."""

from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from time import monotonic
from typing import TypeVar

from flask import Flask

from crm.jobs.running import place, stopping
from crm.runs import life
from crm.transactions import one
from reports.streams import Part

#: Seconds between two looks at whether it is still wanted.
PAUSE = 0.5
#: Bytes of a file that are passed on at a time.
PIECE = 1 << 18
T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - what happened
    """The worker was told to stop: another one makes the run."""


class Progress:
    def __init__(self, app: Flask, run: int, claim: str):
        self.app, self.run, self.claim = app, run, claim
        self._told = 0.0

    def step(self, name: str, permille: int) -> None:
        """A step begins."""
        # The session that reads goes on as who it reads for: what this one is told stays its own.
        copy_context().run(self._tell, name, permille)

    def _tell(self, name: str, permille: int) -> None:
        if stopping.is_set():
            raise Stopped
        with place(self.app), one():
            life.tell(self.run, self.claim, name, permille)
        self._told = monotonic()

    def _along(self, said: Callable[[], tuple[str, int]]) -> None:
        if monotonic() - self._told >= PAUSE:
            self.step(*said())

    def rows(self, parts: Iterable[Part], count: int, first: int, last: int) -> Iterator[Part]:
        """The parts of a list as they come: so many of so many rows."""
        came = 0
        for part in parts:
            yield part
            came += len(part[0])
            here = first + (last - first) * came // max(count, 1)
            self._along(lambda came=came, here=here: (f"{came:,} of {count:,} rows", here))

    def bytes(self, content: bytes, name: str, first: int, last: int) -> Iterator[bytes]:
        """A file in pieces, on its way to where it is kept."""
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]
            here = first + (last - first) * start // len(content)
            self._along(lambda here=here: (name, here))
