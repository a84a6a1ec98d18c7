"""What the report of a study is written from: the plan, its questions, its measures and what they showed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.columns import columns
from crm.extensions import db
from crm.outcomes.models import Measure, Observation
from crm.outcomes.models_plan import EthicsDetermination, Hypothesis, OutcomesPlan

m, o = columns(Measure), columns(Observation)


def plan_of(engagement_id: int) -> sa.Row | None:
    return _one(OutcomesPlan, engagement_id)


def ethics_of(engagement_id: int) -> sa.Row | None:
    return _one(EthicsDetermination, engagement_id)


def _one(model, engagement_id: int) -> sa.Row | None:
    of = columns(model)
    found = sa.select(of.table).where(of.engagement_id == engagement_id).order_by(of.id).limit(1)
    return db.session.execute(found).first()


def hypotheses_of(engagement_id: int) -> Sequence[sa.Row]:
    """The questions of the plan, the primary one first."""
    h = columns(Hypothesis)
    order = h.is_primary.desc(), h.position, h.id
    found = sa.select(h.statement, h.is_primary).where(h.engagement_id == engagement_id).order_by(*order)
    return db.session.execute(found).all()


def measures_of(engagement_id: int) -> Sequence[sa.Row]:
    """Each measure with its first and latest observation and how many there are; no comparison series."""
    return db.session.execute(_measures(), {"key": engagement_id}).all()


@cache
def _measures() -> sa.Select:
    of_measure = {"partition_by": o.measure_id}
    placed = (
        sa.select(
            o.measure_id, o.period_on, o.value, o.numerator, o.denominator,
            sa.func.row_number().over(order_by=o.period_on, **of_measure).label("first"),
            sa.func.row_number().over(order_by=o.period_on.desc(), **of_measure).label("last"),
            sa.func.count().over(**of_measure).label("points"),
        )
        .where(o.engagement_id == sa.bindparam("key"))
        .cte("placed")
    )  # fmt: skip
    first, last = placed.alias("first_one"), placed.alias("last_one")
    ends = []
    for name, end in (("first", first), ("last", last)):
        for part in ("period_on", "value", "numerator", "denominator"):
            ends.append(end.c[part].label(f"{name}_{part}"))
    return (
        sa.select(
            m.id, m.name, m.kind, m.direction, m.unit, m.numerator, m.denominator, m.frequency, m.source,
            m.baseline, m.target, last.c.points, *ends,
        )
        .select_from(m.table)
        .outerjoin(first, sa.and_(first.c.measure_id == m.id, first.c.first == 1))
        .outerjoin(last, sa.and_(last.c.measure_id == m.id, last.c.last == 1))
        .where(m.engagement_id == sa.bindparam("key"), m.series_of_id.is_(None))
        .order_by(m.id)
    )  # fmt: skip
