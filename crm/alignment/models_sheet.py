"""What belongs to a worksheet besides its goals, its strategies and what relates them."""

from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.accounts.models import User
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db
from crm.words import day


class Layout(Labelled):
    """The template that a worksheet was begun from."""

    COMMUNICATIONS = auto()
    QFD = auto()
    X_MATRIX = auto()

    @property
    def label(self) -> str:
        return {"qfd": "Quality function deployment", "x_matrix": "X-matrix"}.get(self.value, super().label)


class Weighing(Labelled):
    """How the goals get their weights."""

    POINTS = auto()
    RANKING = auto()
    PAIRWISE = auto()


class SheetSetup(Versioned, OnThread, db.Model):
    """How the worksheet of one engagement is worked with. None yet is the same as the defaults."""

    __tablename__ = "sheet_setup"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id"),
        CheckConstraint("review_every_months BETWEEN 1 AND 24", name="review_within_two_years"),
        Index("ix_sheet_setup_review_on", "review_on"),
    )

    layout: Mapped[Layout] = mapped_column(default=Layout.QFD)
    weighing: Mapped[Weighing] = mapped_column(default=Weighing.POINTS)
    review_on: Mapped[date | None]
    review_every_months: Mapped[int] = mapped_column(default=3)


class GoalParent(OnThread, db.Model):
    """A goal that serves a larger one of the same engagement."""

    __tablename__ = "goal_parent"
    __table_args__ = (
        of_engagement(),
        tied("goal_id", "goal", ondelete="CASCADE"),
        tied("parent_id", "goal", ondelete="CASCADE"),
        UniqueConstraint("goal_id"),
        CheckConstraint("goal_id <> parent_id", name="not_its_own_parent"),
    )

    goal_id: Mapped[int]
    parent_id: Mapped[int] = mapped_column(index=True)


class GoalOrigin(OnThread, db.Model):
    """A goal that was carried down from an engagement of the client's parent."""

    __tablename__ = "goal_origin"
    __table_args__ = (
        of_engagement(),
        tied("goal_id", "goal", ondelete="CASCADE"),
        UniqueConstraint("goal_id"),
    )

    goal_id: Mapped[int]
    origin_id: Mapped[int] = mapped_column(ForeignKey("goal.id", ondelete="CASCADE"), index=True)


class GoalComparison(OnThread, db.Model):
    """How many times as important one goal is as another, on Saaty's scale.

    3 says that the first is three times as important, -3 that the other is; 1 that they weigh the same.
    """

    __tablename__ = "goal_comparison"
    __table_args__ = (
        of_engagement(),
        tied("goal_id", "goal", ondelete="CASCADE"),
        tied("other_id", "goal", ondelete="CASCADE"),
        UniqueConstraint("goal_id", "other_id"),
        CheckConstraint("goal_id < other_id", name="each_pair_once"),
        CheckConstraint("times BETWEEN 1 AND 9 OR times BETWEEN -9 AND -2", name="times_on_the_scale"),
    )

    goal_id: Mapped[int]
    other_id: Mapped[int] = mapped_column(index=True)
    times: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class StrategyTie(OnThread, db.Model):
    """The roof of the matrix: whether two strategies help (1, 2) or hinder (-1, -2) each other."""

    __tablename__ = "strategy_tie"
    __table_args__ = (
        of_engagement(),
        tied("strategy_id", "strategy", ondelete="CASCADE"),
        tied("other_id", "strategy", ondelete="CASCADE"),
        UniqueConstraint("strategy_id", "other_id"),
        CheckConstraint("strategy_id < other_id", name="each_pair_once"),
        CheckConstraint("strength IN (-2, -1, 1, 2)", name="strength_on_the_scale"),
    )

    strategy_id: Mapped[int]
    other_id: Mapped[int] = mapped_column(index=True)
    strength: Mapped[int]
    note: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class GoalCause(OnThread, db.Model):
    """An arrow of the strategy map: reaching the one goal helps to reach the other."""

    __tablename__ = "goal_cause"
    __table_args__ = (
        of_engagement(),
        tied("goal_id", "goal", ondelete="CASCADE"),
        tied("effect_id", "goal", ondelete="CASCADE"),
        UniqueConstraint("goal_id", "effect_id"),
        CheckConstraint("goal_id <> effect_id", name="causes_another"),
    )

    goal_id: Mapped[int]
    effect_id: Mapped[int] = mapped_column(index=True)
    note: Mapped[Text | None]


class CheckIn(Versioned, OnThread, db.Model):
    """Where a goal stands on a day: how far it has come, and apart from that how sure its people are."""

    __tablename__ = "check_in"
    __table_args__ = (
        of_engagement(),
        tied("goal_id", "goal", ondelete="CASCADE"),
        UniqueConstraint("goal_id", "checked_on"),
        CheckConstraint("confidence BETWEEN 0 AND 10", name="confidence_of_ten"),
    )
    throw_permission = Permission.THREAD_EDIT

    goal_id: Mapped[int]
    checked_on: Mapped[date]
    value: Mapped[float | None] = mapped_column(Float)
    confidence: Mapped[int]
    note: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()

    @property
    def title(self) -> str:
        return f"Check-in of {day(self.checked_on)}"
