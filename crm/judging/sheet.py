"""The page of a rater, laid out: what they said, what owes its reason, what was shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from werkzeug.datastructures import MultiDict

from crm.alignment.models import MARKS
from crm.judging.forms import Typed
from crm.judging.queries_judge import ToJudge


class Cell(NamedTuple):
    """One goal and strategy, as one rater sees it. `mark` is "" where they have not judged."""

    goal_id: int
    strategy_id: int
    strategy: str
    mark: str = ""
    note: str = ""
    #: Whether the mark is a draft that waits for its reason.
    owes: bool = False
    #: What they meant in the round before and never explained.
    meant: str = ""
    #: Their own mark in the round before, and the lowest and highest of all.
    was: str = ""
    low: str = ""
    high: str = ""
    #: Who said what in the round before.
    said: Sequence = ()

    @property
    def seen(self) -> str:
        """What this page showed, to know what was changed on it."""
        return f"{self.mark}|{crc32(self.note.encode()):x}"

    def typed(self, form: MultiDict) -> Typed | None:
        """What was changed on the page; None where it was left as it was shown, whatever it says by now."""
        if (mark := form.get(f"mark-{self.strategy_id}")) is None:
            return None
        note = form.get(f"note-{self.strategy_id}", "").replace("\r\n", "\n")
        now = f"{mark}|{crc32(note.encode()):x}"
        if now == form.get(f"seen-{self.strategy_id}", self.seen):
            return None
        return Typed.of(self.goal_id, self.strategy_id, mark, note)


#: Marks as they are typed; nothing where there is none.
TEXTS = {None: "", **{mark: str(mark) for mark in MARKS}}


@dataclass(frozen=True, slots=True)
class Line:
    """One goal with a cell for each strategy."""

    id: int
    statement: str
    why: str | None
    cells: list[Cell]

    @property
    def judged(self) -> int:
        return sum(1 for cell in self.cells if cell.mark and not cell.owes)

    @property
    def owing(self) -> int:
        return sum(1 for cell in self.cells if cell.owes)


@dataclass(frozen=True)
class Sheet:
    strategies: Sequence
    lines: list[Line]
    goal: Line | None
    #: The goals beside the one that is looked at, and its place among them.
    previous: int | None
    next: int | None
    place: int
    is_second: bool

    @cached_property
    def judged(self) -> int:
        return sum(line.judged for line in self.lines)

    @cached_property
    def owing(self) -> int:
        return sum(line.owing for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines) * len(self.strategies)

    @property
    def missing(self) -> int:
        return self.total - self.judged - self.owing


def lay_out(found: ToJudge, goal_id: int | None = None) -> Sheet:
    now, before = _latest(found.mine), _latest(found.before)
    counted = {(goal, strategy): mark for _, goal, strategy, mark, _, counts in found.before if counts}
    lines = []
    for goal in found.goals:
        said = found.said if goal.id == goal_id else {}
        cells = []
        for strategy in found.strategies if goal_id in (None, goal.id) else ():
            key = goal.id, strategy.id
            mine, earlier = now.get(key), before.get(key)
            low, high = found.ranges.get(key, (None, None))
            cells.append(
                Cell(
                    goal.id,
                    strategy.id,
                    strategy.statement,
                    TEXTS[mine.mark if mine else None],
                    (mine.note or "") if mine else "",
                    bool(mine) and not mine.counts,
                    str(earlier.mark) if earlier and not earlier.counts and not mine else "",
                    TEXTS[counted.get(key)],
                    TEXTS[low],
                    TEXTS[high],
                    said.get(strategy.id, ()),
                )
            )
        lines.append(Line(goal.id, goal.statement, goal.smart_text, cells))
    return _about(found, lines, goal_id)


def _about(found: ToJudge, lines: list[Line], goal_id: int | None) -> Sheet:
    keys = [line.id for line in lines]
    at = keys.index(goal_id) if goal_id in keys else None
    return Sheet(
        found.strategies,
        lines,
        None if at is None else lines[at],
        keys[at - 1] if at else None,
        keys[at + 1] if at is not None and at + 1 < len(keys) else None,
        0 if at is None else at + 1,
        bool(found.ranges),
    )


def _latest(rows: Sequence) -> dict[tuple[int, int], object]:
    """What stands in each cell: the row that counts, or the draft after it, which is younger."""
    return {(row[1], row[2]): row for row in rows}
