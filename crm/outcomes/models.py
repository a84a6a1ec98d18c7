from __future__ import annotations

from datetime import date
from enum import auto

from sqlalchemy import CheckConstraint, Float, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import HasOwner, OnThread, of_engagement, one_owner
from crm.extensions import db


class Design(Labelled):
    CONTROL_CHART = auto()
    BEFORE_AFTER = auto()
    INTERRUPTED_SERIES = auto()
    CONTROLLED_SERIES = auto()
    DIFFERENCE_IN_DIFFERENCES = auto()
    RANDOMISED = auto()
    SURVEY = auto()
    CASE_STUDY = auto()

    @property
    def label(self) -> str:
        return {
            "before_after": "Before and after",
            "interrupted_series": "Interrupted time series",
            "controlled_series": "Controlled interrupted time series",
            "randomised": "Randomised comparison",
        }.get(self.value, super().label)

    @property
    def claim(self) -> str:
        """What the design can and cannot show, for the board."""
        if self is Design.RANDOMISED:
            return "A randomised comparison can show that the work caused the change."
        if self in {Design.CONTROLLED_SERIES, Design.DIFFERENCE_IN_DIFFERENCES}:
            return "A comparison group makes other causes less likely; it does not rule them out."
        if self in {Design.SURVEY, Design.CASE_STUDY}:
            return "This describes what people said or what happened; it does not show a cause."
        return "A series without a comparison group does not show that the coaching caused the change."


class MeasureKind(Labelled):
    OUTCOME = auto()
    PROCESS = auto()
    BALANCING = auto()
    COST = auto()


class Direction(Labelled):
    DECREASE = auto()
    INCREASE = auto()

    @property
    def label(self) -> str:
        return "Lower is better" if self is Direction.DECREASE else "Higher is better"


class Frequency(Labelled):
    WEEKLY = auto()
    MONTHLY = auto()
    QUARTERLY = auto()


class OutcomesPlan(Versioned, OnThread, db.Model):
    """PICO(T): population, intervention, comparison, outcome, time."""

    __tablename__ = "outcomes_plan"
    __table_args__ = (of_engagement(), UniqueConstraint("engagement_id"))

    question: Mapped[Text]
    population: Mapped[Text | None]
    intervention: Mapped[Text | None]
    comparison: Mapped[Text | None]
    outcome: Mapped[Text | None]
    time_frame: Mapped[Text | None]
    design: Mapped[Design] = mapped_column(default=Design.CONTROL_CHART)


class Measure(Versioned, HasOwner, OnThread, db.Model):
    __tablename__ = "measure"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        ForeignKeyConstraint(["goal_id", "engagement_id"], ["goal.id", "goal.engagement_id"]),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("baseline_points IS NULL OR baseline_points >= 2", name="baseline_of_two_points"),
    )
    throw_permission = Permission.THREAD_EDIT

    name: Mapped[str]
    goal_id: Mapped[int | None] = mapped_column(index=True)
    kind: Mapped[MeasureKind] = mapped_column(default=MeasureKind.OUTCOME)
    direction: Mapped[Direction] = mapped_column(default=Direction.DECREASE)
    unit: Mapped[str | None]
    numerator: Mapped[str | None]
    denominator: Mapped[str | None]
    frequency: Mapped[Frequency] = mapped_column(default=Frequency.MONTHLY)
    source: Mapped[str | None]
    baseline: Mapped[float | None] = mapped_column(Float)
    target: Mapped[float | None] = mapped_column(Float)
    baseline_points: Mapped[int | None]


class Observation(OnThread, db.Model):
    """A measure's value for a period, which its first day names, with n and provenance."""

    __tablename__ = "observation"
    __table_args__ = (
        of_engagement(),
        ForeignKeyConstraint(
            ["measure_id", "engagement_id"], ["measure.id", "measure.engagement_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("measure_id", "period_on"),
        CheckConstraint("numerator >= 0", name="numerator_not_negative"),
        CheckConstraint("denominator > 0", name="denominator_positive"),
    )
    throw_permission = Permission.THREAD_EDIT

    measure_id: Mapped[int]
    period_on: Mapped[date]
    value: Mapped[float] = mapped_column(Float)
    numerator: Mapped[float | None] = mapped_column(Float)
    denominator: Mapped[float | None] = mapped_column(Float)
    provenance: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
