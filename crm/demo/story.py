"""What the story of one engagement is told with. Days count from the day the demo is made for."""

from dataclasses import dataclass
from typing import NamedTuple

from crm.alignment.models import Objective, Perspective
from crm.engagements.models import PATH, ServiceLine, Stage
from crm.outcomes.models import Direction, Frequency, MeasureKind
from crm.outcomes.models_plan import Design
from crm.roadmap.models import MilestoneState

#: The place of a contact in the list of their organisation, the key of a sign-in, or nobody.
Owner = int | str | None


class Move(NamedTuple):
    stage: Stage
    day: int
    reason: str | None = None


@dataclass(frozen=True)
class Aim:
    statement: str
    weight: int
    perspective: Perspective
    horizon: int
    owner: Owner = None
    smart: str | None = None


class Stand(NamedTuple):
    """A check-in: the day, the value, how sure they were, and what they said of it."""

    day: int
    value: float
    confidence: int
    note: str | None = None


class Way(NamedTuple):
    """Why a goal is wanted, from what to what it shall go, and where it has stood meanwhile."""

    why: str
    how_measured: str
    unit: str
    start_value: float
    target_value: float
    stands: tuple[Stand, ...]


class Reach(NamedTuple):
    """When a strategy runs, what its audience needs, what it is to bring about, and by which message."""

    starts: int
    ends: int
    objective: Objective
    needs: str
    message: str


@dataclass(frozen=True)
class Means:
    statement: str
    effort: int
    audience: str
    channels: str
    owner: Owner = None


@dataclass(frozen=True)
class Step:
    title: str
    strategy: int | None
    baseline: int
    planned: int
    actual: int | None = None
    owner: Owner = None
    state: MilestoneState = MilestoneState.PLANNED
    description: str | None = None
    phase: str | None = None
    takes: int = 0
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Series:
    """Monthly values about a level that may change after `baseline` points; `size` makes them shares."""

    months: int
    before: float
    after: float
    spread: float
    baseline: int | None = None
    size: int | None = None
    drift: float = 0.0
    places: int = 1
    #: A chance of its own: what is told after it stays as it was.
    seed: str | None = None


@dataclass(frozen=True)
class Gauge:
    name: str
    goal: int | None
    kind: MeasureKind
    direction: Direction
    unit: str
    baseline: float | None
    target: float | None
    source: str
    series: Series | None = None
    numerator: str | None = None
    denominator: str | None = None
    owner: Owner = None
    frequency: Frequency = Frequency.MONTHLY


class Plan(NamedTuple):
    question: str
    population: str
    intervention: str
    comparison: str
    outcome: str
    time_frame: str
    design: Design


class Debt(NamedTuple):
    """An action that is still open, with the milestone it is for."""

    title: str
    owner: Owner
    due: int
    step: int | None = None


@dataclass(frozen=True)
class Rhythm:
    """When they met: every so many days from first to last, and the days that stand out."""

    first: int
    last: int
    every: int
    planned: tuple[int, ...] = ()
    unwritten: tuple[int, ...] = ()
    unshared: int = 0
    cancelled: tuple[int, ...] = ()
    focus: tuple[int, ...] = ()


@dataclass(frozen=True)
class Story:
    title: str
    organisation: str
    stage: Stage
    moves: tuple[Move, ...]
    starts: int
    ends: int | None
    team: tuple[str, ...]
    scope: str
    fee: int | None = None
    currency: str | None = None
    budget: tuple[tuple[ServiceLine, int], ...] = ()
    sponsor: str | None = None
    goals: tuple[Aim, ...] = ()
    #: More about the goals and the strategies, in the same order.
    ways: tuple[Way, ...] = ()
    strategies: tuple[Means, ...] = ()
    reaches: tuple[Reach, ...] = ()
    review: int | None = None
    marks: tuple[str, ...] = ()
    notes: tuple[tuple[int, int, str], ...] = ()
    #: Pairs of strategies with how much they help or hinder each other, and why.
    ties: tuple[tuple[int, int, int, str], ...] = ()
    #: Pairs of goals: reaching the first helps to reach the second.
    causes: tuple[tuple[int, int, str], ...] = ()
    steps: tuple[Step, ...] = ()
    plan: Plan | None = None
    gauges: tuple[Gauge, ...] = ()
    rhythm: Rhythm | None = None
    debts: tuple[Debt, ...] = ()


#: The stages whose days a story tells; it passes the others halfway between their neighbours.
TOLD = tuple(stage for stage in PATH if stage not in (Stage.QUALIFIED, Stage.BASELINE))


def along(*days: int) -> tuple[Move, ...]:
    """Moves along the way of an engagement that goes as planned, from the inquiry on."""
    told = dict(zip(TOLD, days, strict=False))
    moves = []
    for place, stage in enumerate(PATH):
        if stage in told:
            moves.append(Move(stage, told[stage]))
        elif stage not in TOLD and (after := told.get(PATH[place + 1])) is not None:
            moves.append(Move(stage, (moves[-1].day + after) // 2))
    return tuple(moves)
