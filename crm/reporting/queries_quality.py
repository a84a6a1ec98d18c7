"""The threads of many engagements at once, in as many statements as for one, and what hangs loose on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from types import SimpleNamespace

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.accounts.models import User
from crm.alignment.models import Goal, Relation, Strategy
from crm.alignment.models_sheet import GoalParent
from crm.alignment.queries import SheetGoal, SheetRelation, SheetStrategy, Worksheet, nested
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.outcomes.models import Measure, Observation
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import engagements
from crm.roadmap.models import Milestone
from crm.sessions.models import CoachingSession, SessionState, SessionTouch, TimeEntry
from crm.thread.findings import loose_ends
from crm.thread.queries import Thread, Touches

pd = lazy.load("pandas")

e, o, u, m = columns(Engagement), columns(Organisation), columns(User), columns(Milestone)
g, st, r, part = columns(Goal), columns(Strategy), columns(Relation), columns(GoalParent)
s, t, touch = columns(CoachingSession), columns(TimeEntry), columns(SessionTouch)
measure, seen = columns(Measure), columns(Observation)


def quality_frames(user, asked: Asked, today: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What reports.quality asks for: the engagements, and the sentences of each thread, the worst first."""
    chosen = engagements(user, asked)
    rows = db.session.execute(
        sa.select(
            e.id.label("id"), o.name.label("client"), e.title, u.name.label("lead"), e.stage, e.starts_on
        )
        .join(o.table, o.id == e.organisation_id)
        .outerjoin(u.table, u.id == e.lead_id)
        .where(e.id.in_(chosen))
        .order_by(o.name, e.title, e.id)
    ).all()
    threads = threads_of([row.id for row in rows], chosen, user, today)
    found = [
        (row.id, one.level, one.label, one.sentence, one.button)
        for row in rows
        for one in loose_ends(row, threads[row.id], today)
    ]
    known = [(row.id, row.client, row.title, row.lead) for row in rows]
    names = "level", "label", "sentence", "button"
    return (
        pd.DataFrame(known, columns=("key", "client", "engagement", "lead"), dtype=object),
        pd.DataFrame(found, columns=("key", *names), dtype=object),
    )


def threads_of(ids: Iterable[int], chosen: sa.Select, user, today: date) -> dict[int, Thread]:
    """The thread of each engagement as far as its loose ends need it; what hangs on it was seen by `user`."""
    sheets, milestones, readings = _sheets(chosen), _milestones(chosen), _readings(chosen)
    held = _last_sessions(chosen, user, today)
    by_strategy = _touches(chosen, user).minutes_by_strategy(
        [one for many in milestones.values() for one in many]
    )
    found = {}
    for key in ids:
        sheet = sheets(key)
        minutes = {one.id: by_strategy[one.id] for one in sheet.strategies if one.id in by_strategy}
        found[key] = Thread(sheet, milestones[key], readings[key], held.get(key), minutes)
    return found


def _grouped(statement: sa.Select, **asked) -> dict[int, list[sa.Row]]:
    groups: dict[int, list[sa.Row]] = defaultdict(list)
    for row in db.session.execute(statement, asked):
        groups[row.engagement_id].append(row)
    return groups


def _sheets(chosen: sa.Select):
    parent = sa.select(part.parent_id).where(part.goal_id == g.id).scalar_subquery()
    goals = _grouped(
        sa.select(g.engagement_id, g.id, g.statement, g.weight, owner_name(g), g.horizon_on, parent)
        .where(g.engagement_id.in_(chosen))
        .order_by(g.position, g.id)
    )
    strategies = _grouped(
        sa.select(st.engagement_id, st.id, st.statement, st.effort_hours, owner_name(st))
        .where(st.engagement_id.in_(chosen))
        .order_by(st.position, st.id)
    )
    relations = _grouped(
        sa.select(r.engagement_id, r.goal_id, r.strategy_id, r.mark, r.note)
        .where(r.engagement_id.in_(chosen))
        .order_by(r.goal_id, r.strategy_id)
    )

    def sheet(key: int) -> Worksheet:
        return Worksheet(
            key,
            nested([SheetGoal(*row[1:]) for row in goals[key]]),
            [SheetStrategy(*row[1:]) for row in strategies[key]],
            {(row.goal_id, row.strategy_id): SheetRelation(*row[1:]) for row in relations[key]},
        )

    return sheet


def _milestones(chosen: sa.Select) -> dict[int, list[sa.Row]]:
    told = m.engagement_id, m.id, m.title, m.state, m.strategy_id, m.planned_on, owner_name(m)
    return _grouped(sa.select(*told).where(m.engagement_id.in_(chosen)).order_by(m.planned_on, m.id))


def _readings(chosen: sa.Select) -> dict[int, list[SimpleNamespace]]:
    """Each measure, and whether there is any observation of it."""
    observed = sa.exists().where(seen.measure_id == measure.id)
    rows = _grouped(
        sa.select(
            measure.engagement_id, measure.id, measure.name, measure.goal_id, observed.label("observations")
        )
        .where(measure.engagement_id.in_(chosen), measure.series_of_id.is_(None))
        .order_by(measure.id)
    )
    told = {
        key: [SimpleNamespace(measure=row, observations=row.observations) for row in group]
        for key, group in rows.items()
    }
    return defaultdict(list, told)


def _last_sessions(chosen: sa.Select, user, today: date) -> dict[int, datetime]:
    end = clock.to_utc(datetime.combine(today, time.max), "UTC")
    found = db.session.execute(
        sa.select(s.engagement_id, sa.func.max(s.starts_at))
        .where(s.engagement_id.in_(chosen), s.state == SessionState.HELD, s.starts_at <= end)
        .group_by(s.engagement_id)
    )
    return dict(found.all())


def _touches(chosen: sa.Select, user) -> Touches:
    """What the sessions and the time of all of them hang on."""
    sessions: dict[tuple[str, int], set[int]] = defaultdict(set)
    for row in db.session.execute(
        sa.select(touch.session_id, touch.strategy_id, touch.milestone_id)
        .join(s.table, s.id == touch.session_id)
        .where(
            touch.engagement_id.in_(chosen),
            touch.goal_id.is_(None),
            s.state == SessionState.HELD,
            s.visible_to(user),
        )
    ):
        thing = ("strategy", row.strategy_id) if row.strategy_id else ("milestone", row.milestone_id)
        sessions[thing].add(row.session_id)
    here = t.engagement_id.in_(chosen)
    summed = sa.func.sum(t.minutes)
    minutes = sa.select(t.session_id, summed).where(here, t.session_id.is_not(None)).group_by(t.session_id)
    alone = []
    for kind, column in (("strategy", t.strategy_id), ("milestone", t.milestone_id)):
        apart = sa.select(column, summed).where(here, t.session_id.is_(None), column.is_not(None))
        alone += [((kind, key), given) for key, given in db.session.execute(apart.group_by(column))]
    return Touches(dict(sessions), dict(db.session.execute(minutes).all()), (), alone)
