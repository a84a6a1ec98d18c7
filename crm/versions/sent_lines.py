"""A CSV that came back: a row for each goal and strategy. What it began as stands beside, in `…_was`."""

from crm.errors import DomainError
from crm.organisations.reading import Sheet
from crm.versions.sent import Line, Mark, Note, Sent, mark_of, statement_of, weight_of

NEEDED = ("goal_id", "goal", "strategy_id", "strategy", "mark")
RUNS = ("=", "+", "-", "@", "\t", "\r")


def of_lines(sheet: Sheet, filename: str) -> Sent:
    columns = {name: place for place, name in enumerate(sheet.columns)}
    if missing := [name for name in NEEDED if name not in columns]:
        raise DomainError(f"“{filename}” has no column “{missing[0]}”: it is not a worksheet of Plumbline.")
    sent = Sent()
    reader = _Reader(sent, columns)
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        reader.read(number, cells)
    sent.goals, sent.strategies = list(reader.goals.values()), list(reader.strategies.values())
    sent.base = reader.base
    return sent


class _Reader:
    def __init__(self, sent: Sent, columns: dict[str, int]):
        self.sent, self.columns = sent, columns
        self.goals: dict[object, Line] = {}
        self.strategies: dict[object, Line] = {}
        #: What the file was made from, as far as its columns say.
        self.base = {"goals": [], "strategies": [], "relations": []} if "mark_was" in columns else None

    def read(self, number: int, cells: list[str]) -> None:
        said = {name: _plain(cells[at]) if at < len(cells) else "" for name, at in self.columns.items()}
        if said.get("engagement_id", "").isdecimal():
            self.sent.engagement_id = int(said["engagement_id"])
        goal = self._line("goal", self.goals, number, said)
        strategy = self._line("strategy", self.strategies, number, said)
        if goal is None or strategy is None:
            self.sent.refuse(
                "{place} names no {what}.", place=f"row {number}", what="goal" if goal is None else "strategy"
            )
            return
        mark = mark_of(said["mark"], f"row {number}, column mark", self.sent)
        if mark is not None:
            self.sent.marks.append(Mark(goal, strategy, mark, f"row {number}, column mark"))
        if said.get("note"):
            self.sent.notes.append(Note(goal, strategy, said["note"], f"row {number}, column note"))
        self._remember(goal, strategy, said)

    def _line(self, kind: str, known: dict, number: int, said: dict[str, str]) -> Line | None:
        place = f"row {number}, column {kind}"
        key = int(said[f"{kind}_id"]) if said[f"{kind}_id"].isdecimal() else None
        statement = statement_of(said[kind], place, self.sent)
        if not key and not statement:
            return None
        weight = None
        if kind == "goal":
            weight = weight_of(said.get("weight"), f"row {number}, column weight", self.sent)
        new = Line(kind, key, statement, place, weight)
        line = known.setdefault(key or statement, new)
        if line is new and key and self.base is not None:
            was = said.get("weight_was", "")
            self.base["goals" if kind == "goal" else "strategies"].append(
                {"id": key, "weight": int(was) if was.isdecimal() else None}
            )
        if line is not new and (new.statement, new.weight) != (line.statement, line.weight):
            self._settle(line, new)
        return line

    def _settle(self, line: Line, new: Line) -> None:
        """A goal stands in many rows: one that was changed in some of them is changed."""
        base = {one["id"]: one for one in (self.base or {}).get("goals", ())}
        was = base.get(line.key, {}).get("weight")
        if new.weight is not None and line.weight in (None, was):
            line.weight, line.place = new.weight, new.place
        elif new.weight not in (None, was, line.weight):
            self.sent.refuse(
                "{place} and {other} give the same goal two weights.", place=new.place, other=line.place
            )
        if new.statement and line.statement != new.statement:
            self.sent.refuse(
                "{place} and {other} call the same {kind} by two names: change it in all of its rows.",
                place=new.place, other=line.place, kind=line.kind,
            )  # fmt: skip

    def _remember(self, goal: Line, strategy: Line, said: dict[str, str]) -> None:
        if self.base is not None and goal.key and strategy.key and said["mark_was"].isdecimal():
            self.base["relations"].append(
                {
                    "goal_id": goal.key, "strategy_id": strategy.key, "mark": int(said["mark_was"]),
                    "note": said.get("note_was") or None, "by": None,
                }
            )  # fmt: skip


def _plain(cell: str) -> str:
    """A text without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in RUNS else cell
