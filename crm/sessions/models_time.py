"""Time that somebody spent, with a session or without one, and what was allowed by hand about it."""

from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.base import Labelled, Money, Text, Versioned
from crm.engagements.models import OnThread, ServiceLine, of_engagement, tied
from crm.extensions import db


class TimeKind(Labelled):
    COACHING = auto()
    PREPARATION = auto()
    TRAVEL = auto()
    FOLLOW_UP = auto()
    ADMINISTRATION = auto()
    OTHER = auto()

    @property
    def label(self) -> str:
        return "Follow-up" if self is TimeKind.FOLLOW_UP else super().label


#: What is logged with a session; the other kinds stand on the timesheet alone.
WITH_SESSIONS = (TimeKind.COACHING, TimeKind.PREPARATION, TimeKind.TRAVEL)
#: What is billed unless somebody says otherwise.
BILLED = frozenset({TimeKind.COACHING, TimeKind.PREPARATION, TimeKind.FOLLOW_UP})


class TimeState(Labelled):
    """How far a week of time has come: each entry says what its timesheet says."""

    OPEN = auto()
    SUBMITTED = auto()
    APPROVED = auto()
    LOCKED = auto()


class TimeEntry(Versioned, OnThread, db.Model):
    """Minutes of one person on one day, by kind: of a session, or by themselves.

    Clock times are minutes after midnight where the person was; what ends after midnight ends beyond 1,440.
    """

    __tablename__ = "time_entry"
    __table_args__ = (
        of_engagement(),
        tied("session_id", "coaching_session", ondelete="CASCADE"),
        tied("strategy_id", "strategy"),
        tied("milestone_id", "milestone"),
        UniqueConstraint("session_id", "user_id", "kind"),
        UniqueConstraint("id", "engagement_id"),
        UniqueConstraint("imported_key"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_of_a_day"),
        CheckConstraint("(from_minute IS NULL) = (to_minute IS NULL)", name="both_clock_times"),
        CheckConstraint(
            "from_minute BETWEEN 0 AND 1439 AND to_minute > from_minute AND to_minute <= 2880",
            name="clock_times_of_a_day",
        ),
        # All that the guard asks, as of sessions.
        Index("ix_time_entry_seen", "engagement_id", "organisation_id", "user_id"),
        Index(
            "ix_time_entry_used",
            *("engagement_id", "is_billable", "service_line", "kind", "worked_on", "minutes"),
        ),
        # All that sums over weeks ask for, so that they read the index alone.
        Index(
            "ix_time_entry_user_worked",
            *("user_id", "worked_on", "is_billable", "state", "minutes", "engagement_id"),
        ),
        Index("ix_time_entry_worked", "worked_on", "id"),
    )
    view_permission = Permission.TIME_VIEW
    guarded_by = Permission.THREAD_VIEW
    throw_permission = Permission.TIME_EDIT
    #: A week is still approved after its engagement was closed or its session locked.
    never_settled = frozenset({"state", "updated_at", "version_id"})

    session_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    worked_on: Mapped[date]
    kind: Mapped[TimeKind]
    service_line: Mapped[ServiceLine] = mapped_column(default=ServiceLine.COACHING)
    minutes: Mapped[int]
    is_billable: Mapped[bool] = mapped_column(default=True)
    state: Mapped[TimeState] = mapped_column(default=TimeState.OPEN, server_default=TimeState.OPEN.value)
    from_minute: Mapped[int | None]
    to_minute: Mapped[int | None]
    note: Mapped[Text | None]
    strategy_id: Mapped[int | None] = mapped_column(index=True)
    milestone_id: Mapped[int | None] = mapped_column(index=True)
    #: Which row of which tracker it came from, and a digest of what that row said.
    imported_key: Mapped[str | None]
    imported_digest: Mapped[str | None]

    @classmethod
    def also_open_to(cls, reader):
        """One's own time stays one's own when one leaves the team."""
        return cls.user_id == reader.id


class Override(Labelled):
    RATE = auto()
    BUDGET = auto()


class TimeOverride(OnThread, db.Model):
    """What was allowed by hand about one entry, and why: another rate, or hours beyond the budget."""

    __tablename__ = "time_override"
    __table_args__ = (
        of_engagement(),
        tied("time_entry_id", "time_entry", ondelete="CASCADE"),
        UniqueConstraint("time_entry_id", "what"),
        CheckConstraint("what <> 'rate' OR rate IS NOT NULL", name="a_rate_has_an_amount"),
        CheckConstraint("(rate IS NULL) = (currency IS NULL)", name="rate_has_a_currency"),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
    )
    view_permission = Permission.TIME_VIEW

    time_entry_id: Mapped[int] = mapped_column(index=True)
    #: Whose time it is; who allowed it is `by_id`.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    what: Mapped[Override]
    rate: Mapped[Money | None]
    currency: Mapped[str | None]
    reason: Mapped[Text]

    entry: Mapped[TimeEntry] = relationship(
        primaryjoin=lambda: TimeEntry.id == TimeOverride.time_entry_id,
        foreign_keys=lambda: [TimeOverride.time_entry_id],
    )
