"""Values come in, are corrected, approved and opened again; see crm.outcomes.corrections for what stays."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import isclose
from typing import NamedTuple

import sqlalchemy as sa

from crm import clock, locks
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.outcomes import corrections, queries_collect
from crm.outcomes.models import Measure, Observation, Origin
from crm.outcomes.periods import first_day
from crm.outcomes.values import Line

DIVIDED = ("value", "numerator", "denominator")
KEPT = (*DIVIDED, "n", "provenance", "origin", "user_id")
#: From more than so many on, a statement for each would be felt.
MANY = 10


class Kept(NamedTuple):
    """What came of some lines."""

    new: int
    corrected: int
    unchanged: int


class Source(NamedTuple):
    """Where values come from: the way, what people call it, and why what stands there is corrected."""

    origin: Origin = Origin.TYPED
    provenance: str | None = None
    reason: str | None = None


def observe(measure: Measure, lines: Sequence[Line], source: Source, *, by) -> Kept:
    """Record values by period: every route, paste, file and count comes through here."""
    known = _known(measure, lines)
    new = [line for line in lines if line.period_on not in known]
    changed = [line for line in lines if line.period_on in known and differs(known[line.period_on], line)]
    with corrections.because(source.reason, by=by):
        for line in changed:
            _put(known[line.period_on], line, source, by)
        _add([_put(_made(measure, line), line, source, by) for line in new], measure)
    return Kept(len(new), len(changed), len(lines) - len(new) - len(changed))


def _add(rows: list[Observation], measure: Measure) -> None:
    """Add them; many by one statement, past the flush, which sends one for each."""
    if len(rows) <= MANY:
        db.session.add_all(rows)
        return
    locks.refuse(db.session(), rows)
    names = [*KEPT, "measure_id", "engagement_id", "organisation_id", "period_on"]
    db.session.execute(sa.insert(Observation), [{name: getattr(row, name) for name in names} for row in rows])
    place = measure.whereabouts
    changes = {"observations": [None, len(rows)]}
    record(Entry(Verb.IMPORTED, "measure", measure.id, measure.name, changes=changes, **place))


def differs(known, line: Line) -> bool:
    """Whether the line says something else than what is known of its period."""
    is_other_n = line.n is not None and line.n != known.n
    return is_other_n or not all(_same(getattr(known, name), getattr(line, name)) for name in DIVIDED)


def _same(was: float | None, now: float | None) -> bool:
    """What was divided elsewhere may differ in its last digit."""
    return was is now is None or (None not in (was, now) and isclose(was, now, rel_tol=1e-9, abs_tol=1e-12))


def _known(measure: Measure, lines: Sequence[Line]) -> dict[date, Observation]:
    if not lines:
        return {}
    days = [line.period_on for line in lines]
    rows = queries_collect.between(measure, min(days), max(days))
    return {first_day(measure.frequency, row.period_on): row for row in rows}


def _made(measure: Measure, line: Line) -> Observation:
    return Observation(
        measure_id=measure.id,
        **measure.whereabouts,
        period_on=line.period_on,
    )


def _put(observation: Observation, line: Line, source: Source, by) -> Observation:
    observation.value, observation.user_id, observation.origin = line.value, by.id, source.origin
    observation.numerator, observation.denominator = line.numerator, line.denominator
    observation.n = line.n if line.n is not None else observation.n
    observation.provenance = line.provenance or source.provenance or observation.provenance
    return observation


def approve(engagement: Engagement, months: Iterable[date], *, by) -> tuple[int, int]:
    """Settle the values of these months; how many, and how many of one's own are left for somebody else."""
    rows = [row for month in months for row in queries_collect.of_month(engagement.id, month)]
    waiting = [row for row in rows if row.approved_at is None]
    others = [row for row in waiting if row.user_id != by.id]
    now = clock.now()
    for row in others:
        row.approved_at, row.approved_by_id = now, by.id
    db.session.flush()
    return len(others), len(waiting) - len(others)


def reopen(engagement: Engagement, month: date, reason: str, *, by) -> int:
    """Open the values of a month again; each keeps why."""
    rows = [row for row in queries_collect.of_month(engagement.id, month) if row.approved_at]
    if not rows:
        raise DomainError("Nothing of this month is approved.")
    with corrections.because(reason, by=by):
        for row in rows:
            db.session.add(corrections.said_before(row, is_reopening=True))
            row.approved_at = row.approved_by_id = None
    return len(rows)
