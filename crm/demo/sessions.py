"""The sessions of one engagement: what was said, who was there, how long it took and what is owed since."""

from datetime import timedelta
from typing import NamedTuple

from crm import clock
from crm.demo import days
from crm.demo.scene import Scene
from crm.demo.time import add_beside, state_of
from crm.demo.words_opening import ALIGNMENT, DISCOVERY, OPENING, US, Topic
from crm.demo.words_results import CLOSING, MEASUREMENT, NOTES
from crm.demo.words_work import IMPLEMENTATION
from crm.engagements.models import ServiceLine, Stage
from crm.sessions.models import (
    Action,
    ActionState,
    CoachingSession,
    Mode,
    PrivateNote,
    SessionState,
    SessionTouch,
    TimeEntry,
    TimeKind,
    session_contact,
    session_user,
)

MODES = (Mode.VIDEO, Mode.ON_SITE, Mode.VIDEO, Mode.VIDEO, Mode.PHONE, Mode.ON_SITE, Mode.VIDEO)
PLACES = ("Board room, second floor", "Education centre", "Library", "Seminar room by the canteen")
TIMES = ((9, 0), (10, 0), (10, 30), (11, 15), (13, 0), (14, 0), (15, 30), (16, 0))
SETTLED_AFTER = 30
A_WEEK = 7


def _work() -> tuple[Topic, ...]:
    """Every third session of the work looks at numbers."""
    mixed = []
    for number, topic in enumerate(IMPLEMENTATION):
        mixed.append(topic)
        if number % 2 and number // 2 < len(MEASUREMENT):
            mixed.append(MEASUREMENT[number // 2])
    return tuple(mixed)


TOPICS = {
    Stage.DISCOVERY: DISCOVERY,
    Stage.ALIGNMENT: ALIGNMENT,
    Stage.IMPLEMENTATION: _work(),
    Stage.MEASUREMENT: MEASUREMENT,
    Stage.CLOSING: CLOSING,
    Stage.FOLLOW_UP: CLOSING[-1:],
}


#: Stages in which they talk about the same things.
ALIKE = {Stage.QUALIFIED: Stage.INQUIRY, Stage.BASELINE: Stage.DISCOVERY}


class Meeting(NamedTuple):
    day: int
    state: SessionState
    is_written: bool
    is_shared: bool


def _meetings(scene: Scene) -> list[Meeting]:
    rhythm = scene.story.rhythm
    held = list(range(rhythm.first, rhythm.last + 1, rhythm.every))
    if rhythm.last - held[-1] < A_WEEK:
        held.pop()
    held.append(rhythm.last)
    drafts = set(held[: -2 * rhythm.unshared - 1 : -2])
    meetings = [Meeting(day, SessionState.HELD, True, day not in drafts) for day in held]
    meetings += [Meeting(day, SessionState.HELD, False, False) for day in rhythm.unwritten]
    meetings += [Meeting(day, SessionState.CANCELLED, False, True) for day in rhythm.cancelled]
    meetings += [Meeting(day, SessionState.PLANNED, False, True) for day in rhythm.planned]
    return sorted(meeting._replace(day=_off_weekends(scene, meeting.day)) for meeting in meetings)


def _off_weekends(scene: Scene, day: int) -> int:
    """Moved to the Friday before, except for what is promised for today and yesterday."""
    return day if day in (-1, 0) else (days.working(scene.day(day)) - scene.rows.as_of).days


def add_sessions(scene: Scene) -> None:
    if not scene.story.rhythm:
        return
    told: dict[Stage, int] = {}
    for number, meeting in enumerate(_meetings(scene), 1):
        topic = _topic(scene, meeting.day, told)
        session = _session(scene, number, meeting, topic)
        if meeting.state is not SessionState.CANCELLED:
            _who_and_what(scene, session, number)
        if meeting.state is SessionState.HELD:
            _time(scene, session, number, meeting, topic.line)
            add_beside(scene, _coach(scene, number), number, meeting.day)
        if meeting.is_written:
            scene.last_session = session
            _actions(scene, session, meeting.day, topic)
            if number % 3 == 1:
                note = NOTES[(number // 3 + scene.engagement_id) % len(NOTES)]
                scene.add(PrivateNote, session_id=session, user_id=_coach(scene, number), body=note)
    for debt in scene.story.debts:
        _debt(scene, debt)


def _topic(scene: Scene, day: int, told: dict[Stage, int]) -> Topic:
    """The next topic of the stage that the engagement was in on that day."""
    stage = [move.stage for move in scene.story.moves if move.day <= day][-1]
    stage = ALIKE.get(stage, stage)
    bank = TOPICS.get(stage, OPENING)
    told[stage] = told.get(stage, -1) + 1
    return bank[(told[stage] + (0 if stage is Stage.DISCOVERY else scene.engagement_id - 1)) % len(bank)]


def _steps(scene: Scene, day: int) -> tuple[str, str]:
    """The next milestone as that day saw it, and the last one done."""
    steps = sorted(scene.story.steps, key=lambda step: step.planned)
    coming = [step.title for step in steps if (step.planned if step.actual is None else step.actual) > day]
    done = [step.title for step in steps if step.actual is not None and step.actual <= day]
    return [*coming, "The last milestone"][0], ["The first weeks", *done][-1]


def _words(scene: Scene, number: int, day: int) -> dict[str, str]:
    story = scene.story
    goal = story.goals[number % len(story.goals)].statement if story.goals else "the first goal"
    coming, done = _steps(scene, day)
    strategy, audience, channels = "the first strategy", "The people it is meant for", "Our channels"
    if story.strategies:
        means = story.strategies[_focus(scene, number)]
        strategy, audience, channels = means.statement, means.audience, means.channels
    return {
        "goal": goal,
        "strategy": strategy,
        "audience": audience,
        "channels": channels,
        "milestone": coming,
        "done": done,
        "contact": scene.client.names[number % len(scene.client.names)],
    }


def _focus(scene: Scene, number: int) -> int:
    focus = scene.story.rhythm.focus or tuple(range(len(scene.story.strategies)))
    return focus[number % len(focus)]


def _coach(scene: Scene, number: int) -> int:
    return scene.second if number % 5 == 4 else scene.lead


def _session(scene: Scene, number: int, meeting: Meeting, topic: Topic) -> int:
    words = _words(scene, number, meeting.day)
    mode = MODES[number % len(MODES)]
    day = scene.day(meeting.day)
    starts = days.instant(day, *scene.rng.choice(TIMES), scene.client.zone)
    return scene.add(
        CoachingSession,
        number=number,
        coach_id=_coach(scene, number),
        state=meeting.state,
        starts_at=starts,
        time_zone=scene.client.zone,
        mode=mode,
        place=PLACES[number % len(PLACES)] if mode is Mode.ON_SITE else None,
        service_line=topic.line,
        agenda=topic.agenda.format_map(words),
        summary=topic.summary.format_map(words) if meeting.is_written else None,
        is_shared=meeting.is_shared,
    )


def _who_and_what(scene: Scene, session: int, number: int) -> None:
    for user in sorted({scene.lead, _coach(scene, number)} | ({scene.second} if number % 4 == 0 else set())):
        scene.rows.pair(session_user, session_id=session, user_id=user)
    for place, contact in enumerate(scene.client.contacts):
        if place == number % len(scene.client.contacts) or scene.rng.random() < 0.4:
            scene.rows.pair(session_contact, session_id=session, contact_id=contact)
    if scene.goals and number % 2:
        scene.add(SessionTouch, session_id=session, goal_id=scene.goals[number % len(scene.goals)])
    if scene.strategies:
        strategy = _focus(scene, number)
        scene.add(SessionTouch, session_id=session, strategy_id=scene.strategies[strategy])
        steps = [
            key for key, step in zip(scene.steps, scene.story.steps, strict=True) if step.strategy == strategy
        ]
        if steps:
            scene.add(SessionTouch, session_id=session, milestone_id=steps[number % len(steps)])


def _time(scene: Scene, session: int, number: int, meeting: Meeting, line: ServiceLine) -> None:
    user, rng = _coach(scene, number), scene.rng
    spent = [(TimeKind.COACHING, rng.choice((60, 75, 90, 90, 105, 120)), True)]
    if number % 2:
        spent.append((TimeKind.PREPARATION, rng.choice((20, 30, 30, 45)), True))
    if MODES[number % len(MODES)] is Mode.ON_SITE:
        spent.append((TimeKind.TRAVEL, rng.choice((50, 80, 110, 150)), False))
    started = clock.local(scene.rows.of(CoachingSession)[-1]["starts_at"], scene.client.zone)
    begun = started.hour * 60 + started.minute
    for kind, minutes, billable in spent:
        is_timed = kind is TimeKind.COACHING
        scene.add(
            TimeEntry,
            session_id=session,
            user_id=user,
            worked_on=scene.day(meeting.day),
            kind=kind,
            service_line=line,
            minutes=minutes,
            is_billable=billable,
            state=state_of(scene.rows.as_of, scene.day(meeting.day)),
            from_minute=begun if is_timed else None,
            to_minute=begun + minutes if is_timed else None,
        )


def _actions(scene: Scene, session: int, day: int, topic: Topic) -> None:
    words = _words(scene, scene.rng.randrange(100), day)
    for side, title in topic.actions:
        owner = "lead" if side == US else scene.rng.randrange(len(scene.client.contacts))
        due = day + scene.rng.choice((7, 10, 14, 21))
        state, done = _end(scene, due)
        scene.add(
            Action,
            title=title.format_map(words),
            session_id=session,
            due_on=days.working(scene.day(due)),
            state=state,
            done_on=done,
            evidence="Seen at the next session." if done and scene.rng.random() < 0.3 else None,
            **scene.owner(owner),
            **scene.rows.made_on(scene.day(day)),
        )


def _end(scene: Scene, due: int):
    """Long past: done or dropped; due later: open. What is owed and late is told as a debt instead."""
    if due >= 0:
        return ActionState.OPEN, None
    if due < -SETTLED_AFTER and scene.rng.random() < 0.06:
        return ActionState.DROPPED, None
    done = min(due + scene.rng.randint(-4, 5), -1)
    return ActionState.DONE, scene.rows.as_of + timedelta(days=done)


def _debt(scene: Scene, debt) -> None:
    scene.add(
        Action,
        title=debt.title,
        session_id=scene.last_session,
        milestone_id=None if debt.step is None else scene.steps[debt.step],
        due_on=scene.day(debt.due),
        **scene.owner(debt.owner),
    )
