"""The frames that reports are made of, aggregated in SQL before anything is joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.accounts.models import User
from crm.alignment import queries as alignment
from crm.alignment.models import Goal, Relation
from crm.engagements.models import LIVE, Budget, Engagement, Stage
from crm.engagements.queries import team_of
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.outcomes import queries as outcomes
from crm.paging import Page, page
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState
from crm.roadmap.queries import milestones_frame
from crm.sessions import queries as sessions
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, TimeEntry
from crm.sessions.queries import counts_on_budget
from crm.thread.findings import LONGEST_PAUSE, loose_ends
from crm.thread.queries import SERVES, thread_of
from crm.words import plural
from reports.progress import ProgressFrames

pd = lazy.load("pandas")


def _budget(ids) -> sa.Subquery:
    b = Budget
    return (
        sa.select(b.engagement_id, sa.func.sum(b.hours).label("hours_budget"))
        .where(b.engagement_id.in_(ids))
        .group_by(b.engagement_id)
        .subquery()
    )


def _used(ids, today: date) -> sa.Subquery:
    t = TimeEntry
    return (
        sa.select(t.engagement_id, sa.func.sum(t.minutes).label("minutes_used"))
        .where(t.engagement_id.in_(ids), counts_on_budget(), t.worked_on <= today)
        .group_by(t.engagement_id)
        .subquery()
    )


def _coverage(ids) -> sa.Subquery:
    best = (
        sa.select(Goal.engagement_id, Goal.weight, sa.func.max(Relation.mark).label("best"))
        .outerjoin(Relation, Relation.goal_id == Goal.id)
        .where(Goal.engagement_id.in_(ids))
        .group_by(Goal.id, Goal.engagement_id, Goal.weight)
        .subquery()
    )
    covered = sa.func.sum(sa.case((best.c.best >= SERVES, best.c.weight), else_=0))
    return (
        sa.select(best.c.engagement_id, covered.label("covered"), sa.func.sum(best.c.weight).label("weight"))
        .group_by(best.c.engagement_id)
        .subquery()
    )


def _count(criterion) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((criterion, 1), else_=0))


def _milestones(ids, today: date) -> sa.Subquery:
    m = Milestone
    late = sa.and_(m.state.in_(sorted(OPEN_MILESTONE)), m.planned_on < today)
    return (
        sa.select(
            m.engagement_id,
            sa.func.count().label("milestones"),
            _count(m.state == MilestoneState.DONE).label("milestones_done"),
            _count(late).label("milestones_late"),
        )
        .where(m.engagement_id.in_(ids), m.state != MilestoneState.DROPPED)
        .group_by(m.engagement_id)
        .subquery()
    )


def _sessions(ids, today: date) -> sa.Subquery:
    s = CoachingSession
    end = datetime.combine(today + timedelta(days=1), time(), clock.UTC)
    return (
        sa.select(
            s.engagement_id,
            sa.func.count().label("sessions"),
            sa.func.max(s.starts_at).label("last_session_at"),
        )
        .where(s.engagement_id.in_(ids), s.state == SessionState.HELD, s.starts_at < end)
        .group_by(s.engagement_id)
        .subquery()
    )


def _actions(ids, today: date) -> sa.Subquery:
    a = Action
    return (
        sa.select(
            a.engagement_id,
            sa.func.count().label("actions_open"),
            _count(a.due_on < today).label("actions_overdue"),
        )
        .where(a.engagement_id.in_(ids), a.state == ActionState.OPEN)
        .group_by(a.engagement_id)
        .subquery()
    )


def overview(ids, today: date) -> sa.Select:
    """One row an engagement of `ids` (a list or a select), with all that the portfolio says of it."""
    e = Engagement
    parts = [
        _budget(ids),
        _used(ids, today),
        _coverage(ids),
        _milestones(ids, today),
        _sessions(ids, today),
        _actions(ids, today),
    ]
    named = [column for part in parts for column in part.c if column.name != "engagement_id"]
    statement = (
        sa.select(
            e.id,
            Organisation.name.label("client"),
            e.title.label("engagement"),
            e.stage,
            User.name.label("lead"),
            e.starts_on,
            e.ends_on,
            e.currency,
            e.fee,
            *named,
        )
        .join(Organisation, Organisation.id == e.organisation_id)
        .outerjoin(User, User.id == e.lead_id)
        .where(e.id.in_(ids))
    )
    for part in parts:
        statement = statement.outerjoin(part, part.c.engagement_id == e.id)
    return statement


def trouble(row, today: date) -> str:
    """Why an engagement needs a look, in words; nothing where it runs well or is over."""
    if row.stage not in LIVE:
        return ""
    over = row.hours_budget and (row.minutes_used or 0) > row.hours_budget * 60
    said = [
        plural(row.milestones_late, "milestone") + " late" if row.milestones_late else "",
        _pause(row, today),
        "over its budget of hours" if over else "",
        plural(row.actions_overdue, "action") + " overdue" if row.actions_overdue else "",
    ]
    words = ", ".join(part for part in said if part)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _pause(row, today: date) -> str:
    if row.starts_on > today:
        return ""
    if row.last_session_at is None:
        return "no session yet"
    days = (today - row.last_session_at.date()).days
    return f"last session {days} days ago" if days > LONGEST_PAUSE else ""


class Wanted(NamedTuple):
    """Which engagements of the portfolio: "live" ones, one stage, or all; only those in trouble."""

    stage: str = "live"
    troubled: str = ""

    @classmethod
    def of(cls, arguments) -> Wanted:
        return cls(arguments.get("stage", "live"), arguments.get("troubled", ""))

    @property
    def asked(self) -> dict[str, str]:
        return {"stage": self.stage, **({"troubled": "1"} if self.troubled else {})}


def _matching(user, wanted: Wanted, today: date) -> sa.ColumnElement[bool]:
    criteria = [Engagement.visible_to(user)]
    if wanted.stage == "live":
        criteria.append(Engagement.stage.in_(sorted(LIVE)))
    elif wanted.stage in Stage._value2member_map_:
        criteria.append(Engagement.stage == Stage(wanted.stage))
    if wanted.troubled:
        criteria.append(_in_trouble(today))
    return sa.and_(*criteria)


def _in_trouble(today: date) -> sa.ColumnElement[bool]:
    """The SQL twin of `trouble`: whether it says anything."""
    e, m, s, a, b, t = Engagement, Milestone, CoachingSession, Action, Budget, TimeEntry
    since = datetime.combine(today - timedelta(days=LONGEST_PAUSE), time(), clock.UTC)
    end = datetime.combine(today + timedelta(days=1), time(), clock.UTC)
    late = sa.exists().where(
        m.engagement_id == e.id, m.state.in_(sorted(OPEN_MILESTONE)), m.planned_on < today
    )
    overdue = sa.exists().where(a.engagement_id == e.id, a.state == ActionState.OPEN, a.due_on < today)
    held = sa.and_(s.state == SessionState.HELD, s.starts_at >= since, s.starts_at < end)
    met = sa.exists().where(s.engagement_id == e.id, held)
    agreed = sa.select(sa.func.sum(b.hours) * 60).where(b.engagement_id == e.id).scalar_subquery()
    used = (
        sa.select(sa.func.sum(t.minutes))
        .where(t.engagement_id == e.id, counts_on_budget(), t.worked_on <= today)
        .scalar_subquery()
    )
    paused = sa.and_(e.starts_on <= today, sa.not_(met))
    return sa.and_(e.stage.in_(sorted(LIVE)), sa.or_(late, overdue, paused, used > agreed))


def portfolio_page(user, wanted: Wanted, cursor: str | None, today: date) -> Page:
    """One page of the portfolio, latest start first: which ones, then what is said of those alone."""
    e = Engagement
    ids = sa.select(e.id, e.starts_on).where(_matching(user, wanted, today))
    found = page(ids, {"starts_on": e.starts_on, "id": e.id}, cursor, descending=True)
    said = {row.id: row for row in db.session.execute(overview([row.id for row in found.rows], today))}
    return Page([said[row.id] for row in found.rows], found.previous, found.next)


def stage_counts(user) -> dict[Stage, int]:
    """How many engagements stand in each stage."""
    e = Engagement
    rows = db.session.execute(sa.select(e.stage, sa.func.count()).where(e.visible_to(user)).group_by(e.stage))
    return dict(rows.all())


PORTFOLIO_COLUMNS = (
    "client", "engagement", "stage", "lead", "starts_on", "ends_on", "currency", "fee", "hours_budget",
    "hours_used", "burn", "coverage", "milestones", "milestones_done", "milestones_late", "sessions",
    "last_session_on", "actions_open", "actions_overdue", "trouble",
)  # fmt: skip


def portfolio_frame(user, wanted: Wanted, as_of: date) -> pd.DataFrame:
    """PORTFOLIO_COLUMNS, one row an engagement that `user` may see."""
    e = Engagement
    ids = sa.select(e.id).where(_matching(user, wanted, as_of))
    rows = db.session.execute(overview(ids, as_of).order_by(Organisation.search_name, e.starts_on, e.id))
    told = [_told(row, as_of) for row in rows]
    return pd.DataFrame(told, columns=PORTFOLIO_COLUMNS)


def _told(row, as_of: date) -> tuple:
    used = (row.minutes_used or 0) / 60
    last = row.last_session_at
    return (
        row.client, row.engagement, row.stage.label, row.lead, row.starts_on, row.ends_on, row.currency,
        row.fee, row.hours_budget, used, used / row.hours_budget if row.hours_budget else None,
        row.covered / row.weight if row.weight else None, row.milestones or 0, row.milestones_done or 0,
        row.milestones_late or 0, row.sessions or 0, last.date() if last else None,
        row.actions_open or 0, row.actions_overdue or 0, trouble(row, as_of),
    )  # fmt: skip


def progress_frames(engagement: Engagement, user, as_of: date) -> ProgressFrames:
    """All that the progress report says of one engagement, as far as `user` may see it."""
    thread = thread_of(engagement, user, as_of)
    hours = sessions.hours_used(engagement, as_of)
    budget = sum(line.hours or 0 for line in hours)
    return ProgressFrames(
        engagement={
            "title": engagement.title,
            "client": engagement.organisation.name,
            "stage": engagement.stage.label,
            "lead": next((m.name for m in team_of(engagement) if m.user_id == engagement.lead_id), None),
            "starts_on": engagement.starts_on,
            "ends_on": engagement.ends_on,
            "as_of": as_of,
            "made_at": clock.now(),
            "hours_budget": float(budget) if budget else None,
            "hours_used": sum(line.minutes for line in hours) / 60,
            "for_client": user.role is Role.CLIENT,
        },
        goals=alignment.goals_frame(thread.sheet),
        strategies=alignment.strategies_frame(thread.sheet),
        relations=alignment.relations_frame(thread.sheet),
        milestones=milestones_frame(engagement, as_of),
        sessions=sessions.sessions_frame(engagement, user, as_of),
        actions=sessions.actions_frame(engagement, user, as_of),
        measures=outcomes.measures_frame(thread.readings),
        observations=outcomes.observations_frame(thread.readings),
        findings=[finding.sentence for finding in loose_ends(engagement, thread, as_of)],
    )


def recent(user) -> Sequence[sa.Row]:
    """The engagements whose progress report `user` is likely to want: the latest live ones."""
    e = Engagement
    return db.session.execute(
        sa.select(e.id, e.title, Organisation.name.label("client"))
        .join(Organisation, Organisation.id == e.organisation_id)
        .where(e.visible_to(user), e.stage.in_(sorted(LIVE)))
        .order_by(e.starts_on.desc(), e.id.desc())
        .limit(20)
    ).all()
