"""What measures show across clients: effects side by side, where each stands, and the charts that signal."""

from __future__ import annotations

from collections import Counter

import lazy_loader as lazy

from reports import effects as told
from reports import text
from reports.charts_across import panels_spec
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
MOST_PANELS = 12
_NOTES = (
    "Each measure is judged by its own control chart, from all of its values up to the end of the period; "
    "the verdict before is that of the values up to the end of the period before. Values of different "
    "measures are never added or averaged.",
    "A change over time does not by itself show what caused it. The more charts one looks at, the more of "
    "them signal by chance.",
)


def outcomes(
    measures: pd.DataFrame,
    observations: pd.DataFrame,
    effects: pd.DataFrame,
    pooled: pd.DataFrame,
    hidden: int,
    period: Period,
) -> Report:
    """`measures`: one row a measure with measure_id, client, engagement, measure, goal, unit, direction,
    baseline, target, latest, latest_on, observations (how many), rules (of its chart), verdict and
    verdict_before. `observations`: measure_id, period_on, value, centre, lower, upper, is_signal, of those
    with a chart. `effects` and `pooled` are as reports.effects has them; `hidden` is how many effects rest on
    too few people to be told.
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
            *told.tables(effects, pooled),
            table("measures", "Measures", _MEASURES, rows, none, keys=3),
        ),
        charts=(*told.forests(effects, pooled), *_panels(measures, observations)),
        notes=tuple(_notes(effects, hidden, period)),
    )


def _place(verdict: str) -> int:
    return _ORDER.index(verdict) if verdict in _ORDER else len(_ORDER)


def _panels(measures: pd.DataFrame, observations: pd.DataFrame) -> tuple[Chart, ...]:
    """Of those with a chart the first, changes before what shows none; those of one set of rules together."""
    if measures.empty or observations.empty:
        return ()
    drawn = measures[measures["measure_id"].isin(observations["measure_id"])]
    first = drawn.assign(place=drawn["verdict"].map(_place)).sort_values("place", kind="stable")
    shown = first.head(MOST_PANELS)
    return tuple(
        _small(rules, shown[shown["rules"] == rules], first[first["rules"] == rules], observations)
        for rules in dict.fromkeys(shown["rules"])
    )


def _small(rules: str, shown: pd.DataFrame, of: pd.DataFrame, observations: pd.DataFrame) -> Chart:
    panels = charts_of(shown.assign(measure=shown["client"] + ": " + shown["measure"]), observations)
    series = dict(tuple(observations.groupby("measure_id")))
    small = [((row["measure"], row["client"]), series[row["measure_id"]]) for row in records(shown)]
    signals = sum(frame["is_signal"].fillna(False).astype(bool).any() for _, frame in small)
    count = text.count(len(small), "control chart")
    of_all = (
        f"{len(small)} of {text.count(len(of), 'measure')}, those that changed first; the table has all. "
    )
    sentence = (
        f"{of_all if len(of) > len(small) else ''}Each on a scale of its own, by the same rules: {rules}. "
        f"{text.count(int(signals), 'chart has a diamond', 'charts have a diamond')}, where a point signals."
    )
    alt = f"{count} in small, by the rules {rules}. " + " ".join(panel.alt for panel in panels)
    title = f"Control charts by {rules}"
    name = f"panels-{panels[0].name}"
    return Chart(name, title, sentence, alt, panels_spec(small), panels=panels)


def _notes(effects: pd.DataFrame, hidden: int, period: Period):
    yield from _NOTES
    if len(effects):
        yield told.NOTE
    if more := told.left_out(effects):
        yield more
    if hidden:
        said = text.count(hidden, "effect rests", "effects rest")
        yield f"{said} on too few people to be told outside its engagement."
    yield period.note


def _facts(count: int, now: Counter, before: Counter) -> tuple[Fact, ...]:
    return (
        Fact("Measures", text.whole(count)),
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
