from __future__ import annotations

from datetime import date, datetime
from enum import auto

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import HasOwner, OnThread, of_engagement, one_owner, tied
from crm.extensions import db


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


class ValueKind(Labelled):
    """What a value is, which says how it is charted and compared."""

    NUMBER = auto()
    PROPORTION = auto()
    RATE = auto()
    COUNT = auto()
    TIME_BETWEEN = auto()
    CASES_BETWEEN = auto()

    @property
    def label(self) -> str:
        return {
            "number": "A number, such as a mean, minutes or money",
            "proportion": "A share: some out of all",
            "rate": "A rate: events in so many days or contacts",
            "count": "A count of events in equal periods",
            "time_between": "The time between two rare events",
            "cases_between": "The cases between two rare events",
        }[self.value]


class ChartKind(Labelled):
    RUN = auto()
    I = auto()  # noqa: E741 - the field's name of the chart of individual values
    P = auto()
    PP = auto()
    C = auto()
    U = auto()
    UP = auto()
    G = auto()
    T = auto()

    @property
    def label(self) -> str:
        return {
            "run": "Run chart", "i": "XmR chart", "p": "p chart", "pp": "p′ chart", "c": "c chart",
            "u": "u chart", "up": "u′ chart", "g": "g chart", "t": "t chart",
        }[self.value]  # fmt: skip


class RuleSet(Labelled):
    NHS = auto()
    WESTERN_ELECTRIC = auto()
    IHI = auto()
    ANHOEJ = auto()

    @property
    def label(self) -> str:
        return {"nhs": "NHS Making Data Count", "ihi": "IHI", "anhoej": "Anhøj"}.get(
            self.value, super().label
        )


class Measure(Versioned, HasOwner, OnThread, db.Model):
    __tablename__ = "measure"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        tied("goal_id", "goal"),
        UniqueConstraint("id", "engagement_id"),
        tied("series_of_id", "measure", ondelete="CASCADE"),
        CheckConstraint("baseline_points IS NULL OR baseline_points >= 2", name="baseline_of_two_points"),
        CheckConstraint("per > 0", name="per_positive"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("due_days BETWEEN 0 AND 366", name="due_within_a_year"),
        CheckConstraint("ceiling > lowest", name="ceiling_above_lowest"),
        CheckConstraint("series_of_id <> id", name="not_its_own_series"),
        CheckConstraint("(series_of_id IS NULL) = (group_name IS NULL)", name="a_series_names_its_group"),
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
    value_kind: Mapped[ValueKind] = mapped_column(default=ValueKind.NUMBER, server_default="number")
    #: A rate is told for so many: 1,000 bed days, say.
    per: Mapped[float] = mapped_column(Float, default=1, server_default="1")
    included: Mapped[Text | None]
    excluded: Mapped[Text | None]
    missing_rule: Mapped[Text | None]
    #: None where the chart follows from what a value is.
    chart: Mapped[ChartKind | None]
    rules: Mapped[RuleSet] = mapped_column(default=RuleSet.NHS, server_default="nhs")
    #: The schedule: the first and last period that a value is owed for, and the days there are to enter it.
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    due_days: Mapped[int] = mapped_column(default=14, server_default="14")
    #: No value lies outside of these.
    lowest: Mapped[float | None] = mapped_column(Float)
    ceiling: Mapped[float | None] = mapped_column(Float)
    #: The same measure in another group, such as a ward, a clinic or a hospital that compares.
    series_of_id: Mapped[int | None] = mapped_column(index=True)
    group_name: Mapped[str | None]
    is_comparison: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: When the change began in this group, where that differs from the plan.
    changed_on: Mapped[date | None]

    def value_of(self, numerator: float, denominator: float) -> float:
        """The value that the two make, in the unit of the measure."""
        scale = 100 if self.unit == "%" else self.per
        return numerator / denominator * scale


class Phase(OnThread, db.Model):
    """From this day on the chart of a measure takes new limits, and why."""

    __tablename__ = "measure_phase"
    __table_args__ = (
        of_engagement(),
        tied("measure_id", "measure", ondelete="CASCADE"),
        UniqueConstraint("measure_id", "starts_on"),
        CheckConstraint("reason <> ''", name="says_why"),
    )
    throw_permission = Permission.THREAD_EDIT

    measure_id: Mapped[int]
    starts_on: Mapped[date]
    name: Mapped[str]
    reason: Mapped[Text]


class Origin(Labelled):
    """The way by which a value came in."""

    TYPED = auto()
    PASTED = auto()
    FILE = auto()
    REDCAP = auto()
    CHANNEL = auto()
    SURVEY = auto()

    @property
    def label(self) -> str:
        return {"redcap": "REDCap", "channel": "Channel count"}.get(self.value, super().label)


class Observation(OnThread, db.Model):
    """A measure's value for a period, which its first day names, with n and provenance."""

    __tablename__ = "observation"
    __table_args__ = (
        of_engagement(),
        tied("measure_id", "measure", ondelete="CASCADE"),
        UniqueConstraint("measure_id", "period_on"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("numerator >= 0", name="numerator_not_negative"),
        CheckConstraint("denominator > 0", name="denominator_positive"),
        CheckConstraint("n >= 0", name="n_not_negative"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_by_somebody"),
        # What reports across clients read of a measure, so that they read the index alone.
        Index("ix_observation_values", "measure_id", "period_on", "value"),
    )
    throw_permission = Permission.THREAD_EDIT

    measure_id: Mapped[int]
    period_on: Mapped[date]
    # What is corrected is known as it was, even where a row was not read before it is written.
    value: Mapped[float] = mapped_column(Float, active_history=True)
    numerator: Mapped[float | None] = mapped_column(Float, active_history=True)
    denominator: Mapped[float | None] = mapped_column(Float, active_history=True)
    #: Of how many people or cases a mean or a time is made.
    n: Mapped[int | None] = mapped_column(active_history=True)
    provenance: Mapped[str | None] = mapped_column(active_history=True)
    origin: Mapped[Origin] = mapped_column(default=Origin.TYPED, server_default="typed")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: From then on the value stands, until its period is opened again with a reason.
    approved_at: Mapped[datetime | None] = mapped_column(active_history=True)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Correction(OnThread, db.Model):
    """What an observation said before it was corrected, or why its period was opened again."""

    __tablename__ = "correction"
    __table_args__ = (
        of_engagement(),
        tied("observation_id", "observation", ondelete="CASCADE"),
    )

    observation_id: Mapped[int] = mapped_column(index=True)
    value: Mapped[float] = mapped_column(Float)
    numerator: Mapped[float | None] = mapped_column(Float)
    denominator: Mapped[float | None] = mapped_column(Float)
    n: Mapped[int | None]
    provenance: Mapped[str | None]
    reason: Mapped[Text | None]
    is_reopening: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    corrected_at: Mapped[datetime]
