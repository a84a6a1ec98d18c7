"""Questions of measures: what changed with the reminders, and how much sooner people get a first answer."""

from datetime import UTC, datetime, time
from types import SimpleNamespace

from crm.analyses.answers import answer
from crm.analyses.looks import counted
from crm.analyses.models import Analysis, Look, Method
from crm.analyses.queries import Material, Planned
from crm.demo.scene import Scene
from crm.outcomes.models import Measure, Observation

ASKED = (
    (Method.INTERRUPTED, "Did the no-show rate change when the reminders began?", -12),
    (Method.PROPORTIONS, "By how much does the no-show rate after the reminders lie from that before?", -11),
)
#: What several clients measure, each for itself: the report across clients sets them side by side.
FIRST_ANSWER = "Median time to a first answer"
SOONER = ((Method.INDEPENDENT, "How much sooner do people get a first answer than before?", -9),)


def add_analyses(scene: Scene) -> None:
    """Of the first measure of the story, with the day on which the thirteenth month began."""
    measure = next(row for row in scene.rows.of(Measure) if row["engagement_id"] == scene.engagement_id)
    _analyse(scene, measure, ASKED)


def add_first_answer(scene: Scene) -> None:
    """Of the time to a first answer, where the story measures it."""
    own = (row for row in scene.rows.of(Measure) if row["engagement_id"] == scene.engagement_id)
    for measure in [row for row in own if row["name"] == FIRST_ANSWER]:
        _analyse(scene, measure, SOONER)


def _analyse(scene: Scene, measure: dict, asked: tuple) -> None:
    seen = [row for row in scene.rows.of(Observation) if row["measure_id"] == measure["id"]]
    began_on = seen[measure["baseline_points"]]["period_on"].isoformat()
    one, rows = SimpleNamespace(**measure), tuple(SimpleNamespace(**row) for row in seen)
    material = Material(one, ((one, rows),), (), Planned())
    for method, title, day in asked:
        analysis = scene.add(
            Analysis, title=title, measure_id=measure["id"], method=method, is_primary=False,
            settings={"intervention_on": began_on}, **scene.rows.made_on(scene.day(day)),
        )  # fmt: skip
        _look(scene, analysis, method, material, {"intervention_on": began_on}, day)


def _look(scene: Scene, analysis: int, method: Method, material: Material, chosen: dict, day: int) -> None:
    settings = material.settings(chosen)
    result = answer(method, material.data, settings)
    count = counted(1, material.plan.looks, material.plan.alpha)
    result |= {"looks": count.sentence, "threshold": count.threshold, "is_primary": False}
    scene.add(
        Look,
        analysis_id=analysis,
        number=1,
        looked_at=datetime.combine(scene.day(day), time(15), UTC),
        user_id=scene.lead,
        data_version=material.version,
        method=method,
        settings=settings,
        data=material.data,
        result=result,
        n=result["n"],
        **scene.rows.made_on(scene.day(day)),
    )
