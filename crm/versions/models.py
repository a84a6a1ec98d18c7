"""Versions of a worksheet: its content on a day, word for word, and what the two sides said about it."""

from __future__ import annotations

from enum import auto
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.base import Labelled, Text
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db


class VersionState(Labelled):
    """How far the two sides have come with it."""

    KEPT = auto()
    PROPOSED = auto()
    COUNTERED = auto()
    AGREED = auto()
    WITHDRAWN = auto()


class Say(Labelled):
    """A throw of the catchball."""

    PROPOSE = auto()
    COUNTER = auto()
    AGREE = auto()
    WITHDRAW = auto()


class Version(OnThread, db.Model):
    """The worksheet as it stood: canonical JSON and its SHA-256, never changed again."""

    __tablename__ = "worksheet_version"
    __table_args__ = (
        of_engagement(),
        UniqueConstraint("id", "engagement_id"),
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
    )

    number: Mapped[int]
    name: Mapped[str | None]
    state: Mapped[VersionState] = mapped_column(default=VersionState.KEPT)
    content: Mapped[Text]
    digest: Mapped[str]
    coverage: Mapped[float] = mapped_column(Float)
    completeness: Mapped[float] = mapped_column(Float)
    density: Mapped[float] = mapped_column(Float)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()


class Turn(OnThread, db.Model):
    """What one side says to a version: proposes it, counters with changes, agrees."""

    __tablename__ = "catchball_turn"
    __table_args__ = (
        of_engagement(),
        tied("version_id", "worksheet_version", ondelete="CASCADE"),
        CheckConstraint("say <> 'counter' OR coalesce(note, '') <> ''", name="a_counter_says_why"),
    )

    version_id: Mapped[int] = mapped_column(index=True)
    say: Mapped[Say]
    note: Mapped[Text | None]
    #: The changes that a counter asks for, each as the comparison of two versions tells one.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_from_client: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    user: Mapped[User | None] = relationship()
