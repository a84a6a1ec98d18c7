"""A worksheet read out of its content: its matrix, its score, and how complete it is. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from crm.alignment.models import SERVES
from crm.methods import alignment
from crm.versions.content import Content


class Line(NamedTuple):
    """A goal or a strategy; `said` is all that the content says of it."""

    id: int
    statement: str
    owner: str | None
    said: Content

    def __getattr__(self, name: str):
        try:
            return self.said[name]
        except KeyError:
            raise AttributeError(name) from None


class Cell(NamedTuple):
    goal_id: int
    strategy_id: int
    mark: int
    note: str | None
    by: str | None


class Asked(NamedTuple):
    """One thing that a complete worksheet says: of how many goals or strategies it is said."""

    what: str
    have: int
    of: int


@dataclass(frozen=True)
class Kept:
    """The worksheet of one content. What a content does not say counts as nothing."""

    content: Content

    @property
    def engagement_id(self) -> int:
        return self.content.get("engagement", 0)

    @cached_property
    def goals(self) -> list[Line]:
        return [_line(said) for said in self.content.get("goals", ())]

    @cached_property
    def strategies(self) -> list[Line]:
        return [_line(said) for said in self.content.get("strategies", ())]

    @cached_property
    def relations(self) -> dict[tuple[int, int], Cell]:
        cells = (Cell(**said) for said in self.content.get("relations", ()))
        return {(cell.goal_id, cell.strategy_id): cell for cell in cells}

    @cached_property
    def goal_titles(self) -> dict[int, str]:
        return {goal.id: goal.statement for goal in self.goals}

    @cached_property
    def strategy_titles(self) -> dict[int, str]:
        return {strategy.id: strategy.statement for strategy in self.strategies}

    def mark(self, goal_id: int, strategy_id: int) -> int:
        cell = self.relations.get((goal_id, strategy_id))
        return cell.mark if cell else 0

    def note(self, goal_id: int, strategy_id: int) -> str | None:
        cell = self.relations.get((goal_id, strategy_id))
        return cell.note if cell else None

    @cached_property
    def marks(self) -> list[list[int]]:
        """Goals by strategies: 0 where nobody has judged."""
        return [[self.mark(goal.id, strategy.id) for strategy in self.strategies] for goal in self.goals]

    @cached_property
    def score(self) -> alignment.Alignment | None:
        """None as long as there is no goal that weighs anything."""
        weights = [goal.weight for goal in self.goals]
        if not any(weights):
            return None
        effort = [strategy.effort_hours or 0 for strategy in self.strategies]
        cells = self.marks if self.strategies else [[] for _ in self.goals]
        return alignment.score(weights, cells, effort=effort if any(effort) else None)

    @property
    def coverage(self) -> float:
        return self.score.coverage if self.score else 0.0

    @property
    def density(self) -> float:
        cells = len(self.goals) * len(self.strategies)
        return sum(mark > 0 for row in self.marks for mark in row) / cells if cells else 0.0

    @cached_property
    def asked(self) -> list[Asked]:
        goals, strategies = self.goals, self.strategies
        served = sum(max(row, default=0) >= SERVES for row in self.marks)
        return [
            Asked("Goals with an owner", _count(goals, "owner"), len(goals)),
            Asked("Goals that say how they are measured", _count(goals, "how_measured"), len(goals)),
            Asked("Goals with a SMART restatement", _count(goals, "smart_text"), len(goals)),
            Asked("Goals with a strategy rated 3 or more", served, len(goals)),
            Asked("Strategies with an owner", _count(strategies, "owner"), len(strategies)),
            Asked(
                "Strategies with start and end",
                sum(bool(row.starts_on and row.ends_on) for row in strategies),
                len(strategies),
            ),
            Asked(
                "Strategies with an effort",
                sum(row.effort_hours is not None for row in strategies),
                len(strategies),
            ),
        ]

    @property
    def completeness(self) -> float:
        """Of all that is asked, four things for each goal and three for each strategy, the share said."""
        asked = sum(one.of for one in self.asked)
        return sum(one.have for one in self.asked) / asked if asked else 0.0


def _line(said: Content) -> Line:
    return Line(said["id"], said["statement"], said["owner"], said)


def _count(lines: list[Line], name: str) -> int:
    return sum(bool(getattr(line, name)) for line in lines)


def day_of(text: str | None) -> date | None:
    """A day that a content names."""
    return date.fromisoformat(text) if text else None
