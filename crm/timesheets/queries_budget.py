"""How an engagement stands against what was agreed: budgets, pace, and earned value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import sqlalchemy as sa

from crm.columns import columns
from crm.engagements.models import Budget, Engagement, ServiceLine
from crm.extensions import db
from crm.methods.earned_value import Burn, EarnedValue, burn, evm
from crm.methods.utilisation import runway
from crm.roadmap.models import Milestone, MilestoneState
from crm.sessions.models_time import TimeEntry
from crm.sessions.queries import counts_on_budget
from crm.timesheets.queries_money import APPROVED, Cost

b, m, t = columns(Budget), columns(Milestone), columns(TimeEntry)
#: The pace is that of so many weeks before today.
PACE_WEEKS = 8


@dataclass(frozen=True)
class Line:
    """One service line, in minutes."""

    service_line: ServiceLine
    agreed: int | None
    approved: int
    waiting: int

    @property
    def used(self) -> int:
        return self.approved + self.waiting

    @property
    def left(self) -> int | None:
        return None if self.agreed is None else self.agreed - self.used


def lines_of(engagement: Engagement, until: date) -> list[Line]:
    """Each service line with a budget or with time that counts, up to that day."""
    rows = db.session.execute(_lines(), {"engagement": engagement.id, "until": until}).all()
    agreed = {row.service_line: row.hours * 60 for row in rows if row.hours is not None}
    used = {
        (row.service_line, bool(row.is_approved)): int(row.minutes) for row in rows if row.minutes is not None
    }
    return [
        Line(line, agreed.get(line), used.get((line, True), 0), used.get((line, False), 0))
        for line in ServiceLine
        if line in agreed or (line, True) in used or (line, False) in used
    ]


@cache
def _lines() -> sa.CompoundSelect:
    here, number = sa.bindparam("engagement"), sa.Integer
    is_approved = sa.case((t.state.in_(APPROVED), 1), else_=0)
    none = sa.cast(sa.null(), number)
    agreed = sa.select(b.service_line, b.hours, none.label("is_approved"), none.label("minutes"))
    used = sa.select(t.service_line, none, is_approved, sa.func.sum(t.minutes)).where(
        t.engagement_id == here, t.worked_on <= sa.bindparam("until", type_=sa.Date), counts_on_budget()
    )
    return sa.union_all(agreed.where(b.engagement_id == here), used.group_by(t.service_line, is_approved))


def paced(engagement: Engagement, today: date) -> int:
    """The minutes that counted in the last weeks."""
    since = today - timedelta(weeks=PACE_WEEKS)
    found = sa.select(sa.func.coalesce(sa.func.sum(t.minutes), 0)).where(
        t.engagement_id == engagement.id, t.worked_on > since, t.worked_on <= today, counts_on_budget()
    )
    return int(db.session.scalar(found))


@dataclass(frozen=True)
class Steps:
    """Milestones that were not dropped: how many, planned by now by their baseline, and done by now."""

    all: int
    planned: int
    done: int


def steps_of(engagement: Engagement, today: date) -> Steps:
    planned = sa.func.sum(sa.case((m.baseline_on <= today, 1), else_=0))
    done = sa.func.sum(sa.case((sa.and_(m.state == MilestoneState.DONE, m.actual_on <= today), 1), else_=0))
    row = db.session.execute(
        sa.select(sa.func.count(), planned, done).where(
            m.engagement_id == engagement.id, m.state != MilestoneState.DROPPED
        )
    ).one()
    return Steps(row[0], int(row[1] or 0), int(row[2] or 0))


@dataclass(frozen=True)
class Standing:
    """All that the page of an engagement's money says."""

    lines: list[Line]
    burn: Burn | None
    runway: float | None
    pace: int
    steps: Steps
    in_hours: EarnedValue | None
    in_money: EarnedValue | None
    currency: str | None
    cost: Cost | None
    why_not: list[str]

    @property
    def agreed(self) -> int:
        return sum(line.agreed or 0 for line in self.lines)

    @property
    def used(self) -> int:
        return sum(line.used for line in self.lines if line.agreed)


def standing(engagement: Engagement, today: date, cost: Cost | None) -> Standing:
    """`cost` is the time at its rates, for those who may see rates; None for the others."""
    lines, steps, pace = lines_of(engagement, today), steps_of(engagement, today), paced(engagement, today)
    agreed = sum(line.agreed or 0 for line in lines)
    used = sum(line.used for line in lines if line.agreed)
    elapsed = elapsed_of(engagement, today)
    why = []
    in_hours = (
        _earned(agreed / 60, sum(line.used for line in lines) / 60, steps) if agreed and steps.all else None
    )
    if not in_hours:
        why.append("Earned value needs agreed hours and milestones with a baseline.")
    money = _in_money(engagement, cost, steps, why) if cost else None
    return Standing(
        lines=lines,
        burn=burn(used, agreed, elapsed) if agreed and elapsed is not None else None,
        runway=runway(agreed - used, pace, PACE_WEEKS) if agreed else None,
        pace=pace,
        steps=steps,
        in_hours=in_hours,
        in_money=money,
        currency=engagement.currency,
        cost=cost,
        why_not=why,
    )


def _in_money(engagement: Engagement, cost: Cost, steps: Steps, why: list[str]) -> EarnedValue | None:
    if not engagement.fee or not steps.all:
        why.append("In money it needs a fee and milestones.")
    elif cost.value is None:
        why.append("In money it needs one rate, in one currency, for all billable time: see Rates.")
    elif cost.currency != engagement.currency:
        why.append(f"The fee is in {engagement.currency} and the rates are in {cost.currency}.")
    else:
        return _earned(float(engagement.fee), float(cost.value), steps)
    return None


def _earned(bac: float, ac: float, steps: Steps) -> EarnedValue:
    return evm(bac=bac, pv=bac * steps.planned / steps.all, ev=bac * steps.done / steps.all, ac=ac)


def elapsed_of(engagement: Engagement | sa.Row, today: date) -> float | None:
    """The share of the agreed time that has gone by; None without an end, or before the first day."""
    if not engagement.ends_on or today < engagement.starts_on:
        return None
    whole = (engagement.ends_on - engagement.starts_on).days + 1
    return min(1.0, ((today - engagement.starts_on).days + 1) / whole)
