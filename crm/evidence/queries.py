from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.analyses.models import Analysis, Look
from crm.columns import columns
from crm.economics.models import Evaluation
from crm.evidence.models import Finding, Rung, SharedFinding
from crm.extensions import db
from crm.organisations.models import Kind, searchable
from crm.outcomes.models import Measure, MeasureKind
from crm.outcomes.models_plan import Design
from crm.paging import Listing, Page, page

f, look, analysis = columns(Finding), columns(Look), columns(Analysis)
e, m, s = columns(Evaluation), columns(Measure), columns(SharedFinding)


def findings_of(engagement_id: int) -> Sequence[sa.Row]:
    """The findings of an engagement with their measure and what they rest on, the oldest first."""
    return db.session.execute(_findings(), {"key": engagement_id}).all()


@cache
def _findings() -> sa.Select:
    said = (
        f.id, f.statement, f.not_shown, f.design, f.look_id, f.evaluation_id, f.measure_id, f.numbers,
        f.state, f.agreed_at, m.name.label("measure"), analysis.id.label("analysis_id"),
        analysis.title.label("analysis"), e.name.label("evaluation"),
    )  # fmt: skip
    return (
        sa.select(*said)
        .outerjoin(m.table, m.id == f.measure_id)
        .outerjoin(look.table, look.id == f.look_id)
        .outerjoin(analysis.table, analysis.id == look.analysis_id)
        .outerjoin(e.table, e.id == f.evaluation_id)
        .where(f.engagement_id == sa.bindparam("key"))
        .order_by(f.id)
    )


def untold_looks(engagement_id: int) -> Sequence[sa.Row]:
    """The latest look of each analysis that no finding tells of yet: id, title and when."""
    return db.session.execute(_untold_looks(), {"key": engagement_id}).all()


@cache
def _untold_looks() -> sa.Select:
    told = sa.exists(sa.select(f.id).where(f.look_id == look.id))
    newest = (
        sa.select(look.analysis_id, sa.func.max(look.number).label("number"))
        .where(look.engagement_id == sa.bindparam("key"))
        .group_by(look.analysis_id)
        .subquery()
    )
    return (
        sa.select(look.id, analysis.title, look.looked_at, look.number)
        .join(newest, sa.and_(newest.c.analysis_id == look.analysis_id, newest.c.number == look.number))
        .join(analysis.table, analysis.id == look.analysis_id)
        .where(~told)
        .order_by(look.id)
    )


def untold_evaluations(engagement_id: int) -> Sequence[sa.Row]:
    """The economic evaluations that no finding tells of yet: id and name."""
    return db.session.execute(_untold_evaluations(), {"key": engagement_id}).all()


@cache
def _untold_evaluations() -> sa.Select:
    told = sa.exists(sa.select(f.id).where(f.evaluation_id == e.id))
    where = e.engagement_id == sa.bindparam("key"), ~told
    return sa.select(e.id, e.name).where(*where).order_by(e.id)


def find_look(engagement_id: int, key: int | None) -> Look | None:
    return _find(Look, engagement_id, key)


def find_evaluation(engagement_id: int, key: int | None) -> Evaluation | None:
    return _find(Evaluation, engagement_id, key)


def _find(model, engagement_id: int, key: int | None):
    if not key:
        return None
    return db.session.scalar(sa.select(model).where(model.id == key, model.engagement_id == engagement_id))


def measure_of(one: Look) -> int:
    """The measure that a look looked at."""
    return db.session.scalar(sa.select(Analysis.measure_id).where(Analysis.id == one.analysis_id))


def measure_kind(measure_id: int | None) -> MeasureKind | None:
    return db.session.scalar(sa.select(Measure.kind).where(Measure.id == measure_id)) if measure_id else None


class Wanted(NamedTuple):
    """What the library was asked for."""

    q: str = ""
    kind: str = ""
    measure: str = ""
    design: str = ""
    rung: str = ""

    @classmethod
    def of(cls, arguments) -> Wanted:
        text = arguments.get("q", "").replace("\0", "").strip()[:255]
        known = {"kind": Kind, "measure": MeasureKind, "design": Design, "rung": Rung}
        asked = {name: arguments.get(name, "") for name in known}
        members = {
            name: value if value in known[name]._value2member_map_ else "" for name, value in asked.items()
        }
        return cls(text, **members)

    @property
    def asked(self) -> dict[str, str]:
        return {name: value for name, value in self._asdict().items() if value}


def library_page(wanted: Wanted, cursor: str | None) -> Page:
    """One page of the findings that were shared, the latest first."""
    listing = _library(tuple(sorted(wanted.asked)))
    values = {name: value for name, value in wanted.asked.items() if name != "q"}
    if wanted.q:
        values["pattern"] = f"%{_escaped(searchable(wanted.q))}%"
    return page(listing, cursor, values)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@cache
def _library(asked: tuple[str, ...]) -> Listing:
    columns_of = {"kind": s.organisation_kind, "measure": s.measure_kind, "design": s.design, "rung": s.rung}
    criteria = [
        column == sa.bindparam(name, type_=column.type)
        for name, column in columns_of.items()
        if name in asked
    ]
    if "q" in asked:
        criteria.append(s.search_words.like(sa.bindparam("pattern", type_=sa.Text), escape="\\"))
    shown = (
        s.id, s.statement, s.not_shown, s.design, s.rung, s.organisation_kind, s.size, s.measure_kind,
        s.numbers, s.shared_on,
    )  # fmt: skip
    statement = sa.select(*shown).where(sa.true(), *criteria)
    return Listing(statement, {"shared_on": s.shared_on, "id": s.id}, descending=True)


def month_of(day: date) -> date:
    return day.replace(day=1)
