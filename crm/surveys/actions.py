"""What the team does with a survey: make it, open and close its waves, copy it, tell its measures."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm import clock
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.outcomes.actions_collect import Source, observe
from crm.outcomes.models import Origin
from crm.outcomes.periods import first_day
from crm.outcomes.values import Line
from crm.readers import lifted
from crm.surveys import lock as _lock  # noqa: F401 - it judges every flush
from crm.surveys import queries, queries_results
from crm.surveys.models import Survey, SurveyQuestion, SurveyVisit, SurveyWave, Told, WaveState
from crm.surveys.questionnaires import READY
from crm.surveys.results import QuestionResult
from crm.words import plural

NOTHING_TO_ASK = "There is no question yet. Add one before people are sent a link."
NOT_A_DRAFT = "“{name}” was opened already."
NOT_OPEN = "“{name}” is not open."
NO_MEASURE = "No question of this survey goes into a measure. Choose one where a question is edited."
TOO_FEW = "Fewer than five people answered what goes into a measure: nothing was written."
#: The columns of a question that a copy takes over.
COPIED = ("position", "kind", "words", "is_required", "choices", "low", "high", "measure_id", "told_as")
WAVES = {"one": ("One wave",), "two": ("Before", "After")}


def make(survey: Survey, engagement: Engagement, questionnaire: str | None, waves: str, *, by) -> None:
    """A survey with the questions of a ready questionnaire, or none, and its waves as drafts."""
    survey.engagement_id, survey.organisation_id = engagement.id, engagement.organisation_id
    survey.time_zone = by.time_zone
    if ready := READY.get(questionnaire or ""):
        survey.audience = survey.audience or ready.audience
        survey.introduction = survey.introduction or ready.introduction
    db.session.add(survey)
    db.session.flush()
    for at, asked in enumerate(ready.questions if ready else (), 1):
        db.session.add(SurveyQuestion(survey_id=survey.id, position=at, **_place(survey), **vars(asked)))
    for name in WAVES[waves]:
        db.session.add(SurveyWave(survey_id=survey.id, name=name, **_place(survey)))
        db.session.flush()


def _place(survey) -> dict[str, int]:
    return survey.whereabouts


def ask(question: SurveyQuestion, survey: Survey) -> None:
    """Add a question at the end."""
    last = max((one.position for one in queries.owned_questions(survey)), default=0)
    question.survey_id, question.position = survey.id, last + 1
    question.engagement_id, question.organisation_id = survey.engagement_id, survey.organisation_id
    db.session.add(question)


def move(question: SurveyQuestion, survey: Survey, *, up: bool) -> None:
    """One place up or down; at the end it stays."""
    order = list(queries.owned_questions(survey))
    at = order.index(question)
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        order.insert(to, order.pop(at))
    for position, one in enumerate(order, 1):
        one.position = position


def add_wave(wave: SurveyWave, survey: Survey) -> None:
    wave.survey_id, wave.engagement_id = survey.id, survey.engagement_id
    wave.organisation_id = survey.organisation_id
    db.session.add(wave)


def copy(survey: Survey, *, by) -> Survey:
    """The same questions for another time: nobody has answered it, and its waves are drafts."""
    told = {name: getattr(survey, name) for name in ("audience", "introduction", "privacy")}
    title = f"{survey.title[:240]} (copy)"
    new = Survey(title=title, time_zone=by.time_zone, **told, **_place(survey))
    db.session.add(new)
    db.session.flush()
    for one in queries.owned_questions(survey):
        said = {name: getattr(one, name) for name in COPIED}
        db.session.add(SurveyQuestion(survey_id=new.id, **said, **_place(survey)))
    for wave in queries.owned_waves(survey):
        db.session.add(SurveyWave(survey_id=new.id, name=wave.name, **_place(survey)))
        db.session.flush()
    return new


def open_wave(wave: SurveyWave) -> None:
    if wave.state is not WaveState.DRAFT:
        raise DomainError(NOT_A_DRAFT.format(name=wave.name))
    if not queries.questions_of(wave.survey_id):
        raise DomainError(NOTHING_TO_ASK)
    wave.state, wave.opened_at = WaveState.OPEN, clock.now()


def close_wave(wave: SurveyWave) -> None:
    """For good. Which browsers have answered need not be known any longer."""
    if wave.state is not WaveState.OPEN:
        raise DomainError(NOT_OPEN.format(name=wave.name))
    wave.state, wave.closed_at = WaveState.CLOSED, clock.now()
    db.session.flush()
    with lifted():
        gone = sa.delete(SurveyVisit).where(SurveyVisit.wave_id == wave.id)
        db.session.execute(gone.execution_options(synchronize_session=False))


def tell_measures(wave: SurveyWave, *, by) -> int:
    """Write what a closed wave says into the measures that its questions are tied to. How many."""
    tied = [one for one in queries.owned_questions(wave.survey) if one.measure]
    if not tied:
        raise DomainError(NO_MEASURE)
    found = {one.question.id: one for one in queries_results.results_of_wave(wave)}
    day = clock.local(wave.opened_at, wave.survey.time_zone).date()
    said = f"Survey “{wave.survey.title}”, {wave.name}"
    told = 0
    for one in tied:
        if line := line_of(one, found.get(one.id), day):
            words = f"{said}, {plural(found[one.id].n, 'answer')}"[:255]
            observe(one.measure, [line], Source(Origin.SURVEY, words, words), by=by)
            told += 1
    if not told:
        raise DomainError(TOO_FEW)
    return told


def line_of(question: SurveyQuestion, result: QuestionResult | None, day: date) -> Line | None:
    """The value of a question for its measure, in the period of that day; None where too few answered."""
    if result is None:
        return None
    first = first_day(question.measure.frequency, day)
    if question.told_as is Told.TOP_TWO and result.top_two:
        hits = sum(option.count for option in result.options[3:])
        return Line(1, first, 100 * result.top_two.estimate, hits, result.n, result.n, typed_on=day)
    if question.told_as is Told.PROMOTERS and result.promoters:
        return Line(1, first, result.promoters.score, n=result.n, typed_on=day)
    if question.told_as is Told.MEAN and result.mean is not None:
        return Line(1, first, result.mean, n=result.n, typed_on=day)
    return None
