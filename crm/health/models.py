from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.accounts.models import User
from crm.base import Labelled, Text
from crm.engagements.models import OnThread, of_engagement
from crm.extensions import db
from crm.methods.health import Level


class Judged(Labelled):
    """A level that somebody sets by hand: anything but unknown."""

    GOOD = auto()
    WATCH = auto()
    BAD = auto()

    @property
    def level(self) -> Level:
        return Level(self.value)

    @property
    def label(self) -> str:
        return self.level.label


class SatisfactionScore(OnThread, db.Model):
    """How content the client is, on a day: what one of them gave, or told the team, who wrote it down."""

    __tablename__ = "satisfaction_score"
    __table_args__ = (
        of_engagement(),
        CheckConstraint("score BETWEEN 0 AND 10", name="score_of_ten"),
        Index("ix_satisfaction_score_latest", "engagement_id", "said_on", "id"),
    )
    view_permission = Permission.SATISFACTION_VIEW

    score: Mapped[int]
    note: Mapped[Text | None]
    said_on: Mapped[date]
    said_by: Mapped[str]
    is_from_client: Mapped[bool]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    @classmethod
    def shared_key(cls):
        """Which a client sees: what they of the client gave themselves, not what the team wrote down."""
        return cls.is_from_client


class HealthOverride(OnThread, db.Model):
    """A level by hand in place of what is reckoned: why, and until when. It ends by itself."""

    __tablename__ = "health_override"
    __table_args__ = (
        of_engagement(),
        CheckConstraint("expires_on >= from_on", name="expires_after_it_begins"),
        CheckConstraint("lifted_on >= from_on", name="lifted_after_it_begins"),
        CheckConstraint("note <> ''", name="note_says_why"),
        Index("ix_health_override_in_effect", "engagement_id", "expires_on"),
    )
    view_permission = Permission.HEALTH_OVERRIDE

    level: Mapped[Judged]
    note: Mapped[Text]
    from_on: Mapped[date]
    expires_on: Mapped[date]
    lifted_on: Mapped[date | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    user: Mapped[User | None] = relationship()
