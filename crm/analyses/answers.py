"""Which function answers for which method. Each takes the data and gives the answer that a look keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.analyses import answers_charts, answers_compared, answers_series
from crm.analyses.models import Method
from crm.analyses.series import Data

ANSWERS = {
    Method.CONTROL_CHART: answers_charts.control_chart,
    Method.RUN_CHART: answers_charts.run_chart,
    Method.PAIRED: answers_compared.paired,
    Method.INDEPENDENT: answers_compared.independent,
    Method.PROPORTIONS: answers_compared.proportions,
    Method.RATES: answers_compared.rates,
    Method.INTERRUPTED: answers_series.interrupted,
    Method.CONTROLLED: answers_series.controlled,
    Method.DIFFERENCE: answers_series.difference_in_differences,
}


def answer(method: Method, data: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as JSON holds it. Raises ValueError with a sentence where the data give none."""
    return ANSWERS[method](Data(data, settings))
