"""The statement of work of each story: what was promised, what was changed, and how it ended."""

from decimal import Decimal
from typing import NamedTuple

from crm.closing.actions import FOLLOWED_AFTER, later
from crm.closing.models import FollowUp
from crm.demo.scene import Scene
from crm.engagements.models import BEFORE_AGREEMENT, FeeBasis, Stage
from crm.engagements.models_work import ChangeOrder, ChangeState, Deliverable, DeliverableState
from crm.outlines.models import Outline
from crm.sessions.models_record import AgendaTemplate


class Promise(NamedTuple):
    """A deliverable: due, delivered and accepted so many days from the day of the demo."""

    title: str
    acceptance: str
    due: int
    delivered: int | None = None
    accepted: int | None = None


class Change(NamedTuple):
    title: str
    reason: str
    proposed: int
    decided: int | None = None
    scope: str | None = None
    hours: tuple[tuple[str, int], ...] = ()
    fee: int | None = None
    state: ChangeState = ChangeState.PROPOSED


class Work(NamedTuple):
    out_of_scope: str
    assumptions: str
    client_duties: str
    promises: tuple[Promise, ...] = ()
    changes: tuple[Change, ...] = ()
    basis: FeeBasis = FeeBasis.FIXED
    closing: str | None = None


USUAL = Work(
    "Running the channels, paid advertising, and anything that touches a patient record.",
    "One person of the client stays responsible throughout. Figures arrive by the tenth of the month.",
    "A sponsor who decides within two weeks, a room or a video link, and the monthly figures.",
)
WORKS = {
    "Patient access and voice {year}": Work(
        "Running the channels, paid advertising, the booking system.",
        "Cardiology keeps its clinic days. Counsel answers questions on consent within ten working days.",
        "The sponsor signs the roadmap; the access centre sends no-show figures by the tenth of each month; "
        "the wards free two people for each training.",
        (
            Promise("Alignment worksheet", "The sponsor has rated every goal", -430, -436, -431),
            Promise("Story consent form", "Counsel and the patients' council approve", -340, -341,
                    -338),
            Promise("Reminder page and its wording", "It is live and cardiology uses it", -290, -287, -280),
            Promise("Training for leaders, with slides to keep", "Twenty leaders took part", -330, -330),
            Promise("Outcomes report with control charts", "The board of the hospital has discussed it", 150),
        ),
        (
            Change("A second training for leaders", "Eleven leaders missed the first.", -250, -243,
                   "One more half-day training.", (("training", 6),), 4_500, ChangeState.AGREED),
            Change("Orthopaedics joins the roll-out", "Its head asked for it.", -12,
                   None, "Roll-out of the reminders in orthopaedics.", (("coaching", 10),), 9_000),
        ),
    ),
    "Guidelines that young cardiologists read": USUAL._replace(
        promises=(Promise("Closing report", "The editors have signed it off", -100, -98, -95),),
        closing="Reads by members under forty have doubled, and the digital editors run the channels alone. "
        "Renewal rose less than hoped for: 86 % where 88 % was the aim. What has to be watched is the time "
        "of the second editor, who leaves in the spring.",
    ),
}  # fmt: skip


def agreed(scene: Scene) -> dict:
    """What the statement of work adds to the row of the engagement."""
    work, story = _of(scene), scene.story
    if story.stage is Stage.INQUIRY:
        return {}
    closed = {"closed_on": scene.day(story.moves[-1].day), "closing_words": work.closing}
    return {
        "out_of_scope": work.out_of_scope,
        "assumptions": work.assumptions,
        "client_duties": work.client_duties,
        "fee_basis": work.basis if story.fee is not None else FeeBasis.PRO_BONO,
    } | (closed if story.stage is Stage.FOLLOW_UP else {})


def _of(scene: Scene) -> Work:
    return WORKS.get(scene.story.title, USUAL)


def add_work(scene: Scene) -> None:
    work, story = _of(scene), scene.story
    for promise in work.promises or _usual_promises(scene):
        _promise(scene, promise)
    for number, change in enumerate(work.changes, 1):
        _change(scene, number, change)
    if story.stage is Stage.FOLLOW_UP:
        closed_on = scene.day(story.moves[-1].day)
        for months in FOLLOWED_AFTER:
            scene.add(FollowUp, months=months, due_on=later(closed_on, months))


def _usual_promises(scene: Scene) -> tuple[Promise, ...]:
    if scene.story.stage in BEFORE_AGREEMENT or scene.story.ends is None:
        return ()
    worksheet = Promise("Alignment worksheet", "The sponsor has signed it", scene.story.starts + 90)
    report = Promise("Closing report", "The sponsor has discussed it with the board", scene.story.ends)
    return worksheet, report


def _promise(scene: Scene, promise: Promise) -> None:
    state = DeliverableState.PLANNED
    if promise.delivered is not None:
        state = DeliverableState.DELIVERED if promise.accepted is None else DeliverableState.ACCEPTED
    scene.add(
        Deliverable,
        title=promise.title,
        acceptance=promise.acceptance,
        due_on=scene.day(promise.due),
        state=state,
        delivered_on=scene.day(promise.delivered),
        accepted_on=scene.day(promise.accepted),
        accepted_by=None if promise.accepted is None else scene.client.names[0],
        **scene.owner("lead"),
    )


def _change(scene: Scene, number: int, change: Change) -> None:
    scene.add(
        ChangeOrder,
        number=number,
        title=change.title,
        reason=change.reason,
        scope=change.scope,
        hours=dict(change.hours),
        fee=None if change.fee is None else Decimal(change.fee),
        state=change.state,
        proposed_on=scene.day(change.proposed),
        decided_on=scene.day(change.decided),
        decided_with=None if change.decided is None else scene.client.names[0],
        user_id=scene.lead,
    )


def add_outline(scene: Scene) -> None:
    """The template that everybody may start from: what the first story has in common with the rest."""
    steps = ("Roadmap signed", "Consent form for stories approved", "Pilot on two wards", "Halfway review",
             "Roll-out", "Closing report discussed")  # fmt: skip
    scene.rows.add(
        Outline,
        name="Patient access, eighteen months",
        description="Where a hospital wants fewer missed appointments and a voice in its community.",
        is_shared=True,
        user_id=scene.lead,
        content={
            "days": 540,
            "scope": "Coaching to align social media with the hospital's goals, from worksheet to evidence.",
            "out_of_scope": USUAL.out_of_scope,
            "assumptions": USUAL.assumptions,
            "client_duties": USUAL.client_duties,
            "fee_basis": FeeBasis.FIXED.value,
            "hours": {"coaching": 70, "training": 18, "research": 24},
            "deliverables": [
                {"title": "Alignment worksheet", "acceptance": "The sponsor has signed it", "after": 120},
                {"title": "Closing report", "acceptance": "The board has discussed it", "after": 530},
            ],
            "goals": [],
            "strategies": [],
            "milestones": [
                {"title": title, "description": None, "after": 60 + 85 * place, "strategy": None}
                for place, title in enumerate(steps)
            ],
        },
    )


AGENDAS = {
    "Check-in": "1. What became of the actions\n2. One goal, by GROW\n3. What next, by when",
    "First meeting": "1. Who is here, and why\n2. What the hospital wants in a year\n3. What is in our way\n"
    "4. How we work together",
    "Halfway review": "1. The roadmap: kept, moved, late\n2. The measures: what they show, what they do not\n"
    "3. What we stop, start and keep",
}


def add_agendas(scene: Scene) -> None:
    """What everybody of the practice may begin a session with."""
    for name, body in AGENDAS.items():
        scene.rows.add(AgendaTemplate, name=name, body=body, is_shared=True, user_id=scene.lead)
