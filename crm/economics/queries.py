from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from crm.columns import columns
from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption
from crm.economics.reckoning import Reckoned
from crm.extensions import db
from crm.outcomes.models import Measure

e, line, option = columns(Evaluation), columns(EvaluationLine), columns(EvaluationOption)


def evaluations_of(engagement_id: int) -> list[Reckoned]:
    """Every evaluation of an engagement with its lines and options, in three statements."""
    asked = {"key": engagement_id}
    found = db.session.execute(_evaluations("engagement_id"), asked).all()
    lines = _by_evaluation(db.session.execute(_lines("engagement_id"), asked).all())
    options = _by_evaluation(db.session.execute(_options("engagement_id"), asked).all())
    return [Reckoned(one, lines.get(one.id, ()), options.get(one.id, ())) for one in found]


def evaluation_in_full(evaluation_id: int) -> Reckoned:
    """One evaluation with its lines and options."""
    asked = {"key": evaluation_id}
    one = db.session.execute(_evaluations("id"), asked).one()
    lines = db.session.execute(_lines("evaluation_id"), asked).all()
    options = db.session.execute(_options("evaluation_id"), asked).all()
    return Reckoned(one, tuple(lines), tuple(options))


def _by_evaluation(rows: Sequence[sa.Row]) -> dict[int, tuple[sa.Row, ...]]:
    return {key: tuple(group) for key, group in groupby(rows, key=attrgetter("evaluation_id"))}


@cache
def _evaluations(by: str) -> sa.Select:
    return sa.select(e.table).where(e.table.c[by] == sa.bindparam("key")).order_by(e.id)


@cache
def _lines(by: str) -> sa.Select:
    m = columns(Measure)
    return (
        sa.select(line.table, m.name.label("measure"))
        .outerjoin(m.table, m.id == line.measure_id)
        .where(line.table.c[by] == sa.bindparam("key"))
        .order_by(line.evaluation_id, line.kind, line.id)
    )


@cache
def _options(by: str) -> sa.Select:
    c = option.table.c
    return sa.select(option.table).where(c[by] == sa.bindparam("key")).order_by(c.evaluation_id, c.id)


def measure_choices(engagement_id: int) -> Sequence[sa.Row]:
    """The measures that a line can be tied to: id and name."""
    return db.session.execute(_measure_choices(), {"key": engagement_id}).all()


@cache
def _measure_choices() -> sa.Select:
    m = columns(Measure)
    where = m.engagement_id == sa.bindparam("key"), m.series_of_id.is_(None)
    return sa.select(m.id, m.name).where(*where).order_by(m.name, m.id)


def last_year_of(evaluation_id: int) -> int:
    """The last year that a line of the evaluation speaks of; 0 without lines."""
    latest = sa.select(sa.func.max(EvaluationLine.last_year)).where(
        EvaluationLine.evaluation_id == evaluation_id
    )
    return db.session.scalar(latest) or 0


def has_amounts(evaluation_id: int) -> bool:
    """Whether anything on it is said in its currency."""
    said = [
        sa.exists().where(model.evaluation_id == evaluation_id)
        for model in (EvaluationLine, EvaluationOption)
    ]
    return bool(db.session.scalar(sa.select(sa.or_(*said))))


def find_comparator(evaluation_id: int) -> EvaluationOption | None:
    """The option that the others are compared with."""
    criteria = EvaluationOption.evaluation_id == evaluation_id, EvaluationOption.is_comparator
    return db.session.scalar(sa.select(EvaluationOption).where(*criteria))
