from __future__ import annotations

from datetime import datetime
from enum import auto
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Guarded, Permission
from crm.base import Labelled, Text
from crm.extensions import db


class RunState(Labelled):
    QUEUED = auto()
    RUNNING = auto()
    WAITING = auto()
    DONE = auto()
    FAILED = auto()

    @property
    def label(self) -> str:
        return "Waiting to be tried again" if self is RunState.WAITING else super().label


#: What still has to be done, or is being done.
OPEN = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING)


class JobRun(Guarded, db.Model):
    """One run of a task, from when it was asked for. The queue carries its number; what is so stands here."""

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("task", "due_at"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint(
            "(finished_at IS NOT NULL) = (state IN ('done', 'failed'))", name="finished_iff_over"
        ),
        Index("ix_job_run_state_id", "state", "id"),
    )
    view_permission = Permission.JOBS_MANAGE

    task: Mapped[str]
    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED)
    #: For whom it reads; for the operator where nobody is named.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: The minute of the schedule that asked for it: of several workers, one makes the run.
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    #: When it was last put into the queue, and when it is tried again.
    enqueued_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: Which worker has it, and when that was last heard of.
    worker: Mapped[str | None]
    seen_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    outcome: Mapped[Text | None]
    error: Mapped[Text | None]
