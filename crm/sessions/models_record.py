"""What stands around a session: the steps of its record, agendas to start from, a running timer."""

from __future__ import annotations

from datetime import datetime
from enum import auto

from sqlalchemy import (
    ForeignKey,
    Integer,
    UniqueConstraint,
    exists,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.base import Labelled, Text, Versioned, by_day, utc_day
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db
from crm.sessions.models import CoachingSession


class Step(Labelled):
    SHARED = auto()
    WITHDRAWN = auto()
    ACKNOWLEDGED = auto()
    LOCKED = auto()
    UNLOCKED = auto()


class RecordStep(OnThread, db.Model):
    """One step of a session's record between the two sides: who took it, when, and why."""

    __tablename__ = "record_step"
    __table_args__ = (
        of_engagement(),
        tied("session_id", "coaching_session", ondelete="CASCADE"),
        *by_day("record_step", "day", utc_day(text("taken_at"))),
    )
    view_permission = Permission.SESSION_VIEW

    session_id: Mapped[int] = mapped_column(index=True)
    step: Mapped[Step]
    taken_at: Mapped[datetime]
    reason: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @classmethod
    def shared_key(cls):
        here = literal_column("record_step.session_id", Integer)
        return exists(
            select(literal_column("1")).where(CoachingSession.id == here, CoachingSession.is_shared)
        )


class AgendaTemplate(Versioned, Guarded, db.Model):
    """An agenda to start a session from; of one person, or everybody's."""

    __tablename__ = "agenda_template"
    view_permission = Permission.OUTLINE_VIEW
    throw_permission = Permission.OUTLINE_EDIT

    name: Mapped[str]
    body: Mapped[Text]
    is_shared: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)

    user: Mapped[User] = relationship()


class Timer(OnThread, db.Model):
    """The clock that one person has running for one engagement; stopped, it becomes a session."""

    __tablename__ = "timer"
    __table_args__ = (of_engagement(), UniqueConstraint("user_id"))
    view_permission = Permission.TIME_VIEW

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
