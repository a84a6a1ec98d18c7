from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.base import Labelled, Money, Text, Versioned
from crm.engagements.models import OnThread, of_engagement
from crm.extensions import db
from crm.sessions.models_time import TimeState
from crm.words import day


class Move(Labelled):
    """A step in the life of a timesheet: who took it, and when, stays with it."""

    SUBMITTED = auto()
    WITHDRAWN = auto()
    APPROVED = auto()
    SENT_BACK = auto()
    LOCKED = auto()
    UNLOCKED = auto()


#: From where each move may start, and where it leads.
MOVES: dict[Move, tuple[frozenset[TimeState], TimeState]] = {
    Move.SUBMITTED: (frozenset({TimeState.OPEN}), TimeState.SUBMITTED),
    Move.WITHDRAWN: (frozenset({TimeState.SUBMITTED}), TimeState.OPEN),
    Move.APPROVED: (frozenset({TimeState.SUBMITTED}), TimeState.APPROVED),
    Move.SENT_BACK: (frozenset({TimeState.SUBMITTED, TimeState.APPROVED}), TimeState.OPEN),
    Move.LOCKED: (frozenset({TimeState.APPROVED}), TimeState.LOCKED),
    Move.UNLOCKED: (frozenset({TimeState.LOCKED}), TimeState.APPROVED),
}
#: What nobody may do without saying why.
NEEDS_A_REASON = frozenset({Move.SENT_BACK, Move.UNLOCKED})


class Timesheet(Versioned, Guarded, db.Model):
    """One person's week, from its Monday on. Its entries say the same state as it does."""

    __tablename__ = "timesheet"
    __table_args__ = (
        UniqueConstraint("user_id", "week_on"),
        Index("ix_timesheet_state_week_on", "state", "week_on"),
    )
    view_permission = Permission.TIME_VIEW

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    week_on: Mapped[date]
    state: Mapped[TimeState] = mapped_column(default=TimeState.OPEN)

    user: Mapped[User] = relationship()

    @property
    def name(self) -> str:
        return f"Week of {day(self.week_on)}"


class TimesheetStep(Guarded, db.Model):
    """That somebody submitted, approved, sent back, locked or unlocked a week, and why."""

    __tablename__ = "timesheet_step"
    __table_args__ = (
        CheckConstraint(
            "move NOT IN ('sent_back', 'unlocked') OR reason IS NOT NULL", name="a_no_has_a_reason"
        ),
    )
    view_permission = Permission.TIME_VIEW

    timesheet_id: Mapped[int] = mapped_column(ForeignKey("timesheet.id", ondelete="CASCADE"), index=True)
    #: Whose week it is; who took the step is `by_id`.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    move: Mapped[Move]
    reason: Mapped[Text | None]


class PersonRate(Guarded, db.Model):
    """What an hour of somebody costs from a day on: their standard rate."""

    __tablename__ = "person_rate"
    __table_args__ = (
        UniqueConstraint("user_id", "from_on"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )
    view_permission = Permission.RATE_VIEW

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    from_on: Mapped[date]
    amount: Mapped[Money]
    currency: Mapped[str]


class EngagementRate(OnThread, db.Model):
    """What an hour costs on one engagement from a day on, whoever works it."""

    __tablename__ = "engagement_rate"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id", "from_on"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )
    view_permission = Permission.MONEY_VIEW

    from_on: Mapped[date]
    amount: Mapped[Money]
    currency: Mapped[str]
