"""What the richest engagement of the demo has to tell: one finding agreed, one shared, one a draft."""

from datetime import UTC, datetime, time
from types import SimpleNamespace

from crm.analyses.models import Look
from crm.demo.scene import Scene
from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption
from crm.economics.reckoning import Reckoned
from crm.evidence.models import BenchmarkConsent, Finding, FindingState, SharedFinding, rung_of
from crm.evidence.numbers import copied, design_of
from crm.evidence.queries import month_of
from crm.organisations.models import Kind, searchable
from crm.outcomes.models import MeasureKind
from crm.outcomes.models_plan import Design

SAID = (
    "Front desk staff of all three clinics said that fewer patients ask for the way or the time since "
    "the stories began."
)
NOT_SHOWN = "Nobody counted the calls before, and those who said so knew of the stories."


def add_findings(scene: Scene, evaluation: int) -> None:
    """The second was shared by the sponsor, under the month before."""
    agreed = {
        "state": FindingState.AGREED,
        "agreed_at": datetime.combine(scene.day(-5), time(14), UTC),
        "agreed_by_id": scene.users["client"],
        "numbers": {},
    }
    look = SimpleNamespace(**scene.rows.of(Look)[0])
    scene.add(
        Finding, statement=look.result["board"], not_shown=look.result["not_shown"], look_id=look.id,
        design=design_of(look), measure_id=scene.measures[0], **agreed | {"numbers": copied(look)},
    )  # fmt: skip
    shared = scene.rows.add(
        SharedFinding, statement=SAID, not_shown=NOT_SHOWN, design=Design.CASE_STUDY,
        rung=rung_of(Design.CASE_STUDY), organisation_kind=Kind.HOSPITAL, size="100 to 499 beds",
        measure_kind=MeasureKind.PROCESS, numbers={}, search_words=searchable(f"{SAID} {NOT_SHOWN}"),
        shared_on=month_of(scene.day(-30)),
    )  # fmt: skip
    scene.add(
        Finding, statement=SAID, not_shown=NOT_SHOWN, design=Design.CASE_STUDY,
        measure_id=scene.measures[2], **agreed | {"state": FindingState.SHARED, "shared_id": shared},
    )  # fmt: skip
    worth = _reckoned(scene, evaluation)
    scene.add(
        Finding, statement=worth.board, not_shown=worth.open_questions, design=Design.ECONOMIC,
        evaluation_id=evaluation, numbers={}, state=FindingState.DRAFT,
    )  # fmt: skip
    scene.rows.add(
        BenchmarkConsent, organisation_id=scene.client.id, given_on=scene.day(-200),
        user_id=scene.users["client"],
    )  # fmt: skip


def _reckoned(scene: Scene, evaluation: int) -> Reckoned:
    """The evaluation as its page will read it."""
    (one,) = (row for row in scene.rows.of(Evaluation) if row["id"] == evaluation)
    parts = (
        tuple(SimpleNamespace(**row) for row in scene.rows.of(model) if row["evaluation_id"] == evaluation)
        for model in (EvaluationLine, EvaluationOption)
    )
    return Reckoned(SimpleNamespace(**one), *parts)
