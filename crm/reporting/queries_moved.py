"""What the hours moved: goals by their measures, strategies by their milestones, milestones by their days."""

from __future__ import annotations

import lazy_loader as lazy
import sqlalchemy as sa

from crm.alignment.models import Goal, Strategy
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.health.parts import side
from crm.organisations.models import Organisation
from crm.outcomes.models import Measure, Observation
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import FIRST, LAST, engagements
from crm.reporting.queries_time import shared_out
from crm.roadmap.models import Milestone, MilestoneState
from crm.roadmap.queries import is_late, then

pd = lazy.load("pandas")

e, o, g, st, m = (columns(model) for model in (Engagement, Organisation, Goal, Strategy, Milestone))
measure, seen = columns(Measure), columns(Observation)
MOVED = {
    "goals": ("measures", "better", "worse"),
    "strategies": ("milestones", "done", "done_now"),
    "milestones": ("state", "planned_on", "actual_on"),
}
KINDS = tuple(MOVED)


def thread_frames(user, asked: Asked) -> dict[str, pd.DataFrame]:
    """For each kind of thing what reports.hours asks for: where the hours of both periods went."""
    chosen = engagements(user, asked)
    places = {row.id: (row.client, row.title) for row in db.session.execute(_places(chosen))}
    return {kind: _frame(kind, user, asked, chosen, places) for kind in KINDS}


def _frame(kind: str, user, asked: Asked, chosen: sa.Select, places: dict) -> pd.DataFrame:
    found = db.session.execute(_THINGS[kind](chosen), asked.spans)
    things = {row.id: _told(kind, row, asked) for row in found}
    rows = []
    for (engagement, key), line in shared_out(user, asked, kind).items():
        hours = (float(line[span] / 60) for span in ("now", "before"))
        name, *moved = things.get(key, (None, None, None, None))
        rows.append((*places[engagement], name, *hours, line["sessions"], *moved))
    names = ("client", "engagement", "name", "hours", "before", "sessions", *MOVED[kind])
    return pd.DataFrame(rows, columns=names, dtype=object)


def _told(kind: str, row: sa.Row, asked: Asked) -> tuple:
    if kind != "milestones":
        return tuple(row)[1:]
    stood = then(row, asked.last)
    return (
        row.name,
        "Late" if is_late(stood, asked.last) else stood.state.label,
        row.planned_on,
        stood.actual_on,
    )


def _places(chosen: sa.Select) -> sa.Select:
    return (
        sa.select(e.id, e.title, o.name.label("client"))
        .join(o.table, o.id == e.organisation_id)
        .where(e.id.in_(chosen))
    )


def _goals(chosen: sa.Select) -> sa.Select:
    """Each goal with its measures, and on which side of where it began each of them stood at the end."""
    place = sa.func.row_number().over(partition_by=seen.measure_id, order_by=seen.period_on.desc())
    ranked = (
        sa.select(seen.measure_id, seen.value, place.label("place"))
        .where(seen.engagement_id.in_(chosen), seen.period_on <= LAST)
        .subquery()
    )
    latest = sa.select(ranked.c.measure_id, ranked.c.value).where(ranked.c.place == 1).subquery()
    each = (
        sa.select(
            measure.goal_id,
            sa.case((side(latest, is_wrong=False), 1), else_=0).label("better"),
            sa.case((side(latest, is_wrong=True), 1), else_=0).label("worse"),
        )
        .select_from(measure.table)
        .outerjoin(latest, latest.c.measure_id == measure.id)
        .where(
            measure.engagement_id.in_(chosen), measure.goal_id.is_not(None), measure.series_of_id.is_(None)
        )
        .subquery()
        .c
    )
    summed = (
        sa.select(
            each.goal_id,
            sa.func.count().label("measures"),
            sa.func.sum(each.better).label("better"),
            sa.func.sum(each.worse).label("worse"),
        )
        .group_by(each.goal_id)
        .subquery()
        .c
    )
    told = (sa.func.coalesce(column, 0) for column in (summed.measures, summed.better, summed.worse))
    return (
        sa.select(g.id, g.statement.label("name"), *told)
        .outerjoin(summed.goal_id.table, summed.goal_id == g.id)
        .where(g.engagement_id.in_(chosen))
    )


def _strategies(chosen: sa.Select) -> sa.Select:
    """Each strategy with its milestones: all but dropped ones, those done by the end, and in the period."""
    done = sa.and_(m.state == MilestoneState.DONE, m.actual_on <= LAST)
    summed = (
        sa.select(
            m.strategy_id,
            sa.func.count().label("milestones"),
            sa.func.sum(sa.case((done, 1), else_=0)).label("done"),
            sa.func.sum(sa.case((sa.and_(done, m.actual_on >= FIRST), 1), else_=0)).label("done_now"),
        )
        .where(m.engagement_id.in_(chosen), m.state != MilestoneState.DROPPED)
        .group_by(m.strategy_id)
        .subquery()
        .c
    )
    told = (sa.func.coalesce(column, 0) for column in (summed.milestones, summed.done, summed.done_now))
    return (
        sa.select(st.id, st.statement.label("name"), *told)
        .outerjoin(summed.strategy_id.table, summed.strategy_id == st.id)
        .where(st.engagement_id.in_(chosen))
    )


def _milestones(chosen: sa.Select) -> sa.Select:
    return sa.select(m.id, m.title.label("name"), m.state, m.planned_on, m.actual_on).where(
        m.engagement_id.in_(chosen)
    )


_THINGS = {"goals": _goals, "strategies": _strategies, "milestones": _milestones}
