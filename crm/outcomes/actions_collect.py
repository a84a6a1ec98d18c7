"""Values come in, are corrected, approved and opened again; see crm.outcomes.corrections for what stays."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import isclose
from typing import NamedTuple

from crm import clock
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.outcomes import corrections, queries_collect
from crm.outcomes.models import Measure, Observation, Origin
from crm.outcomes.periods import first_day
from crm.outcomes.values import Line

DIVIDED = ("value", "numerator", "denominator")


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
    known, new, corrected = _known(measure, lines), 0, 0
    with corrections.because(source.reason, by=by):
        for line in lines:
            observation = known.get(line.period_on)
            if observation is None:
                new += 1
                db.session.add(_put(_made(measure, line), line, source, by))
            elif differs(observation, line):
                corrected += 1
                _put(observation, line, source, by)
    return Kept(new, corrected, len(lines) - new - corrected)


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
        engagement_id=measure.engagement_id,
        organisation_id=measure.organisation_id,
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
