"""How much of what was agreed is used, looked at whole: a sum that the reader saw in part would be wrong."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import sqlalchemy as sa

from crm.engagements.models import Budget, ServiceLine
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import lifted
from crm.sessions.models_time import Override, TimeEntry, TimeKind, TimeOverride
from crm.words import hours

Line = tuple[int, ServiceLine]


def counts(row: TimeEntry) -> bool:
    """The same as `crm.sessions.queries.counts_on_budget`, of one entry."""
    return bool(row.is_billable) and row.kind is not TimeKind.TRAVEL


def line_of(row: TimeEntry) -> Line:
    return row.engagement_id, row.service_line


class Overrun(NamedTuple):
    """How far a line goes beyond what is agreed for it, in minutes."""

    beyond: int
    agreed: int


class BeyondBudgetError(DomainError):
    """More hours than agreed, and nobody has said why."""

    def __init__(self, line: ServiceLine, over: Overrun):
        super().__init__(
            f"This goes {hours(over.beyond)} beyond the {hours(over.agreed)} agreed for "
            f"{line.label.lower()}. Say why, and it is kept with the time."
        )


def overruns(lines: Collection[Line], rows: Iterable[TimeEntry]) -> dict[Line, Overrun]:
    """The lines that go beyond their budget once these rows are as they say. The budgets are held."""
    rows = list(rows)
    with lifted(), db.session.no_autoflush:
        agreed, used = _agreed(lines), _used(lines, [row.id for row in rows if row.id is not None])
    for row in rows:
        if counts(row):
            used[line_of(row)] += row.minutes
    return {
        line: Overrun(used[line] - agreed[line], agreed[line])
        for line in lines
        if line in agreed and used[line] > agreed[line]
    }


def _agreed(lines: Collection[Line]) -> dict[Line, int]:
    b = Budget
    asked = sa.select(b.engagement_id, b.service_line, b.hours).where(
        b.engagement_id.in_({e for e, _ in lines})
    )
    # Two who log on the same budget at once take turns.
    found = db.session.execute(asked.order_by(b.id).with_for_update())
    return {(row.engagement_id, row.service_line): row.hours * 60 for row in found}


def _used(lines: Collection[Line], but_for: list[int]) -> dict[Line, int]:
    t = TimeEntry
    found = db.session.execute(
        sa.select(t.engagement_id, t.service_line, sa.func.sum(t.minutes))
        .where(
            t.engagement_id.in_({e for e, _ in lines}),
            t.is_billable,
            t.kind != TimeKind.TRAVEL,
            t.id.not_in(but_for),
        )
        .group_by(t.engagement_id, t.service_line)
    )
    return defaultdict(int, {(engagement, line): int(minutes) for engagement, line, minutes in found})


def excused(ids: Collection[int]) -> set[int]:
    """Those of these entries for which somebody has said why they go beyond the budget."""
    with lifted(), db.session.no_autoflush:
        known = sa.select(TimeOverride.time_entry_id).where(
            TimeOverride.what == Override.BUDGET, TimeOverride.time_entry_id.in_(ids)
        )
        return set(db.session.scalars(known))
