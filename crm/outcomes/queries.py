from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import groupby, repeat
from operator import attrgetter
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm.alignment.models import Goal
from crm.columns import columns
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.methods import spc, spc_phases
from crm.outcomes.models import ChartKind, Frequency, Measure, Observation, Phase
from crm.outcomes.models_plan import OutcomesPlan
from crm.words import day

pd = lazy.load("pandas")

o = columns(Observation)
PERIODS = {Frequency.WEEKLY: "weeks", Frequency.MONTHLY: "months", Frequency.QUARTERLY: "quarters"}
RATIOS = {ChartKind.P, ChartKind.PP, ChartKind.U, ChartKind.UP}
OPTIONS = ("scale", "cuts", "freeze", "target", "rules", "direction")
VERDICTS = {
    "improving": ("good", "Improving"),
    "worsening": ("bad", "Worsening"),
    "changing": ("warn", "Changing"),
    "common cause": ("plain", "No change shown"),
}


class Asked(NamedTuple):
    """What a control chart is reckoned from: numbers alone, so it is kept for whoever reads them again."""

    kind: str
    columns: tuple[tuple, tuple, tuple]
    scale: float
    cuts: tuple[int, ...]
    freeze: int | None
    target: float | None
    rules: str
    direction: str


@lru_cache(maxsize=1024)
def _judged(asked: Asked) -> tuple[spc_phases.Phased | None, str | None]:
    """The chart or why there is none."""
    try:
        return spc_phases.phased(
            asked.kind, *asked.columns, **dict(zip(OPTIONS, asked[2:], strict=True))
        ), None
    except ValueError as reason:
        return None, str(reason)


@dataclass(frozen=True)
class Reading:
    """A measure with its observations in time order, and what the control chart makes of them."""

    measure: sa.Row
    observations: tuple[sa.Row, ...]
    phases: tuple[sa.Row, ...] = ()
    #: The chart that the reader asks for instead of the measure's own.
    wanted: ChartKind | None = None

    @cached_property
    def _columns(self) -> tuple[tuple, tuple, tuple]:
        rows = self.observations
        return (
            tuple(row.value for row in rows),
            tuple(row.numerator for row in rows),
            tuple(row.denominator for row in rows),
        )

    @cached_property
    def choice(self) -> tuple[str, str]:
        """Which chart it is, and why."""
        chosen = self.wanted or self.measure.chart
        if chosen in RATIOS and not spc_phases.can_be_ratio(*self._columns[1:]):
            return (
                "i",
                f"A {chosen.label} needs whole numerators with their denominators: an XmR chart instead.",
            )
        if chosen:
            return chosen.value, f"{chosen.label}, as {'asked for' if self.wanted else 'the measure says'}."
        return spc_phases.kind_for(self.measure.value_kind.value, *self._columns)

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(row.period_on for row in self.observations)

    @cached_property
    def asked(self) -> Asked:
        m = self.measure
        cuts = tuple(bisect_left(self.days, phase.starts_on) for phase in self.phases)
        first = next((cut for cut in cuts if cut), len(self.days))
        freeze = m.baseline_points if m.baseline_points and m.baseline_points < first else None
        scale = 100.0 if m.unit == "%" else m.per
        shown = (m.target, m.rules.value, m.direction.value)
        return Asked(self.choice[0], self._columns, scale, cuts, freeze, *shown)

    @cached_property
    def _judged(self) -> tuple[spc_phases.Phased | None, str | None]:
        return _judged(self.asked)

    @property
    def phased(self) -> spc_phases.Phased | None:
        return self._judged[0]

    @property
    def chart(self) -> spc.Chart | None:
        """Its lines are in the unit of the measure; its verdict is that of the last phase."""
        return self.phased.chart if self.phased else None

    @property
    def chart_name(self) -> str:
        """What the chart is called on a chip."""
        return ChartKind(self.chart.kind).label

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
        period, said = PERIODS[self.measure.frequency], ""
        if self.phases and self.phased.problems[-1] is None:
            said = f"Since {day(self.phases[-1].starts_on)} ({self.phases[-1].name}): "
        return said + self.phased.sentence(self.measure.unit or "", period)

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
    series = _by_measure(db.session.execute(_series(until is not None), asked).all())
    phases = _by_measure(db.session.execute(_phases("engagement_id"), asked).all())
    return [Reading(one, series.get(one.id, ()), phases.get(one.id, ())) for one in measures]


def _by_measure(rows: Sequence[sa.Row]) -> dict[int, tuple[sa.Row, ...]]:
    return {key: tuple(group) for key, group in groupby(rows, key=attrgetter("measure_id"))}


def reading(measure_id: int, wanted: ChartKind | None = None) -> Reading:
    """One measure with all its observations."""
    asked = {"key": measure_id}
    measure = db.session.execute(_measures("id"), asked).one()
    rows = db.session.execute(_observed(), asked).all()
    return Reading(measure, tuple(rows), tuple(phases_of(measure_id)), wanted)


def phases_of(measure_id: int) -> Sequence[sa.Row]:
    return db.session.execute(_phases("measure_id"), {"key": measure_id}).all()


@cache
def _phases(by: str) -> sa.Select:
    p = columns(Phase)
    said = (p.id, p.measure_id, p.starts_on, p.name, p.reason)
    return sa.select(*said).where(p.table.c[by] == sa.bindparam("key")).order_by(p.measure_id, p.starts_on)


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
            m.value_kind,
            m.per,
            m.chart,
            m.rules,
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
    """What charts are made of."""
    statement = (
        sa.select(o.measure_id, o.period_on, o.value, o.numerator, o.denominator)
        .where(o.engagement_id == sa.bindparam("key"))
        .order_by(o.measure_id, o.period_on)
    )
    return statement.where(o.period_on <= sa.bindparam("until")) if is_limited else statement


def chart_rows(one: Reading) -> list[ChartRow]:
    """One row a period."""
    chart, count = one.chart, len(one.observations)
    nothing, none = [float("nan")] * count, [False] * count
    drawn = (chart.centre, chart.lower, chart.upper, chart.signalled) if chart else ()
    lines = [line.tolist() for line in drawn] or [nothing, nothing, nothing, none]
    values = (row.value for row in one.observations)
    keys = repeat(one.measure.id, count)
    return list(map(ChartRow, keys, one.days, values, *lines))


def drawn_frame(asked: Asked, days: tuple[date, ...]) -> pd.DataFrame:
    """What a chart is drawn from, of its numbers alone."""
    chart = _judged(asked)[0].chart
    lines = {"centre": chart.centre, "lower": chart.lower, "upper": chart.upper, "is_signal": chart.signalled}
    return pd.DataFrame({"period_on": days, "value": asked.columns[0], **lines})


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
