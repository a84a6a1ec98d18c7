"""What is told: findings of an engagement, and those of them that everybody may read without a name."""

from __future__ import annotations

from datetime import date, datetime
from enum import auto
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db
from crm.methods import designs
from crm.organisations.models import Kind, OfOrganisation
from crm.outcomes.models import MeasureKind
from crm.outcomes.models_plan import Design


class FindingState(Labelled):
    DRAFT = auto()
    AGREED = auto()
    SHARED = auto()


class Rung(Labelled):
    """How much a design can carry: crm.methods.designs has the words."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"

    @property
    def label(self) -> str:
        return f"{self.value}: {designs.LADDER[self.value]}"


def rung_of(design: Design) -> Rung:
    return Rung(designs.known(design.value).rung)


class SharedFinding(db.Model):
    """A finding as everybody who is signed in reads it. No column of it leads back to a client."""

    __tablename__ = "shared_finding"
    __table_args__ = (
        CheckConstraint("not_shown <> ''", name="says_what_it_does_not_show"),
        Index("ix_shared_finding_shared_on_id", "shared_on", "id"),
    )

    statement: Mapped[Text]
    not_shown: Mapped[Text]
    design: Mapped[Design]
    rung: Mapped[Rung]
    organisation_kind: Mapped[Kind]
    size: Mapped[str]
    measure_kind: Mapped[MeasureKind | None]
    #: Estimate, interval and plain comparison, where they rest on people enough.
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    search_words: Mapped[Text]
    #: The first day of the month: the day itself could be known to somebody.
    shared_on: Mapped[date]


class Finding(Versioned, OnThread, db.Model):
    """What an analysis or an evaluation says, with what it does not show. Settled once it is agreed.

    Without either it is an observation only. The numbers are copied: they are those that were agreed on.
    """

    __tablename__ = "finding"
    __table_args__ = (
        of_engagement(),
        tied("measure_id", "measure"),
        tied("evaluation_id", "evaluation"),
        UniqueConstraint("shared_id"),
        CheckConstraint("not_shown <> ''", name="says_what_it_does_not_show"),
        CheckConstraint("look_id IS NULL OR evaluation_id IS NULL", name="rests_on_one"),
        CheckConstraint("(agreed_at IS NULL) = (state = 'draft')", name="agreed_unless_draft"),
        CheckConstraint("(shared_id IS NOT NULL) = (state = 'shared')", name="shared_iff_it_says_so"),
    )
    throw_permission = Permission.THREAD_EDIT
    #: Consent is taken back at any time.
    never_settled = frozenset({"state", "shared_id"})

    statement: Mapped[Text]
    not_shown: Mapped[Text]
    design: Mapped[Design]
    look_id: Mapped[int | None] = mapped_column(ForeignKey("look.id"), index=True)
    evaluation_id: Mapped[int | None] = mapped_column(index=True)
    measure_id: Mapped[int | None] = mapped_column(index=True)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[FindingState] = mapped_column(default=FindingState.DRAFT)
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("shared_finding.id"))

    @property
    def rung(self) -> Rung:
        return rung_of(self.design)


class BenchmarkConsent(OfOrganisation, db.Model):
    """From this day on, a client's numbers count in the distributions that others see."""

    __tablename__ = "benchmark_consent"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    given_on: Mapped[date]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
