from __future__ import annotations

from datetime import date, datetime
from enum import auto

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission, Role
from crm.accounts.models import User
from crm.base import Labelled, Text
from crm.engagements.models import Engagement
from crm.extensions import db


class RunState(Labelled):
    QUEUED = auto()
    RUNNING = auto()
    WAITING = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()
    EXPIRED = auto()

    @property
    def label(self) -> str:
        return {
            RunState.QUEUED: "Waiting for a worker",
            RunState.RUNNING: "Being made",
            RunState.WAITING: "To be tried again",
            RunState.DONE: "Ready",
        }.get(self, super().label)


#: What is still to be made, or is being made.
OPEN = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING)
#: How far a run is when it is all done.
WHOLE = 1000


class Rhythm(Labelled):
    WEEKLY = auto()
    MONTHLY = auto()
    QUARTERLY = auto()


class ReportSchedule(Guarded, db.Model):
    """A report that is made by itself, for each of its readers their own cut."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_a_day"),
        CheckConstraint("(weekday IS NOT NULL) = (rhythm = 'weekly')", name="weekday_iff_weekly"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_of_a_week"),
        CheckConstraint("(day IS NOT NULL) = (rhythm = 'monthly')", name="day_iff_monthly"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day_of_a_month"),
        Index("ix_report_schedule_due", "is_paused", "next_at"),
    )
    view_permission = Permission.SCHEDULE_OWN

    #: Who made it, and is told when a reader is left out.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    report: Mapped[str]
    format: Mapped[str]
    #: What the report is narrowed to, in canonical JSON; its period follows from the day it is made.
    asked: Mapped[Text] = mapped_column(default="{}")
    engagement_id: Mapped[int | None] = mapped_column(
        ForeignKey("engagement.id", ondelete="SET NULL"), index=True
    )
    rhythm: Mapped[Rhythm]
    weekday: Mapped[int | None]
    day: Mapped[int | None]
    hour: Mapped[int] = mapped_column(default=7)
    #: Where its hour strikes: where whoever made it was.
    time_zone: Mapped[str]
    #: The users who get it, by id.
    readers: Mapped[list[int]] = mapped_column(JSON, default=list)
    is_paused: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    #: What became of it when it was last due, in a sentence.
    last_said: Mapped[Text | None]

    user: Mapped[User] = relationship()
    engagement: Mapped[Engagement | None] = relationship()


class ReportSnapshot(Guarded, db.Model):
    """What a report said to our own people at the end of a day: of one engagement, or of all."""

    __tablename__ = "report_snapshot"
    __table_args__ = (
        UniqueConstraint("engagement_id", "report", "as_of"),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        Index("ix_report_snapshot_of", "report", "as_of", "engagement_id"),
    )
    view_permission = Permission.SNAPSHOT_VIEW

    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id", ondelete="CASCADE"))
    report: Mapped[str]
    as_of: Mapped[date]
    made_at: Mapped[datetime]
    data: Mapped[str]
    digest: Mapped[str]

    @classmethod
    def engagement_key(cls):
        return cls.engagement_id


class ReportRun(Guarded, db.Model):
    """One file of a report that somebody asked for, from when it was asked for. It is theirs alone."""

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("schedule_id", "due_at", "user_id"),
        CheckConstraint("permille BETWEEN 0 AND 1000", name="permille_of_a_thousand"),
        CheckConstraint("(file IS NOT NULL) = (state = 'done')", name="file_iff_done"),
        CheckConstraint("(digest IS NOT NULL) OR (state <> 'done')", name="done_has_a_digest"),
        CheckConstraint("(data IS NULL) = (data_digest IS NULL)", name="data_has_a_digest"),
        CheckConstraint(
            "(finished_at IS NULL) = (state IN ('queued', 'running', 'waiting'))", name="finished_iff_over"
        ),
        Index("ix_report_run_user_id_id", "user_id", "id"),
        Index("ix_report_run_kind", "report", "format", "state", "id"),
        Index("ix_report_run_kept_until", "state", "kept_until"),
    )
    view_permission = Permission.RUN_OWN

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    report: Mapped[str]
    format: Mapped[str]
    #: The table of the report, for a format that holds one.
    part: Mapped[str | None]
    #: What else was asked for, in canonical JSON.
    asked: Mapped[Text] = mapped_column(default="{}")
    as_of: Mapped[date]
    engagement_id: Mapped[int | None] = mapped_column(
        ForeignKey("engagement.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str]
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("report_schedule.id", ondelete="SET NULL"))
    due_at: Mapped[datetime | None]
    #: The run of the queue that makes it; that one is forgotten sooner.
    job_id: Mapped[int | None]

    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED)
    permille: Mapped[int] = mapped_column(default=0)
    step: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    #: Whose it is while it is made: who has lost it must not end it.
    claim: Mapped[str | None]
    #: What the file is called while it is written, so that what a killed worker left is found.
    writing: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    #: As long as runs of its kind took before.
    expected: Mapped[float | None]
    cancel_at: Mapped[datetime | None]
    wants_mail: Mapped[bool] = mapped_column(default=False)
    error: Mapped[Text | None]

    #: The role and the engagements of its reader when it was made; None for who sees them all.
    role: Mapped[Role | None]
    reach: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))

    file: Mapped[str | None]
    file_name: Mapped[str | None]
    digest: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    rows: Mapped[int | None]
    kept_until: Mapped[datetime | None]
    #: What the report said, whole: its file can be made of it again, and any other.
    data: Mapped[str | None]
    data_digest: Mapped[str | None]
    made_at: Mapped[datetime | None]

    engagement: Mapped[Engagement | None] = relationship()
    schedule: Mapped[ReportSchedule | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def whereabouts(self) -> dict[str, int | None]:
        """As `OnThread.whereabouts`: the client, where it is of one."""
        client = self.engagement and self.engagement.organisation_id
        return {"engagement_id": self.engagement_id, "organisation_id": client}
