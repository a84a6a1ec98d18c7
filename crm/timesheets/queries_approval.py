"""Weeks that wait to be decided about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.extensions import db
from crm.sessions.models_time import TimeEntry, TimeState
from crm.timesheets.days import six_days_after
from crm.timesheets.models import Timesheet

sheet, t, u = columns(Timesheet), columns(TimeEntry), columns(User)


#: More minutes than anybody works in a week.
MANY = 2**31


class Week(NamedTuple):
    """A timesheet to decide about, with its minutes."""

    id: int
    user_id: int
    week_on: date
    person: str
    weekly_minutes: int
    minutes: int
    billable: int


def queue(user, state: TimeState, limit: int = 200) -> list[Week]:
    """The weeks in this state that `user` may see, the oldest first, with their minutes."""
    rows = db.session.execute(_queue(user.role), {"reader": user.id, "state": state, "most": limit})
    return [Week(*known, int(sums) % MANY, int(sums) // MANY) for *known, sums in rows]


@cache
def _queue(role: Role) -> sa.Select:
    chosen = (
        sa.select(sheet.id, sheet.user_id, sheet.week_on, u.name.label("person"), u.weekly_minutes)
        .join(u.table, u.id == sheet.user_id)
        .where(sheet.state == sa.bindparam("state", type_=sheet.state.type), sheet.visible_to(Reader(role)))
        .order_by(sheet.week_on, u.name, sheet.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .cte("chosen")
    )
    here = (
        t.user_id == chosen.c.user_id,
        t.worked_on.between(chosen.c.week_on, six_days_after(chosen.c.week_on)),
    )
    # Both sums in one number, or every week would be read twice: a subquery gives back one value.
    counts = sa.case((t.is_billable, sa.literal(MANY + 1, sa.BigInteger)), else_=sa.literal(1, sa.BigInteger))
    sums = sa.select(sa.func.coalesce(sa.func.sum(t.minutes * counts), 0)).where(*here).scalar_subquery()
    return sa.select(chosen, sums).order_by(chosen.c.week_on, chosen.c.person, chosen.c.id)


def sheets(ids: Iterable[int], user) -> Sequence[Timesheet]:
    """Those of these weeks that `user` may see, held until the transaction ends."""
    return db.session.scalars(
        sa.select(Timesheet)
        .where(Timesheet.id.in_(list(ids)), Timesheet.visible_to(user))
        .order_by(Timesheet.id)
        .with_for_update()
    ).all()


def approved_until(day: date, *, but_for) -> Sequence[Timesheet]:
    """Approved weeks that are over by that day, of other people."""
    return db.session.scalars(
        sa.select(Timesheet)
        .where(
            Timesheet.state == TimeState.APPROVED,
            Timesheet.week_on <= day - timedelta(6),
            Timesheet.user_id != but_for.id,
        )
        .order_by(Timesheet.id)
        .with_for_update()
    ).all()
