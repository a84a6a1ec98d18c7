from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import lazy_loader as lazy
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.analyses.models import Analysis, Look, Method
from crm.analyses.series import version_of, written
from crm.extensions import db
from crm.outcomes.models import Measure, Observation, Phase, ValueKind
from crm.outcomes.models_plan import RANDOMISED, Design, Hypothesis, OutcomesPlan

pd = lazy.load("pandas")

#: Designs that set a group beside another, not before beside after.
OF_GROUPS = RANDOMISED | {Design.MATCHED, Design.SURVEY}


@dataclass(frozen=True)
class Planned:
    """What the plan says that an analysis rests on; what it would say by default where there is none."""

    design: Design = Design.CONTROL_CHART
    intervention_on: str | None = None
    alpha: float = 0.05
    looks: int = 1
    is_registered: bool = False


def planned(engagement_id: int) -> Planned:
    found = db.session.execute(_planned(), {"engagement": engagement_id}).first()
    if not found:
        return Planned()
    day = found.intervention_on
    return Planned(
        found.design,
        day.isoformat() if day else None,
        found.alpha,
        found.looks,
        found.registered_at is not None,
    )


@cache
def _planned() -> sa.Select:
    p = OutcomesPlan
    said = (p.design, p.intervention_on, p.alpha, p.looks, p.registered_at)
    return sa.select(*said).where(p.engagement_id == sa.bindparam("engagement"))


@dataclass(frozen=True)
class Material:
    """A measure as it stands today: what it is, its series and those of its groups, its phases."""

    measure: sa.Row
    groups: tuple[tuple[sa.Row, tuple[sa.Row, ...]], ...]
    phases: tuple[sa.Row, ...]
    plan: Planned

    @cached_property
    def data(self) -> dict[str, Any]:
        own = self.measure.id
        return written(
            (
                (one.group_name or self.measure.name if one.id != own else self.measure.name,
                 one.is_comparison, rows)
                for one, rows in self.groups
            ),
            self.phases,
        )  # fmt: skip

    @cached_property
    def version(self) -> str:
        return version_of(self.data)

    @property
    def comparisons(self) -> int:
        return sum(one.is_comparison and bool(rows) for one, rows in self.groups)

    @property
    def treated(self) -> int:
        return sum(not one.is_comparison and bool(rows) for one, rows in self.groups)

    def settings(self, chosen: dict[str, Any]) -> dict[str, Any]:
        """All that the answer hangs on besides the data, the reader's choices among it."""
        m = self.measure
        is_of_groups = self.plan.design in OF_GROUPS and self.comparisons > 0
        return {
            "intervention_on": self.plan.intervention_on,
            "sides": "groups" if is_of_groups else "time",
            **{name: value for name, value in chosen.items() if value not in (None, "")},
            "confidence": round(1 - self.plan.alpha, 10),
            "design": self.plan.design.value,
            "measure": {
                "name": m.name, "unit": m.unit, "per": m.per, "value_kind": m.value_kind.value,
                "direction": m.direction.value, "frequency": m.frequency.value, "target": m.target,
                "baseline_points": m.baseline_points, "rules": m.rules.value,
                "chart": m.chart.value if m.chart else None,
            },
        }  # fmt: skip


def material(measure_id: int, engagement_id: int) -> Material:
    """A measure with all that an analysis of it needs, in four statements."""
    asked = {"key": measure_id}
    measures = db.session.execute(_measures(), asked).all()
    rows = db.session.execute(_observations(), asked).all()
    by_measure: dict[int, list] = {}
    for row in rows:
        by_measure.setdefault(row.measure_id, []).append(row)
    phases = db.session.execute(_phases(), asked).all()
    groups = tuple((one, tuple(by_measure.get(one.id, ()))) for one in measures)
    return Material(measures[0], groups, tuple(phases), planned(engagement_id))


@cache
def _measures() -> sa.Select:
    m, key = Measure, sa.bindparam("key")
    said = (
        m.id, m.name, m.unit, m.per, m.value_kind, m.direction, m.frequency, m.target, m.baseline_points,
        m.rules, m.chart, m.group_name, m.is_comparison,
    )  # fmt: skip
    return sa.select(*said).where((m.id == key) | (m.series_of_id == key)).order_by(m.id != key, m.id)


@cache
def _observations() -> sa.Select:
    o, m, key = Observation, Measure, sa.bindparam("key")
    ours = sa.select(m.id).where((m.id == key) | (m.series_of_id == key))
    said = (o.measure_id, o.period_on, o.value, o.numerator, o.denominator)
    return sa.select(*said).where(o.measure_id.in_(ours)).order_by(o.measure_id, o.period_on)


@cache
def _phases() -> sa.Select:
    p = Phase
    said = (p.starts_on, p.name, p.reason)
    return sa.select(*said).where(p.measure_id == sa.bindparam("key")).order_by(p.starts_on)


def hypotheses(engagement_id: int) -> Sequence[sa.Row]:
    """Every question of the plan, the primary first, with its primary analysis and the last look at it."""
    return db.session.execute(_hypotheses(), {"engagement": engagement_id}).all()


def exploratory(engagement_id: int) -> Sequence[sa.Row]:
    """Every analysis that is not the plan's primary one, with the last look at it."""
    return db.session.execute(_exploratory(), {"engagement": engagement_id}).all()


def _last_look(analysis) -> sa.ScalarSelect:
    any_look = aliased(Look)
    last = sa.select(sa.func.max(any_look.number)).where(any_look.analysis_id == analysis.id)
    return last.correlate(analysis).scalar_subquery()


def _told_of_look() -> tuple:
    told = Look.result
    return (
        Look.id.label("look_id"),
        Look.number,
        Look.looked_at,
        Look.n,
        *(told[name].as_float().label(name) for name in ("estimate", "low", "high", "p")),
        told["unit"].as_string().label("unit"),
        told["board"].as_string().label("board"),
    )


@cache
def _hypotheses() -> sa.Select:
    h, a = Hypothesis, Analysis
    return (
        sa.select(
            h.id.label("hypothesis_id"),
            h.statement,
            h.is_primary,
            h.measure_id,
            Measure.name.label("measure"),
            a.id.label("analysis_id"),
            a.method,
            *_told_of_look(),
        )
        .outerjoin(Measure, Measure.id == h.measure_id)
        .outerjoin(a, (a.hypothesis_id == h.id) & a.is_primary)
        .outerjoin(Look, (Look.analysis_id == a.id) & (Look.number == _last_look(a)))
        .where(h.engagement_id == sa.bindparam("engagement"))
        .order_by(h.is_primary.desc(), h.position, h.id)
    )


@cache
def _exploratory() -> sa.Select:
    a = Analysis
    return (
        sa.select(
            a.id.label("analysis_id"), a.title, a.method, Measure.name.label("measure"), *_told_of_look()
        )
        .join(Measure, Measure.id == a.measure_id)
        .outerjoin(Look, (Look.analysis_id == a.id) & (Look.number == _last_look(a)))
        .where(a.engagement_id == sa.bindparam("engagement"), ~a.is_primary)
        .order_by(a.id)
    )


def looks_at(analysis_id: int) -> Sequence[sa.Row]:
    """Every look at an analysis, the newest first: when, by whom, and what it said."""
    return db.session.execute(_looks_at(), {"key": analysis_id}).all()


@cache
def _looks_at() -> sa.Select:
    return (
        sa.select(*_told_of_look(), Look.method, Look.data_version, User.name.label("user"))
        .outerjoin(User, User.id == Look.user_id)
        .where(Look.analysis_id == sa.bindparam("key"))
        .order_by(Look.number.desc())
    )


def find_last_look(analysis_id: int) -> Look | None:
    found = sa.select(Look).where(Look.analysis_id == analysis_id).order_by(Look.number.desc()).limit(1)
    return db.session.scalar(found)


def get_analysis(analysis_id: int) -> Analysis:
    return db.session.get_one(Analysis, analysis_id)


def find_hypothesis(hypothesis_id: int | None, engagement_id: int) -> Hypothesis | None:
    here = Hypothesis.id == hypothesis_id, Hypothesis.engagement_id == engagement_id
    return db.session.scalar(sa.select(Hypothesis).where(*here))


def find_primary(engagement_id: int) -> Analysis | None:
    here = Analysis.engagement_id == engagement_id, Analysis.is_primary
    return db.session.scalar(sa.select(Analysis).where(*here))


def measures_of(engagement_id: int) -> Sequence[sa.Row]:
    """Those that a question can be asked of: groups are read with the measure that they belong to."""
    m = Measure
    here = m.engagement_id == engagement_id, m.series_of_id.is_(None)
    return db.session.execute(sa.select(m.id, m.name).where(*here).order_by(m.id)).all()


def analyses_frame(engagement_id: int) -> pd.DataFrame:
    """One row an analysis, the primary first, with the numbers of its last look."""
    names = ["question", "kind", "measure", "method", "look", "looked_on", "n"]
    names += ["estimate", "low", "high", "p", "unit", "board"]
    rows = []
    for kind, found in (("primary", hypotheses(engagement_id)), ("exploratory", exploratory(engagement_id))):
        for one in found:
            title = one.statement if kind == "primary" else one.title
            told = kind if kind == "exploratory" or one.is_primary else "planned"
            on = one.looked_at.date().isoformat() if one.looked_at else None
            method = one.method.label if one.method else None
            rows.append((title, told, one.measure, method, one.number, on, one.n, one.estimate, one.low,
                         one.high, one.p, one.unit, one.board))  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def kind_of(value_kind: ValueKind) -> str:
    """What a value is, as `crm.methods.proposal` calls it."""
    return {"proportion": "proportion", "rate": "count", "count": "count"}.get(value_kind.value, "measured")


#: Which of our methods the functions of `crm.methods` stand for.
OF_FUNCTION = {
    "comparison.paired": Method.PAIRED,
    "comparison.independent": Method.INDEPENDENT,
    "comparison.proportions": Method.PROPORTIONS,
    "comparison.rates": Method.RATES,
    "time_series.interrupted": Method.INTERRUPTED,
    "difference.did": Method.DIFFERENCE,
    "spc.chart": Method.CONTROL_CHART,
}
