from datetime import UTC, datetime

import factory

from crm.analyses.models import Analysis, Look, Method
from tests.analyses.series import of
from tests.factories_base import OnThread


class AnalysisFactory(OnThread):
    class Meta:
        model = Analysis

    title = "Did the no-show rate fall?"
    method = Method.RUN_CHART


RESULT = {
    "method": "Run chart", "estimate": 9.5, "low": None, "high": None, "p": None, "unit": "%",
    "design": "control_chart", "naive": None, "beside": None, "n": 12, "board": "The median is 9.5 %.",
    "not_shown": "It does not show why.", "evidence": "Rung C.", "looks": "This is look 1 of 1.",
    "threshold": None, "is_primary": False, "confidence": None, "scale": "level", "numbers": [],
    "assumptions": [], "kind": "run", "cuts": [], "freeze": None,
    "chart": {
        "kind": "control", "days": ["2026-01-01", "2026-02-01"], "value": [9, 10], "centre": [9.5, 9.5],
        "lower": [None, None], "upper": [None, None], "is_signal": [False, False],
    },
}  # fmt: skip
ROWS = [["2026-01-01", 9.0, None, None], ["2026-02-01", 10.0, None, None]]
DATA = {"groups": [{"name": "The clinic", "is_comparison": False, "rows": ROWS}], "phases": []}


class LookFactory(OnThread):
    class Meta:
        model = Look

    number = factory.Sequence(lambda n: n + 1)
    looked_at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    method = Method.RUN_CHART
    data_version = "0" * 64
    settings = factory.LazyFunction(of)
    data = factory.LazyFunction(lambda: DATA)
    result = factory.LazyFunction(lambda: RESULT)
    n = 12
