from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from crm.access import Role
from crm.surveys.models import QuestionKind, WaveState
from tests import factories as make

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def room(me):
    """A survey of four questions with one open wave, on an engagement of `me` and a guest of the client."""
    one = SimpleNamespace(me=me, guest=make.UserFactory(role=Role.CLIENT))
    one.manager = make.UserFactory(role=Role.MANAGER)
    one.engagement = make.EngagementFactory(team=[me], granted=[one.guest], lead=me)
    one.survey = make.SurveyFactory(engagement=one.engagement, title="How we talk with you")
    kinds = (QuestionKind.AGREEMENT, QuestionKind.TEN, QuestionKind.CHOICE, QuestionKind.TEXT)
    one.questions = [
        make.SurveyQuestionFactory(
            survey=one.survey, kind=kind, position=at, is_required=at == 1, words=f"Asked no. {at}",
            choices="By post\nOnline" if kind is QuestionKind.CHOICE else None,
        )
        for at, kind in enumerate(kinds, 1)
    ]  # fmt: skip
    one.wave = make.SurveyWaveFactory(survey=one.survey, name="Before")
    return one


@pytest.fixture
def answered(session):
    """`answered(wave, question, values)`: people who answered one question; the wave counts them."""

    def answered(wave, question, values):
        for value in values:
            said = {"words": value, "number": None} if isinstance(value, str) else {"number": value}
            make.SurveyAnswerFactory(wave=wave, question_id=question.id, **said)
        wave.finished = max(wave.finished, len(values))
        wave.started = wave.visitors = wave.views = max(wave.views, wave.finished)
        session.flush()

    return answered


@pytest.fixture
def closed(session):
    """`closed(wave)`: the wave, closed."""

    def closed(wave):
        wave.opened_at, wave.closed_at, wave.state = NOON, NOON, WaveState.CLOSED
        session.flush()
        return wave

    return closed
