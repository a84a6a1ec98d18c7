"""What measures show across clients: where each stands, and the control charts that signal a change."""

from __future__ import annotations

from collections import Counter

import lazy_loader as lazy

from reports import text
from reports.figures import compared, records, table
from reports.model import Chart, Column, Fact, Report
from reports.period import Period
from reports.progress import charts_of

pd = lazy.load("pandas")

_MEASURES = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("measure", "Measure", "text"),
    Column("goal", "Goal", "text"),
    Column("unit", "Unit", "text"),
    Column("direction", "Better", "text"),
    Column("baseline", "Began at", "number"),
    Column("target", "Target", "number"),
    Column("latest", "Latest", "number"),
    Column("latest_on", "As of", "date"),
    Column("observations", "Points", "integer", total=True),
    Column("verdict", "Verdict", "text"),
    Column("verdict_before", "Before", "text"),
)
_VERDICTS = (
    Column("verdict", "Verdict", "text"),
    Column("measures", "Measures", "integer", total=True),
    Column("before", "Before", "integer", total=True),
)
#: Which charts come first, where there are more than are drawn.
_ORDER = ("Worsening", "Improving", "Changing", "No change shown")
MOST_CHARTS = 12
_NOTES = (
    "Each measure is judged by its own control chart, from all of its values up to the end of the period; "
    "the verdict before is that of the values up to the end of the period before. Values of different "
    "measures are never added or averaged.",
    "A change over time does not by itself show what caused it. The more charts one looks at, the more of "
    "them signal by chance.",
)


def outcomes(measures: pd.DataFrame, observations: pd.DataFrame, period: Period) -> Report:
    """`measures`: one row a measure with measure_id, client, engagement, measure, goal, unit, direction,
    baseline, target, latest, latest_on, observations (how many), verdict and verdict_before. `observations`:
    measure_id, period_on, value, centre, lower, upper, is_signal, of those with a chart.
    """
    rows = records(measures)
    now, before = (Counter(row[name] for row in rows) for name in ("verdict", "verdict_before"))
    lines = [
        {"verdict": name, "measures": now[name], "before": before[name]}
        for name in sorted(now | before, key=lambda name: (_place(name), name))
    ]
    none = "No measure has been chosen yet."
    return Report(
        name="outcomes",
        title="Outcomes across clients",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(len(rows), now, before),
        findings=tuple(_findings(rows)),
        tables=(
            table("verdicts", "What the charts show", _VERDICTS, lines, none),
            table("measures", "Measures", _MEASURES, rows, none, keys=3),
        ),
        charts=_charts(measures, observations),
        notes=(*_NOTES, period.note),
    )


def _place(verdict: str) -> int:
    return _ORDER.index(verdict) if verdict in _ORDER else len(_ORDER)


def _charts(measures: pd.DataFrame, observations: pd.DataFrame) -> tuple[Chart, ...]:
    """Of those with a chart the first, changes before what shows none, each under the name of its client."""
    if measures.empty or observations.empty:
        return ()
    drawn = measures[measures["measure_id"].isin(observations["measure_id"])]
    first = drawn.assign(place=drawn["verdict"].map(_place)).sort_values("place", kind="stable")
    first = first.head(MOST_CHARTS)
    return charts_of(first.assign(measure=first["client"] + ": " + first["measure"]), observations)


def _facts(count: int, now: Counter, before: Counter) -> tuple[Fact, ...]:
    return (
        Fact("Measures", f"{count:,}"),
        compared("Improving", now["Improving"], before["Improving"], "integer"),
        compared("Worsening", now["Worsening"], before["Worsening"], "integer"),
        compared("No change shown", now["No change shown"], before["No change shown"], "integer"),
    )


def _findings(rows: list[dict]):
    for row in rows:
        if row["verdict"] == "Worsening":
            latest = text.show(row["latest"], "number")
            unit = f" {row['unit']}" if row["unit"] else ""
            where = f"{row['client']}, {row['engagement']}"
            yield f"{where}: “{row['measure']}” is worsening; latest {latest}{unit}."
