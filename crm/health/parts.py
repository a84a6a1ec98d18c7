"""The numbers that health is reckoned from: one aggregated row an engagement, and the twin of its verdict.

`facts` reads them for the engagements that are chosen. `in_trouble` says in SQL, for a filter, whether the
health out of them is to be watched or bad; tests hold the two together.
"""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from crm import clock
from crm.accounts.models import User
from crm.alignment.models import SERVES, Goal, Relation
from crm.columns import columns
from crm.engagements.models import LIVE, Budget, Engagement
from crm.health.models import HealthOverride, Judged, SatisfactionScore
from crm.methods.earned_value import GREEN
from crm.methods.health import CONTENT, COVERED, OWED, PAUSE, RUN
from crm.outcomes.models import Direction, Measure, MeasureKind, Observation
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, TimeEntry
from crm.sessions.queries import counts_on_budget

#: What shows whether the work brings what it should, or does harm beside it.
WATCHED = (MeasureKind.OUTCOME, MeasureKind.BALANCING)

a, b, e, m, s, t, u = (
    columns(model) for model in (Action, Budget, Engagement, Milestone, CoachingSession, TimeEntry, User)
)
g, r, measure, seen = (columns(model) for model in (Goal, Relation, Measure, Observation))
score, hand = columns(SatisfactionScore), columns(HealthOverride)
TODAY = sa.bindparam("today", type_=sa.Date)
#: The instant at which that day is over.
END = sa.bindparam("end", type_=s.starts_at.type)


def moments(today: date) -> dict:
    """What the parameters of a statement about the day `today` stand for."""
    paused_on, owed_on = today - timedelta(PAUSE.good), today - timedelta(OWED.good)
    return {
        "today": today,
        "paused_on": paused_on,
        "owed_on": owed_on,
        "since": datetime.combine(paused_on, time(), clock.UTC),
        "end": datetime.combine(today + timedelta(days=1), time(), clock.UTC),
    }


def facts(chosen: sa.CTE) -> sa.Select:
    """One row an engagement `chosen` by its id; sent with `moments`."""
    ids = sa.select(chosen.c.id)
    parts = [said(ids).subquery() for said in PARTS]
    named = [column for part in parts for column in part.c if column.name != "engagement_id"]
    statement = (
        sa.select(e.id, e.stage, e.starts_on, e.ends_on, *named)
        .select_from(chosen)
        .join(e.table, e.id == chosen.c.id)
    )
    for part in parts:
        statement = statement.outerjoin(part, part.c.engagement_id == e.id)
    return statement


def _per_engagement(key: sa.ColumnElement[int], ids: sa.Select, **said) -> sa.Select:
    """One row an engagement of `ids`, with what is said of its rows, which `key` ties to it."""
    named = (column.label(name) for name, column in said.items())
    return sa.select(key, *named).where(key.in_(ids)).group_by(key)


def _first_of(ids: sa.Select, of, order: tuple, *told: sa.ColumnElement, where=()) -> sa.Select:
    """Of each engagement of `ids` the one row that stands first in the order."""
    place = sa.func.row_number().over(partition_by=of.engagement_id, order_by=order).label("place")
    ranked = sa.select(of.engagement_id, *told, place).where(of.engagement_id.in_(ids), *where).subquery()
    return sa.select(*(column for column in ranked.c if column.name != "place")).where(ranked.c.place == 1)


def _budget(ids) -> sa.Select:
    return _per_engagement(b.engagement_id, ids, hours_budget=sa.func.sum(b.hours))


#: Hours on a line for which none are agreed use up no budget.
_on_its_line = sa.and_(b.engagement_id == t.engagement_id, b.service_line == t.service_line)


def _used(ids) -> sa.Select:
    """Summed by line before the budgets are looked at: of a line there are many entries."""
    minutes = sa.cast(sa.func.sum(t.minutes), sa.Integer).label("minutes")
    line = (
        sa.select(t.engagement_id, t.service_line, minutes)
        .where(t.engagement_id.in_(ids), counts_on_budget(), t.worked_on <= TODAY)
        .group_by(t.engagement_id, t.service_line)
        .subquery()
        .c
    )
    has_budget = sa.and_(b.engagement_id == line.engagement_id, b.service_line == line.service_line)
    on_budget = sa.func.sum(sa.case((b.id.is_not(None), line.minutes), else_=0))
    return (
        sa.select(
            line.engagement_id,
            sa.func.sum(line.minutes).label("minutes_used"),
            on_budget.label("minutes_on_budget"),
        )
        .select_from(line.minutes.table)
        .outerjoin(b.table, has_budget)
        .group_by(line.engagement_id)
    )


def _best(ids) -> sa.Subquery:
    """Each goal with its weight and its strongest relation."""
    return (
        sa.select(g.engagement_id, g.weight, sa.func.max(r.mark).label("best"))
        .outerjoin(r.table, r.goal_id == g.id)
        .where(g.engagement_id.in_(ids))
        .group_by(g.id, g.engagement_id, g.weight)
        .subquery()
    )


def _coverage(ids) -> sa.Select:
    best = _best(ids)
    return sa.select(
        best.c.engagement_id,
        sa.func.sum(sa.case((best.c.best >= SERVES, best.c.weight), else_=0)).label("covered"),
        sa.func.sum(best.c.weight).label("weight"),
        sa.func.count(best.c.best).label("rated"),
    ).group_by(best.c.engagement_id)


def _count(criterion) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((criterion, 1), else_=0))


_late = sa.and_(m.state.in_(sorted(OPEN_MILESTONE)), m.planned_on < TODAY)


def _milestones(ids) -> sa.Select:
    return _per_engagement(
        m.engagement_id,
        ids,
        milestones=sa.func.count(),
        milestones_done=_count(m.state == MilestoneState.DONE),
        milestones_late=_count(_late),
    ).where(m.state != MilestoneState.DROPPED)


def _latest(ids) -> sa.Select:
    """The milestone that is longest late."""
    told = m.title.label("late_title"), m.planned_on.label("late_since")
    return _first_of(ids, m, (m.planned_on, m.id), *told, where=(_late,))


def _sessions(ids) -> sa.Select:
    held = _per_engagement(
        s.engagement_id, ids, sessions=sa.func.count(), last_session_at=sa.func.max(s.starts_at)
    )
    return held.where(s.state == SessionState.HELD, s.starts_at < END)


def _actions(ids) -> sa.Select:
    return _per_engagement(
        a.engagement_id,
        ids,
        actions_open=sa.func.count(),
        actions_overdue=_count(a.due_on < TODAY),
        owed_since=sa.func.min(a.due_on),
    ).where(a.state == ActionState.OPEN)


def _satisfaction(ids) -> sa.Select:
    """The latest score. One row each already; but what is grouped by its key SQLite joins by an index."""
    order, told = (score.said_on.desc(), score.id.desc()), (score.score, score.said_on)
    latest = _first_of(ids, score, order, *told, where=(score.said_on <= TODAY,)).subquery().c
    said = sa.func.max(latest.score).label("score"), sa.func.max(latest.said_on).label("said_on")
    return sa.select(latest.engagement_id, *said).group_by(latest.engagement_id)


def _scores(ids) -> sa.Select:
    counted = _per_engagement(score.engagement_id, ids, scores=sa.func.count())
    return counted.where(score.said_on <= TODAY)


#: Where a measure began: the baseline as planned or, without one, its first value.
_start = sa.func.coalesce(
    measure.baseline,
    sa.select(seen.value)
    .where(seen.measure_id == measure.id)
    .order_by(seen.period_on)
    .limit(1)
    .correlate(measure.table)
    .scalar_subquery(),
)


def side(of, *, is_wrong: bool) -> sa.ColumnElement[bool]:
    """Whether a value lies on the wrong side of the start, or on the right one."""
    is_below = measure.direction == (Direction.INCREASE if is_wrong else Direction.DECREASE)
    below, above = of.c.value < _start, of.c.value > _start
    return sa.or_(sa.and_(is_below, below), sa.and_(sa.not_(is_below), above))


def _values(*criteria) -> sa.ScalarSelect[int]:
    here = seen.measure_id == measure.id, seen.period_on <= TODAY
    counted = sa.select(sa.func.count()).select_from(seen.table).where(*here, *criteria)
    return counted.correlate(measure.table).scalar_subquery()


def _run() -> sa.ScalarSelect[int]:
    """How many values of a measure lie on the wrong side, since the last that lay on the right one."""
    before = Observation.__table__.alias("before")
    last_right = (
        sa.select(sa.func.max(before.c.period_on))
        .where(before.c.measure_id == measure.id, before.c.period_on <= TODAY, side(before, is_wrong=False))
        .correlate(measure.table)
        .scalar_subquery()
    )
    since = sa.func.coalesce(last_right, sa.literal(date.min, sa.Date))
    return _values(side(seen.table, is_wrong=True), seen.period_on > since)


def _outcomes(ids) -> sa.Select:
    """The measure with the longest run; and how many values the one that has most has, but for those that lie
    where it began."""
    runs = (
        sa.select(
            measure.engagement_id, measure.id, measure.name, _run().label("run"),
            _values(seen.value != _start).label("number"),
        )
        .where(measure.engagement_id.in_(ids), measure.kind.in_(WATCHED))
        .subquery()
        .c
    )  # fmt: skip
    of = {"partition_by": runs.engagement_id}
    place = sa.func.row_number().over(**of, order_by=(runs.run.desc(), runs.id)).label("place")
    most = sa.func.max(runs.number).over(**of).label("run_values")
    ranked = sa.select(runs.engagement_id, runs.name, runs.run, most, place).subquery().c
    # One row each already; but what is grouped by its key SQLite joins by an index.
    told = {"run_measure": ranked.name, "run": ranked.run, "run_values": ranked.run_values}
    said = (sa.func.max(column).label(name) for name, column in told.items())
    return sa.select(ranked.engagement_id, *said).where(ranked.place == 1).group_by(ranked.engagement_id)


def in_effect() -> sa.ColumnElement[bool]:
    """Whether an override counts on the day."""
    not_lifted = sa.or_(hand.lifted_on.is_(None), hand.lifted_on > TODAY)
    return sa.and_(hand.from_on <= TODAY, hand.expires_on >= TODAY, not_lifted)


def _by_hand(ids) -> sa.Select:
    named = sa.select(u.name).where(u.id == hand.user_id).scalar_subquery()
    told = (
        hand.level.label("hand_level"), hand.note.label("hand_note"), hand.from_on.label("hand_from"),
        hand.expires_on.label("hand_until"), named.label("hand_by"),
    )  # fmt: skip
    return _first_of(ids, hand, (hand.id.desc(),), *told, where=(in_effect(),))


PARTS = (
    _budget, _used, _coverage, _milestones, _latest, _sessions, _actions, _satisfaction, _scores, _outcomes,
    _by_hand,
)  # fmt: skip


def in_trouble() -> sa.ColumnElement[bool]:
    """Which engagements are to be watched or bad: by hand, or as reckoned where nobody has set it."""
    by_hand = sa.exists().where(hand.engagement_id == e.id, in_effect())
    badly = sa.select(hand.level).where(hand.engagement_id == e.id, in_effect())
    set_so = badly.order_by(hand.id.desc()).limit(1).scalar_subquery() != Judged.GOOD
    reckoned = sa.or_(*_troubles())
    # Cast, for SQLite would take the index of stages and ask all of them before it sorts. So it goes along
    # the order of the page, and stops once the page is full.
    is_live = sa.cast(e.stage, sa.String).in_(sorted(LIVE))
    return sa.and_(is_live, sa.case((by_hand, set_so), else_=reckoned))


def _troubles() -> tuple[sa.ColumnElement[bool], ...]:
    """Those that are asked most quickly first: the first that is true spares the others."""
    return (*_schedule(), _discontent(), _paused(), _wrong_way(), _loose(), _burning())


def _schedule() -> tuple[sa.ColumnElement[bool], ...]:
    late = sa.exists().where(m.engagement_id == e.id, _late)
    owed_on = sa.bindparam("owed_on", type_=sa.Date)
    owed = sa.exists().where(a.engagement_id == e.id, a.state == ActionState.OPEN, a.due_on < owed_on)
    return late, e.ends_on < TODAY, owed


def _paused() -> sa.ColumnElement[bool]:
    held = sa.and_(s.state == SessionState.HELD, s.starts_at >= sa.bindparam("since"), s.starts_at < END)
    met = sa.exists().where(s.engagement_id == e.id, held)
    return sa.and_(e.starts_on < sa.bindparam("paused_on", type_=sa.Date), sa.not_(met))


def _days(since, until) -> sa.ColumnElement[float]:
    """Whole days from one day to another."""
    seconds = sa.cast(sa.extract("epoch", until), sa.Float) - sa.cast(sa.extract("epoch", since), sa.Float)
    return seconds / 86_400


def _burning() -> sa.ColumnElement[bool]:
    """More than is agreed, or faster than the time goes by; nothing where no hours are agreed."""
    hours = sa.cast(sa.func.sum(b.hours), sa.Float)
    agreed = sa.select(hours * 60).where(b.engagement_id == e.id).scalar_subquery()
    used = (
        sa.select(sa.cast(sa.func.sum(t.minutes), sa.Float))
        .join_from(t.table, b.table, _on_its_line)
        .where(t.engagement_id == e.id, counts_on_budget(), t.worked_on <= TODAY)
        .scalar_subquery()
    )
    elapsed = (_days(e.starts_on, TODAY) + 1) / (_days(e.starts_on, e.ends_on) + 1)
    has_pace = sa.and_(e.ends_on >= TODAY, e.starts_on <= TODAY, elapsed * GREEN < 1)
    hair = 1e-9
    return used / agreed > sa.case((has_pace, elapsed * (GREEN + hair)), else_=1 + hair)


def _discontent() -> sa.ColumnElement[bool]:
    latest = (
        sa.select(score.score)
        .where(score.engagement_id == e.id, score.said_on <= TODAY)
        .order_by(score.said_on.desc(), score.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(latest < CONTENT, sa.false())


def _loose() -> sa.ColumnElement[bool]:
    rated = sa.exists().where(r.goal_id == g.id)
    serving = sa.exists().where(r.goal_id == g.id, r.mark >= SERVES)
    covered = sa.cast(sa.func.sum(sa.case((serving, g.weight), else_=0)), sa.Float)
    share = covered / sa.func.nullif(sa.func.sum(g.weight), 0)
    is_loose = sa.and_(_count(rated) > 0, share < COVERED)
    return sa.select(is_loose).where(g.engagement_id == e.id).scalar_subquery()


def _wrong_way() -> sa.ColumnElement[bool]:
    return sa.exists().where(measure.engagement_id == e.id, measure.kind.in_(WATCHED), _run() > RUN.good)
