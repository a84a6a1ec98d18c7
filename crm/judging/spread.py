"""One cell of a closed round: what its raters said, how far they are apart, who should talk to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from crm.alignment.models import MARKS
from crm.words import plural

#: Raters so many steps of the scale apart dispute a cell: as crm.methods.disputes has it.
APART = 2
#: So many names are said; more are counted.
NAMED = 3


class Voice(NamedTuple):
    """What one rater said of a cell."""

    name: str
    mark: int
    note: str | None
    is_from_client: bool


class Reading(NamedTuple):
    """What the counts of a cell say; `span` in steps of the scale, `spread` the variance in steps."""

    raters: int
    lowest: int
    highest: int
    span: int
    median: int
    spread: float


@lru_cache(maxsize=4096)
def read(counts: tuple[int, ...]) -> Reading:
    """The median is the lower one: the lowest mark with at least half of the raters at or below it."""
    steps = [at for at, count in enumerate(counts) for _ in range(count)]
    mean = sum(steps) / len(steps)
    spread = sum((at - mean) ** 2 for at in steps) / len(steps)
    low, high, middle = steps[0], steps[-1], steps[(len(steps) - 1) // 2]
    return Reading(len(steps), MARKS[low], MARKS[high], high - low, MARKS[middle], spread)


class Cell(NamedTuple):
    """A goal and a strategy. `counts` are the raters who gave 0, 1, 3 and 9; `stands` is the agreed mark."""

    goal_id: int
    strategy_id: int
    goal: str
    strategy: str
    counts: tuple[int, int, int, int]
    stands: int | None = None
    changed_at: datetime | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.goal_id, self.strategy_id

    @property
    def said(self) -> Reading:
        return read(self.counts)

    @property
    def is_disputed(self) -> bool:
        return read(self.counts).span >= APART

    @property
    def distribution(self) -> list[tuple[int, int]]:
        """Each mark of the scale and how many gave it, the highest first."""
        return list(zip(MARKS, self.counts, strict=True))[::-1]


def whom_to_ask(cell: Cell, voices: Sequence[Voice]) -> str:
    """Talk to Maria Delgado, who says 9, and Daniel Okafor, who says 0: what does the one side see …?"""
    high = [voice.name for voice in voices if voice.mark == cell.said.highest]
    low = [voice.name for voice in voices if voice.mark == cell.said.lowest]
    if not high or not low:
        return ""
    say = "says" if len(high) == 1 else "say", "says" if len(low) == 1 else "say"
    return (
        f"Talk to {_names(high)}, who {say[0]} {cell.said.highest}, "
        f"and {_names(low)}, who {say[1]} {cell.said.lowest}: "
        "what does the one side see that the other does not?"
    )


def _names(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {plural(len(names) - NAMED, 'more', 'more')}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
