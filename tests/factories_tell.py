"""What the work is worth, and what is told of it."""

from datetime import date
from decimal import Decimal

import factory

from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption, LineKind
from crm.evidence.models import BenchmarkConsent, Finding, Rung, SharedFinding
from crm.organisations.models import Kind
from crm.outcomes.models_plan import Design
from tests.factories_base import Factory, OfOrganisation, OnThread


class EvaluationFactory(OnThread):
    class Meta:
        model = Evaluation

    name = factory.Sequence("Evaluation {}".format)
    comparator = "Letters by post"
    currency = "USD"
    price_year = 2026
    horizon_years = 3


class EvaluationLineFactory(OnThread):
    class Meta:
        model = EvaluationLine

    kind = LineKind.COST
    words = factory.Sequence("Assumption {}".format)
    amount = Decimal(100)


class EvaluationOptionFactory(OnThread):
    class Meta:
        model = EvaluationOption

    name = factory.Sequence("Option {}".format)
    cost = Decimal(1000)
    effect = 10.0


class FindingFactory(OnThread):
    class Meta:
        model = Finding

    statement = "Fewer visits were missed after the stories began."
    not_shown = "It does not rule out what else happened then."
    design = Design.CONTROL_CHART


class SharedFindingFactory(Factory):
    class Meta:
        model = SharedFinding

    statement = "Fewer visits were missed after the stories began."
    not_shown = "It does not rule out what else happened then."
    design = Design.CONTROL_CHART
    rung = Rung.C
    organisation_kind = Kind.HOSPITAL
    size = "100 to 499 beds"
    search_words = "fewer visits were missed"
    shared_on = date(2026, 2, 1)


class BenchmarkConsentFactory(OfOrganisation):
    class Meta:
        model = BenchmarkConsent

    given_on = date(2026, 1, 1)
