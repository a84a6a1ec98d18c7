"""Frames of measures across clients, each judged by its own control chart."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import lazy_loader as lazy
import sqlalchemy as sa

from crm.alignment.models import Goal
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.outcomes.models import Measure, Observation, Phase
from crm.outcomes.queries import Reading, measures_frame, observations_frame
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import LAST, engagements

pd = lazy.load("pandas")

e, o, g = columns(Engagement), columns(Organisation), columns(Goal)
m, seen = columns(Measure), columns(Observation)


def outcomes_frames(user, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What reports.outcomes asks for: each measure with its verdicts, and the values charted."""
    chosen = engagements(user, asked)
    measures = db.session.execute(_measures(chosen)).all()
    series = defaultdict(list)
    for row in db.session.execute(_values(chosen), asked.spans):
        series[row.measure_id].append(row)
    phases = defaultdict(list)
    for row in db.session.execute(_phases(chosen)):
        phases[row.measure_id].append(row)
    now = [Reading(row, tuple(series[row.id]), tuple(phases[row.id])) for row in measures]
    end = asked.before[1]
    before = [
        Reading(
            row, _until(end, series[row.id]), tuple(one for one in phases[row.id] if one.starts_on <= end)
        )
        for row in measures
    ]
    frame = measures_frame(now).assign(
        client=[row.client for row in measures],
        engagement=[row.engagement for row in measures],
        rules=[row.rules.label for row in measures],
        verdict_before=[one.verdict[1] for one in before],
    )
    return frame, observations_frame(now)


def _until(end: date, rows: list[sa.Row]) -> tuple[sa.Row, ...]:
    return tuple(row for row in rows if row.period_on <= end)


def _measures(chosen: sa.Select) -> sa.Select:
    """A measure in other groups is the same measure: those series stand with it, and not here."""
    return (
        sa.select(
            m.id, m.name, m.direction, m.unit, m.frequency, m.baseline, m.target, m.baseline_points,
            m.value_kind, m.per, m.chart, m.rules,
            g.statement.label("goal"), o.name.label("client"), e.title.label("engagement"),
        )
        .select_from(m.table)
        .join(e.table, e.id == m.engagement_id)
        .join(o.table, o.id == m.organisation_id)
        .outerjoin(g.table, g.id == m.goal_id)
        .where(m.engagement_id.in_(chosen), m.series_of_id.is_(None))
        .order_by(o.name, e.title, e.id, m.id)
    )  # fmt: skip


def _values(chosen: sa.Select) -> sa.Select:
    return (
        sa.select(seen.measure_id, seen.period_on, seen.value, seen.numerator, seen.denominator)
        .where(seen.engagement_id.in_(chosen), seen.period_on <= LAST)
        .order_by(seen.measure_id, seen.period_on)
    )


def _phases(chosen: sa.Select) -> sa.Select:
    p = columns(Phase)
    told = sa.select(p.measure_id, p.starts_on, p.name)
    return told.where(p.engagement_id.in_(chosen)).order_by(p.measure_id, p.starts_on)
