"""How well strategies serve goals, across clients."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

import lazy_loader as lazy

from reports import text
from reports.figures import bars, mean, records, share, table
from reports.model import Column, Fact, Report

pd = lazy.load("pandas")

_SUMS = (
    Column("goals", "Goals", "integer", total=True),
    Column("served", "Served", "integer", total=True),
    Column("measured", "Measured", "integer", total=True),
    Column("coverage", "Coverage", "percent"),
)
_ENGAGEMENTS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    *_SUMS,
    Column("strategies", "Strategies", "integer", total=True),
    Column("idle", "Serve no goal", "integer", total=True),
    Column("undelivered", "Without a milestone", "integer", total=True),
)
_PERSPECTIVES = (Column("perspective", "Perspective", "text"), *_SUMS)
_NOTES = (
    "Coverage is the share of the weight of an engagement's goals that some strategy serves, with a mark of "
    "3 or more. That of a perspective is over the weights as each engagement gives them.",
    "Served goals have a strategy rated 3 or more; measured ones have a measure. Worksheets are as they "
    "stand on the day that the report is made.",
)
#: Below this share of the weight, a sentence says so.
_LOW = 0.5


def alignment(
    goals: pd.DataFrame, strategies: pd.DataFrame, as_of: date, made_at: datetime, narrowed=""
) -> Report:
    """`goals`: one row an engagement and perspective with key, client, engagement, perspective, goals,
    served, measured (counts), weight and covered (sums of weight). `strategies`: one row an engagement with
    key, client, engagement, strategies, idle and undelivered (counts).
    """
    sums, plans = records(goals), {row["key"]: row for row in records(strategies)}
    lines = _engagements(sums, plans)
    by_perspective = _perspectives(sums)
    empty = "No engagement has a goal or a strategy yet."
    lowest = sorted((row for row in lines if row["coverage"] is not None), key=lambda row: row["percent"])
    middle = mean(row["percent"] for row in lowest)
    lowest = [row | {"middle": middle} for row in lowest]
    chart = bars(
        "coverage", "Coverage", "Percent of the weight that is served, lowest first; the mark is the mean.",
        lowest, key="name", value=Column("percent", "Coverage, %", "number"),
        mark=Column("middle", "Mean, %", "number"),
    )  # fmt: skip
    return Report(
        name="alignment",
        title="Alignment across clients",
        subtitle=narrowed or "All engagements",
        as_of=as_of,
        made_at=made_at,
        facts=_facts(lines, sums),
        findings=tuple(_findings(lowest)),
        tables=(
            table("engagements", "Engagements", _ENGAGEMENTS, lines, empty, keys=2),
            table("perspectives", "Perspectives", _PERSPECTIVES, by_perspective, empty),
        ),
        charts=(chart,) if chart else (),
        notes=_NOTES,
    )


def _summed(rows: list[dict]) -> dict:
    summed = {name: sum(row[name] for row in rows) for name in ("goals", "served", "measured")}
    coverage = share(sum(row["covered"] for row in rows), sum(row["weight"] for row in rows))
    return summed | {"coverage": coverage}


def _engagements(sums: list[dict], plans: dict[int, dict]) -> list[dict]:
    groups: dict[int, list[dict]] = defaultdict(list)
    for row in sums:
        groups[row["key"]].append(row)
    lines = []
    for key in groups.keys() | plans.keys():
        one = groups[key][0] if groups[key] else plans[key]
        line = {"client": one["client"], "engagement": one["engagement"], **_summed(groups[key])}
        line |= {"name": f"{line['client']}: {line['engagement']}", "percent": 100 * (line["coverage"] or 0)}
        plan = plans.get(key, {})
        lines.append(line | {name: plan.get(name, 0) for name in ("strategies", "idle", "undelivered")})
    return sorted(lines, key=lambda row: (row["client"], row["engagement"]))


def _perspectives(sums: list[dict]) -> list[dict]:
    groups: dict[str, list[dict]] = defaultdict(list)
    for row in sums:
        groups[row["perspective"] or "Not said"].append(row)
    return [{"perspective": name, **_summed(rows)} for name, rows in sorted(groups.items())]


def _facts(lines: list[dict], sums: list[dict]) -> tuple[Fact, ...]:
    whole = _summed(sums)
    middle = mean(row["coverage"] for row in lines)
    return (
        Fact("Mean coverage", text.show(middle, "percent"), "each engagement counts once"),
        Fact("Goals served", f"{text.whole(whole['served'])} of {text.whole(whole['goals'])}"),
        Fact("Goals measured", f"{text.whole(whole['measured'])} of {text.whole(whole['goals'])}"),
        Fact(
            "Strategies",
            text.whole(sum(row["strategies"] for row in lines)),
            f"{sum(r['idle'] for r in lines)} idle",
        ),
    )


def _findings(lowest: list[dict]):
    for row in lowest:
        if row["coverage"] < _LOW:
            part = text.show(row["coverage"], "percent")
            yield f"{row['name']}: {part} of the weight of its goals is served."
