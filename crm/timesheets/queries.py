"""Weeks of time: one's own to fill, others' to approve, and the entries that they are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.alignment.models import Strategy
from crm.columns import columns
from crm.engagements.models import LIVE, Engagement, ServiceLine
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.paging import Listing, Page, page
from crm.readers import lifted
from crm.roadmap.models import Milestone
from crm.scopes import team
from crm.sessions.models import CoachingSession
from crm.sessions.models_time import Override, TimeEntry, TimeKind, TimeOverride
from crm.timesheets.models import Timesheet, TimesheetStep

e, o, s, t, u = (columns(model) for model in (Engagement, Organisation, CoachingSession, TimeEntry, User))
sheet, step = columns(Timesheet), columns(TimesheetStep)


#: What stands for the engagement of one's own time, once one has left its team.
LEFT = "An engagement that you have left"


class Key(NamedTuple):
    """What a row of a timesheet is about."""

    engagement_id: int
    kind: TimeKind
    service_line: ServiceLine

    @property
    def name(self) -> str:
        return f"{self.engagement_id}.{self.kind}.{self.service_line}"

    @classmethod
    def of(cls, name: str) -> Key:
        """The row that is called so; ValueError for none."""
        engagement, kind, line = name.split(".")
        key = int(engagement)
        if not 0 < key < 2**31:
            raise ValueError(f"no row has the number {engagement}")
        return cls(key, TimeKind(kind), ServiceLine(line))


def hold(*user_ids: int) -> None:
    """Who writes these people's time from here on takes turns: no week is filled while it is handed in."""
    people = sa.select(User.id).where(User.id.in_(user_ids)).order_by(User.id)
    db.session.execute(people.with_for_update(key_share=True))


def first_day(user, otherwise: date) -> date:
    """The first day on which somebody has time."""
    return db.session.scalar(sa.select(sa.func.min(t.worked_on)).where(t.user_id == user.id)) or otherwise


def title_of(entry: TimeEntry) -> str:
    """The engagement of an entry, as far as the reader may see it."""
    return db.session.scalar(sa.select(e.title).where(e.id == entry.engagement_id)) or LEFT


def find_sheet(user, week_on: date) -> Timesheet | None:
    return db.session.scalar(
        sa.select(Timesheet).where(Timesheet.user_id == user.id, Timesheet.week_on == week_on)
    )


def entries_of(user_id: int, week_on: date) -> Sequence[TimeEntry]:
    """All entries of somebody's week, those on teams that they have left too."""
    with lifted():
        return db.session.scalars(
            sa.select(TimeEntry)
            .where(TimeEntry.user_id == user_id, TimeEntry.worked_on.between(week_on, week_on + timedelta(6)))
            .order_by(TimeEntry.id)
        ).all()


def entries_by_cell(user, first: date, last: date) -> dict[tuple[Key, date], list[TimeEntry]]:
    found = db.session.scalars(
        sa.select(TimeEntry)
        .where(TimeEntry.user_id == user.id, TimeEntry.worked_on.between(first, last))
        .order_by(TimeEntry.id)
    )
    cells = defaultdict(list)
    for entry in found:
        cells[Key(entry.engagement_id, entry.kind, entry.service_line), entry.worked_on].append(entry)
    return cells


def places_for(user, engagement_ids: Collection[int]) -> dict[int, int]:
    """The client of each of these engagements on whose team the person is."""
    found = db.session.execute(
        sa.select(team.c.engagement_id, team.c.organisation_id).where(
            team.c.user_id == user.id, team.c.engagement_id.in_(engagement_ids)
        )
    )
    return {row.engagement_id: row.organisation_id for row in found}


def week(user_id: int, week_on: date) -> Sequence[sa.Row]:
    """The entries of a week with where they belong, by client, engagement, kind and day."""
    return db.session.execute(
        _week(), {"user": user_id, "first": week_on, "last": week_on + timedelta(6)}
    ).all()


def _told() -> list:
    number = sa.select(s.number).where(s.id == t.session_id).scalar_subquery()
    names = "id engagement_id kind service_line worked_on minutes is_billable state session_id note"
    return [
        *(getattr(t, name) for name in (*names.split(), "from_minute", "to_minute")),
        sa.func.coalesce(e.title, LEFT).label("engagement"),
        sa.func.coalesce(o.name, "").label("client"),
        number.label("session_number"),
    ]


@cache
def _week() -> sa.Select:
    return (
        sa.select(*_told())
        .outerjoin(e.table, e.id == t.engagement_id)
        .outerjoin(o.table, o.id == t.organisation_id)
        .where(
            t.user_id == sa.bindparam("user"),
            t.worked_on.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)),
        )
        .order_by(o.name, e.title, e.id, t.service_line, t.kind, t.worked_on, t.id)
    )


def engagements_of(user) -> Sequence[sa.Row]:
    """Where somebody may log time: id, title, client and whether work goes on; the live ones first."""
    return db.session.execute(_on_team(), {"user": user.id}).all()


@cache
def _on_team() -> sa.Select:
    is_live = e.stage.in_(sorted(LIVE))
    return (
        sa.select(e.id, e.title, e.organisation_id, o.name.label("client"), is_live.label("is_live"))
        .join(team, team.c.engagement_id == e.id)
        .join(o.table, o.id == e.organisation_id)
        .where(team.c.user_id == sa.bindparam("user"))
        .order_by(is_live.desc(), o.name, e.title, e.id)
        .limit(500)
    )


def steps_of(timesheet: Timesheet | None) -> Sequence[sa.Row]:
    """What was done with a week, the latest first: move, reason, created_at, who."""
    return db.session.execute(_steps(), {"sheet": timesheet.id}).all() if timesheet else []


@cache
def _steps() -> sa.Select:
    return (
        sa.select(step.move, step.reason, step.created_at, u.name.label("who"))
        .outerjoin(u.table, u.id == step.by_id)
        .where(step.timesheet_id == sa.bindparam("sheet"))
        .order_by(step.id.desc())
    )


def find_override(entry: TimeEntry, what: Override) -> TimeOverride | None:
    return db.session.scalar(
        sa.select(TimeOverride).where(TimeOverride.time_entry_id == entry.id, TimeOverride.what == what)
    )


def overrides_of(entry: TimeEntry) -> Sequence[sa.Row]:
    """What was allowed by hand about an entry: what, rate, currency, reason, created_at, who."""
    x = TimeOverride
    return db.session.execute(
        sa.select(x.what, x.rate, x.currency, x.reason, x.created_at, User.name.label("who"))
        .outerjoin(User, User.id == x.by_id)
        .where(x.time_entry_id == entry.id)
        .order_by(x.id)
    ).all()


def entries_page(user, cursor: str | None) -> Page:
    """One page of the entries that `user` may see, the latest day first."""
    return page(_entries(user.role), cursor, {"reader": user.id})


@cache
def _entries(role: Role) -> Listing:
    statement = (
        sa.select(*_told(), u.name.label("person"))
        .outerjoin(e.table, e.id == t.engagement_id)
        .outerjoin(o.table, o.id == t.organisation_id)
        .join(u.table, u.id == t.user_id)
        .where(t.visible_to(Reader(role)))
    )
    return Listing(statement, {"worked_on": t.worked_on, "id": t.id}, descending=True)


def thread_choices(engagement_id: int) -> list[tuple[str, str]]:
    """What on the thread an entry can be linked to: its name and its words."""
    strategies = sa.select(sa.literal("strategy"), Strategy.id, Strategy.statement)
    milestones = sa.select(sa.literal("milestone"), Milestone.id, Milestone.title)
    found = db.session.execute(
        sa.union_all(
            strategies.where(Strategy.engagement_id == engagement_id),
            milestones.where(Milestone.engagement_id == engagement_id),
        )
    )
    return [(f"{kind}:{key}", f"{kind.capitalize()}: {text}") for kind, key, text in sorted(found)]
