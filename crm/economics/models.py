"""What the work is worth in money: an evaluation, its assumptions one by one, and the options it compares."""

from __future__ import annotations

from enum import auto

from sqlalchemy import CheckConstraint, Float, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.base import Labelled, Money, Text, Versioned
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db
from crm.outcomes.models import Measure


class Perspective(Labelled):
    """Whose money and time count."""

    PROVIDER = auto()
    PAYER = auto()
    PATIENTS = auto()
    SOCIETY = auto()

    @property
    def label(self) -> str:
        return {
            "provider": "The organisation itself",
            "payer": "Whoever pays for care",
            "patients": "Patients and families",
            "society": "Society as a whole",
        }[self.value]


class LineKind(Labelled):
    COST = auto()
    CASH_RELEASED = auto()
    TIME_FREED = auto()
    COST_AVOIDED = auto()


class Evaluation(Versioned, OnThread, db.Model):
    """All amounts on it are in one currency and price year; `discount_rate` is a fraction a year."""

    __tablename__ = "evaluation"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("price_year BETWEEN 1990 AND 2100", name="price_year_of_a_person"),
        CheckConstraint("discount_rate >= 0 AND discount_rate < 1", name="discount_rate_a_fraction"),
        CheckConstraint("horizon_years BETWEEN 1 AND 60", name="horizon_of_a_life"),
        CheckConstraint("threshold >= 0", name="threshold_not_negative"),
    )
    throw_permission = Permission.THREAD_EDIT

    name: Mapped[str]
    perspective: Mapped[Perspective] = mapped_column(default=Perspective.PROVIDER)
    comparator: Mapped[str]
    currency: Mapped[str]
    price_year: Mapped[int]
    discount_rate: Mapped[float] = mapped_column(Float, default=0.035, server_default="0.035")
    horizon_years: Mapped[int] = mapped_column(default=1, server_default="1")
    #: What the effects of all its options are counted in.
    effect_unit: Mapped[str | None]
    #: What a unit of effect is worth to whoever pays.
    threshold: Mapped[Money | None]
    note: Mapped[Text | None]


class EvaluationLine(Versioned, OnThread, db.Model):
    """One assumption: so much money for each unit, so many units a year, in these years.

    Year 0 is the start. `low` and `high` are the fewest and the most units a year that are likely.
    """

    __tablename__ = "evaluation_line"
    __table_args__ = (
        of_engagement(),
        tied("evaluation_id", "evaluation", ondelete="CASCADE"),
        tied("measure_id", "measure"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("first_year >= 0", name="from_the_start"),
        CheckConstraint("last_year >= first_year", name="ends_after_it_starts"),
        CheckConstraint("low >= 0 AND low <= quantity", name="low_not_above"),
        CheckConstraint("high >= quantity", name="high_not_below"),
    )
    throw_permission = Permission.THREAD_EDIT

    evaluation_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[LineKind]
    words: Mapped[str]
    amount: Mapped[Money]
    unit: Mapped[str | None]
    quantity: Mapped[float] = mapped_column(Float, default=1, server_default="1")
    first_year: Mapped[int] = mapped_column(default=0, server_default="0")
    last_year: Mapped[int] = mapped_column(default=0, server_default="0")
    low: Mapped[float | None] = mapped_column(Float)
    high: Mapped[float | None] = mapped_column(Float)
    source: Mapped[Text | None]
    measure_id: Mapped[int | None] = mapped_column(index=True)

    evaluation: Mapped[Evaluation] = relationship(foreign_keys=[evaluation_id], viewonly=True,
        primaryjoin=lambda: Evaluation.id == EvaluationLine.evaluation_id)  # fmt: skip
    measure: Mapped[Measure | None] = relationship(foreign_keys=[measure_id], viewonly=True,
        primaryjoin=lambda: Measure.id == EvaluationLine.measure_id)  # fmt: skip


class EvaluationOption(Versioned, OnThread, db.Model):
    """One way to do it: what it costs in all and what it brings, in the unit of its evaluation."""

    __tablename__ = "evaluation_option"
    __table_args__ = (
        of_engagement(),
        tied("evaluation_id", "evaluation", ondelete="CASCADE"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        Index(
            "uq_evaluation_option_one_comparator",
            "evaluation_id",
            unique=True,
            sqlite_where=text("is_comparator"),
            postgresql_where=text("is_comparator"),
        ),
    )
    throw_permission = Permission.THREAD_EDIT

    evaluation_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str]
    cost: Mapped[Money]
    effect: Mapped[float] = mapped_column(Float)
    is_comparator: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    evaluation: Mapped[Evaluation] = relationship(foreign_keys=[evaluation_id], viewonly=True,
        primaryjoin=lambda: Evaluation.id == EvaluationOption.evaluation_id)  # fmt: skip
