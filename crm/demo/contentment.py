"""What clients of the stories said of the work, and the levels that were set by hand."""

from datetime import timedelta
from typing import NamedTuple

from crm.demo.people import SIGN_INS
from crm.demo.scene import Scene
from crm.engagements.models import LIVE, Engagement
from crm.health.models import HealthOverride, Judged, SatisfactionScore

NAMES = {person.key: person.name for person in SIGN_INS}


class Said(NamedTuple):
    """A number from the sponsor where `contact` is None, or from a contact as the team wrote it down."""

    score: int
    day: int
    note: str | None = None
    contact: int | None = None


class Hand(NamedTuple):
    level: Judged
    note: str
    day: int
    until: int
    lifted: int | None = None


SAID = {
    "Patient access and voice {year}": (
        Said(6, -310, "We wait for answers longer than for the sessions."),
        Said(8, -170, "The pilot went well. The wards would like more notice."),
        Said(9, -34, "The nurses now ask when the next answers come."),
    ),
    "Fewer missed clinics": (Said(7, -210), Said(6, -20, "The figures came late twice.")),
    "Answers for families after discharge": (Said(9, -40, "Families quote the films to us.", contact=0),),
    "A children's hospital worth working for": (
        Said(4, -38, "Two sessions were moved, and nobody told the ward.", contact=0),
    ),
    "A first diagnosis within a year": (Said(8, -12, "Good start.", contact=0),),
    "Guidelines that young cardiologists read": (Said(10, -110, contact=0),),
}
SET = {
    "Patient access and voice {year}": (
        Hand(Judged.WATCH, "The compliance office changes hands this month; signatures stop.", -130, -90),
    ),
    "Nurses who stay": (
        Hand(
            Judged.WATCH,
            "The nursing council rates the missing pairs at its next meeting; the work itself runs.",
            -6, 22,
        ),
    ),
    "Answers for families after discharge": (
        Hand(Judged.BAD, "The ward that films are made for may close.", -200, -140, lifted=-171),
    ),
}  # fmt: skip


def add_contentment(scene: Scene) -> None:
    story = scene.story
    for said in SAID.get(story.title, ()):
        is_own = said.contact is None
        scene.add(
            SatisfactionScore,
            score=said.score,
            note=said.note,
            said_on=scene.day(said.day),
            said_by=NAMES[story.sponsor] if is_own else scene.client.names[said.contact],
            is_from_client=is_own,
            user_id=scene.users[story.sponsor] if is_own else scene.lead,
        )
    for hand in SET.get(story.title, ()):
        scene.add(
            HealthOverride,
            level=hand.level,
            note=hand.note,
            from_on=scene.day(hand.day),
            expires_on=scene.day(hand.until),
            lifted_on=scene.day(hand.lifted),
            user_id=scene.lead,
        )


#: One in so many of the bulk has been asked, and one in so many is set by hand.
ASKED, BY_HAND = 3, 50
NUMBERS = (9, 8, 10, 7, 9, 8, 6, 9, 3, 8, 5)


def add_bulk_contentment(bulk, engagement: int) -> None:
    """Told by the number of the engagement, not by dice: they fall as they did for all the rest."""
    if bulk.rows.tables[Engagement.__table__][-1]["stage"] not in LIVE:
        return
    today = bulk.rows.as_of
    if engagement % ASKED == 0:
        bulk.add(
            SatisfactionScore,
            score=NUMBERS[engagement % len(NUMBERS)],
            said_on=today - timedelta(days=engagement % 120),
            said_by=bulk.client.names[0],
            is_from_client=False,
            user_id=bulk.lead,
        )
    if engagement % BY_HAND == 0:
        bulk.add(
            HealthOverride,
            level=list(Judged)[engagement // BY_HAND % len(Judged)],
            note="Agreed with the sponsor until the next steering meeting.",
            from_on=today - timedelta(days=engagement % 30),
            expires_on=today + timedelta(days=engagement % 40),
            user_id=bulk.lead,
        )
