"""What moved between two contents of a worksheet, each change as data and as a sentence. Pure."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from crm.alignment.models import MARKS, Level, Objective, Perspective
from crm.alignment.models_sheet import Layout, Weighing
from crm.versions.content import Content
from crm.versions.sheet import Kept, Line, day_of
from crm.words import day, number, plural

#: Fields of a goal and of a strategy besides their wording and weight, and how they are called.
GOAL_FIELDS = {
    "owner": "Owner", "why": "Reason", "perspective": "Perspective", "level": "Level",
    "horizon_on": "Horizon", "smart_text": "SMART restatement", "how_measured": "Measure", "unit": "Unit",
    "start_value": "Start", "target_value": "Target", "importance_rank": "Rank", "parent": "Larger goal",
    "is_carried_down": "Carried down",
}  # fmt: skip
STRATEGY_FIELDS = {
    "owner": "Owner", "audience": "Audience", "objective": "Objective", "key_message": "Key message",
    "channels": "Channels", "own_channels": "Own channels", "resources": "Resources",
    "effort_hours": "Effort in hours", "cost": "Cost", "currency": "Currency", "starts_on": "Start",
    "ends_on": "End",
}  # fmt: skip
SETUP_FIELDS = {
    "layout": "Template", "weighing": "Way of weighing", "review_on": "Next review",
    "review_every_months": "Months between reviews",
}  # fmt: skip
ENUMS = {
    "perspective": Perspective, "level": Level, "objective": Objective, "layout": Layout,
    "weighing": Weighing,
}  # fmt: skip
STRENGTHS = {-2: "hinder each other much", -1: "hinder each other", 1: "help each other",
             2: "help each other much"}  # fmt: skip
NOTHING = "nothing"


class Part(StrEnum):
    """Where on the worksheet a change is."""

    MARKS = "Marks and notes"
    GOALS = "Goals"
    STRATEGIES = "Strategies"
    TIES = "Ties between strategies"
    CAUSES = "Cause and effect"
    REST = "Everything else"


@dataclass(frozen=True)
class Change:
    """One thing that is different. `steps` counts on the scale 0, 1, 3, 9; ids name what it is about."""

    part: Part
    kind: str
    sentence: str
    before: Any = None
    after: Any = None
    goal: int | None = None
    strategy: int | None = None
    other: int | None = None
    steps: int | None = None
    who: str | None = None
    why: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"part": self.part.value}


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """All that is different, by part; within a part in the order of the later worksheet."""
    was, now = Kept(before), Kept(after)
    return (
        *_cells(was, now),
        *_lines(was.goals, now.goals, Part.GOALS, GOAL_FIELDS, _titles(was.goals, now.goals)),
        *_lines(was.strategies, now.strategies, Part.STRATEGIES, STRATEGY_FIELDS, {}),
        *_ties(was, now),
        *_causes(was, now),
        *_rest(was, now),
    )


def _titles(*lines: list[Line]) -> dict[int, str]:
    """How each is called, by its id: as it was called last."""
    return {line.id: line.statement for some in lines for line in some}


def _cells(was: Kept, now: Kept) -> Iterator[Change]:
    goals, strategies = _titles(now.goals), _titles(now.strategies)
    for goal in goals:
        for strategy in strategies:
            pair = goal, strategy
            old, new = was.relations.get(pair), now.relations.get(pair)
            if old == new:
                continue
            named = f"“{strategies[strategy]}” for “{goals[goal]}”"
            place = {"goal": goal, "strategy": strategy, "who": new.by if new else None}
            marks = old.mark if old else None, new.mark if new else None
            notes = old.note if old else None, new.note if new else None
            if marks[0] != marks[1]:
                yield _mark(named, *marks, place, notes[1])
            if notes[0] != notes[1]:
                yield _note(named, *notes, place)


def _mark(named: str, before: int | None, after: int | None, place: dict, why: str | None) -> Change:
    steps = MARKS.index(after or 0) - MARKS.index(before or 0)
    far = f", {plural(abs(steps), 'step')} {'up' if steps > 0 else 'down'}" if steps else ""
    shown = ["not judged" if mark is None else str(mark) for mark in (before, after)]
    sentence = f"{named}: {shown[0]} → {shown[1]}{far}."
    return Change(Part.MARKS, "mark", sentence, before, after, steps=steps, why=why, **place)


def _note(named: str, before: str | None, after: str | None, place: dict) -> Change:
    sentence = f"The note on {named} now says: “{after}”" if after else f"The note on {named} is gone."
    return Change(Part.MARKS, "note", sentence, before, after, **place)


def _lines(old: list[Line], new: list[Line], part: Part, fields: dict, parents: dict) -> Iterator[Change]:
    """What happened to goals or strategies: gone, new, reworded, reweighed, said otherwise, moved."""
    key, one = ("goal", "Goal") if part is Part.GOALS else ("strategy", "Strategy")
    was, now = {line.id: line for line in old}, {line.id: line for line in new}
    for line in old:
        if line.id not in now:
            yield Change(part, f"{key}_removed", f"{one} “{line.statement}” is gone.", **{key: line.id})
    for line in new:
        if line.id not in was:
            weight = f", with weight {line.weight}" if part is Part.GOALS else ""
            said = f"{one} “{line.statement}” is new{weight}."
            yield Change(part, f"{key}_added", said, after=line.statement, **{key: line.id})
        else:
            yield from _line(was[line.id], line, part, key, one, fields, parents)
    stay = [line.id for line in old if line.id in now]
    if stay != [line.id for line in new if line.id in was]:
        yield Change(part, f"{key}_order", f"The {part.value.lower()} stand in another order.")


def _line(was: Line, now: Line, part: Part, key: str, one: str, fields, parents) -> Iterator[Change]:
    place = {key: now.id}
    if was.statement != now.statement:
        said = f"{one} “{was.statement}” now reads “{now.statement}”."
        yield Change(part, f"{key}_reworded", said, was.statement, now.statement, **place)
    if part is Part.GOALS and was.weight != now.weight:
        said = f"Goal “{now.statement}” weighs {now.weight} instead of {was.weight}."
        yield Change(part, "weight", said, was.weight, now.weight, **place)
    for name, label in fields.items():
        before, after = was.said.get(name), now.said.get(name)
        if before != after:
            shown = [_shown(name, value, parents) for value in (after, before)]
            said = f"{label} of “{now.statement}”: {shown[0]} instead of {shown[1]}."
            yield Change(part, f"{key}_{name}", said, before, after, **place)


def _shown(name: str, value: Any, titles: dict[int, str]) -> str:
    """The value of a field in words."""
    if value in (None, [], ""):
        return NOTHING
    if name in ENUMS:
        return ENUMS[name](value).label
    if name == "parent":
        return f"“{titles.get(value, value)}”"
    if name.endswith("_on"):
        return day(day_of(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value, 6)
    return f"“{', '.join(value) if isinstance(value, list) else value}”"


def _by_pair(content: Content, name: str, first: str, second: str) -> dict[tuple[int, int], Content]:
    return {(row[first], row[second]): row for row in content.get(name, ())}


def _both(was: Kept, now: Kept, name: str, first: str, second: str, titles: dict) -> Iterator[tuple]:
    """The rows of a kind before and after, for each pair that is different and whose two ends both stay."""
    old = _by_pair(was.content, name, first, second)
    new = _by_pair(now.content, name, first, second)
    for pair in sorted({*old, *new}):
        if old.get(pair) != new.get(pair) and all(end in titles for end in pair):
            yield pair, old.get(pair), new.get(pair)


def _ties(was: Kept, now: Kept) -> Iterator[Change]:
    titles = _titles(now.strategies)
    for pair, old, new in _both(was, now, "ties", "strategy_id", "other_id", titles):
        named = f"“{titles[pair[0]]}” and “{titles[pair[1]]}”"
        strengths = [row["strength"] if row else None for row in (old, new)]
        place = {"strategy": pair[0], "other": pair[1], "who": new["by"] if new else None}
        if new is None:
            sentence = f"{named} no longer help or hinder each other."
        elif strengths[0] == strengths[1]:
            sentence = f"The note on {named} now says: “{new['note'] or NOTHING}”."
        else:
            then = f", where they used to {STRENGTHS[strengths[0]]}" if old else ""
            sentence = f"{named} now {STRENGTHS[strengths[1]]}{then}."
        yield Change(Part.TIES, "tie", sentence, *strengths, why=new["note"] if new else None, **place)


def _causes(was: Kept, now: Kept) -> Iterator[Change]:
    titles = _titles(now.goals)
    for pair, old, new in _both(was, now, "causes", "goal_id", "effect_id", titles):
        named = f"from “{titles[pair[0]]}” to “{titles[pair[1]]}”"
        if old and new:
            sentence = f"The note on the arrow {named} now says: “{new['note'] or NOTHING}”."
        else:
            sentence = f"The arrow {named} is {'new' if new else 'gone'}."
        why = new["note"] if new else None
        yield Change(
            Part.CAUSES, "cause", sentence, bool(old), bool(new), goal=pair[0], other=pair[1], why=why
        )


def _rest(was: Kept, now: Kept) -> Iterator[Change]:
    titles = _titles(now.goals)
    for pair, old, new in _both(was, now, "comparisons", "goal_id", "other_id", titles):
        times = [row["times"] if row else None for row in (old, new)]
        place = {"goal": pair[0], "other": pair[1], "who": new["by"] if new else None}
        sentence = f"{_compared(titles, pair, times[1])} instead of: {_compared(titles, pair, times[0])}."
        yield Change(Part.REST, "comparison", sentence, *times, **place)
    old, new = was.content.get("setup") or {}, now.content.get("setup") or {}
    for name, label in SETUP_FIELDS.items():
        before, after = old.get(name), new.get(name)
        if before != after:
            sentence = f"{label}: {_shown(name, after, {})} instead of {_shown(name, before, {})}."
            yield Change(Part.REST, name, sentence, before, after)


def _compared(titles: dict, pair: tuple[int, int], times: int | None) -> str:
    if times is None:
        return f"“{titles[pair[0]]}” and “{titles[pair[1]]}” not compared"
    if times == 1:
        return f"“{titles[pair[0]]}” weighs the same as “{titles[pair[1]]}”"
    more, less = pair if times > 0 else pair[::-1]
    return f"“{titles[more]}” is {abs(times)} times as important as “{titles[less]}”"
