"""The thread of one engagement: goal, strategy, milestone, sessions and actions, measure, observation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, cached_property

import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.alignment.models import SERVES
from crm.alignment.queries import SheetGoal, SheetStrategy, Worksheet, worksheet
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes.queries import Reading, readings
from crm.roadmap.models import OPEN_MILESTONE, MilestoneState
from crm.roadmap.queries import milestones_of
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, SessionTouch, TimeEntry


@dataclass(frozen=True)
class Row:
    """One strand: a goal, a strategy that serves it (or none), and what hangs on them."""

    goal: SheetGoal
    weight: float
    strategy: SheetStrategy | None
    mark: int
    is_first: bool
    milestones: Sequence[sa.Row]
    sessions: int
    minutes: int
    open_actions: int
    measures: Sequence[Reading]

    @property
    def milestone_now(self) -> sa.Row:
        """The milestone that counts now: the first that is open, or the last."""
        return next((one for one in self.milestones if one.state in OPEN_MILESTONE), self.milestones[-1])

    @property
    def milestones_done(self) -> int:
        return sum(one.state is MilestoneState.DONE for one in self.milestones)


@dataclass(frozen=True)
class Thread:
    sheet: Worksheet
    milestones: Sequence[sa.Row]
    readings: Sequence[Reading]
    last_session_at: datetime | None
    #: Minutes that were spent on each strategy, by its id: those of a session are shared by what it touched.
    minutes: dict[int, float] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @cached_property
    def completeness(self) -> float | None:
        """The share of the links from each goal to its evidence that are there."""
        links = [link for goal in self.sheet.goals for link in self._links(goal.id)]
        return sum(links) / len(links) if links else None

    def _links(self, goal_id: int) -> list[bool]:
        rows = [row for row in self.rows if row.goal.id == goal_id]
        return [
            any(row.strategy for row in rows),
            any(row.milestones for row in rows),
            any(row.sessions for row in rows),
            any(row.measures for row in rows),
            any(one.observations for row in rows for one in row.measures),
        ]


@dataclass(frozen=True)
class Touches:
    """Which sessions touched what, their minutes, and the open actions that came out of them."""

    sessions: dict[tuple[str, int], set[int]]
    minutes: dict[int, int]
    actions: Sequence[tuple[int | None, int | None]]
    #: Minutes without a session, of a strategy or a milestone.
    alone: Sequence[tuple[tuple[str, int], int]]

    def of(self, *things: tuple[str, int]) -> set[int]:
        return set().union(*(self.sessions.get(thing, ()) for thing in things))

    def open_actions(self, sessions: set[int], milestones: set[int]) -> int:
        return sum(session in sessions or milestone in milestones for session, milestone in self.actions)

    def minutes_by_strategy(self, milestones: Sequence[sa.Row]) -> dict[int, float]:
        """What each strategy was given: a session's minutes in equal parts among those that it touched."""
        serves = {("milestone", one.id): one.strategy_id for one in milestones if one.strategy_id}
        of_session: dict[int, set[int]] = {}
        for (kind, key), sessions in self.sessions.items():
            strategy = key if kind == "strategy" else serves.get((kind, key))
            for session in sessions if strategy else ():
                of_session.setdefault(session, set()).add(strategy)
        given: dict[int, float] = {}
        for session, strategies in of_session.items():
            for strategy in strategies:
                given[strategy] = given.get(strategy, 0) + self.minutes.get(session, 0) / len(strategies)
        for (kind, key), minutes in self.alone:
            if strategy := key if kind == "strategy" else serves.get((kind, key)):
                given[strategy] = given.get(strategy, 0) + minutes
        return given


def _touches(engagement: Engagement, user) -> Touches:
    sessions: dict[tuple[str, int], set[int]] = {}
    minutes, actions, alone = {}, [], []
    asked = {"engagement": engagement.id, "reader": user.id}
    for kind, session_id, key in db.session.execute(_hanging(user.role), asked).all():
        if kind == "minutes":
            minutes[session_id] = key
        elif kind == "action":
            actions.append((session_id, key))
        elif kind in ("on strategy", "on milestone"):
            alone.append(((kind[3:], session_id), key))
        else:
            sessions.setdefault((kind, key), set()).add(session_id)
    return Touches(sessions, minutes, actions, alone)


@cache
def _hanging(role: Role) -> sa.CompoundSelect:
    """What a held session touched, its minutes, open actions with their milestone, and time without one."""
    s, a, time, touch = (columns(model) for model in (CoachingSession, Action, TimeEntry, SessionTouch))
    here = sa.bindparam("engagement")
    kind = sa.case((touch.goal_id.is_not(None), "goal"), (touch.strategy_id.is_not(None), "strategy"))
    touches = (
        sa.select(
            sa.func.coalesce(kind, "milestone").label("kind"),
            touch.session_id,
            sa.func.coalesce(touch.goal_id, touch.strategy_id, touch.milestone_id).label("key"),
        )
        .join(s.table, s.id == touch.session_id)
        .where(touch.engagement_id == here, s.state == SessionState.HELD, s.visible_to(Reader(role)))
    )
    minutes = (
        sa.select(sa.literal("minutes"), time.session_id, sa.func.sum(time.minutes))
        .where(time.engagement_id == here, time.session_id.is_not(None))
        .group_by(time.session_id)
    )
    on_strategy, on_milestone = (
        sa.select(sa.literal(f"on {name}"), column, sa.func.sum(time.minutes))
        .where(time.engagement_id == here, time.session_id.is_(None), column.is_not(None))
        .group_by(column)
        for name, column in (("strategy", time.strategy_id), ("milestone", time.milestone_id))
    )
    actions = sa.select(sa.literal("action"), a.session_id, a.milestone_id).where(
        a.engagement_id == here, a.state == ActionState.OPEN
    )
    return sa.union_all(touches, minutes, actions, on_strategy, on_milestone)


def last_session_at(engagement: Engagement, until: date | None = None) -> datetime | None:
    """When the latest session was held; the latest up to the day `until` where given."""
    end = clock.to_utc(datetime.combine(until or date.max, time.max), "UTC")
    return db.session.scalar(_last_session(), {"engagement": engagement.id, "end": end})


@cache
def _last_session() -> sa.Select:
    s = columns(CoachingSession)
    return sa.select(sa.func.max(s.starts_at)).where(
        s.engagement_id == sa.bindparam("engagement"),
        s.state == SessionState.HELD,
        s.starts_at < sa.bindparam("end"),
    )


def thread_of(engagement: Engagement, user, until: date | None = None) -> Thread:
    """The whole thread as `user` may see it, in six statements however long it is."""
    thread = Thread(
        worksheet(engagement),
        milestones_of(engagement.id, user, until),
        readings(engagement.id, until),
        last_session_at(engagement, until),
    )
    touches = _touches(engagement, user)
    thread.minutes.update(touches.minutes_by_strategy(thread.milestones))
    for position, goal in enumerate(thread.sheet.goals):
        thread.rows.extend(_strands(thread, touches, goal, position))
    return thread


def _strands(thread: Thread, touches: Touches, goal: SheetGoal, position: int):
    sheet = thread.sheet
    weight = float(sheet.score.weights[position]) if sheet.score else 0.0
    measures = [one for one in thread.readings if one.measure.goal_id == goal.id]
    marked = zip(sheet.marks[position], sheet.strategies, strict=True)
    serving = sorted((pair for pair in marked if pair[0] >= SERVES), key=lambda pair: -pair[0])
    for place, (mark, strategy) in enumerate(serving or [(0, None)]):
        milestones = [m for m in thread.milestones if strategy and m.strategy_id == strategy.id]
        things = [("milestone", m.id) for m in milestones]
        if strategy:
            things.append(("strategy", strategy.id))
        if place == 0:
            things.append(("goal", goal.id))
        sessions = touches.of(*things)
        yield Row(
            goal,
            weight,
            strategy,
            mark,
            place == 0,
            milestones,
            len(sessions),
            sum(touches.minutes.get(session, 0) for session in sessions),
            touches.open_actions(sessions, {m.id for m in milestones}),
            measures,
        )
