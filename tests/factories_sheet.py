"""The rows of an alignment worksheet besides its goals and strategies."""

from datetime import date

import factory

from crm.alignment.models_sheet import (
    CheckIn,
    GoalCause,
    GoalComparison,
    GoalOrigin,
    GoalParent,
    SheetSetup,
    StrategyTie,
)
from crm.judging.models import Judgement, Rater, Round
from crm.versions.models import Say, Turn, Version
from tests.factories_base import OnThread, UserFactory


class SheetSetupFactory(OnThread):
    class Meta:
        model = SheetSetup


class GoalParentFactory(OnThread):
    class Meta:
        model = GoalParent


class GoalOriginFactory(OnThread):
    class Meta:
        model = GoalOrigin


class GoalComparisonFactory(OnThread):
    class Meta:
        model = GoalComparison

    times = 3


class StrategyTieFactory(OnThread):
    class Meta:
        model = StrategyTie

    strength = 1


class GoalCauseFactory(OnThread):
    class Meta:
        model = GoalCause


class CheckInFactory(OnThread):
    class Meta:
        model = CheckIn

    checked_on = date(2026, 3, 1)
    value = 4.0
    confidence = 6


class RoundFactory(OnThread):
    class Meta:
        model = Round

    number = factory.Sequence(lambda n: n + 1)


class RaterFactory(OnThread):
    class Meta:
        model = Rater

    user = factory.SubFactory(UserFactory)


class JudgementFactory(OnThread):
    class Meta:
        model = Judgement

    mark = 3
    counts = True


class VersionFactory(OnThread):
    class Meta:
        model = Version

    number = factory.Sequence(lambda n: n + 1)
    content = "{}"
    digest = "0" * 64
    coverage = completeness = density = 0.5


class TurnFactory(OnThread):
    class Meta:
        model = Turn

    say = Say.PROPOSE
