"""One rater's mark, saved in one statement that looks by itself whether it may count.

It asks that the round is open, the engagement not closed, the user a rater, the goal and the strategy of the
engagement. On PostgreSQL it shares the round and the engagement until it is kept, so that neither is closed
beneath it; on SQLite whoever writes is alone. A mark that owes its reason, or that comes after the end of
the round, is kept as a draft. The audit trail is told none of it: see docs/adr/0018-blind-rounds.md.
"""

from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm import clock
from crm.alignment.models import MARKS, Goal, Strategy
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.judging.models import Judgement, Rater, Round, RoundState

SCALE = "A judgement is 0, 1, 3 or 9."
GONE = "This goal or strategy is no longer on the worksheet. Load the page again."
NOT_ASKED = "You are not asked to judge in this round any more."
CLOSED = "This round is closed. Your {mark} is kept as a draft: it does not count, and nobody else sees it."
CLOSED_BACK = "This round is closed: what you judged stays as it was."
ENGAGEMENT_CLOSED = "This engagement is closed: nothing on it can be judged."
WHY_NINE = "A 9 wants a reason: it counts once you say why."
WHY_MOVED = "This is two steps or more from your {was} in the round before: it counts once you say why."
#: So many steps of the scale away from one's own mark before, a mark owes its reason.
FAR = 2

r, e, a, j = columns(Round), columns(Engagement), columns(Rater), columns(Judgement)
g, s = columns(Goal), columns(Strategy)
#: The rater's own counted mark of the cell, and that of the round before.
mine, was, before = j.table.alias("mine"), j.table.alias("was"), r.table.alias("before")


class Saved(NamedTuple):
    """What came of a mark: whether it counts, if not then why not, and whether it came after the end."""

    mark: int | None
    note: str | None
    counts: bool
    words: str = ""
    is_late: bool = False


def judge(
    round: Round, goal_id: int, strategy_id: int, mark: int | None, *, note: str | None = None, by,
    keeps_note: bool = False,
) -> Saved:  # fmt: skip
    """Save the mark, or take it back where it is None. With `keeps_note`, an earlier note stays."""
    cell = {"round": round.id, "user": by.id, "goal": goal_id, "strategy": strategy_id}
    if mark is None:
        return _take_back(round, cell)
    if mark not in MARKS:
        raise DomainError(SCALE)
    said = {"mark": mark, "step": MARKS.index(mark), "note": note, "keeps": keeps_note, "now": clock.now()}
    saved = db.session.execute(_save(_dialect()), cell | said).one_or_none()
    if saved is None:
        raise DomainError(_why_nothing(round, cell))
    if saved.counts:
        return Saved(*saved)
    if _state(round) is not RoundState.OPEN:
        return Saved(*saved, CLOSED.format(mark=mark), is_late=True)
    last = db.session.scalar(_mark_before(), cell)
    is_far = last is not None and abs(MARKS.index(last) - MARKS.index(mark)) >= FAR
    return Saved(*saved, WHY_MOVED.format(was=last) if is_far else WHY_NINE)


def _dialect() -> str:
    return db.session.get_bind().dialect.name


def _given(name: str) -> sa.BindParameter:
    return sa.bindparam(name, type_=sa.Integer)


def _earlier(of_round) -> sa.ScalarSelect[int]:
    """The number of the round before."""
    other = Round.__table__.alias("other")
    last = sa.select(sa.func.max(other.c.number))
    return last.where(
        other.c.engagement_id == of_round.engagement_id, other.c.number < of_round.number
    ).scalar_subquery()


def step(mark: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Which step of the scale a mark is, 0 to 3."""
    return sa.case(*((mark == value, at) for at, value in enumerate(MARKS)))


@cache
def _save(dialect: str):
    note = sa.case(
        (sa.bindparam("keeps", type_=sa.Boolean), mine.c.note), else_=sa.bindparam("note", type_=sa.Text)
    )
    now = sa.bindparam("now", type_=j.created_at.type)
    chosen = _chosen(note).add_columns(
        note.label("note"), sa.false().label("is_revealed"), now.label("created_at"), now.label("updated_at")
    )
    makes = {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(j.table)
    makes = makes.from_select([column.key for column in chosen.selected_columns], chosen)
    kept = sa.case((sa.bindparam("keeps", type_=sa.Boolean), j.note), else_=makes.excluded.note)
    makes = makes.on_conflict_do_update(
        index_elements=[j.round_id, j.user_id, j.goal_id, j.strategy_id, j.counts],
        set_={"mark": makes.excluded.mark, "note": kept, "updated_at": makes.excluded.updated_at},
    )
    return makes.returning(j.mark, j.note, j.counts)


def _chosen(note: sa.ColumnElement[str]) -> sa.Select:
    """The row to be, out of the rows that allow it; none where one of them is not there."""
    far = sa.func.abs(step(was.c.mark) - _given("step")) >= FAR
    is_plain = sa.and_(_given("mark") < MARKS[-1], sa.or_(was.c.mark.is_(None), sa.not_(far)))
    counts = sa.and_(r.state == RoundState.OPEN, sa.or_(sa.func.coalesce(note, "") != "", is_plain))
    return (
        sa.select(
            r.id.label("round_id"), a.user_id.label("user_id"), g.id.label("goal_id"),
            s.id.label("strategy_id"), _given("mark").label("mark"), counts.label("counts"),
            r.engagement_id.label("engagement_id"), r.organisation_id.label("organisation_id"),
        )
        .select_from(r.table)
        .join(e.table, sa.and_(e.id == r.engagement_id, e.closed_on.is_(None)))
        .join(a.table, sa.and_(a.round_id == r.id, a.user_id == _given("user")))
        .join(g.table, sa.and_(g.id == _given("goal"), g.engagement_id == r.engagement_id))
        .join(s.table, sa.and_(s.id == _given("strategy"), s.engagement_id == r.engagement_id))
        .outerjoin(mine, sa.and_(mine.c.round_id == r.id, mine.c.counts, _same(mine.c)))
        .outerjoin(before, sa.and_(before.c.engagement_id == r.engagement_id, before.c.number == _earlier(r)))
        .outerjoin(was, sa.and_(was.c.round_id == before.c.id, was.c.counts, _same(was.c)))
        .where(r.id == _given("round"))
        .with_for_update(read=True, of=[r.table, e.table])
    )  # fmt: skip


def _same(row) -> sa.ColumnElement[bool]:
    """Whether a row is of the cell and the rater that the parameters name."""
    return sa.and_(
        row.user_id == _given("user"), row.goal_id == _given("goal"), row.strategy_id == _given("strategy")
    )


def _take_back(round: Round, cell: dict) -> Saved:
    taken = db.session.execute(_gone(), cell).rowcount
    if not taken and _state(round) is not RoundState.OPEN:
        return Saved(None, None, counts=False, words=CLOSED_BACK, is_late=True)
    return Saved(None, None, counts=False)


@cache
def _gone() -> sa.Delete:
    is_open = (
        sa.select(r.id)
        .join(e.table, e.id == r.engagement_id)
        .where(r.id == _given("round"), r.state == RoundState.OPEN, e.closed_on.is_(None))
        .with_for_update(read=True, of=[r.table, e.table])
    )
    return sa.delete(j.table).where(j.round_id == is_open.scalar_subquery(), _same(j))


def _state(round: Round) -> RoundState:
    """As it is now, not as it was when the request began."""
    return db.session.scalar(sa.select(r.state).where(r.id == round.id))


@cache
def _mark_before() -> sa.Select:
    return (
        sa.select(j.mark)
        .join(before, before.c.id == j.round_id)
        .join(r.table, sa.and_(r.engagement_id == before.c.engagement_id, before.c.number == _earlier(r)))
        .where(r.id == _given("round"), j.counts, _same(j))
    )


def _why_nothing(round: Round, cell: dict) -> str:
    closed_on = sa.select(e.closed_on).where(e.id == round.engagement_id)
    if db.session.scalar(closed_on):
        return ENGAGEMENT_CLOSED
    asked = sa.select(a.id).where(a.round_id == cell["round"], a.user_id == cell["user"])
    return GONE if db.session.scalar(asked) else NOT_ASKED
