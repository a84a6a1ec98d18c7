"""Rounds of judging: the richest engagement has settled one and opened another; some of the bulk have one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from crm.demo.scene import Scene
from crm.judging.actions import reckon
from crm.judging.models import Judgement, Rater, Round, RoundState

#: What each rater said in the first round, a row a goal: the lead, the second coach, the client.
FIRST = {
    "consultant": ("9 3 0 1", "3 9 0 0", "0 0 9 1", "0 1 0 1"),
    "consultant2": ("9 1 0 1", "3 9 1 0", "0 1 9 1", "0 1 0 0"),
    "client": ("9 0 1 3", "1 9 0 0", "1 0 9 3", "0 0 3 3"),
}
#: And so far in the second; a dot is a cell that is not judged yet, 9! one that owes its reason.
SECOND = {
    "consultant": ("9 3 0 1", "3 9 0 0", ". . . .", ". . . ."),
    "consultant2": ("9 3 0 1", "3 9 1 0", "0 1 9 1", "0 1 0 0"),
    "client": ("9 . 1 3", ". 9! . .", ". . . .", ". . . ."),
}
REASONS = {
    (0, 0): "The pilot cut missed visits by a fifth.",
    (1, 1): "Questions at the town hall doubled once leaders answered.",
    (2, 2): "The patients' council asks for it by name.",
}
FAR = {(0, 1): "Leaders speak to staff, not to patients.", (3, 2): "One film saved forty calls a week."}
REQUEST = (
    "Please judge again after our talk about the first round: twenty minutes, each for yourself. Where you "
    "move by two steps, say why."
)


def add_rounds(scene: Scene) -> None:
    """A settled first round, and a second that is open for some days yet."""
    closed = _at(scene.day(-395))
    first = scene.add(
        Round, number=1, state=RoundState.SETTLED, request="Judge each pair on its own.",
        opened_by_id=scene.lead, closed_at=closed, settled_at=closed + timedelta(days=7),
        agreement=_agreement(scene.goals, scene.strategies, list(_said(scene, FIRST))),
    )  # fmt: skip
    second = scene.add(
        Round, number=2, request=REQUEST, opened_by_id=scene.lead, closes_on=scene.day(9),
        **scene.rows.made_on(scene.day(-3)),
    )  # fmt: skip
    for round_id, said, revealed in ((first, FIRST, True), (second, SECOND, False)):
        for key, rows in said.items():
            is_done = revealed or not any(mark in row for row in rows for mark in ".!")
            scene.add(
                Rater, round_id=round_id, user_id=scene.users[key], is_from_client=key == "client",
                done_at=(closed if revealed else scene.rows.made_at) if is_done else None,
            )  # fmt: skip
        for mark in _said(scene, said):
            scene.add(Judgement, round_id=round_id, is_revealed=revealed, **vars(mark))


def _at(day: date) -> datetime:
    return datetime.combine(day, time(16), UTC)


def _said(scene: Scene, said: dict[str, tuple[str, ...]]):
    for key, rows in said.items():
        for goal, row in enumerate(rows):
            for strategy, mark in enumerate(row.split()):
                if mark == ".":
                    continue
                counts, place = not mark.endswith("!"), (goal, strategy)
                reason = REASONS.get(place) if mark == "9" else FAR.get(place) if key == "client" else None
                yield SimpleNamespace(
                    user_id=scene.users[key], goal_id=scene.goals[goal], mark=int(mark[0]), counts=counts,
                    strategy_id=scene.strategies[strategy], note=reason if counts else None,
                )  # fmt: skip


def _agreement(goals: Sequence[int], strategies: Sequence[int], marks: list) -> dict:
    places = ({key: at for at, key in enumerate(keys)} for keys in (goals, strategies))
    return reckon(marks, *places)


def add_bulk_round(bulk, goals: list[int], people: list[int]) -> None:
    """A round that two people have judged in and that is settled."""
    closed = _at(bulk.starts + timedelta(days=20))
    marks = [
        SimpleNamespace(
            user_id=user, goal_id=goal, strategy_id=strategy, mark=(0, 1, 3)[(goal + strategy * place) % 3],
            counts=True, note=None,
        )
        for place, user in enumerate(people, 1) for goal in goals for strategy in bulk.strategies
    ]  # fmt: skip
    round_id = bulk.add(
        Round, number=1, state=RoundState.SETTLED, opened_by_id=people[0], closed_at=closed,
        settled_at=closed, agreement=_agreement(goals, bulk.strategies, marks),
    )  # fmt: skip
    for user in people:
        bulk.add(Rater, round_id=round_id, user_id=user, done_at=closed)
    for mark in marks:
        bulk.add(Judgement, round_id=round_id, is_revealed=True, **vars(mark))
