"""Rounds in which raters judge the worksheet, each for themselves, and see no other's mark before the end."""

from __future__ import annotations

from datetime import date, datetime
from enum import auto
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.accounts.models import User
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db


class RoundState(Labelled):
    OPEN = auto()
    CLOSED = auto()
    SETTLED = auto()


class Round(Versioned, OnThread, db.Model):
    """One time that the raters judge.

    Closed, its spread is shown; settled, its consensus is on the worksheet.
    """

    __tablename__ = "judging_round"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("id", "engagement_id"),
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(closed_at IS NULL) = (state = 'open')", name="closed_unless_open"),
        CheckConstraint("(settled_at IS NOT NULL) = (state = 'settled')", name="settled_iff_it_says_so"),
        Index(
            "ix_judging_round_one_open",
            "engagement_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_judging_round_closes_on", "state", "closes_on"),
    )

    number: Mapped[int]
    state: Mapped[RoundState] = mapped_column(default=RoundState.OPEN)
    request: Mapped[Text | None]
    closes_on: Mapped[date | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    #: What the raters' marks say about their agreement: reckoned once, when the round is closed.
    agreement: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    opened_by: Mapped[User | None] = relationship()


class Rater(OnThread, db.Model):
    """Somebody who is asked to judge in a round."""

    __tablename__ = "round_rater"
    __table_args__ = (
        of_engagement(),
        tied("round_id", "judging_round", ondelete="CASCADE"),
        UniqueConstraint("round_id", "user_id"),
    )

    round_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    is_from_client: Mapped[bool] = mapped_column(default=False, server_default=false())
    reminded_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Judgement(OnThread, db.Model):
    """One rater's mark in one round. Before the round ends, it is told to nobody but them.

    What does not count is a draft: a mark that still owes its reason, or one that came after the round's end.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        of_engagement(),
        tied("round_id", "judging_round", ondelete="CASCADE"),
        tied("goal_id", "goal", ondelete="CASCADE"),
        tied("strategy_id", "strategy", ondelete="CASCADE"),
        UniqueConstraint("round_id", "user_id", "goal_id", "strategy_id", "counts"),
        CheckConstraint("mark IN (0, 1, 3, 9)", name="mark_on_the_scale"),
        CheckConstraint("NOT is_revealed OR counts", name="drafts_stay_their_own"),
        CheckConstraint("mark < 9 OR NOT counts OR coalesce(note, '') <> ''", name="a_nine_says_why"),
        Index("ix_judgement_cell", "round_id", "goal_id", "strategy_id"),
    )
    view_permission = Permission.JUDGEMENT_VIEW

    round_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    goal_id: Mapped[int] = mapped_column(index=True)
    strategy_id: Mapped[int] = mapped_column(index=True)
    mark: Mapped[int]
    note: Mapped[Text | None]
    counts: Mapped[bool]
    is_revealed: Mapped[bool] = mapped_column(default=False, server_default=false())
