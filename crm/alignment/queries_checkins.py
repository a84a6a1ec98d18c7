"""How far goals have come and how sure their people are, as the check-ins say: two things, kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache, cached_property

import lazy_loader as lazy
import sqlalchemy as sa

from crm.accounts.models import User
from crm.alignment.models import Goal
from crm.alignment.models_sheet import CheckIn
from crm.columns import columns
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.methods.earned_value import Band
from crm.methods.goals import OkrScore, okr_score
from crm.words import plural
from reports.model import Column, Report, Table

pd = lazy.load("pandas")

g, i, u = columns(Goal), columns(CheckIn), columns(User)
#: A goal that nobody has checked in on for so long is said to be quiet.
QUIET = timedelta(days=31)
BANDS = {
    Band.RED: ("bad", "red: below 0.4"),
    Band.AMBER: ("warn", "amber: below 0.7"),
    Band.GREEN: ("good", "green: 0.7 or more"),
}
COLUMNS = (
    Column("checked_on", "Day", "date"),
    Column("value", "Value", "number"),
    Column("score", "Score", "number"),
    Column("confidence", "Confidence of 10", "integer"),
    Column("note", "Note", "text"),
    Column("by", "By", "text"),
)


def scored(goal, value: float | None) -> OkrScore | None:
    """The score of a value; None where it, the goal's start or its target is not known."""
    if value is None or goal.start_value is None or goal.target_value is None:
        return None
    return okr_score(goal.start_value, goal.target_value, value)


def plain(score: OkrScore) -> str:
    """0.55: cut and never rounded up, so that no score looks as though it were in the next band."""
    return f"{Decimal(repr(score.score)).quantize(Decimal('0.01'), ROUND_FLOOR):f}"


def in_words(score: OkrScore) -> str:
    """0.55, amber: below 0.7"""
    beyond = ", beyond the target" if score.unclipped > 1 else ""
    behind = ", further off than at the start" if score.unclipped < 0 else ""
    return f"{plain(score)}, {BANDS[score.band][1]}{beyond}{behind}"


@dataclass(frozen=True)
class Standing:
    """A goal with what its latest check-in says: `value` is the latest that was given."""

    goal: sa.Row
    today: date

    @property
    def score(self) -> OkrScore | None:
        return scored(self.goal, self.goal.value)

    @property
    def is_quiet(self) -> bool:
        return self.goal.checked_on is None or self.goal.checked_on < self.today - QUIET


@dataclass(frozen=True)
class Progress:
    """A goal with all its check-ins, the earliest first."""

    goal: sa.Row
    check_ins: Sequence[sa.Row]

    @cached_property
    def scores(self) -> list[OkrScore | None]:
        return [scored(self.goal, row.value) for row in self.check_ins]

    @property
    def is_measured(self) -> bool:
        return self.goal.start_value is not None and self.goal.target_value is not None

    @property
    def is_falling(self) -> bool:
        return self.is_measured and self.goal.target_value < self.goal.start_value

    @property
    def score(self) -> OkrScore | None:
        """By the latest value that was given."""
        return next((score for score in reversed(self.scores) if score), None)

    @property
    def value(self) -> float | None:
        return next((row.value for row in reversed(self.check_ins) if row.value is not None), None)

    @property
    def confidence(self) -> int | None:
        return self.check_ins[-1].confidence if self.check_ins else None

    @property
    def sentence(self) -> str:
        if not self.check_ins:
            return "Nobody has checked in on this goal yet."
        known = [score for score in self.scores if score]
        parts = []
        if known:
            parts.append(f"the score is {in_words(known[-1])}{_moved(plain(known[0]), plain(known[-1]))}")
        first, last = self.check_ins[0].confidence, self.check_ins[-1].confidence
        parts.append(f"confidence is {last} of 10{_moved(first, last)}")
        said = "; ".join(parts)
        return f"{said[0].upper()}{said[1:]}, after {plural(len(self.check_ins), 'check-in')}."


def _moved(first: str | int, last: str | int) -> str:
    """As they are shown: a change that nobody could see is none."""
    if first == last:
        return ""
    return f" ({'up' if float(last) > float(first) else 'down'} from {first})"


def standings(engagement_id: int, today: date) -> list[Standing]:
    """The goals of an engagement, in their order, each with its latest check-in."""
    rows = db.session.execute(_standings(), {"engagement": engagement_id}).all()
    return [Standing(row, today) for row in rows]


@cache
def _standings() -> sa.Select:
    latest = sa.select(sa.func.max(i.checked_on)).where(i.goal_id == g.id).scalar_subquery()
    last = CheckIn.__table__.alias("last")
    value = (
        sa.select(last.c.value)
        .where(last.c.goal_id == g.id, last.c.value.is_not(None))
        .order_by(last.c.checked_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    at = CheckIn.__table__.alias("at")
    return (
        sa.select(*_goal(), at.c.checked_on, at.c.confidence, at.c.note, value.label("value"))
        .select_from(g.table)
        .outerjoin(at, sa.and_(at.c.goal_id == g.id, at.c.checked_on == latest))
        .where(g.engagement_id == sa.bindparam("engagement"))
        .order_by(g.position, g.id)
    )


def _goal() -> tuple:
    return (g.id, g.statement, g.unit, g.start_value, g.target_value, g.horizon_on, owner_name(g))


def progress_of(goal_id: int) -> Progress:
    goal = db.session.execute(_one_goal(), {"goal": goal_id}).one()
    return Progress(goal, db.session.execute(_check_ins(), {"goal": goal_id}).all())


@cache
def _one_goal() -> sa.Select:
    return sa.select(*_goal()).where(g.id == sa.bindparam("goal"))


@cache
def _check_ins() -> sa.Select:
    return (
        sa.select(i.id, i.checked_on, i.value, i.confidence, i.note, u.name.label("by"))
        .outerjoin(u.table, u.id == i.user_id)
        .where(i.goal_id == sa.bindparam("goal"))
        .order_by(i.checked_on)
    )


def find_check_in(goal_id: int, day: date) -> CheckIn | None:
    return db.session.scalar(sa.select(CheckIn).where(CheckIn.goal_id == goal_id, CheckIn.checked_on == day))


def goal_of(check_in: CheckIn) -> Goal:
    return db.session.get_one(Goal, check_in.goal_id)


def report(progress: Progress, now: datetime) -> Report:
    rows = [
        (row.checked_on, row.value, score.score if score else None, row.confidence, row.note, row.by)
        for row, score in zip(progress.check_ins, progress.scores, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    table = Table("check_ins", "Check-ins", COLUMNS, frame)
    return Report("check-ins", progress.goal.statement, "", now.date(), now, tables=(table,))
