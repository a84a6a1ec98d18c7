"""One worksheet as large as they come: 40 goals, 60 strategies, and twelve raters who judged twice."""

from datetime import UTC, datetime, time, timedelta
from itertools import product

from crm.alignment.models import Goal, Relation, Strategy
from crm.alignment.models_sheet import SheetSetup
from crm.demo import words_bulk as words
from crm.judging.models import Judgement, Rater, Round, RoundState

GOALS, STRATEGIES, RATERS = 40, 60, 12
MARKS = (0, 0, 0, 0, 0, 1, 1, 3, 9)
NOTE = "Seen in the first quarter."


def add_large_sheet(bulk, team: list[int]) -> None:
    """Fill up the worksheet of the engagement that the bulk has just made."""
    bulk.add(SheetSetup, review_on=bulk.rows.as_of + timedelta(days=21))
    goals = _fill_up(bulk, Goal, words.GOALS, GOALS, weight=10)
    strategies = _fill_up(bulk, Strategy, words.STRATEGIES, STRATEGIES, effort_hours=20)
    cells = {pair: bulk.rng.choice(MARKS) for pair in product(goals, strategies)}
    there = {(row["goal_id"], row["strategy_id"]) for row in _ours(bulk, Relation)}
    for (goal, strategy), mark in cells.items():
        if mark and (goal, strategy) not in there:
            note = NOTE if mark == 9 else None
            bulk.add(Relation, goal_id=goal, strategy_id=strategy, mark=mark, note=note, user_id=bulk.lead)
    raters = [bulk.lead, *(user for user in team if user != bulk.lead)][:RATERS]
    for number in (1, 2):
        _round(bulk, number, raters, cells)


def _ours(bulk, model) -> list[dict]:
    return [row for row in bulk.rows.of(model) if row["engagement_id"] == bulk.where["engagement_id"]]


def _fill_up(bulk, model, statements, wanted: int, **said) -> list[int]:
    """The ids of as many as are wanted, with those that are there already."""
    found = [row["id"] for row in _ours(bulk, model)]
    for number in range(len(found), wanted):
        statement = f"{statements[number % len(statements)]}, {words.STEMS[number // len(statements)]} ward"
        found.append(bulk.add(model, statement=statement, position=number, **said))
    return found


def _round(bulk, number: int, raters: list[int], cells: dict[tuple[int, int], int]) -> None:
    """One that is closed: in the first the raters stray from what was agreed, in the second less so."""
    day = bulk.rows.as_of - timedelta(days=40 - 15 * number)
    ended = datetime.combine(day, time(17), UTC)
    key = bulk.add(
        Round,
        number=number,
        state=RoundState.CLOSED,
        closes_on=day,
        closed_at=ended,
        opened_by_id=bulk.lead,
    )
    for user in raters:
        bulk.add(Rater, round_id=key, user_id=user, done_at=ended)
        for (goal, strategy), agreed in cells.items():
            mark = bulk.rng.choice(MARKS) if bulk.rng.random() < 0.4 / number else agreed
            bulk.add(
                Judgement,
                round_id=key,
                user_id=user,
                goal_id=goal,
                strategy_id=strategy,
                mark=mark,
                note=NOTE if mark == 9 else None,
                counts=True,
                is_revealed=True,
            )
