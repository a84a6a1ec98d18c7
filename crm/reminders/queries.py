from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from crm import clock
from crm.accounts.models import Rhythm, User
from crm.alignment.queries_sheet import reviews_due
from crm.extensions import db
from crm.outcomes.queries_collect import ToEnter, values_to_enter
from crm.sessions import queries as sessions
from crm.sessions.queries_actions import my_actions

MOST = 200


@dataclass(frozen=True)
class Digest:
    """What somebody has to do, as far as they may see it themselves."""

    overdue: Sequence[sa.Row]
    today: Sequence[sa.Row]
    soon: Sequence[sa.Row]
    to_write_up: Sequence[sa.Row]
    to_review: Sequence[sa.Row] = ()
    to_enter: Sequence[ToEnter] = ()

    def __bool__(self) -> bool:
        return any(vars(self).values())

    @property
    def subject(self) -> str:
        """1 overdue, 2 due today, 1 session to write up, 2 values to enter"""
        words = (
            (len(self.overdue), "overdue", "overdue"),
            (len(self.today), "due today", "due today"),
            (len(self.soon), "due soon", "due soon"),
            (len(self.to_write_up), "session to write up", "sessions to write up"),
            (len(self.to_review), "worksheet to review", "worksheets to review"),
            (sum(len(one.owed) for one in self.to_enter), "value to enter", "values to enter"),
        )
        counted = [f"{count} {one if count == 1 else many}" for count, one, many in words if count]
        return ", ".join(counted)


def digest_for(reader, day: date) -> Digest:
    """Ask it as the reader: `become(reader)` comes before."""
    ahead = timedelta(days=7 if reader.reminders is Rhythm.WEEKLY else 1)
    actions = my_actions(reader, until=day + ahead, limit=MOST)
    return Digest(
        overdue=[row for row in actions if row.due_on < day],
        today=[row for row in actions if row.due_on == day],
        soon=[row for row in actions if row.due_on > day],
        to_write_up=sessions.to_write_up(reader, clock.now()),
        to_review=reviews_due(reader, day),
        to_enter=values_to_enter(reader, day),
    )


def with_reminders() -> Sequence[sa.Row]:
    """Everybody who wants reminders, with when and where."""
    return db.session.execute(
        sa.select(
            User.id,
            User.time_zone,
            User.reminders,
            User.reminder_hour,
            User.reminder_days,
            User.reminded_on,
        )
        .where(User.active, User.reminders != Rhythm.NEVER)
        .order_by(User.id)
    ).all()
