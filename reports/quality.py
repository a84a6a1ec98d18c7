"""What hangs loose on every thread."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime

import lazy_loader as lazy

from reports import text
from reports.figures import bars, records, table
from reports.model import Chart, Column, Fact, Report

pd = lazy.load("pandas")

LEVELS = {"bad": "Needs mending", "warn": "Look at it", "info": "Good to know"}
_LABELS = (
    Column("label", "What", "text"),
    Column("level", "How bad", "text"),
    Column("findings", "How often", "integer", total=True),
    Column("engagements", "Engagements", "integer"),
)
_ENGAGEMENTS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("lead", "Lead", "text"),
    Column("bad", LEVELS["bad"], "integer", total=True),
    Column("warn", LEVELS["warn"], "integer", total=True),
    Column("info", LEVELS["info"], "integer", total=True),
    Column("findings", "In all", "integer", total=True),
)
_FINDINGS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("level", "How bad", "text"),
    Column("label", "What", "text"),
    Column("sentence", "In words", "text"),
    Column("button", "What mends it", "text"),
)
_NOTES = (
    "The same sentences stand on the page of each thread, where a button mends each. The worst come first.",
    "Threads are as they stand on the day that the report is made.",
)


def quality(
    engagements: pd.DataFrame, findings: pd.DataFrame, as_of: date, made_at: datetime, narrowed: str = ""
) -> Report:
    """`engagements`: key, client, engagement, lead, by name. `findings`: key (of the engagement), level (bad,
    warn or info), label, sentence, button, the worst of each engagement first.
    """
    found, lines = records(findings), records(engagements)
    _tally(lines, found)
    none = "Nothing hangs loose."
    return Report(
        name="data-quality",
        title="What hangs loose on every thread",
        subtitle=narrowed or "Engagements where work goes on",
        as_of=as_of,
        made_at=made_at,
        facts=_facts(lines, found),
        findings=tuple(_worst(lines)),
        tables=(
            table("labels", "Kinds of loose end", _LABELS, _labels(found), none),
            table("engagements", "Engagements", _ENGAGEMENTS, lines, "No engagement is looked at.", keys=2),
            table("findings", "Loose ends", _FINDINGS, _listed(lines, found), none, keys=2),
        ),
        charts=_charts(lines),
        notes=_NOTES,
    )


def _tally(lines: list[dict], found: list[dict]) -> None:
    """Each engagement is told how many of its findings are of each level, and what its bar is called."""
    levels = defaultdict(Counter)
    for row in found:
        levels[row["key"]][row["level"]] += 1
    for row in lines:
        counts = levels[row["key"]]
        row |= {level: counts[level] for level in LEVELS} | {"findings": counts.total()}
        row["name"] = f"{row['client']}: {row['engagement']}"


def _listed(lines: list[dict], found: list[dict]) -> list[dict]:
    places = {row["key"]: row for row in lines}
    return [
        {name: places[row["key"]][name] for name in ("client", "engagement")}
        | {name: row[name] for name in ("label", "sentence", "button")}
        | {"level": LEVELS[row["level"]]}
        for row in found
    ]


def _charts(lines: list[dict]) -> tuple[Chart, ...]:
    chart = bars(
        "loose", "Loose ends by engagement", "Findings of each; the upright mark is those that need mending.",
        sorted((row for row in lines if row["findings"]), key=lambda row: -row["findings"]),
        key="name", value=_ENGAGEMENTS[6],
        mark=_ENGAGEMENTS[3],
    )  # fmt: skip
    return (chart,) if chart else ()


def _labels(found: list[dict]) -> list[dict]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in found:
        groups[row["level"], row["label"]].append(row["key"])
    order = list(LEVELS)
    return [
        {"label": label, "level": LEVELS[level], "findings": len(keys), "engagements": len(set(keys))}
        for (level, label), keys in sorted(
            groups.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]), item[0][1])
        )
    ]


def _facts(lines: list[dict], found: list[dict]) -> tuple[Fact, ...]:
    whole = sum(not row["findings"] for row in lines)
    counts = Counter(row["level"] for row in found)
    return (
        Fact("Engagements", text.whole(len(lines)), f"{whole} without a loose end"),
        *(Fact(words, text.whole(counts[level])) for level, words in LEVELS.items()),
    )


def _worst(lines: list[dict]):
    for row in sorted(lines, key=lambda row: -row["bad"]):
        if row["bad"]:
            ends = text.count(row["bad"], "thing needs", "things need")
            yield f"{row['client']}, {row['engagement']}: {ends} mending."
