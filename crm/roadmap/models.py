from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.alignment.models import Strategy
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import HasOwner, OnThread, of_engagement, one_owner, tied
from crm.extensions import db


class MilestoneState(Labelled):
    PLANNED = auto()
    IN_PROGRESS = auto()
    DONE = auto()
    DROPPED = auto()


OPEN_MILESTONE = frozenset({MilestoneState.PLANNED, MilestoneState.IN_PROGRESS})


class Milestone(Versioned, HasOwner, OnThread, db.Model):
    """A step of the roadmap. The baseline is the day first planned; it stays when the plan moves."""

    __tablename__ = "milestone"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        tied("strategy_id", "strategy"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("(actual_on IS NOT NULL) = (state = 'done')", name="actual_iff_done"),
        CheckConstraint("takes_days BETWEEN 0 AND 1000", name="takes_days_of_a_plan"),
        Index("ix_milestone_engagement_state_planned_on", "engagement_id", "state", "planned_on"),
    )
    throw_permission = Permission.THREAD_EDIT

    title: Mapped[str]
    strategy_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.PLANNED)
    baseline_on: Mapped[date]
    planned_on: Mapped[date]
    actual_on: Mapped[date | None]
    phase: Mapped[str | None]
    takes_days: Mapped[int] = mapped_column(default=0, server_default="0")
    description: Mapped[Text | None]

    strategy: Mapped[Strategy | None] = relationship(
        primaryjoin=lambda: Strategy.id == Milestone.strategy_id,
        foreign_keys=lambda: [Milestone.strategy_id],
        viewonly=True,
    )


class MilestoneNeed(OnThread, db.Model):
    """One milestone waits for another of the same engagement. `crm.roadmap.actions` refuses circles."""

    __tablename__ = "milestone_need"
    __table_args__ = (
        of_engagement(),
        tied("milestone_id", "milestone", ondelete="CASCADE"),
        tied("needs_id", "milestone", ondelete="CASCADE"),
        UniqueConstraint("milestone_id", "needs_id"),
        CheckConstraint("milestone_id <> needs_id", name="waits_for_another"),
    )

    milestone_id: Mapped[int] = mapped_column(index=True)
    needs_id: Mapped[int] = mapped_column(index=True)
