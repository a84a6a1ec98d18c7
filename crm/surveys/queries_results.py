"""Sums over answers. The statements themselves leave out what fewer than five people stand behind, and every
wave that is not closed: two looks at a wave that grows would tell what one more person has answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from crm.columns import columns
from crm.extensions import db
from crm.methods.survey import FEWEST_ANSWERS, ResponseRates, response_rates
from crm.readers import lifted
from crm.surveys import queries
from crm.surveys.models import Survey, SurveyAnswer, SurveyWave, WaveState
from crm.surveys.results import Difference, QuestionResult, differences, result_of

a, w = columns(SurveyAnswer), columns(SurveyWave)
#: More own words than a page or a file holds are not shown.
MOST_TEXTS = 1_000


@dataclass(frozen=True)
class WaveResult:
    """A wave with its counts, and what may be told of its questions, by their ids."""

    wave: Any
    questions: dict[int, QuestionResult]

    @property
    def why_nothing(self) -> str | None:
        if self.wave.state is not WaveState.CLOSED:
            return "Answers are shown once the wave is closed."
        if self.wave.finished < FEWEST_ANSWERS:
            return "Fewer than five people answered: nothing is shown, so that nobody can be recognised."
        return None

    @cached_property
    def rates(self) -> ResponseRates:
        """As CHERRIES names them; the view rate is that of those who were invited."""
        wave, invited = self.wave, self.wave.invited
        is_known = invited is not None and invited >= wave.visitors
        found = response_rates(
            invited if is_known else wave.visitors, wave.visitors, wave.started, wave.finished
        )
        return found if is_known else found._replace(view=None)

    @property
    def is_passed_on(self) -> bool:
        """Whether more browsers came than people were invited."""
        return self.wave.invited is not None and self.wave.visitors > self.wave.invited


@dataclass(frozen=True)
class Results:
    questions: Sequence[sa.Row]
    waves: tuple[WaveResult, ...]

    @cached_property
    def told(self) -> tuple[WaveResult, ...]:
        """The waves of which something is shown."""
        return tuple(one for one in self.waves if one.why_nothing is None)

    def of(self, question_id: int) -> list[tuple[WaveResult, QuestionResult | None]]:
        return [(one, one.questions.get(question_id)) for one in self.told]

    def pair(self, before: int | None, after: int | None) -> tuple[WaveResult, WaveResult] | None:
        """The two waves that are compared: those asked for, else the first and the last that are told."""
        known = {one.wave.id: one for one in self.told}
        if before in known and after in known and before != after:
            return known[before], known[after]
        return (self.told[0], self.told[-1]) if len(self.told) > 1 else None

    def compared(self, pair: tuple[WaveResult, WaveResult]) -> list[tuple[sa.Row, list[Difference]]]:
        first, last = pair
        found = (
            (one, differences(first.questions.get(one.id), last.questions.get(one.id)))
            for one in self.questions
        )
        return [(question, said) for question, said in found if said]


def results_of(survey: Survey) -> Results:
    """Every wave and question of a survey: four statements."""
    questions, waves = queries.questions_of(survey.id), queries.waves_of(survey.id)
    numbers, texts = _answers([wave.id for wave in waves])
    return Results(questions, tuple(_result(wave, questions, numbers, texts) for wave in waves))


def results_of_wave(wave: SurveyWave) -> list[QuestionResult]:
    numbers, texts = _answers([wave.id])
    return list(_result(wave, queries.questions_of(wave.survey_id), numbers, texts).questions.values())


def _result(wave, questions, numbers: dict, texts: dict) -> WaveResult:
    found = {}
    for question in questions:
        key = wave.id, question.id
        if key in numbers or key in texts:
            found[question.id] = result_of(question, numbers.get(key, {}), texts.get(key, ()))
    return WaveResult(wave, found)


def _answers(waves: Sequence[int]) -> tuple[dict, dict]:
    """How often each number was given and all own words, by wave and question."""
    numbers: dict[tuple, dict[int, int]] = defaultdict(dict)
    texts: dict[tuple, list[str]] = defaultdict(list)
    with lifted():
        for row in db.session.execute(_numbers(), {"waves": waves}):
            numbers[row.wave_id, row.question_id][row.number] = row.given
        for row in db.session.execute(_texts(), {"waves": waves}):
            texts[row.wave_id, row.question_id].append(row.words)
    return numbers, texts


def _enough(column: sa.Column) -> sa.Subquery:
    """The questions, by wave, that at least five have answered in a wave that is closed."""
    return (
        sa.select(a.wave_id, a.question_id)
        .join(w.table, w.id == a.wave_id)
        .where(
            a.wave_id.in_(sa.bindparam("waves", expanding=True)),
            w.state == WaveState.CLOSED,
            w.finished >= FEWEST_ANSWERS,
            column.is_not(None),
        )
        .group_by(a.wave_id, a.question_id)
        .having(sa.func.count() >= FEWEST_ANSWERS)
        .subquery()
    )


def _of(column: sa.Column, *told: sa.ColumnElement) -> sa.Select:
    enough = _enough(column)
    here = sa.and_(enough.c.wave_id == a.wave_id, enough.c.question_id == a.question_id)
    return sa.select(a.wave_id, a.question_id, *told).join(enough, here).where(column.is_not(None))


@cache
def _numbers() -> sa.Select:
    counted = _of(a.number, a.number, sa.func.count().label("given"))
    return counted.group_by(a.wave_id, a.question_id, a.number).order_by(a.wave_id, a.question_id, a.number)


@cache
def _texts() -> sa.Select:
    """By their keys, which are dice: the order tells nothing, and is the same at every look."""
    return _of(a.words, a.words).order_by(a.id).limit(MOST_TEXTS)
