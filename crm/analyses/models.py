from __future__ import annotations

from datetime import datetime
from enum import auto
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db


class Method(Labelled):
    CONTROL_CHART = auto()
    RUN_CHART = auto()
    PAIRED = auto()
    INDEPENDENT = auto()
    PROPORTIONS = auto()
    RATES = auto()
    INTERRUPTED = auto()
    CONTROLLED = auto()
    DIFFERENCE = auto()

    @property
    def label(self) -> str:
        return {
            "paired": "Before and after, in pairs",
            "independent": "Before and after, two means",
            "proportions": "Before and after, two shares",
            "rates": "Before and after, two rates",
            "interrupted": "Interrupted time series",
            "controlled": "Controlled interrupted time series",
            "difference": "Difference in differences",
        }.get(self.value, super().label)


class Analysis(Versioned, OnThread, db.Model):
    """One question and how it is answered. Each answer that was looked at is kept as a Look."""

    __tablename__ = "analysis"
    __table_args__ = (
        of_engagement(),
        tied("measure_id", "measure", ondelete="CASCADE"),
        tied("hypothesis_id", "hypothesis", ondelete="CASCADE"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("NOT is_primary OR hypothesis_id IS NOT NULL", name="primary_for_a_hypothesis"),
        Index(
            "uq_analysis_one_primary",
            "engagement_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )
    throw_permission = Permission.THREAD_EDIT

    title: Mapped[Text]
    hypothesis_id: Mapped[int | None] = mapped_column(index=True)
    measure_id: Mapped[int] = mapped_column(index=True)
    method: Mapped[Method]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: It answers the plan's primary question by the method that the plan's design asks for.
    is_primary: Mapped[bool] = mapped_column(default=False)


class Look(OnThread, db.Model):
    """The data as they were when somebody looked, and what they said then. It never changes."""

    __tablename__ = "look"
    __table_args__ = (
        of_engagement(),
        tied("analysis_id", "analysis", ondelete="CASCADE"),
        UniqueConstraint("analysis_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(data_version) = 64", name="data_version_whole"),
        CheckConstraint("n >= 0", name="n_not_negative"),
    )

    analysis_id: Mapped[int]
    number: Mapped[int]
    looked_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: SHA-256 of `data`, written in one way only.
    data_version: Mapped[str]
    method: Mapped[Method]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: The series as they were.
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: At least: method, estimate, low, high, p, unit, design, naive, n, board, not_shown, assumptions.
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    n: Mapped[int]
