"""Surveys, their waves and what was answered."""

import factory

from crm.surveys.models import (
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyVisit,
    SurveyWave,
    WaveState,
)
from tests.factories_base import OnThread


class SurveyFactory(OnThread):
    class Meta:
        model = Survey

    title = factory.Sequence("Survey {}".format)
    privacy = "Nobody learns who answered."


class OfSurvey(OnThread):
    """Name the survey, and its engagement follows."""

    class Meta:
        abstract = True
        exclude = ("engagement", "survey")

    survey = factory.SubFactory(SurveyFactory)
    survey_id = factory.SelfAttribute("survey.id")
    engagement_id = factory.SelfAttribute("survey.engagement_id")
    organisation_id = factory.SelfAttribute("survey.organisation_id")
    engagement = None


class SurveyQuestionFactory(OfSurvey):
    class Meta:
        model = SurveyQuestion

    position = factory.Sequence(lambda n: n + 1)
    kind = QuestionKind.AGREEMENT
    words = factory.Sequence("I know whom to ask, no. {}".format)


class SurveyWaveFactory(OfSurvey):
    class Meta:
        model = SurveyWave

    name = factory.Sequence("Wave {}".format)
    state = WaveState.OPEN


class OfWave(OnThread):
    class Meta:
        abstract = True
        exclude = ("engagement", "wave")

    wave = factory.SubFactory(SurveyWaveFactory)
    wave_id = factory.SelfAttribute("wave.id")
    engagement_id = factory.SelfAttribute("wave.engagement_id")
    organisation_id = factory.SelfAttribute("wave.organisation_id")
    engagement = None


class SurveyVisitFactory(OfWave):
    class Meta:
        model = SurveyVisit

    digest = factory.Sequence("{:064x}".format)


class SurveyAnswerFactory(OfWave):
    class Meta:
        model = SurveyAnswer

    number = 4
