"""The frames that reports are made of, aggregated in SQL before anything is joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.accounts.models import User
from crm.alignment import queries as alignment
from crm.columns import columns
from crm.engagements.models import LIVE, Engagement, Stage
from crm.engagements.queries import team_of
from crm.extensions import db
from crm.health.parts import facts, in_trouble, moments
from crm.health.queries import Standing, standing
from crm.organisations.models import Organisation
from crm.outcomes import queries as outcomes
from crm.paging import Listing, Page, page
from crm.roadmap.queries import milestones_frame
from crm.sessions import queries as sessions
from crm.sessions import queries_actions
from crm.thread.findings import loose_ends
from crm.thread.queries import thread_of
from reports.progress import ProgressFrames

pd = lazy.load("pandas")


e, o, u = columns(Engagement), columns(Organisation), columns(User)


def overview(chosen: sa.CTE) -> sa.Select:
    """One row an engagement `chosen` by its id, with all that the portfolio says; sent with `moments`."""
    shown = (
        o.name.label("client"), e.title.label("engagement"), u.name.label("lead"), e.currency, e.fee,
    )  # fmt: skip
    of_client = facts(chosen).add_columns(*shown).join(o.table, o.id == e.organisation_id)
    return of_client.outerjoin(u.table, u.id == e.lead_id)


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
    if stage == "live" and not is_troubled:
        criteria.append(e.stage.in_(sorted(LIVE)))
    elif stage in Stage._value2member_map_:
        criteria.append(e.stage == Stage(stage))
    if is_troubled:
        criteria.append(in_trouble())
    return sa.and_(*criteria)


def portfolio_page(user, wanted: Wanted, cursor: str | None, today: date) -> Page:
    """One page of the portfolio, latest start first: which ones, then what is said of those alone."""
    stage = wanted.stage if wanted.stage in STAGES else "all"
    listing = _listing(user.role, stage, is_troubled=bool(wanted.troubled))
    return page(listing, cursor, {"reader": user.id, **moments(today)})


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
    "last_session_on", "actions_open", "actions_overdue", "health",
    "trouble",
)  # fmt: skip


def portfolio_frame(user, wanted: Wanted, as_of: date) -> pd.DataFrame:
    """PORTFOLIO_COLUMNS, one row an engagement that `user` may see."""
    ids = sa.select(e.id).where(_matching(user.role, wanted.stage, is_troubled=bool(wanted.troubled)))
    chosen = ids.cte("chosen")
    if not wanted.troubled:  # Asked anew by each part: what PostgreSQL keeps, one process reads.
        chosen = chosen.prefix_with("NOT MATERIALIZED", dialect="postgresql")
    statement = overview(chosen).add_columns(o.search_name)
    rows = db.session.execute(statement, {"reader": user.id, **moments(as_of)}).all()
    # Put in order here: asked to, SQLite joins the parts without an index, and takes ten times as long.
    rows = sorted(rows, key=lambda row: (row.search_name, row.starts_on, row.id))
    told = [_told(row, standing(row, as_of, user)) for row in rows]
    return pd.DataFrame(told, columns=PORTFOLIO_COLUMNS)


def _told(row, stands: Standing | None) -> tuple:
    used = (row.minutes_used or 0) / 60
    last = row.last_session_at
    return (
        row.client, row.engagement, row.stage.label, row.lead, row.starts_on, row.ends_on, row.currency,
        row.fee, row.hours_budget, used, used / row.hours_budget if row.hours_budget else None,
        row.covered / row.weight if row.weight else None, row.milestones or 0, row.milestones_done or 0,
        row.milestones_late or 0, row.sessions or 0, last.date() if last else None,
        row.actions_open or 0, row.actions_overdue or 0,
        stands.level.label if stands else None, stands.trouble if stands else "",
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
