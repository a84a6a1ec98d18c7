"""How the first engagement collects its data: schedules, approved months, and a value that was corrected."""

from datetime import UTC, datetime, time, timedelta

from crm.demo import days
from crm.demo.scene import Scene
from crm.outcomes.models import Correction, Frequency, Measure, Observation
from crm.outcomes.periods import first_day

#: The newest months are not approved yet.
OPEN_MONTHS = 2
CORRECTED_BACK = 5
WHY = "Eleven late cancellations had been counted as missed"


def add_collecting(scene: Scene) -> None:
    measures = [row for row in scene.rows.of(Measure) if row["engagement_id"] == scene.engagement_id]
    values = [row for row in scene.rows.of(Observation) if row["engagement_id"] == scene.engagement_id]
    for measure in measures:
        _schedule(scene, measure, [row for row in values if row["measure_id"] == measure["id"]])
    _correct(scene, [row for row in values if row["measure_id"] == measures[0]["id"]])
    until = days.month(scene.rows.as_of, OPEN_MONTHS)
    for row in values:
        if row["period_on"] < until:
            at = min(datetime.combine(row["period_on"] + timedelta(55), time(15), UTC), scene.rows.made_at)
            row["approved_at"], row["approved_by_id"] = at, scene.users["manager"]


def _schedule(scene: Scene, measure: dict, values: list[dict]) -> None:
    """Since its first value; without one, since the half-year before."""
    since = min((row["period_on"] for row in values), default=days.month(scene.rows.as_of, 6))
    measure["starts_on"], measure["due_days"] = first_day(measure["frequency"], since), 14
    if measure["frequency"] is Frequency.QUARTERLY:
        measure["due_days"] = 30


def _correct(scene: Scene, values: list[dict]) -> None:
    """Eleven more had been counted in one month."""
    row = values[-CORRECTED_BACK]
    numerator = row["numerator"] + 11
    scene.add(
        Correction,
        observation_id=row["id"],
        value=round(100 * numerator / row["denominator"], 2),
        numerator=numerator,
        denominator=row["denominator"],
        provenance=row["provenance"],
        reason=WHY,
        is_reopening=False,
        user_id=scene.lead,
        corrected_at=row["created_at"] + timedelta(days=3),
    )
