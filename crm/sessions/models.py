from __future__ import annotations

from datetime import date, datetime
from enum import auto

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    exists,
    false,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.accounts.models import User
from crm.base import Labelled, Text, Versioned, by_day, utc_day
from crm.engagements.models import HasOwner, OnThread, ServiceLine, of_engagement, one_owner, tied
from crm.extensions import db
from crm.guard import protect, through
from crm.organisations.models import Contact
from crm.sessions.models_time import WITH_SESSIONS, TimeEntry, TimeKind, TimeOverride, TimeState


class Mode(Labelled):
    ON_SITE = auto()
    VIDEO = auto()
    PHONE = auto()


class SessionState(Labelled):
    PLANNED = auto()
    HELD = auto()
    CANCELLED = auto()


class RecordState(Labelled):
    """How far the record of a session has come between the two sides."""

    DRAFT = auto()
    SHARED = auto()
    ACKNOWLEDGED = auto()
    LOCKED = auto()


class Recurrence(Labelled):
    WEEKLY = auto()
    FORTNIGHTLY = auto()
    MONTHLY = auto()
    QUARTERLY = auto()


class ActionState(Labelled):
    OPEN = auto()
    DONE = auto()
    DROPPED = auto()


def _who(table: str, column: str, target: str) -> Table:
    return Table(
        table,
        db.metadata,
        Column("session_id", ForeignKey("coaching_session.id", ondelete="CASCADE"), primary_key=True),
        Column(column, ForeignKey(target, ondelete="CASCADE"), primary_key=True, index=True),
    )


session_user = _who("session_user", "user_id", "user_account.id")
session_contact = _who("session_contact", "contact_id", "contact.id")


class CoachingSession(Versioned, OnThread, db.Model):
    """A logged coaching meeting. What is shared is what the client reads; see PrivateNote for the rest."""

    __tablename__ = "coaching_session"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id", "number"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("acknowledged_at IS NULL OR is_shared", name="acknowledged_if_shared"),
        CheckConstraint("locked_at IS NULL OR is_shared", name="locked_if_shared"),
        CheckConstraint("planned_minutes BETWEEN 1 AND 1440", name="planned_within_a_day"),
        CheckConstraint("lasted_minutes BETWEEN 1 AND 1440", name="lasted_within_a_day"),
        Index("ix_coaching_session_engagement_starts", "engagement_id", "starts_at", "state"),
        Index("ix_coaching_session_coach_starts", "coach_id", "starts_at"),
        # All that the guard asks: PostgreSQL counts what somebody may see without looking at the rows.
        Index("ix_coaching_session_seen", "engagement_id", "organisation_id", "is_shared"),
        *by_day("coaching_session", "day", utc_day(text("starts_at"))),
    )
    view_permission = Permission.SESSION_VIEW
    throw_permission = Permission.SESSION_EDIT

    number: Mapped[int]
    coach_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[SessionState] = mapped_column(default=SessionState.HELD)
    starts_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]
    planned_minutes: Mapped[int | None]
    lasted_minutes: Mapped[int | None]
    time_zone: Mapped[str]
    mode: Mapped[Mode] = mapped_column(default=Mode.VIDEO)
    place: Mapped[str | None]
    service_line: Mapped[ServiceLine] = mapped_column(default=ServiceLine.COACHING)
    is_pro_bono: Mapped[bool] = mapped_column(default=False, server_default=false())
    agenda: Mapped[Text | None]
    grow_goal: Mapped[Text | None]
    grow_reality: Mapped[Text | None]
    grow_options: Mapped[Text | None]
    grow_will: Mapped[Text | None]
    summary: Mapped[Text | None]
    resources: Mapped[Text | None]
    next_time: Mapped[Text | None]
    is_shared: Mapped[bool] = mapped_column(default=False)
    shared_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]

    coach: Mapped[User] = relationship()
    users: Mapped[list[User]] = relationship(secondary=session_user, order_by=User.name)
    contacts: Mapped[list[Contact]] = relationship(secondary=session_contact, order_by=Contact.name)

    @property
    def record(self) -> RecordState:
        if self.locked_at:
            return RecordState.LOCKED
        if self.acknowledged_at:
            return RecordState.ACKNOWLEDGED
        return RecordState.SHARED if self.is_shared else RecordState.DRAFT

    @classmethod
    def shared_key(cls):
        return cls.is_shared


for _table in (session_user, session_contact):
    protect(_table, through(_table.c.session_id, CoachingSession))


class SessionTouch(OnThread, db.Model):
    """What on the thread a session touched: one goal, one strategy or one milestone."""

    __tablename__ = "session_touch"
    __table_args__ = (
        of_engagement(),
        tied("session_id", "coaching_session", ondelete="CASCADE"),
        tied("goal_id", "goal", ondelete="CASCADE"),
        tied("strategy_id", "strategy", ondelete="CASCADE"),
        tied("milestone_id", "milestone", ondelete="CASCADE"),
        CheckConstraint(
            "CASE WHEN goal_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN strategy_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN milestone_id IS NULL THEN 0 ELSE 1 END = 1",
            name="touches_one_thing",
        ),
        UniqueConstraint("session_id", "goal_id"),
        UniqueConstraint("session_id", "strategy_id"),
        UniqueConstraint("session_id", "milestone_id"),
    )
    view_permission = Permission.SESSION_VIEW

    session_id: Mapped[int]
    goal_id: Mapped[int | None] = mapped_column(index=True)
    strategy_id: Mapped[int | None] = mapped_column(index=True)
    milestone_id: Mapped[int | None] = mapped_column(index=True)

    @classmethod
    def shared_key(cls):
        here = literal_column("session_touch.session_id", Integer)
        return exists(
            select(literal_column("1")).where(CoachingSession.id == here, CoachingSession.is_shared)
        )


class PrivateNote(OnThread, db.Model):
    """The coach's own reflection. Seen by its author alone; in no report, export or search of others."""

    __tablename__ = "private_note"
    __table_args__ = (
        of_engagement(),
        tied("session_id", "coaching_session", ondelete="CASCADE"),
        UniqueConstraint("session_id", "user_id"),
    )
    view_permission = Permission.PRIVATE_NOTE

    session_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    body: Mapped[Text]


class Action(Versioned, HasOwner, OnThread, db.Model):
    """An action item: who does what by when."""

    __tablename__ = "action"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        tied("session_id", "coaching_session"),
        tied("milestone_id", "milestone"),
        CheckConstraint("(done_on IS NOT NULL) = (state = 'done')", name="done_on_iff_done"),
        Index("ix_action_engagement_state_due_on", "engagement_id", "state", "due_on"),
        Index("ix_action_owner_user_state_due_on", "owner_user_id", "state", "due_on", "id"),
        Index("ix_action_state_due_on", "state", "due_on", "id"),
        Index("ix_action_state_done_on", "state", "done_on", "id"),
        *by_day("action", "day", utc_day(text("created_at"))),
        *by_day("action", "done_on", "done_on"),
    )
    throw_permission = Permission.THREAD_EDIT

    title: Mapped[str]
    session_id: Mapped[int | None] = mapped_column(index=True)
    milestone_id: Mapped[int | None] = mapped_column(index=True)
    due_on: Mapped[date | None]
    state: Mapped[ActionState] = mapped_column(default=ActionState.OPEN)
    done_on: Mapped[date | None]
    evidence: Mapped[Text | None]
    recurs: Mapped[Recurrence | None]


__all__ = [
    "WITH_SESSIONS",
    "Action",
    "ActionState",
    "CoachingSession",
    "Mode",
    "PrivateNote",
    "RecordState",
    "Recurrence",
    "SessionState",
    "SessionTouch",
    "TimeEntry",
    "TimeKind",
    "TimeOverride",
    "TimeState",
    "session_contact",
    "session_user",
]
