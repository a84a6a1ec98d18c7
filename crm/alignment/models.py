from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import HasOwner, OnThread, of_engagement, one_owner
from crm.extensions import db

#: How strongly a strategy serves a goal: none, weak, medium, strong.
MARKS = (0, 1, 3, 9)


#: From this mark on, a strategy serves a goal.
SERVES = 3


class Perspective(Labelled):
    MISSION = auto()
    PATIENTS = auto()
    PROCESSES = auto()
    LEARNING = auto()
    FINANCE = auto()

    @property
    def label(self) -> str:
        return {"mission": "Mission and community", "learning": "Learning and growth"}.get(
            self.value, super().label
        )


class Goal(Versioned, HasOwner, OnThread, db.Model):
    """The client's business goal."""

    __tablename__ = "goal"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight_of_a_hundred"),
    )
    throw_permission = Permission.THREAD_EDIT

    statement: Mapped[str]
    weight: Mapped[int] = mapped_column(default=10)
    perspective: Mapped[Perspective | None]
    horizon_on: Mapped[date | None]
    smart_text: Mapped[Text | None]
    position: Mapped[int] = mapped_column(default=0)


class Strategy(Versioned, HasOwner, OnThread, db.Model):
    """What is meant to serve the goals."""

    __tablename__ = "strategy"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("effort_hours >= 0", name="effort_not_negative"),
    )
    throw_permission = Permission.THREAD_EDIT

    statement: Mapped[str]
    effort_hours: Mapped[int | None]
    audience: Mapped[str | None]
    channels: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)


class Relation(Versioned, OnThread, db.Model):
    """A judgement of how strongly a strategy serves a goal. No row is a 0 that nobody has given."""

    __tablename__ = "relation"
    __table_args__ = (
        of_engagement(),
        ForeignKeyConstraint(
            ["goal_id", "engagement_id"], ["goal.id", "goal.engagement_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["strategy_id", "engagement_id"], ["strategy.id", "strategy.engagement_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("goal_id", "strategy_id"),
        CheckConstraint("mark IN (0, 1, 3, 9)", name="mark_on_the_scale"),
    )

    goal_id: Mapped[int]
    strategy_id: Mapped[int] = mapped_column(index=True)
    mark: Mapped[int]
    note: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
