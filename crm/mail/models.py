from __future__ import annotations

import secrets
from datetime import datetime
from enum import auto
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.base import Labelled, Text
from crm.extensions import db


class MailState(Labelled):
    QUEUED = auto()
    SENDING = auto()
    HANDING_OVER = auto()
    SENT = auto()
    UNCONFIRMED = auto()
    FAILED = auto()
    WITHDRAWN = auto()

    @property
    def label(self) -> str:
        return "Sent, not confirmed" if self is MailState.UNCONFIRMED else super().label


#: From where somebody may have it sent once more.
CAN_BE_SENT_AGAIN = frozenset({MailState.FAILED, MailState.UNCONFIRMED})


class Mail(Guarded, db.Model):
    """One mail of the outbox: for whom, on what occasion. What it says is written when it is sent."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("user_id", "occasion"),
        UniqueConstraint("token"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint("(sent_at IS NOT NULL) = (state = 'sent')", name="sent_at_iff_sent"),
        CheckConstraint(
            "(claim IS NOT NULL) = (state IN ('sending', 'handing_over'))", name="claimed_iff_under_way"
        ),
        Index("ix_mail_state_next_try_at", "state", "next_try_at"),
    )
    view_permission = Permission.MAIL_MANAGE

    #: What makes its Message-ID: the same at every try.
    token: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(16))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: No occasion mails anybody twice.
    occasion: Mapped[str]
    kind: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    subject: Mapped[str]
    #: Where it was sent to, once it was tried.
    address: Mapped[str | None]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    #: Who is sending it, and until when it is theirs.
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[Text | None]

    user: Mapped[User] = relationship()
