"""Open a round, remind its raters, be done with it, close it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

import numpy as np
import sqlalchemy as sa

from crm import clock
from crm.alignment import queries as alignment
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.judging import queries
from crm.judging.models import Judgement, Rater, Round, RoundState
from crm.mail.outbox import post
from crm.methods.agreement import agreement
from crm.readers import lifted

INVITATION, REMINDER = "round", "round_reminder"
NOT_OPEN = "Round {number} is closed already."
NOTHING_TO_JUDGE = "There is nothing to judge yet: the worksheet needs a goal and a strategy."
STILL_OPEN = "Round {number} is still open: close it before another begins."


def open_round(
    engagement: Engagement, raters: Iterable[int], *, request: str | None, closes_on: date | None, by
) -> Round:
    """Begin the next round; each of these people is invited by mail."""
    last = queries.latest_round(engagement)
    if last and last.state is RoundState.OPEN:
        raise DomainError(STILL_OPEN.format(number=last.number))
    people = {row.user_id: row for row in queries.who_can_judge(engagement)}
    chosen = [people[key] for key in sorted({*raters} & people.keys())]
    if not chosen:
        raise DomainError("Choose at least one person who judges.")
    where = engagement.whereabouts
    begun = Round(
        **where, number=last.number + 1 if last else 1, request=request, closes_on=closes_on,
        opened_by_id=by.id,
    )  # fmt: skip
    db.session.add(begun)
    db.session.flush()
    if not queries.cells_of(begun):
        raise DomainError(NOTHING_TO_JUDGE)
    for person in chosen:
        db.session.add(
            Rater(**where, round_id=begun.id, user_id=person.user_id, is_from_client=person.is_from_client)
        )
    db.session.flush()
    for rater in queries.raters_of(begun):
        _write(begun, rater, INVITATION, f"round/{begun.id}", f"Your judgement, round {begun.number}")
    return begun


def _write(round: Round, rater: Rater, kind: str, occasion: str, subject: str) -> bool:
    return post(rater.user, kind=kind, occasion=occasion, subject=subject, round=round.id) is not None


def remind(round: Round, *, on: date) -> int:
    """Ask those who are not done once more, each at most once a day. How many were written to."""
    _only_open(round)
    waiting = [rater for rater in queries.raters_of(round) if not rater.done_at]
    return sum(_remind(round, rater, f"round/{round.id}/asked/{on}") for rater in waiting)


def remind_of_end(round: Round, rater: Rater) -> bool:
    """The reminder that comes by itself, once a round. Whether it was written."""
    return round.state is RoundState.OPEN and _remind(round, rater, f"round/{round.id}/end")


def _remind(round: Round, rater: Rater, occasion: str) -> bool:
    is_new = _write(round, rater, REMINDER, occasion, f"Still open: your judgement, round {round.number}")
    if is_new:
        rater.reminded_at = clock.now()
    return is_new


def finish(round: Round, *, by) -> None:
    """The rater has judged what they want to judge."""
    _own(round, by).done_at = clock.now()


def take_up_again(round: Round, *, by) -> None:
    _own(round, by).done_at = None


def _own(round: Round, user) -> Rater:
    _only_open(round)
    return queries.find_rater(round, user)


def _only_open(round: Round) -> None:
    if round.state is not RoundState.OPEN:
        raise DomainError(NOT_OPEN.format(number=round.number))


def close(round: Round) -> None:
    """The end of a round, which whoever calls this holds: its marks are shown, its agreement is reckoned."""
    _only_open(round)
    counted = sa.update(Judgement).where(Judgement.round_id == round.id, Judgement.counts)
    with lifted():
        shown = counted.values(is_revealed=True).execution_options(synchronize_session=False)
        count = db.session.execute(shown).rowcount
    round.agreement = agreement_of(round)
    round.state, round.closed_at = RoundState.CLOSED, clock.now()
    place = round.whereabouts
    told = {"marks_shown": [None, count]}
    record(Entry(Verb.CHANGED, "judging_round", round.id, f"Round {round.number}", changes=told, **place))


def agreement_of(round: Round) -> dict:
    """What the marks say about the agreement of the raters, to be kept; empty where nobody judged."""
    goals, strategies = (
        {row.id: place for place, row in enumerate(rows)}
        for rows in (alignment.goals_of(round.engagement_id), alignment.strategies_of(round.engagement_id))
    )
    return reckon(queries.marks_to_compare(round), goals, strategies)


def reckon(marks: Sequence, goals: dict[int, int], strategies: dict[int, int]) -> dict:
    raters = {user: place for place, user in enumerate(dict.fromkeys(row.user_id for row in marks))}
    table = np.full((len(raters), len(goals) * len(strategies)), np.nan)
    for row in marks:
        table[raters[row.user_id], goals[row.goal_id] * len(strategies) + strategies[row.strategy_id]] = (
            row.mark
        )
    return asdict(agreement(table)) if table.size else {}


def reveal_what_came_back() -> int:
    """Marks that were put back out of the bin after the end of their round are shown like the others."""
    over = sa.select(Round.id).where(Round.state != RoundState.OPEN)
    hidden = sa.update(Judgement).where(
        Judgement.counts, ~Judgement.is_revealed, Judgement.round_id.in_(over)
    )
    with lifted():
        shown = hidden.values(is_revealed=True).execution_options(synchronize_session=False)
        return db.session.execute(shown).rowcount
