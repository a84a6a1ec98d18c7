"""Short anonymous surveys by link.

What is answered is kept apart from everything that could tell by whom: no account, no address, no day, no
order, and no thread from one answer to the next. See docs/adr/0019-anonymous-surveys.md.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import auto

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Permission
from crm.base import Labelled, Text, Versioned
from crm.clock import DEFAULT_ZONE
from crm.engagements.models import OnThread, of_engagement, tied
from crm.extensions import db
from crm.outcomes.models import Measure

#: SQLite numbers its rows by a column of this very type alone; it holds as many numbers there.
Key = BigInteger().with_variant(Integer(), "sqlite")
#: What JSON and every spreadsheet hold without rounding.
LARGEST_KEY = 2**53 - 1
AGREEMENT = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")


def any_key() -> int:
    """A number out of which nobody reads an order."""
    return secrets.randbelow(LARGEST_KEY) + 1


def new_token() -> str:
    """The part of a link that nobody guesses: 128 random bits."""
    return secrets.token_urlsafe(16)


class QuestionKind(Labelled):
    AGREEMENT = auto()
    TEN = auto()
    CHOICE = auto()
    TEXT = auto()

    @property
    def label(self) -> str:
        return {
            "agreement": "Agreement, five points",
            "ten": "0 to 10",
            "choice": "One of several answers",
            "text": "In their own words",
        }[self.value]


class Told(Labelled):
    """What of a question goes into a measure."""

    MEAN = auto()
    TOP_TWO = auto()
    PROMOTERS = auto()

    @property
    def label(self) -> str:
        return {"top_two": "Share that agrees, %", "promoters": "Net promoter score"}.get(
            self.value, super().label
        )


class WaveState(Labelled):
    DRAFT = auto()
    OPEN = auto()
    CLOSED = auto()


class Survey(Versioned, OnThread, db.Model):
    """The same few questions, asked in one wave or in several that are compared."""

    __tablename__ = "survey"
    __table_args__ = (of_engagement(), UniqueConstraint("id", "engagement_id"))
    throw_permission = Permission.THREAD_EDIT

    title: Mapped[str]
    audience: Mapped[str | None]
    introduction: Mapped[Text | None]
    privacy: Mapped[Text]
    time_zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)


class SurveyQuestion(Versioned, OnThread, db.Model):
    __tablename__ = "survey_question"
    __table_args__ = (
        of_engagement(),
        tied("survey_id", "survey", ondelete="CASCADE"),
        tied("measure_id", "measure"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("(measure_id IS NULL) = (told_as IS NULL)", name="measured_as_something"),
    )
    throw_permission = Permission.THREAD_EDIT

    survey_id: Mapped[int] = mapped_column(index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    words: Mapped[Text]
    is_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: The answers to choose from, a line each.
    choices: Mapped[Text | None]
    low: Mapped[str | None]
    high: Mapped[str | None]
    measure_id: Mapped[int | None] = mapped_column(index=True)
    told_as: Mapped[Told | None]

    survey: Mapped[Survey] = relationship(
        primaryjoin=lambda: Survey.id == SurveyQuestion.survey_id,
        foreign_keys=lambda: [SurveyQuestion.survey_id],
    )
    measure: Mapped[Measure | None] = relationship(
        primaryjoin=lambda: Measure.id == SurveyQuestion.measure_id,
        foreign_keys=lambda: [SurveyQuestion.measure_id],
    )


class SurveyWave(Versioned, OnThread, db.Model):
    """One time that the survey is sent out, under a link of its own. Once closed, it stays closed.

    `views` counts how often the first page was shown, `visitors` to how many browsers; `started` and
    `finished` how many of these began and answered.
    """

    __tablename__ = "survey_wave"
    __table_args__ = (
        of_engagement(),
        tied("survey_id", "survey", ondelete="CASCADE"),
        UniqueConstraint("id", "engagement_id"),
        UniqueConstraint("survey_id", "name"),
        UniqueConstraint("token"),
        CheckConstraint("invited > 0", name="invited_positive"),
        CheckConstraint("closes_on >= opens_on", name="closes_after_it_opens"),
        CheckConstraint("(closed_at IS NOT NULL) = (state = 'closed')", name="closed_iff_it_says_so"),
        CheckConstraint(
            "0 <= finished AND finished <= started AND started <= visitors AND visitors <= views",
            name="nobody_before_their_turn",
        ),
        Index("ix_survey_wave_closes_on", "state", "closes_on"),
    )
    throw_permission = Permission.THREAD_EDIT

    survey_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str]
    token: Mapped[str] = mapped_column(default=new_token)
    state: Mapped[WaveState] = mapped_column(default=WaveState.DRAFT)
    invited: Mapped[int | None]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    views: Mapped[int] = mapped_column(default=0, server_default="0")
    visitors: Mapped[int] = mapped_column(default=0, server_default="0")
    started: Mapped[int] = mapped_column(default=0, server_default="0")
    finished: Mapped[int] = mapped_column(default=0, server_default="0")

    survey: Mapped[Survey] = relationship(
        primaryjoin=lambda: Survey.id == SurveyWave.survey_id,
        foreign_keys=lambda: [SurveyWave.survey_id],
    )


class SurveyVisit(OnThread, db.Model):
    """That some browser has begun, and whether it has answered: so that one answer is counted once.

    The digest is made of a random cookie. It hangs on no answer, and is deleted when the wave closes.
    """

    __tablename__ = "survey_visit"
    __table_args__ = (
        of_engagement(),
        tied("wave_id", "survey_wave", ondelete="CASCADE"),
        UniqueConstraint("wave_id", "digest"),
    )
    view_permission = Permission.SURVEY_ANSWER

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, default=any_key)
    created_at = None
    updated_at = None
    wave_id: Mapped[int]
    digest: Mapped[str]
    is_finished: Mapped[bool] = mapped_column(default=False, server_default=false())


class SurveyAnswer(OnThread, db.Model):
    """What one person answered to one question: a number, or words. An answer left out has no row."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        of_engagement(),
        tied("wave_id", "survey_wave", ondelete="CASCADE"),
        tied("question_id", "survey_question", ondelete="CASCADE"),
        CheckConstraint("(number IS NULL) <> (words IS NULL)", name="number_or_words"),
        Index("ix_survey_answer_wave_id_question_id", "wave_id", "question_id"),
    )
    view_permission = Permission.SURVEY_ANSWER

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, default=any_key)
    created_at = None
    updated_at = None
    wave_id: Mapped[int]
    question_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int | None]
    words: Mapped[Text | None]
