"""The progress report of one engagement: what was meant, what was done, what it has brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import lazy_loader as lazy

from reports import progress_facts, text
from reports.charts import xmr_spec
from reports.model import Chart, Column, Matrix, Report, Table, plain
from reports.timeline import of_milestones

pd = lazy.load("pandas")

_COLUMNS = {
    "goals": (
        Column("goal", "Goal", "text"),
        Column("weight_share", "Weight", "percent", total=True),
        Column("owner", "Owner", "text"),
        Column("horizon_on", "Horizon", "date"),
        Column("best_relation", "Best relation", "integer"),
    ),
    "strategies": (
        Column("strategy", "Strategy", "text"),
        Column("owner", "Owner", "text"),
        Column("effort_hours", "Effort", "hours", total=True),
        Column("share", "Carries", "percent", total=True),
    ),
    "milestones": (
        Column("milestone", "Milestone", "text"),
        Column("strategy", "Strategy", "text"),
        Column("owner", "Owner", "text"),
        Column("baseline_on", "Baseline", "date"),
        Column("planned_on", "Planned", "date"),
        Column("actual_on", "Actual", "date"),
        Column("state", "State", "text"),
        Column("slip_days", "Slip, days", "integer"),
    ),
    "sessions": (
        Column("number", "No.", "integer"),
        Column("held_on", "Held", "date"),
        Column("mode", "How", "text"),
        Column("coach", "Coach", "text"),
        Column("minutes", "Minutes", "integer", total=True),
        Column("summary", "Summary", "text"),
    ),
    "actions": (
        Column("action", "Action", "text"),
        Column("owner", "Owner", "text"),
        Column("due_on", "Due", "date"),
        Column("state", "State", "text"),
        Column("done_on", "Done", "date"),
    ),
    "measures": (
        Column("measure", "Measure", "text"),
        Column("goal", "Goal", "text"),
        Column("unit", "Unit", "text"),
        Column("direction", "Better", "text"),
        Column("baseline", "Baseline", "number"),
        Column("target", "Target", "number"),
        Column("latest", "Latest", "number"),
        Column("latest_on", "As of", "date"),
        Column("observations", "Points", "integer"),
        Column("verdict", "Verdict", "text"),
    ),
}

#: What the client's copy leaves out: of hours they see those used against the budget, and no others.
_TEAM_ONLY = {"sessions": {"minutes"}, "strategies": {"effort_hours"}}

_EMPTY = {
    "goals": "No goals have been set yet.",
    "strategies": "No strategies have been named yet.",
    "milestones": "The roadmap has no milestones yet.",
    "sessions": "No session has been logged yet.",
    "actions": "There are no action items yet.",
    "measures": "No measure has been chosen yet.",
}

_OBSERVATION = (
    Column("period_on", "Period", "date"),
    Column("value", "Value", "number"),
    Column("centre", "Mean", "number"),
    Column("lower", "Lower limit", "number"),
    Column("upper", "Upper limit", "number"),
    Column("signal", "Signal", "text"),
)

_FOR_CLIENT = "This report shows what is shared with {client}. Private notes and fees are never part of it."
_FOR_TEAM = "This copy is for the team. Private notes and fees are never part of a progress report."
_CAUTION = "A change over time does not by itself show what caused it."


@dataclass(frozen=True, eq=False)
class ProgressFrames:
    """The frames of one engagement; `engagement` has title, client, stage, lead, starts_on, ends_on, as_of,
    made_at (aware), hours_budget (hours or None), hours_used and for_client."""

    engagement: dict[str, Any]
    goals: pd.DataFrame
    strategies: pd.DataFrame
    relations: pd.DataFrame
    milestones: pd.DataFrame
    sessions: pd.DataFrame
    actions: pd.DataFrame
    measures: pd.DataFrame
    observations: pd.DataFrame
    findings: list[str]


def _table(frames: ProgressFrames, name: str) -> Table:
    hidden = _TEAM_ONLY.get(name, set()) if frames.engagement["for_client"] else set()
    columns = tuple(column for column in _COLUMNS[name] if column.name not in hidden)
    return Table(name, name.capitalize(), columns, getattr(frames, name), _EMPTY[name])


def _matrix(frames: ProgressFrames) -> Matrix | None:
    goals, strategies, relations = frames.goals, frames.strategies, frames.relations
    if goals.empty or strategies.empty:
        return None
    cells = (
        {} if relations.empty else relations.set_index(["goal_id", "strategy_id"])["value"].dropna().to_dict()
    )
    return Matrix(
        goals=tuple(goals["goal"]),
        weights=tuple(plain(weight, "percent") for weight in goals["weight_share"]),
        strategies=tuple(strategies["strategy"]),
        relations=tuple(
            tuple(int(cells.get((goal, strategy), 0)) for strategy in strategies["strategy_id"])
            for goal in goals["goal_id"]
        ),
        shares=tuple(plain(share, "percent") for share in strategies["share"]),
    )


def _observations(frame: pd.DataFrame, name: str, title: str) -> Table:
    signals = ["yes" if pd.notna(flag) and flag else "" for flag in frame["is_signal"]]
    return Table(name, f"Observations of {title}", _OBSERVATION, frame.assign(signal=signals))


def _sentence(measure: dict[str, Any], signals: int) -> str:
    latest, target = (text.show(plain(measure[name], "number"), "number") for name in ("latest", "target"))
    unit = f" {measure['unit']}" if measure["unit"] else ""
    against = "" if target == text.MISSING else f" against a target of {target}{unit}"
    verdict = plain(measure["verdict"], "text")
    parts = [f"Latest {latest}{unit}{against}.", f"{verdict.rstrip('.')}." if verdict else ""]
    parts.append(f"{text.count(signals, 'point')} marked with a diamond signal a change." if signals else "")
    return " ".join(part for part in parts if part)


def _chart(measure: dict[str, Any], frame: pd.DataFrame) -> Chart:
    name, title = f"measure-{measure['measure_id']}", str(measure["measure"])
    table = _observations(frame, name, title)
    periods = [text.show(day, "date") for day in table.values("period_on")]
    values = [text.show(value, "number") for value in table.values("value")]
    signals = int(table.frame["signal"].eq("yes").sum())
    alt = (
        f"Control chart of {title}: {text.count(len(table), 'observation')}, "
        f"{periods[0]} to {periods[-1]}, "
        f"from {values[0]} to {values[-1]} {measure['unit'] or ''}".rstrip()
        + f"; {text.count(signals, 'point signals', 'points signal')} a change."
    )
    spec = xmr_spec(frame, name=title, unit=measure["unit"] or "", target=plain(measure["target"], "number"))
    return Chart(name, title, _sentence(measure, signals), alt, spec, table)


def charts_of(measures: pd.DataFrame, observations: pd.DataFrame) -> tuple[Chart, ...]:
    """The control chart of each measure with observations: frames as ProgressFrames has them."""
    if observations.empty or measures.empty:
        return ()
    ordered = observations.dropna(subset=["value", "period_on"]).sort_values("period_on", kind="stable")
    series = dict(tuple(ordered.groupby("measure_id")))
    rows = measures.astype(object).where(measures.notna(), None).to_dict("records")
    return tuple(_chart(row, series[row["measure_id"]]) for row in rows if row["measure_id"] in series)


def _subtitle(engagement: dict[str, Any]) -> str:
    span = " to ".join(
        text.show(plain(engagement[name], "date"), "date") for name in ("starts_on", "ends_on")
    )
    return " · ".join(str(part) for part in (engagement["client"], engagement["stage"], span) if part)


def progress(frames: ProgressFrames) -> Report:
    """The progress report. No frame may hold what its reader may not see: rows are shown as they come."""
    engagement = frames.engagement
    as_of: date = plain(engagement["as_of"], "date")
    made_at: datetime = engagement["made_at"]
    tables = {name: _table(frames, name) for name in _COLUMNS}
    charts = charts_of(frames.measures, frames.observations)
    audience = _FOR_CLIENT if engagement["for_client"] else _FOR_TEAM
    notes = [audience.format(client=engagement["client"])] + ([_CAUTION] if charts else [])
    return Report(
        name="progress",
        title=f"Progress report: {engagement['title']}",
        subtitle=_subtitle(engagement),
        as_of=as_of,
        made_at=made_at,
        facts=progress_facts.facts(engagement, tables, as_of),
        findings=tuple(frames.findings),
        tables=tuple(tables.values()),
        charts=charts,
        matrix=_matrix(frames),
        timeline=of_milestones(tables["milestones"], as_of),
        notes=tuple(notes),
    )
