from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Role
from crm.clock import DEFAULT_ZONE
from crm.extensions import db

if TYPE_CHECKING:
    from collections.abc import Sequence


class User(UserMixin, db.Model):
    """A person with a sign-in."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("fs_uniquifier"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("weekly_minutes BETWEEN 0 AND 10080", name="weekly_minutes_of_a_week"),
    )

    name: Mapped[str]
    email: Mapped[str]
    password: Mapped[str]
    role: Mapped[Role]
    active: Mapped[bool] = mapped_column(default=True)
    time_zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)
    #: What they can work in a week: what a timesheet and their utilisation are measured against.
    weekly_minutes: Mapped[int] = mapped_column(default=2400, server_default="2400")
    fs_uniquifier: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(32))
    last_seen_at: Mapped[datetime | None]

    @property
    def weekly_hours(self) -> float:
        return self.weekly_minutes / 60

    @weekly_hours.setter
    def weekly_hours(self, hours: float) -> None:
        self.weekly_minutes = round(hours * 60)

    @property
    def roles(self) -> Sequence[str]:
        """Flask-Security's own roles, which we do not use: see crm.access."""
        return ()
