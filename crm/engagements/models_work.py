"""The statement of work: what will be handed over, and what was changed after it was agreed."""

from __future__ import annotations

from datetime import date
from enum import auto

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Permission
from crm.base import Labelled, Money, Text, Versioned
from crm.engagements.models import HasOwner, OnThread, ServiceLine, of_engagement, one_owner
from crm.extensions import db


class DeliverableState(Labelled):
    PLANNED = auto()
    DELIVERED = auto()
    ACCEPTED = auto()


class Deliverable(Versioned, HasOwner, OnThread, db.Model):
    """What is handed over, and by what both sides will know that it is done."""

    __tablename__ = "deliverable"
    __table_args__ = (
        of_engagement(),
        one_owner(),
        CheckConstraint("(delivered_on IS NULL) = (state = 'planned')", name="delivered_unless_planned"),
        CheckConstraint("(accepted_on IS NOT NULL) = (state = 'accepted')", name="accepted_iff_it_says_so"),
    )
    throw_permission = Permission.THREAD_EDIT

    title: Mapped[str]
    acceptance: Mapped[Text | None]
    due_on: Mapped[date | None]
    state: Mapped[DeliverableState] = mapped_column(default=DeliverableState.PLANNED)
    delivered_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    accepted_by: Mapped[str | None]
    evidence: Mapped[Text | None]


class ChangeState(Labelled):
    PROPOSED = auto()
    AGREED = auto()
    DECLINED = auto()


class ChangeOrder(Versioned, OnThread, db.Model):
    """A change of what is agreed: of scope, hours, fee or end. Once it is agreed or declined, it stays."""

    __tablename__ = "change_order"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("(decided_on IS NULL) = (state = 'proposed')", name="decided_unless_proposed"),
    )
    throw_permission = Permission.THREAD_EDIT

    number: Mapped[int]
    title: Mapped[str]
    reason: Mapped[Text]
    scope: Mapped[Text | None]
    hours: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    fee: Mapped[Money | None]
    ends_on: Mapped[date | None]
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.PROPOSED)
    proposed_on: Mapped[date]
    decided_on: Mapped[date | None]
    decided_with: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def lines(self) -> dict[ServiceLine, int]:
        """Hours more, or fewer, of each service line."""
        return {line: self.hours[line] for line in ServiceLine if self.hours.get(line)}
