"""From the marks of a closed round to the agreed marks of the worksheet."""

from collections.abc import Sequence

from crm import clock
from crm.alignment.actions_agreed import Agreed, agree_on
from crm.alignment.models import MARKS
from crm.errors import DomainError
from crm.judging import queries, queries_spread
from crm.judging.models import Round, RoundState
from crm.judging.queries_spread import Spread
from crm.judging.spread import Cell, Voice
from crm.words import plural

NOT_CLOSED = "Round {number} is still open: nobody can agree before it is closed."
SETTLED = "Round {number} is settled: change the worksheet itself, or begin another round."
OVERTAKEN = "A later round has begun: settle that one."
#: How much of a rater's reason is quoted in the note of an agreed mark.
QUOTED = 500


def take_medians(round: Round, *, by) -> int:
    """The median of every cell that nobody disputes goes onto the worksheet. How many cells changed."""
    _only_closed(round)
    spread = queries_spread.spread_of(round, by)
    taken = spread.to_take
    voices = queries_spread.voices_of(round, [cell for cell in taken if cell.said.median == MARKS[-1]], by)
    agreed = {
        cell.key: Agreed(cell.said.median, _why(round, cell, voices.get(cell.key, ()))) for cell in taken
    }
    agree_on(round.engagement, agreed, by=by)
    _settle_if_done(round, by=by)
    return len(taken)


def _why(round: Round, cell: Cell, voices: Sequence[Voice]) -> str:
    """What the agreed mark rests on; a 9 with the reasons of those who gave it."""
    said = f"Median of {plural(cell.said.raters, 'rater')} in round {round.number}."
    reasons = [
        f"{voice.name}: {voice.note}" for voice in voices if voice.mark == cell.said.median and voice.note
    ]
    return " ".join([said, *(reason[:QUOTED] for reason in reasons[:2])])


def agree(round: Round, goal_id: int, strategy_id: int, mark: int, note: str | None, *, by) -> None:
    """What they agreed on one cell after talking it over, with the reason."""
    _only_closed(round)
    agree_on(round.engagement, {(goal_id, strategy_id): Agreed(mark, note)}, by=by)
    _settle_if_done(round, by=by)


def _only_closed(round: Round) -> None:
    if round.state is RoundState.OPEN:
        raise DomainError(NOT_CLOSED.format(number=round.number))
    if round.state is RoundState.SETTLED:
        raise DomainError(SETTLED.format(number=round.number))
    if queries.has_later(round):
        raise DomainError(OVERTAKEN)


def _settle_if_done(round: Round, *, by) -> None:
    left: Spread = queries_spread.spread_of(round, by)
    if not left.to_take and not left.to_agree:
        round.state, round.settled_at = RoundState.SETTLED, clock.now()
