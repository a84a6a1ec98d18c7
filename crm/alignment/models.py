from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.base import Labelled, Money, Text, Versioned
from crm.engagements.models import HasOwner, OnThread, of_engagement, one_owner, tied
from crm.extensions import db
from crm.guard import protect, through
from crm.organisations.models import Channel

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


class Level(Labelled):
    """Whose goal it is, from the whole system down to one service line."""

    SYSTEM = auto()
    ORGANISATION = auto()
    SERVICE_LINE = auto()


class Objective(Labelled):
    """What a strategy is to bring about in its audience."""

    INFORM = auto()
    RAISE_AWARENESS = auto()
    CHANGE_ATTITUDE = auto()
    PROMPT_BEHAVIOUR = auto()
    SUPPORT_PEERS = auto()
    LISTEN = auto()
    RECRUIT = auto()
    TRAIN_STAFF = auto()


class Goal(Versioned, HasOwner, OnThread, db.Model):
    """The client's business goal."""

    __tablename__ = "goal"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight_of_a_hundred"),
        CheckConstraint("importance_rank > 0", name="rank_positive"),
    )
    throw_permission = Permission.THREAD_EDIT

    statement: Mapped[str]
    why: Mapped[Text | None]
    weight: Mapped[int] = mapped_column(default=10)
    perspective: Mapped[Perspective | None]
    level: Mapped[Level | None]
    horizon_on: Mapped[date | None]
    smart_text: Mapped[Text | None]
    how_measured: Mapped[str | None]
    unit: Mapped[str | None]
    start_value: Mapped[float | None] = mapped_column(Float)
    target_value: Mapped[float | None] = mapped_column(Float)
    #: 1 is the most important; goals may share a rank. None where the goals were not ranked.
    importance_rank: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


strategy_channel = Table(
    "strategy_channel",
    db.metadata,
    Column("strategy_id", ForeignKey("strategy.id", ondelete="CASCADE"), primary_key=True),
    Column("channel_id", ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Strategy(Versioned, HasOwner, OnThread, db.Model):
    """What is meant to serve the goals."""

    __tablename__ = "strategy"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("effort_hours >= 0", name="effort_not_negative"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("(cost IS NULL) = (currency IS NULL)", name="cost_has_a_currency"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
    )
    throw_permission = Permission.THREAD_EDIT

    statement: Mapped[str]
    effort_hours: Mapped[int | None]
    cost: Mapped[Money | None]
    currency: Mapped[str | None]
    resources: Mapped[Text | None]
    audience: Mapped[str | None]
    audience_needs: Mapped[Text | None]
    objective: Mapped[Objective | None]
    key_message: Mapped[Text | None]
    #: Channels that the organisation's own list does not hold.
    channels: Mapped[str | None]
    partners: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)

    own_channels: Mapped[list[Channel]] = relationship(secondary=strategy_channel, order_by=Channel.id)


protect(strategy_channel, through(strategy_channel.c.strategy_id, Strategy))


class Relation(Versioned, OnThread, db.Model):
    """How strongly a strategy serves a goal, as agreed. No row is a 0 that nobody has given.

    What each rater thinks for themselves is a Judgement: see crm.judging.
    """

    __tablename__ = "relation"
    __table_args__ = (
        of_engagement(),
        tied("goal_id", "goal", ondelete="CASCADE"),
        tied("strategy_id", "strategy", ondelete="CASCADE"),
        UniqueConstraint("goal_id", "strategy_id"),
        CheckConstraint("mark IN (0, 1, 3, 9)", name="mark_on_the_scale"),
    )

    goal_id: Mapped[int]
    strategy_id: Mapped[int] = mapped_column(index=True)
    mark: Mapped[int]
    note: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
