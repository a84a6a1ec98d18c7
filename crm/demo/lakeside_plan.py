"""The plan of the Lakeside study: registered once, gone another way once, and open for an amendment."""

from datetime import UTC, datetime, time

from crm.accounts.models import User
from crm.canonical import canonical, digest_of
from crm.demo.scene import Scene
from crm.engagements.models import TeamMember
from crm.outcomes.models import Direction, Measure, ValueKind
from crm.outcomes.models_plan import (
    Consent,
    EthicsDetermination,
    EthicsKind,
    Hypothesis,
    OutcomesPlan,
)
from crm.plans.content import Rows, compose
from crm.plans.models import (
    Amendment,
    Deviation,
    GuidelineKey,
    GuidelineMark,
    MarkState,
    PowerKind,
    PowerPlan,
    Registration,
)

REGISTERED, DETERMINED, EXPIRES, STRAYED, OPENED = -310, -352, 730, -128, -9
WORDS = {
    "setting": "One out-patient clinic of a community hospital that serves both sides of the river.",
    "included": "First appointments booked at least three days ahead.",
    "excluded": "Appointments that the clinic itself moved, and those of emergencies.",
    "analysis": "XmR chart with the twelve months before as baseline and the NHS rules. The trust hears of a "
    "change only when a rule says so.",
    "missing_data": "A month without a figure stays empty and is counted; nothing is put in its place.",
    "sample_size": "All first appointments of the clinic, some 1,240 a month; eight months are what the "
    "engagement lasts.",
    "data_management": "Monthly counts without names, from the booking system to Plumbline.",
    "roles": "The clinic manager exports, the coach enters, the quality office reads along.",
    "timeline": "Baseline of twelve months, launch, eight months of follow-up, report to the board.",
    "risks": "Winter illness and a new booking screen could each move the rate by themselves.",
    "dissemination": "The board in June; a poster at the regional quality day.",
}
HYPOTHESES = (
    ("Reminder stories lower the share of first appointments that are missed.", 0, Direction.DECREASE, 2.0),
    ("Staff who answer on the page would recommend their hospital more.", 1, Direction.INCREASE, 5.0),
)
MARKS = (
    ("4", MarkState.DONE, "Background in the engagement's scope, with the two pilots"),
    ("18", MarkState.NOT_APPLICABLE, "Nobody but the hospital pays"),
)


def add_plan(scene: Scene) -> None:
    """Called once measures are there: what is registered holds them."""
    book = scene.rows
    (plan,) = (row for row in book.of(OutcomesPlan) if row["engagement_id"] == scene.engagement_id)
    measures = [row for row in book.of(Measure) if row["engagement_id"] == scene.engagement_id]
    plan |= WORDS | {
        "publication_intended": True,
        "intervention_on": scene.day(-287),
        "starts_on": scene.day(-601),
        "ends_on": scene.day(168),
    }
    measures[0] |= {
        "value_kind": ValueKind.PROPORTION, "lowest": 0.0, "ceiling": 100.0,
        "missing_rule": "A month without a figure stays empty.",
    }  # fmt: skip
    for position, (statement, which, direction, least) in enumerate(HYPOTHESES):
        key = scene.add(
            Hypothesis, plan_id=plan["id"], position=position, statement=statement, direction=direction,
            measure_id=measures[which]["id"], is_primary=position == 0, smallest_difference=least,
        )  # fmt: skip
        if position == 0:
            scene.add(
                PowerPlan, hypothesis_id=key, kind=PowerKind.PROPORTIONS,
                settings={"p1": 11.8, "p2": 9.8, "formula": "fleiss", "available": 9_900},
            )  # fmt: skip
    scene.add(
        EthicsDetermination, kind=EthicsKind.QUALITY_IMPROVEMENT, determined_by="Lakeside quality office",
        reference="QI-0417", determined_on=scene.day(DETERMINED), expires_on=scene.day(EXPIRES),
        consent=Consent.NOT_NEEDED,
    )  # fmt: skip
    for item, state, place in MARKS:
        said = {"guideline": GuidelineKey.SQUIRE, "item": item, "state": state, "place": place}
        scene.add(GuidelineMark, plan_id=plan["id"], user_id=scene.lead, **said)
    _register(scene, plan)


def _register(scene: Scene, plan: dict) -> None:
    text, by = canonical(_content(scene, plan)), {"plan_id": plan["id"], "user_id": scene.lead}
    scene.add(
        Registration, number=1, content=text, digest=digest_of(text), registered_at=_at(scene, REGISTERED),
        **by, **scene.rows.made_on(scene.day(REGISTERED)),
    )  # fmt: skip
    scene.add(
        Deviation, happened_on=scene.day(STRAYED), what="One month of reminders went out a day late.",
        why="The supplier of text messages changed its address.",
        effect="The month is kept; the effect may be told a little too small.",
        **by, **scene.rows.made_on(scene.day(STRAYED + 2)),
    )  # fmt: skip
    scene.add(
        Amendment, number=1, reason="Orthopaedics joins as a group that compares.",
        opened_at=_at(scene, OPENED), **by, **scene.rows.made_on(scene.day(OPENED)),
    )  # fmt: skip


def _at(scene: Scene, day: int) -> datetime:
    return datetime.combine(scene.day(day), time(15, 20), UTC)


def _content(scene: Scene, plan: dict) -> dict:
    def of(model) -> list[dict]:
        return [row for row in scene.rows.of(model) if row["engagement_id"] == scene.engagement_id]

    names = {row["id"]: row["name"] for row in scene.rows.of(User)}
    rows = Rows(
        plan=plan,
        hypotheses=of(Hypothesis),
        powers=of(PowerPlan),
        measures=of(Measure),
        ethics=of(EthicsDetermination)[0],
        authors=[names[row["user_id"]] for row in of(TeamMember)],
    )
    return compose(scene.engagement_id, scene.story.title.format(year=scene.rows.as_of.year), rows)
