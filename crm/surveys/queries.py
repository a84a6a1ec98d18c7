"""Surveys, their questions and waves; never an answer. Those are summed up in queries_results."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from functools import cache

import sqlalchemy as sa

from crm import clock
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes.models import Measure
from crm.readers import lifted
from crm.surveys.models import Survey, SurveyQuestion, SurveyVisit, SurveyWave, WaveState

s, q, w, v = columns(Survey), columns(SurveyQuestion), columns(SurveyWave), columns(SurveyVisit)
SHOWN = 200


class Standing(Enum):
    """What whoever follows a link meets."""

    NOT_YET = auto()
    OPEN = auto()
    OVER = auto()


def standing(wave) -> Standing:
    """Of a wave with the days of its survey's place; it is over with the engagement as well."""
    today = clock.today(wave)
    is_past = wave.closes_on is not None and wave.closes_on < today
    if wave.state is WaveState.CLOSED or is_past or wave.closed_on is not None:
        return Standing.OVER
    is_ahead = wave.state is WaveState.DRAFT or (wave.opens_on is not None and wave.opens_on > today)
    return Standing.NOT_YET if is_ahead else Standing.OPEN


def surveys_of(engagement: Engagement) -> Sequence[sa.Row]:
    """The latest first: id, title, audience, and how many questions, waves, open waves and answers."""
    return db.session.execute(_surveys(), {"engagement": engagement.id}).all()


@cache
def _surveys() -> sa.Select:
    asked = sa.select(sa.func.count()).select_from(q.table).where(q.survey_id == s.id).scalar_subquery()
    waves = (
        sa.select(
            w.survey_id,
            sa.func.count().label("waves"),
            sa.func.sum(sa.case((w.state == WaveState.OPEN, 1), else_=0)).label("open"),
            sa.func.sum(sa.case((w.state == WaveState.CLOSED, 1), else_=0)).label("closed"),
            sa.func.sum(w.finished).label("finished"),
        )
        .where(w.engagement_id == sa.bindparam("engagement"))
        .group_by(w.survey_id)
        .subquery()
    )
    told = (
        sa.func.coalesce(waves.c[name], 0).label(name) for name in ("waves", "open", "closed", "finished")
    )
    return (
        sa.select(s.id, s.title, s.audience, asked.label("questions"), *told)
        .outerjoin(waves, waves.c.survey_id == s.id)
        .where(s.engagement_id == sa.bindparam("engagement"))
        .order_by(s.id.desc())
        .limit(SHOWN)
    )


def questions_of(survey_id: int) -> Sequence[sa.Row]:
    """In their order, each with the name of the measure that it is told to."""
    return db.session.execute(_questions(), {"survey": survey_id}).all()


@cache
def _questions() -> sa.Select:
    m = columns(Measure)
    return (
        sa.select(
            q.id, q.position, q.kind, q.words, q.is_required, q.choices, q.low, q.high, q.measure_id,
            q.told_as, m.name.label("measure"),
        )
        .outerjoin(m.table, m.id == q.measure_id)
        .where(q.survey_id == sa.bindparam("survey"))
        .order_by(q.position, q.id)
    )  # fmt: skip


def waves_of(survey_id: int) -> Sequence[sa.Row]:
    """As they were made, with everything that CHERRIES counts."""
    return db.session.execute(_waves(), {"survey": survey_id}).all()


@cache
def _waves() -> sa.Select:
    return (
        sa.select(
            w.id, w.name, w.token, w.state, w.invited, w.opens_on, w.closes_on, w.opened_at, w.closed_at,
            w.views, w.visitors, w.started, w.finished,
        )
        .where(w.survey_id == sa.bindparam("survey"))
        .order_by(w.id)
    )  # fmt: skip


def owned_questions(survey: Survey) -> Sequence[SurveyQuestion]:
    """The rows themselves, to be moved or copied."""
    found = sa.select(SurveyQuestion).where(SurveyQuestion.survey_id == survey.id)
    return db.session.scalars(found.order_by(SurveyQuestion.position, SurveyQuestion.id)).all()


def owned_waves(survey: Survey) -> Sequence[SurveyWave]:
    found = sa.select(SurveyWave).where(SurveyWave.survey_id == survey.id)
    return db.session.scalars(found.order_by(SurveyWave.id)).all()


def answered_among(session, survey_ids: Sequence[int]) -> str | None:
    """The title of one of these surveys that has an answer. Whoever answers meanwhile waits for us."""
    found = sa.select(s.title).join(w.table, w.survey_id == s.id)
    found = found.where(s.id.in_(survey_ids), w.finished > 0).limit(1)
    with lifted():
        session.execute(
            sa.select(w.id).where(w.survey_id.in_(survey_ids)).order_by(w.id).with_for_update(key_share=True)
        )
        return session.scalar(found)


def is_free_name(name: str, survey_id: int, but_for: int | None = None) -> bool:
    """Whether no other wave of the survey has this name."""
    found = sa.select(w.id).where(w.survey_id == survey_id, w.name == name, w.id != (but_for or 0))
    return db.session.scalar(found.limit(1)) is None


def measures_of(engagement_id: int) -> Sequence[sa.Row]:
    m = columns(Measure)
    found = sa.select(m.id, m.name).where(m.engagement_id == engagement_id)
    return db.session.execute(found.order_by(m.name, m.id)).all()


def open_past_their_day() -> Sequence[sa.Row]:
    """Open waves that have a last day: id, closes_on, and where that day is."""
    return db.session.execute(
        sa.select(w.id, w.closes_on, s.time_zone)
        .join(s.table, s.id == w.survey_id)
        .join(columns(Engagement).table, columns(Engagement).id == w.engagement_id)
        .where(w.state == WaveState.OPEN, w.closes_on.is_not(None), columns(Engagement).closed_on.is_(None))
        .order_by(w.id)
    ).all()


def taken_up(wave_id: int) -> SurveyWave | None:
    """The wave itself, held until whoever asks is done."""
    held = sa.select(SurveyWave).where(SurveyWave.id == wave_id).with_for_update(of=SurveyWave)
    return db.session.scalar(held.execution_options(populate_existing=True))


# What strangers are told: the form of the link that they hold, and nothing else.


def find_by_token(token: str, *, to_write: bool = False) -> sa.Row | None:
    """The wave of a link, with the words of its survey; None for a link that leads nowhere, or not yet.

    With `to_write`, whoever else answers or closes it waits until we are done.
    """
    asked = _by_token()
    if to_write:
        asked = asked.with_for_update(of=w.table, key_share=True)
    with lifted():
        return db.session.execute(asked, {"token": token}).one_or_none()


@cache
def _by_token() -> sa.Select:
    e = columns(Engagement)
    return (
        sa.select(
            w.id, w.token, w.state, w.opens_on, w.closes_on, w.survey_id, w.engagement_id, w.organisation_id,
            w.views, w.visitors, w.started, w.finished, s.title, s.audience, s.introduction, s.privacy,
            s.time_zone, e.closed_on,
        )
        .join(s.table, s.id == w.survey_id)
        .join(e.table, e.id == w.engagement_id)
        .where(w.token == sa.bindparam("token"), w.state != WaveState.DRAFT)
    )  # fmt: skip


def asked_of_strangers(survey_id: int) -> Sequence[sa.Row]:
    with lifted():
        return questions_of(survey_id)


def find_visit(wave_id: int, digest: str) -> sa.Row | None:
    """Whether this browser has begun, and has answered: id, is_finished."""
    with lifted():
        return db.session.execute(
            sa.select(v.id, v.is_finished).where(v.wave_id == wave_id, v.digest == digest)
        ).one_or_none()
