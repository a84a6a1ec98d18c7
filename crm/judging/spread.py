"""One cell of a closed round: what its raters said, how far they are apart, who should talk to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Cell:
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
    def raters(self) -> int:
        return sum(self.counts)

    @property
    def _given(self) -> list[int]:
        return [at for at, count in enumerate(self.counts) if count]

    @property
    def lowest(self) -> int:
        return MARKS[self._given[0]]

    @property
    def highest(self) -> int:
        return MARKS[self._given[-1]]

    @property
    def span(self) -> int:
        """Steps of the scale between the lowest and the highest."""
        return self._given[-1] - self._given[0]

    @property
    def is_disputed(self) -> bool:
        return self.span >= APART

    @property
    def spread(self) -> float:
        """The variance of the marks, in steps of the scale."""
        mean = sum(at * count for at, count in enumerate(self.counts)) / self.raters
        return sum(count * (at - mean) ** 2 for at, count in enumerate(self.counts)) / self.raters

    @property
    def median(self) -> int:
        """The lower median: the lowest mark with at least half of the raters at or below it."""
        reached = 0
        for mark, count in zip(MARKS, self.counts, strict=True):
            reached += count
            if 2 * reached >= self.raters:
                return mark
        raise AssertionError("a cell without a rater is no cell of a round")

    @property
    def distribution(self) -> list[tuple[int, int]]:
        """Each mark of the scale and how many gave it, the highest first."""
        return list(zip(MARKS, self.counts, strict=True))[::-1]


def whom_to_ask(cell: Cell, voices: Sequence[Voice]) -> str:
    """Talk to Maria Delgado, who says 9, and Daniel Okafor, who says 0: what does the one side see …?"""
    high = [voice.name for voice in voices if voice.mark == cell.highest]
    low = [voice.name for voice in voices if voice.mark == cell.lowest]
    if not high or not low:
        return ""
    say = "says" if len(high) == 1 else "say", "says" if len(low) == 1 else "say"
    return (
        f"Talk to {_names(high)}, who {say[0]} {cell.highest}, "
        f"and {_names(low)}, who {say[1]} {cell.lowest}: what does the one side see that the other does not?"
    )


def _names(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {plural(len(names) - NAMED, 'more', 'more')}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
