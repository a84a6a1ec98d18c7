from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import auto
from typing import TYPE_CHECKING

from flask_security import UserMixin
from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Role
from crm.base import Labelled
from crm.clock import DEFAULT_ZONE
from crm.extensions import db
from reports.locales import USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row


class Rhythm(Labelled):
    """How often somebody wants a mail about what they have to do."""

    NEVER = auto()
    DAILY = auto()
    WEEKLY = auto()


#: ISO weekdays: Monday is 1.
WEEKDAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 7: "Sunday"}
WORKING_DAYS = (1, 2, 3, 4, 5)


class Person(UserMixin):
    """What can be asked of whoever signs in, be it the row to change or what a page reads of it."""

    #: Whether somebody else looks as this person does.
    is_previewed = False

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


class SignedIn(Person):
    """Who reads a page: the columns of their row as plain values, for nothing can change them."""

    def __init__(self, row: Row):
        self.__dict__.update(row._mapping)


class User(Person, db.Model):
    """A person with a sign-in."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("fs_uniquifier"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("reminder_hour BETWEEN 0 AND 23", name="reminder_hour_of_a_day"),
        CheckConstraint("weekly_minutes BETWEEN 0 AND 10080", name="weekly_minutes_of_a_week"),
    )

    name: Mapped[str]
    email: Mapped[str]
    password: Mapped[str]
    role: Mapped[Role]
    active: Mapped[bool] = mapped_column(default=True)
    time_zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)
    #: How reports write numbers and days for them: one of reports.locales.
    locale: Mapped[str] = mapped_column(default=USUAL, server_default=USUAL)
    #: What they can work in a week: what a timesheet and their utilisation are measured against.
    weekly_minutes: Mapped[int] = mapped_column(default=2400, server_default="2400")
    fs_uniquifier: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(32))
    last_seen_at: Mapped[datetime | None]
    reminders: Mapped[Rhythm] = mapped_column(default=Rhythm.DAILY, server_default=Rhythm.DAILY)
    #: The hour and the days of reminders, where this person is.
    reminder_hour: Mapped[int] = mapped_column(default=7, server_default="7")
    reminder_days: Mapped[list[int]] = mapped_column(
        JSON, default=lambda: list(WORKING_DAYS), server_default=str(list(WORKING_DAYS))
    )
    #: The last day for which it was settled whether there is anything to remind them of.
    reminded_on: Mapped[date | None]
