from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm.alignment.models import Goal
from crm.columns import columns
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.methods import spc
from crm.outcomes.models import Frequency, Measure, Observation
from crm.outcomes.models_plan import OutcomesPlan

pd = lazy.load("pandas")

o = columns(Observation)
PERIODS = {Frequency.WEEKLY: "weeks", Frequency.MONTHLY: "months", Frequency.QUARTERLY: "quarters"}
VERDICTS = {
    "improving": ("good", "Improving"),
    "worsening": ("bad", "Worsening"),
    "changing": ("warn", "Changing"),
    "common cause": ("plain", "No change shown"),
}


@lru_cache(maxsize=1024)
def _judged(values: tuple, freeze, direction: str, target) -> tuple[spc.Chart | None, str | None]:
    """The chart or why there is none: of these numbers alone, so it is kept for whoever reads them again."""
    try:
        return spc.chart("i", values, freeze=freeze, direction=direction, target=target), None
    except ValueError as reason:
        return None, str(reason)


@dataclass(frozen=True)
class Reading:
    """A measure with its observations in time order, and what the control chart makes of them."""

    measure: sa.Row
    observations: tuple[sa.Row, ...]

    @cached_property
    def _judged(self) -> tuple[spc.Chart | None, str | None]:
        baseline, values = self.measure.baseline_points, tuple(row.value for row in self.observations)
        freeze = baseline if baseline and baseline < len(values) else None
        return _judged(values, freeze, self.measure.direction.value, self.measure.target)

    @property
    def chart(self) -> spc.Chart | None:
        return self._judged[0]

    @property
    def problem(self) -> str | None:
        """Why there is no chart, in a sentence."""
        return self._judged[1]

    @property
    def latest(self) -> sa.Row | None:
        return self.observations[-1] if self.observations else None

    @cached_property
    def verdict(self) -> tuple[str, str]:
        """A colour and the words: too few points come before any other verdict."""
        if not self.observations:
            return "warn", "No observation yet"
        if self.chart is None:
            return "info", "No chart yet"
        if self.chart.needs:
            return "info", f"{self.chart.needs} more points needed"
        return VERDICTS[self.chart.variation]

    @cached_property
    def sentence(self) -> str:
        if self.chart is None:
            return self.problem or ""
        period = PERIODS[self.measure.frequency]
        return spc.sentence(self.chart, unit=self.measure.unit or "", period=period)

    @property
    def start(self) -> float | None:
        """The baseline as planned or, without one, the first value."""
        if self.measure.baseline is not None:
            return self.measure.baseline
        return self.observations[0].value if self.observations else None


class ChartRow(NamedTuple):
    """A value of a chart and where its lines lie there."""

    measure_id: int
    period_on: date
    value: float
    centre: float
    lower: float
    upper: float
    is_signal: bool


def plan_of(engagement_id: int) -> sa.Row | None:
    """The outcomes plan to read: question, the five parts of it and the design."""
    return db.session.execute(_plan(), {"engagement": engagement_id}).first()


@cache
def _plan() -> sa.Select:
    p = columns(OutcomesPlan)
    said = (p.question, p.population, p.intervention, p.comparison, p.outcome, p.time_frame, p.design)
    return sa.select(*said).where(p.engagement_id == sa.bindparam("engagement"))


def find_plan(engagement_id: int) -> OutcomesPlan | None:
    return db.session.scalar(sa.select(OutcomesPlan).where(OutcomesPlan.engagement_id == engagement_id))


def readings(engagement_id: int, until: date | None = None) -> list[Reading]:
    """Every measure of an engagement with its observations, in two statements."""
    asked = {"key": engagement_id, "until": until}
    measures = db.session.execute(_measures("engagement_id"), asked).all()
    rows = db.session.execute(_series(until is not None), asked).all()
    series = {key: tuple(group) for key, group in groupby(rows, key=attrgetter("measure_id"))}
    return [Reading(measure, series.get(measure.id, ())) for measure in measures]


def reading(measure_id: int) -> Reading:
    """One measure with all its observations."""
    asked = {"key": measure_id}
    measure = db.session.execute(_measures("id"), asked).one()
    rows = db.session.execute(_observed(), asked).all()
    return Reading(measure, tuple(rows))


@cache
def _measures(by: str) -> sa.Select:
    m, goal = columns(Measure), columns(Goal)
    return (
        sa.select(
            m.id,
            m.name,
            m.goal_id,
            m.kind,
            m.direction,
            m.unit,
            m.numerator,
            m.denominator,
            m.frequency,
            m.source,
            m.baseline,
            m.target,
            m.baseline_points,
            m.engagement_id,
            goal.statement.label("goal"),
            owner_name(m),
        )
        .outerjoin(goal.table, goal.id == m.goal_id)
        .where(m.table.c[by] == sa.bindparam("key"), *([m.series_of_id.is_(None)] if by != "id" else ()))
        .order_by(m.id)
    )


@cache
def _observed() -> sa.Select:
    return (
        sa.select(o.id, o.measure_id, o.period_on, o.value, o.numerator, o.denominator)
        .where(o.measure_id == sa.bindparam("key"))
        .order_by(o.period_on)
    )


@cache
def _series(is_limited: bool) -> sa.Select:
    """What charts are made of: measure_id, period_on and value."""
    statement = (
        sa.select(o.measure_id, o.period_on, o.value)
        .where(o.engagement_id == sa.bindparam("key"))
        .order_by(o.measure_id, o.period_on)
    )
    return statement.where(o.period_on <= sa.bindparam("until")) if is_limited else statement


def chart_rows(one: Reading) -> list[ChartRow]:
    """One row a period."""
    chart, count = one.chart, len(one.observations)
    nothing, none = [float("nan")] * count, [False] * count
    lines = (chart.centre, chart.lower, chart.upper, chart.signalled) if chart else (nothing,) * 3 + (none,)
    return [
        ChartRow(row.measure_id, row.period_on, row.value, *drawn)
        for row, drawn in zip(one.observations, zip(*lines, strict=True), strict=True)
    ]


def chart_frame(one: Reading) -> pd.DataFrame:
    """The chart's rows as a frame."""
    return pd.DataFrame(chart_rows(one), columns=ChartRow._fields)


def observations_frame(all_of_them: Sequence[Reading]) -> pd.DataFrame:
    """The rows of chart_frame for every measure that has any."""
    frames = [chart_frame(one) for one in all_of_them if one.observations]
    return pd.concat(frames, ignore_index=True) if frames else chart_frame_of_none()


def chart_frame_of_none() -> pd.DataFrame:
    return pd.DataFrame(columns=ChartRow._fields)


def measures_frame(all_of_them: Sequence[Reading]) -> pd.DataFrame:
    """One row a measure: what it is, where it began, should and does stand, and the verdict."""
    rows = [
        (
            one.measure.id,
            one.measure.name,
            one.measure.goal,
            one.measure.unit,
            one.measure.direction.label,
            one.start,
            one.measure.target,
            one.latest.value if one.latest else None,
            one.latest.period_on if one.latest else None,
            len(one.observations),
            one.verdict[1],
        )
        for one in all_of_them
    ]
    columns = [
        "measure_id",
        "measure",
        "goal",
        "unit",
        "direction",
        "baseline",
        "target",
        "latest",
        "latest_on",
        "observations",
        "verdict",
    ]
    return pd.DataFrame(rows, columns=columns)
