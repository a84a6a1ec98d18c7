"""A worksheet that comes back as a file: what it would change, and changing it.

Whoever filled it in began with a content, and others went on working. So each cell is looked at three times:
as the file began, as it is now, as the worksheet says today. What nobody touched in the file is left alone;
what is empty erases nothing; what somebody else changed meanwhile is a conflict, and stays as it is unless
the reader ticks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crm.errors import DomainError
from crm.organisations.reading import read
from crm.organisations.workbooks import is_workbook
from crm.versions.content import Content
from crm.versions.layout import CELL
from crm.versions.sent import Line, Sent
from crm.versions.sent_lines import of_lines
from crm.versions.sent_workbook import of_workbook
from crm.versions.sheet import Kept
from reports.text import clean

OTHER = "“{filename}” was made from the worksheet of another engagement."
DEFAULT_WEIGHT = 10


@dataclass(frozen=True)
class Edit:
    """One thing that the file would change. `key` names it for as long as the file waits."""

    key: str
    kind: str
    sentence: str
    value: Any
    goal: Line | None = None
    strategy: Line | None = None
    #: What somebody else put there meanwhile, in words; None where nobody did.
    theirs: str | None = None
    yours: str | None = None


@dataclass
class Plan:
    """All that the file would change, and what is wrong with it: nothing is applied while anything is."""

    edits: list[Edit] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def plain(self) -> list[Edit]:
        return [edit for edit in self.edits if edit.theirs is None]

    @property
    def conflicts(self) -> list[Edit]:
        return [edit for edit in self.edits if edit.theirs is not None]

    def chosen(self, ticked: set[str]) -> list[Edit]:
        return [edit for edit in self.edits if edit.theirs is None or edit.key in ticked]


def read_back(content: bytes, filename: str) -> Sent:
    """What the file says. Raises DomainError where it is no worksheet at all."""
    if is_workbook(content):
        return of_workbook(content, filename)
    return of_lines(read(content, filename), filename)


def plan_of(sent: Sent, today: Content, filename: str) -> Plan:
    """What would change. Pure but for its arguments; the same for a look and for the doing."""
    if sent.engagement_id is not None and sent.engagement_id != today["engagement"]:
        raise DomainError(OTHER.format(filename=filename))
    return _Planner(sent, Kept(today), Kept(sent.base) if sent.base else None).plan()


def seen_as(text: str | None) -> str:
    """A text as a workbook gives it back."""
    return clean(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()[:CELL].strip()


class _Planner:
    def __init__(self, sent: Sent, today: Kept, base: Kept | None):
        self.sent, self.today = sent, today
        self.found = Plan(problems=list(sent.problems))
        self.now = today.relations
        self.was = base.relations if base else self.now
        goals = base.content.get("goals", ()) if base else today.content["goals"]
        strategies = base.content.get("strategies", ()) if base else today.content["strategies"]
        self.lines_was = {
            "goal": {said["id"]: said for said in goals},
            "strategy": {said["id"]: said for said in strategies},
        }
        self.lines_now = {
            "goal": {line.id: line.said for line in today.goals},
            "strategy": {line.id: line.said for line in today.strategies},
        }
        self.gone: dict[str, int] = {}

    def plan(self) -> Plan:
        lines = [*self.sent.goals, *self.sent.strategies]
        self.found.edits = [
            *(edit for line in lines for edit in self._line(line)),
            *(edit for mark in self.sent.marks for edit in self._mark(mark)),
            *(edit for note in self.sent.notes for edit in self._note(note)),
        ]
        self._warn()
        return self.found

    def _is_there(self, line: Line) -> bool:
        return line.key is None or line.key in self.lines_now[line.kind]

    def _called(self, line: Line) -> str:
        said = self.lines_now[line.kind].get(line.key)
        return line.statement or (said["statement"] if said else "")

    def _line(self, line: Line) -> Iterator[Edit]:
        place = {line.kind: line}
        if line.key is None:
            weight = DEFAULT_WEIGHT if line.weight is None else line.weight
            more = f", with weight {weight}" if line.kind == "goal" else ""
            sentence = f"New {line.kind} “{line.statement}”{more}."
            yield Edit(f"new:{line.place}", "new", sentence, weight, **place)
            return
        now, was = self.lines_now[line.kind].get(line.key), self.lines_was[line.kind].get(line.key, {})
        if now is None:
            self.gone[line.place] = 0
            return
        if line.statement and self._differs(line.statement, was.get("statement"), now["statement"]):
            said = now["statement"] if seen_as(now["statement"]) != seen_as(was.get("statement")) else None
            sentence = f"{line.kind.capitalize()} “{now['statement']}” is renamed “{line.statement}”."
            yield self._edit(f"name:{line.kind}:{line.key}", "name", sentence, line.statement, said, **place)
        weight = line.weight
        if weight is not None and weight != was.get("weight") and weight != now["weight"]:
            said = now["weight"] if now["weight"] != was.get("weight") else None
            sentence = f"“{self._called(line)}” weighs {weight} instead of {now['weight']}."
            yield self._edit(f"weight:{line.key}", "weight", sentence, weight, said, **place)

    @staticmethod
    def _differs(mine: str, was: str | None, now: str | None) -> bool:
        """Whether somebody changed a text in the file, into what is not there already."""
        return seen_as(mine) not in {seen_as(was) if was is not None else seen_as(now), seen_as(now)}

    @staticmethod
    def _edit(key: str, kind: str, sentence: str, value, theirs, **place) -> Edit:
        said = None if theirs is None else str(theirs)
        return Edit(key, kind, sentence, value, theirs=said, yours=str(value), **place)

    def _pair(self, one) -> tuple[int | None, int | None]:
        return one.goal.key, one.strategy.key

    def _key(self, kind: str, one) -> str:
        ends = (str(line.key) if line.key else f"new {line.place}" for line in (one.goal, one.strategy))
        return f"{kind}:{':'.join(ends)}"

    def _named(self, one) -> str:
        return f"“{self._called(one.strategy)}” for “{self._called(one.goal)}”"

    def _mark(self, mark) -> Iterator[Edit]:
        was, now = (cells.get(self._pair(mark)) for cells in (self.was, self.now))
        was, now = was.mark if was else None, now.mark if now else None
        if mark.value == was or not self._reached(mark):
            return
        if mark.value != now:
            theirs = None if now == was else "not judged" if now is None else now
            shown = "not judged" if now is None else now
            sentence = f"{self._named(mark)}: {shown} → {mark.value}."
            place = {"goal": mark.goal, "strategy": mark.strategy}
            yield self._edit(self._key("mark", mark), "mark", sentence, mark.value, theirs, **place)

    def _note(self, note) -> Iterator[Edit]:
        was, now = (cells.get(self._pair(note)) for cells in (self.was, self.now))
        was, now = was.note if was else None, now.note if now else None
        if seen_as(note.text) in (seen_as(was), seen_as(now)) or not self._reached(note):
            return
        theirs = now or "no note" if seen_as(now) != seen_as(was) else None
        sentence = f"The note on {self._named(note)} says: “{note.text}”"
        place = {"goal": note.goal, "strategy": note.strategy}
        yield self._edit(self._key("note", note), "note", sentence, note.text, theirs, **place)

    def _reached(self, one) -> bool:
        """Whether goal and strategy are still there; what was changed on one that is not, is told."""
        gone = [line for line in (one.goal, one.strategy) if not self._is_there(line)]
        for line in gone:
            self.gone[line.place] = self.gone.get(line.place, 0) + 1
        return not gone

    def _warn(self) -> None:
        for line in (*self.sent.goals, *self.sent.strategies):
            if changed := self.gone.get(line.place):
                name = line.statement or "a row"
                self.found.warnings.append(
                    f"“{name}” ({line.place}) is no longer on the worksheet: "
                    f"what was changed there ({changed}) is left out."
                )
        noted = {self._key("note", note) for note in self.sent.notes}
        for edit in self.found.edits:
            if edit.kind == "mark" and edit.value == 9:
                known = self.now.get(self._pair(edit))
                if not (known and known.note) and self._key("note", edit) not in noted:
                    self.found.warnings.append(f"{self._named(edit)} is a 9 without a note that says why.")
        if self.sent.base is None:
            self.found.warnings.append(
                "The file no longer says what it was made from, so it is compared with today: "
                "look out for what others changed meanwhile."
            )
