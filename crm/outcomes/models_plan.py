"""What is planned before the data come in: the question, what would answer it, and who may ask it."""

from __future__ import annotations

from datetime import date, datetime
from enum import auto

from sqlalchemy import CheckConstraint, Float, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db
from crm.outcomes.models import Direction


class Design(Labelled):
    RANDOMISED = auto()
    CLUSTER = auto()
    STEPPED_WEDGE = auto()
    CONTROLLED_SERIES = auto()
    INTERRUPTED_SERIES = auto()
    DIFFERENCE_IN_DIFFERENCES = auto()
    MATCHED = auto()
    BEFORE_AFTER = auto()
    CONTROL_CHART = auto()
    SURVEY = auto()
    CASE_STUDY = auto()
    ECONOMIC = auto()

    @property
    def label(self) -> str:
        return {
            "randomised": "Randomised comparison",
            "cluster": "Cluster randomised",
            "controlled_series": "Controlled interrupted time series",
            "interrupted_series": "Interrupted time series",
            "matched": "Matched comparison",
            "before_after": "Before and after",
            "economic": "Economic evaluation",
        }.get(self.value, super().label)

    @property
    def claim(self) -> str:
        """What the design can and cannot show, for the board."""
        if self in RANDOMISED:
            return "A randomised comparison can show that the work caused the change."
        if self in COMPARED:
            return "A comparison group makes other causes less likely; it does not rule them out."
        if self in {Design.SURVEY, Design.CASE_STUDY}:
            return "This describes what people said or what happened; it does not show a cause."
        if self is Design.ECONOMIC:
            return "This sets costs against effects that came from elsewhere; it shows no cause by itself."
        return "A series without a comparison group does not show that the coaching caused the change."


RANDOMISED = frozenset({Design.RANDOMISED, Design.CLUSTER, Design.STEPPED_WEDGE})
COMPARED = frozenset({Design.CONTROLLED_SERIES, Design.DIFFERENCE_IN_DIFFERENCES, Design.MATCHED})


class OutcomesPlan(Versioned, OnThread, db.Model):
    """PICO(T): population, intervention, comparison, outcome, time; and how the study is run.

    Settled from the moment it is registered.
    """

    __tablename__ = "outcomes_plan"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("alpha > 0 AND alpha < 0.5", name="alpha_small"),
        CheckConstraint("power >= 0.5 AND power < 1", name="power_large"),
        CheckConstraint("looks BETWEEN 1 AND 20", name="looks_at_the_data"),
    )

    question: Mapped[Text]
    population: Mapped[Text | None]
    intervention: Mapped[Text | None]
    comparison: Mapped[Text | None]
    outcome: Mapped[Text | None]
    time_frame: Mapped[Text | None]
    design: Mapped[Design] = mapped_column(default=Design.CONTROL_CHART)
    setting: Mapped[Text | None]
    included: Mapped[Text | None]
    excluded: Mapped[Text | None]
    #: The first day on which the change was, or will be, in force.
    intervention_on: Mapped[date | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    allocation: Mapped[Text | None]
    missing_data: Mapped[Text | None]
    analysis: Mapped[Text | None]
    alpha: Mapped[float] = mapped_column(Float, default=0.05, server_default="0.05")
    power: Mapped[float] = mapped_column(Float, default=0.8, server_default="0.8")
    #: How often the data are to be judged, the last time included.
    looks: Mapped[int] = mapped_column(default=1, server_default="1")
    sample_size: Mapped[Text | None]
    data_management: Mapped[Text | None]
    roles: Mapped[Text | None]
    timeline: Mapped[Text | None]
    risks: Mapped[Text | None]
    dissemination: Mapped[Text | None]
    publication_intended: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    registered_at: Mapped[datetime | None]


class Hypothesis(Versioned, OnThread, db.Model):
    """One question that a measure answers; the primary one is what the study is planned for."""

    __tablename__ = "hypothesis"
    __table_args__ = (
        of_engagement(),
        tied("plan_id", "outcomes_plan", ondelete="CASCADE"),
        tied("measure_id", "measure"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("smallest_difference > 0", name="smallest_difference_positive"),
        Index(
            "uq_hypothesis_one_primary",
            "plan_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )

    throw_permission = Permission.THREAD_EDIT

    plan_id: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    statement: Mapped[Text]
    measure_id: Mapped[int | None] = mapped_column(index=True)
    is_primary: Mapped[bool] = mapped_column(default=False)
    #: Which way the change is expected; None where either would count.
    direction: Mapped[Direction | None]
    #: In the unit of the measure: less than this would not matter to anybody.
    smallest_difference: Mapped[float | None] = mapped_column(Float)


class EthicsKind(Labelled):
    QUALITY_IMPROVEMENT = auto()
    EXEMPT = auto()
    EXPEDITED = auto()
    FULL_BOARD = auto()

    @property
    def label(self) -> str:
        return {
            "quality_improvement": "Quality improvement, not research",
            "exempt": "Research, exempt from review",
            "expedited": "Research, expedited review",
            "full_board": "Research, reviewed by the full board",
        }[self.value]


class Consent(Labelled):
    WRITTEN = auto()
    INFORMED = auto()
    WAIVED = auto()
    NOT_NEEDED = auto()

    @property
    def label(self) -> str:
        return {
            "written": "Written consent",
            "informed": "Informed, with a right to say no",
            "waived": "Waived by the board",
            "not_needed": "Not needed: no data about persons",
        }[self.value]


class EthicsDetermination(Versioned, OnThread, db.Model):
    """Whether the study is research, who says so, under which reference and until when."""

    __tablename__ = "ethics"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id"),
        CheckConstraint("expires_on >= determined_on", name="expires_after_it_begins"),
    )

    kind: Mapped[EthicsKind]
    determined_by: Mapped[str]
    reference: Mapped[str | None]
    determined_on: Mapped[date]
    expires_on: Mapped[date | None]
    consent: Mapped[Consent]
    note: Mapped[Text | None]
