from datetime import UTC, datetime

from crm.analyses.models import Analysis, Look, Method
from tests.factories_base import OnThread


class AnalysisFactory(OnThread):
    class Meta:
        model = Analysis

    title = "Did the no-show rate fall?"
    method = Method.RUN_CHART


class LookFactory(OnThread):
    class Meta:
        model = Look

    number = 1
    looked_at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    method = Method.RUN_CHART
    data_version = "0" * 64
    data = {"series": []}  # noqa: RUF012 - a plan for rows, not shared by them
    result = {  # noqa: RUF012
        "method": "Run chart", "estimate": 9.5, "low": None, "high": None, "p": None, "unit": "%",
        "design": "control_chart", "naive": None, "n": 12, "board": "The median is 9.5 %.",
        "not_shown": "It does not show why.", "assumptions": [],
    }  # fmt: skip
    n = 12
