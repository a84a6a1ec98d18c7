from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.base import Labelled, Text, Versioned
from crm.engagements.models import OnThread, of_engagement
from crm.extensions import db


class Lasting(Labelled):
    """What is left of the work, as the client says months later."""

    STILL_IN_PLACE = auto()
    PARTLY = auto()
    GIVEN_UP = auto()


class FollowUp(Versioned, OnThread, db.Model):
    """The talk some months after the end: does it still hang straight?"""

    __tablename__ = "follow_up"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id", "months"),
        CheckConstraint("months > 0", name="months_positive"),
        CheckConstraint("(held_on IS NULL) = (lasting IS NULL)", name="held_and_said"),
    )
    outlives_closing = True

    months: Mapped[int]
    due_on: Mapped[date]
    held_on: Mapped[date | None]
    lasting: Mapped[Lasting | None]
    note: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
