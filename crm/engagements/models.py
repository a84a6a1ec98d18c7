from __future__ import annotations

from datetime import date
from enum import auto
from typing import ClassVar, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.base import Labelled, Money, Text, Versioned
from crm.extensions import db
from crm.organisations.models import Contact, Organisation


class Stage(Labelled):
    INQUIRY = auto()
    QUALIFIED = auto()
    PROPOSAL = auto()
    AGREED = auto()
    DISCOVERY = auto()
    BASELINE = auto()
    ALIGNMENT = auto()
    IMPLEMENTATION = auto()
    MEASUREMENT = auto()
    CLOSING = auto()
    FOLLOW_UP = auto()
    ON_HOLD = auto()
    LOST = auto()
    CANCELLED = auto()

    @property
    def label(self) -> str:
        return "Follow-up" if self is Stage.FOLLOW_UP else super().label


#: The way of an engagement that goes as planned.
PATH = tuple(Stage)[:11]
BEFORE_AGREEMENT = frozenset({Stage.INQUIRY, Stage.QUALIFIED, Stage.PROPOSAL})
ENDED = frozenset({Stage.LOST, Stage.CANCELLED})
#: Work goes on: what the portfolio watches and "My day" shows.
LIVE = frozenset(PATH[3:10])
#: Days that an engagement usually stays in a stage; longer is said.
USUAL_DAYS = {
    Stage.INQUIRY: 14,
    Stage.QUALIFIED: 21,
    Stage.PROPOSAL: 30,
    Stage.AGREED: 14,
    Stage.DISCOVERY: 45,
    Stage.BASELINE: 45,
    Stage.ALIGNMENT: 45,
    Stage.IMPLEMENTATION: 270,
    Stage.MEASUREMENT: 120,
    Stage.CLOSING: 30,
    Stage.ON_HOLD: 90,
}


class Ageing(NamedTuple):
    """How long an engagement has been in its stage, and by how much that is longer than usual."""

    days: int
    over: int


def ageing(stage: Stage, since: date, today: date) -> Ageing:
    days = max((today - since).days, 0)
    return Ageing(days, max(days - USUAL_DAYS.get(stage, days), 0))


def _moves() -> dict[Stage, frozenset[Stage]]:
    """Forward one step or back to any earlier one; aside to on hold; out as lost or cancelled.

    Into follow-up leads the closing of the engagement, and out of it the reopening: see `crm.closing`.
    """
    moves: dict[Stage, set[Stage]] = {stage: set() for stage in Stage}
    for position, stage in enumerate(PATH):
        moves[stage] |= set(PATH[:position]) | set(PATH[position + 1 : position + 2]) | {Stage.ON_HOLD}
        moves[stage].add(Stage.LOST if stage in BEFORE_AGREEMENT else Stage.CANCELLED)
    moves[Stage.CLOSING] -= {Stage.FOLLOW_UP}
    moves[Stage.FOLLOW_UP] = set()
    moves[Stage.ON_HOLD] = {*PATH, Stage.LOST, Stage.CANCELLED} - {Stage.FOLLOW_UP}
    moves[Stage.LOST] = {Stage.INQUIRY}
    return {stage: frozenset(targets) for stage, targets in moves.items()}


#: The stages an engagement may move to next.
NEXT_STAGES: dict[Stage, frozenset[Stage]] = _moves()


class ServiceLine(Labelled):
    COACHING = auto()
    TRAINING = auto()
    EVENTS = auto()
    RESOURCES = auto()
    RESEARCH = auto()


class FeeBasis(Labelled):
    FIXED = auto()
    TIME_AND_MATERIALS = auto()
    RETAINER = auto()
    MEMBERSHIP = auto()
    PRO_BONO = auto()


class Engagement(Versioned, Guarded, db.Model):
    """Agreed work with one client. Once it is closed, nothing on its thread changes: see the lock below."""

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        CheckConstraint("(fee IS NULL) = (currency IS NULL)", name="fee_has_a_currency"),
        CheckConstraint("(closed_on IS NOT NULL) = (stage = 'follow_up')", name="closed_iff_follow_up"),
        UniqueConstraint("id", "organisation_id"),
        Index("ix_engagement_stage_starts_on", "stage", "starts_on"),
        Index("ix_engagement_stage_since", "stage", "stage_since", "id"),
        Index("ix_engagement_starts_on_id", "starts_on", "id"),
    )
    view_permission = Permission.ENGAGEMENT_VIEW
    throw_permission = Permission.ENGAGEMENT_ASSIGN

    title: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    stage: Mapped[Stage] = mapped_column(default=Stage.INQUIRY)
    stage_since: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    scope: Mapped[Text | None]
    out_of_scope: Mapped[Text | None]
    assumptions: Mapped[Text | None]
    client_duties: Mapped[Text | None]
    fee_basis: Mapped[FeeBasis | None]
    fee: Mapped[Money | None]
    currency: Mapped[str | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    closed_on: Mapped[date | None]
    closing_words: Mapped[Text | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    lead: Mapped[User | None] = relationship()

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def whereabouts(self) -> dict[str, int]:
        """As `OnThread.whereabouts`."""
        return {"engagement_id": self.id, "organisation_id": self.organisation_id}

    @classmethod
    def engagement_key(cls):
        return cls.id

    @classmethod
    def also_open_to(cls, reader):
        return cls.lead_id == reader.id


class OnThread(Guarded):
    """A row on the thread of one engagement. The database refuses one that names another's client."""

    view_permission = Permission.THREAD_VIEW
    #: Whether rows may still be written once the engagement is closed: who sees it, what follows it.
    outlives_closing: ClassVar[bool] = False
    #: The columns that may change even then, and when what the row hangs on is locked.
    never_settled: ClassVar[frozenset[str]] = frozenset()

    engagement_id: Mapped[int] = mapped_column(index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    @declared_attr
    def engagement(cls) -> Mapped[Engagement]:
        return relationship(
            Engagement,
            primaryjoin=lambda: Engagement.id == cls.engagement_id,
            foreign_keys=lambda: [cls.engagement_id],
        )

    @classmethod
    def engagement_key(cls):
        return cls.engagement_id

    @property
    def whereabouts(self) -> dict[str, int]:
        """The engagement and the client that it belongs to, as the columns of whatever hangs beside it."""
        return {"engagement_id": self.engagement_id, "organisation_id": self.organisation_id}


def of_engagement() -> ForeignKeyConstraint:
    """The constraint that ties engagement and client of a row together."""
    return ForeignKeyConstraint(
        ["engagement_id", "organisation_id"],
        ["engagement.id", "engagement.organisation_id"],
        ondelete="CASCADE",
    )


def tied(column: str, table: str, **more) -> ForeignKeyConstraint:
    """The constraint that ties a column to a row of the same engagement in another table."""
    return ForeignKeyConstraint([column, "engagement_id"], [f"{table}.id", f"{table}.engagement_id"], **more)


class HasOwner:
    """Who is to do it: one of us or one of theirs."""

    owner_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    owner_contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)

    @declared_attr
    def owner_user(cls) -> Mapped[User | None]:
        return relationship(User, foreign_keys=lambda: [cls.owner_user_id])

    @declared_attr
    def owner_contact(cls) -> Mapped[Contact | None]:
        return relationship(Contact, foreign_keys=lambda: [cls.owner_contact_id])

    @property
    def owner(self) -> str | None:
        """The owner as a form names them: `user:3`, `contact:5` or nobody."""
        if self.owner_user_id:
            return f"user:{self.owner_user_id}"
        return f"contact:{self.owner_contact_id}" if self.owner_contact_id else None

    @owner.setter
    def owner(self, value: str | None) -> None:
        kind, _, key = (value or "").partition(":")
        self.owner_user_id = int(key) if kind == "user" else None
        self.owner_contact_id = int(key) if kind == "contact" else None


def one_owner() -> CheckConstraint:
    return CheckConstraint("owner_user_id IS NULL OR owner_contact_id IS NULL", name="one_owner")


class TeamMember(OnThread, db.Model):
    __tablename__ = "team_member"
    __table_args__ = (of_engagement(), UniqueConstraint("engagement_id", "user_id"))
    outlives_closing = True

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)

    user: Mapped[User] = relationship()

    @classmethod
    def also_open_to(cls, reader):
        return cls.user_id == reader.id


class EngagementGrant(OnThread, db.Model):
    """A client's right to see one engagement; a sponsor may sign for it."""

    __tablename__ = "engagement_grant"
    __table_args__ = (of_engagement(), UniqueConstraint("engagement_id", "user_id"))

    outlives_closing = True

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    is_sponsor: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()


class Budget(OnThread, db.Model):
    """Hours agreed for one service line."""

    __tablename__ = "budget"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("engagement_id", "service_line"),
        CheckConstraint("hours > 0", name="hours_positive"),
    )
    view_permission = Permission.MONEY_VIEW
    guarded_by = Permission.THREAD_VIEW

    service_line: Mapped[ServiceLine]
    hours: Mapped[int]


class StageMove(OnThread, db.Model):
    """A step from stage to stage; `left_out` says what its gate asked for and was not there."""

    __tablename__ = "stage_move"
    __table_args__ = (of_engagement(),)

    from_stage: Mapped[Stage | None]
    to_stage: Mapped[Stage]
    moved_on: Mapped[date]
    reason: Mapped[Text | None]
    left_out: Mapped[Text | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()
