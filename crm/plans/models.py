"""What the outcomes plan gathers besides its words: registrations, deviations, power and checklists."""

from __future__ import annotations

from datetime import date, datetime
from enum import auto
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.base import Labelled, Text
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db


class Registration(OnThread, db.Model):
    """The plan as it was registered: canonical JSON and its SHA-256, never changed again."""

    __tablename__ = "registration"
    __table_args__ = (
        of_engagement(),
        tied("plan_id", "outcomes_plan", ondelete="CASCADE"),
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        CheckConstraint("number = 1 OR coalesce(reason, '') <> ''", name="a_later_one_says_why"),
    )

    plan_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    content: Mapped[Text]
    digest: Mapped[str]
    reason: Mapped[Text | None]
    registered_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()


class Amendment(OnThread, db.Model):
    """Why a registered plan was opened again; `number` is the registration that it opened."""

    __tablename__ = "amendment"
    __table_args__ = (
        of_engagement(),
        tied("plan_id", "outcomes_plan", ondelete="CASCADE"),
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("reason <> ''", name="says_why"),
    )

    plan_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    reason: Mapped[Text]
    opened_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()


class Deviation(OnThread, db.Model):
    """What was done otherwise than registered. It stands; a later one may correct it."""

    __tablename__ = "deviation"
    __table_args__ = (
        of_engagement(),
        tied("plan_id", "outcomes_plan", ondelete="CASCADE"),
        UniqueConstraint("id", "engagement_id"),
        tied("corrects_id", "deviation", ondelete="CASCADE"),
        CheckConstraint("corrects_id <> id", name="corrects_another"),
        CheckConstraint("what <> '' AND why <> '' AND effect <> ''", name="says_all"),
    )

    plan_id: Mapped[int] = mapped_column(index=True)
    happened_on: Mapped[date]
    what: Mapped[Text]
    why: Mapped[Text]
    #: What it does to the findings.
    effect: Mapped[Text]
    corrects_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()


class PowerKind(Labelled):
    MEANS = auto()
    PAIRED = auto()
    PROPORTIONS = auto()
    CLUSTERS = auto()
    PRECISION = auto()
    SERIES = auto()
    COUNTS = auto()

    @property
    def label(self) -> str:
        return {
            "means": "Two groups, means",
            "paired": "The same people twice",
            "proportions": "Two groups, shares",
            "clusters": "Whole wards or clinics, shares",
            "precision": "One share, as a survey asks",
            "series": "A series of measured values",
            "counts": "A series of counts",
        }[self.value]


class PowerPlan(OnThread, db.Model):
    """What the sample size of a hypothesis is reckoned from."""

    __tablename__ = "power_plan"
    __table_args__ = (
        of_engagement(),
        tied("hypothesis_id", "hypothesis", ondelete="CASCADE"),
        UniqueConstraint("hypothesis_id"),
    )

    hypothesis_id: Mapped[int]
    kind: Mapped[PowerKind]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class GuidelineKey(Labelled):
    SQUIRE = auto()
    STROBE = auto()
    STARI = auto()
    TIDIER = auto()
    CHERRIES = auto()
    CONSORT = auto()
    CHEERS = auto()

    @property
    def label(self) -> str:
        return {
            "squire": "SQUIRE 2.0", "stari": "StaRI", "tidier": "TIDieR", "consort": "CONSORT 2010",
            "cheers": "CHEERS 2022",
        }.get(self.value, self.value.upper())  # fmt: skip


class MarkState(Labelled):
    DONE = auto()
    NOT_APPLICABLE = auto()


class GuidelineMark(OnThread, db.Model):
    """An item of a guideline that a person marked, and where it is said or why it does not apply."""

    __tablename__ = "guideline_mark"
    __table_args__ = (
        of_engagement(),
        tied("plan_id", "outcomes_plan", ondelete="CASCADE"),
        UniqueConstraint("plan_id", "guideline", "item"),
        CheckConstraint("place <> ''", name="says_where_or_why"),
    )

    plan_id: Mapped[int]
    guideline: Mapped[GuidelineKey]
    item: Mapped[str]
    state: Mapped[MarkState]
    place: Mapped[Text]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
