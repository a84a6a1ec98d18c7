"""The thread of one engagement: goal, strategy, milestone, sessions and actions, measure, observation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache

import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.alignment.queries import Worksheet, worksheet
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes.queries import Reading, readings
from crm.roadmap.queries import milestones_of
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, SessionTouch, TimeEntry

#: From this relation on, a strategy is on a goal's thread.
SERVES = 3

# Put together once, as in crm.alignment.queries.
MINUTES = (
    sa.select(TimeEntry.session_id, sa.func.sum(TimeEntry.minutes))
    .where(TimeEntry.engagement_id == sa.bindparam("engagement"))
    .group_by(TimeEntry.session_id)
)
OPEN_ACTIONS = sa.select(Action.session_id, Action.milestone_id).where(
    Action.engagement_id == sa.bindparam("engagement"), Action.state == ActionState.OPEN
)


@dataclass(frozen=True)
class Row:
    """One strand: a goal, a strategy that serves it (or none), and what hangs on them."""

    goal: sa.Row
    weight: float
    strategy: sa.Row | None
    mark: int
    is_first: bool
    milestones: Sequence[sa.Row]
    sessions: int
    minutes: int
    open_actions: int
    measures: Sequence[Reading]


@dataclass(frozen=True)
class Thread:
    sheet: Worksheet
    milestones: Sequence[sa.Row]
    readings: Sequence[Reading]
    last_session_at: datetime | None
    rows: list[Row] = field(default_factory=list)

    @property
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
    actions: Sequence[sa.Row]

    def of(self, *things: tuple[str, int]) -> set[int]:
        return set().union(*(self.sessions.get(thing, ()) for thing in things))

    def open_actions(self, sessions: set[int], milestones: set[int]) -> int:
        return sum(1 for one in self.actions if one.session_id in sessions or one.milestone_id in milestones)


@cache
def _touching(role: Role) -> sa.Select:
    t, s = SessionTouch, CoachingSession
    return (
        sa.select(t.session_id, t.goal_id, t.strategy_id, t.milestone_id)
        .join(s, s.id == t.session_id)
        .where(
            t.engagement_id == sa.bindparam("engagement"),
            s.state == SessionState.HELD,
            s.visible_to(Reader(role)),
        )
    )


def _touches(engagement: Engagement, user) -> Touches:
    keys = {"engagement": engagement.id, "reader": user.id}
    touches = db.session.execute(_touching(user.role), keys)
    sessions: dict[tuple[str, int], set[int]] = {}
    for session_id, *keys in touches:
        kind, key = next((k, v) for k, v in zip(("goal", "strategy", "milestone"), keys, strict=True) if v)
        sessions.setdefault((kind, key), set()).add(session_id)
    minutes = db.session.execute(MINUTES, {"engagement": engagement.id})
    actions = db.session.execute(OPEN_ACTIONS, {"engagement": engagement.id})
    return Touches(sessions, dict(minutes.all()), actions.all())


def last_session_at(engagement: Engagement, until: date | None = None) -> datetime | None:
    """When the latest session was held; the latest up to the day `until` where given."""
    s = CoachingSession
    statement = sa.select(sa.func.max(s.starts_at)).where(
        s.engagement_id == engagement.id, s.state == SessionState.HELD
    )
    if until:
        statement = statement.where(s.starts_at < clock.to_utc(datetime.combine(until, time.max), "UTC"))
    return db.session.scalar(statement)


def thread_of(engagement: Engagement, user, until: date | None = None) -> Thread:
    """The whole thread as `user` may see it, in ten statements however long it is."""
    thread = Thread(
        worksheet(engagement),
        milestones_of(engagement.id, user, until),
        readings(engagement.id, until),
        last_session_at(engagement, until),
    )
    touches = _touches(engagement, user)
    for position, goal in enumerate(thread.sheet.goals):
        thread.rows.extend(_strands(thread, touches, goal, position))
    return thread


def _strands(thread: Thread, touches: Touches, goal: sa.Row, position: int):
    sheet = thread.sheet
    weight = float(sheet.score.weights[position]) if sheet.score else 0.0
    measures = [one for one in thread.readings if one.measure.goal_id == goal.id]
    marked = [(sheet.mark(goal.id, s.id), s) for s in sheet.strategies]
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
