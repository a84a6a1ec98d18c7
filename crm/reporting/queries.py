"""The frames that reports are made of, aggregated in SQL before anything is joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.accounts.models import User
from crm.alignment import queries as alignment
from crm.alignment.models import Goal, Relation
from crm.columns import columns
from crm.engagements.models import LIVE, Budget, Engagement, Stage
from crm.engagements.queries import team_of
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.outcomes import queries as outcomes
from crm.paging import Listing, Page, page
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState
from crm.roadmap.queries import milestones_frame
from crm.sessions import queries as sessions
from crm.sessions import queries_actions
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, TimeEntry
from crm.sessions.queries import counts_on_budget
from crm.thread.findings import LONGEST_PAUSE, loose_ends
from crm.thread.queries import SERVES, thread_of
from crm.words import plural
from reports.progress import ProgressFrames

pd = lazy.load("pandas")


a, b, e, m, o, s, t, u = (
    columns(model)
    for model in (Action, Budget, Engagement, Milestone, Organisation, CoachingSession, TimeEntry, User)
)
TODAY = sa.bindparam("today", type_=sa.Date)
#: The instant at which that day is over.
END = sa.bindparam("end", type_=s.starts_at.type)


def _moments(today: date) -> dict:
    """What the parameters of a statement about the day `today` stand for."""
    since = datetime.combine(today - timedelta(days=LONGEST_PAUSE), time(), clock.UTC)
    return {
        "today": today,
        "since": since,
        "end": datetime.combine(today + timedelta(days=1), time(), clock.UTC),
    }


def _per_engagement(key: sa.ColumnElement[int], ids: sa.Select, **said) -> sa.Select:
    """One row an engagement of `ids`, with what is said of its rows, which `key` ties to it."""
    named = (column.label(name) for name, column in said.items())
    return sa.select(key, *named).where(key.in_(ids)).group_by(key)


def _budget(ids) -> sa.Select:
    return _per_engagement(b.engagement_id, ids, hours_budget=sa.func.sum(b.hours))


def _used(ids) -> sa.Select:
    used = _per_engagement(t.engagement_id, ids, minutes_used=sa.func.sum(t.minutes))
    return used.where(counts_on_budget(), t.worked_on <= TODAY)


def _coverage(ids) -> sa.Select:
    g, r = columns(Goal), columns(Relation)
    best = (
        sa.select(g.engagement_id, g.weight, sa.func.max(r.mark).label("best"))
        .outerjoin(r.table, r.goal_id == g.id)
        .where(g.engagement_id.in_(ids))
        .group_by(g.id, g.engagement_id, g.weight)
        .subquery()
        .c
    )
    covered = sa.func.sum(sa.case((best.best >= SERVES, best.weight), else_=0))
    said = sa.select(best.engagement_id, covered.label("covered"), sa.func.sum(best.weight).label("weight"))
    return said.group_by(best.engagement_id)


def _count(criterion) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((criterion, 1), else_=0))


def _milestones(ids) -> sa.Select:
    late = sa.and_(m.state.in_(sorted(OPEN_MILESTONE)), m.planned_on < TODAY)
    return _per_engagement(
        m.engagement_id,
        ids,
        milestones=sa.func.count(),
        milestones_done=_count(m.state == MilestoneState.DONE),
        milestones_late=_count(late),
    ).where(m.state != MilestoneState.DROPPED)


def _sessions(ids) -> sa.Select:
    held = _per_engagement(
        s.engagement_id, ids, sessions=sa.func.count(), last_session_at=sa.func.max(s.starts_at)
    )
    return held.where(s.state == SessionState.HELD, s.starts_at < END)


def _actions(ids) -> sa.Select:
    still = _per_engagement(
        a.engagement_id, ids, actions_open=sa.func.count(), actions_overdue=_count(a.due_on < TODAY)
    )
    return still.where(a.state == ActionState.OPEN)


def overview(chosen: sa.CTE) -> sa.Select:
    """One row an engagement `chosen` by its id, with all that the portfolio says; sent with `_moments`."""
    ids = sa.select(chosen.c.id)
    parts = [said(ids).subquery() for said in (_budget, _used, _coverage, _milestones, _sessions, _actions)]
    named = [column for part in parts for column in part.c if column.name != "engagement_id"]
    shown = (
        e.id, o.name.label("client"), e.title.label("engagement"), e.stage, u.name.label("lead"),
        e.starts_on, e.ends_on, e.currency, e.fee,
    )  # fmt: skip
    statement = (
        sa.select(*shown, *named)
        .select_from(chosen)
        .join(e.table, e.id == chosen.c.id)
        .join(o.table, o.id == e.organisation_id)
        .outerjoin(u.table, u.id == e.lead_id)
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


#: What the portfolio can be narrowed to.
STAGES = frozenset({"live", *Stage})


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


def _matching(role: Role, stage: str, *, is_troubled: bool) -> sa.ColumnElement[bool]:
    criteria = [e.visible_to(Reader(role))]
    if stage == "live":
        criteria.append(e.stage.in_(sorted(LIVE)))
    elif stage in Stage._value2member_map_:
        criteria.append(e.stage == Stage(stage))
    if is_troubled:
        criteria.append(_in_trouble())
    return sa.and_(*criteria)


def _in_trouble() -> sa.ColumnElement[bool]:
    """The SQL twin of `trouble`: whether it says anything."""
    late = sa.exists().where(
        m.engagement_id == e.id, m.state.in_(sorted(OPEN_MILESTONE)), m.planned_on < TODAY
    )
    overdue = sa.exists().where(a.engagement_id == e.id, a.state == ActionState.OPEN, a.due_on < TODAY)
    held = sa.and_(s.state == SessionState.HELD, s.starts_at >= sa.bindparam("since"), s.starts_at < END)
    met = sa.exists().where(s.engagement_id == e.id, held)
    agreed = sa.select(sa.func.sum(b.hours) * 60).where(b.engagement_id == e.id).scalar_subquery()
    used = (
        sa.select(sa.func.sum(t.minutes))
        .where(t.engagement_id == e.id, counts_on_budget(), t.worked_on <= TODAY)
        .scalar_subquery()
    )
    paused = sa.and_(e.starts_on <= TODAY, sa.not_(met))
    return sa.and_(e.stage.in_(sorted(LIVE)), sa.or_(late, overdue, paused, used > agreed))


def portfolio_page(user, wanted: Wanted, cursor: str | None, today: date) -> Page:
    """One page of the portfolio, latest start first: which ones, then what is said of those alone."""
    stage = wanted.stage if wanted.stage in STAGES else "all"
    listing = _listing(user.role, stage, is_troubled=bool(wanted.troubled))
    return page(listing, cursor, {"reader": user.id, **_moments(today)})


@cache
def _listing(role: Role, stage: str, *, is_troubled: bool) -> Listing:
    chosen = sa.select(e.id, e.starts_on).where(_matching(role, stage, is_troubled=is_troubled))

    return Listing(chosen, {"starts_on": e.starts_on, "id": e.id}, descending=True, told=overview)


def stage_counts(user) -> dict[Stage, int]:
    """How many engagements stand in each stage."""
    return dict(db.session.execute(_stage_counts(user.role), {"reader": user.id}).all())


@cache
def _stage_counts(role: Role) -> sa.CompoundSelect:
    """A count for each stage: an index gives it a third sooner than one grouped by stage."""
    seen = e.visible_to(Reader(role))
    return sa.union_all(
        *(
            sa.select(sa.literal(stage, e.stage.type), sa.func.count())
            .select_from(e.table)
            .where(e.stage == stage, seen)
            for stage in Stage
        )
    )


PORTFOLIO_COLUMNS = (
    "client", "engagement", "stage", "lead", "starts_on", "ends_on", "currency", "fee", "hours_budget",
    "hours_used", "burn", "coverage", "milestones", "milestones_done", "milestones_late", "sessions",
    "last_session_on", "actions_open", "actions_overdue", "trouble",
)  # fmt: skip


def portfolio_frame(user, wanted: Wanted, as_of: date) -> pd.DataFrame:
    """PORTFOLIO_COLUMNS, one row an engagement that `user` may see."""
    ids = sa.select(e.id).where(_matching(user.role, wanted.stage, is_troubled=bool(wanted.troubled)))
    statement = overview(ids.cte("chosen")).order_by(o.search_name, e.starts_on, e.id)
    rows = db.session.execute(statement, {"reader": user.id, **_moments(as_of)})
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
        actions=queries_actions.actions_frame(engagement, user, as_of),
        measures=outcomes.measures_frame(thread.readings),
        observations=outcomes.observations_frame(thread.readings),
        findings=[finding.sentence for finding in loose_ends(engagement, thread, as_of)],
    )


def recent(user) -> Sequence[sa.Row]:
    """The engagements whose progress report `user` is likely to want: the latest live ones."""
    return db.session.execute(_recent(user.role), {"reader": user.id}).all()


@cache
def _recent(role: Role) -> sa.Select:
    return (
        sa.select(e.id, e.title, o.name.label("client"))
        .join(o.table, o.id == e.organisation_id)
        .where(e.visible_to(Reader(role)), e.stage.in_(sorted(LIVE)))
        .order_by(e.starts_on.desc(), e.id.desc())
        .limit(20)
    )
