"""How content clients are: what they gave from 0 to 10."""

from __future__ import annotations

from collections import defaultdict

import lazy_loader as lazy

from reports import text
from reports.figures import bars, change, compared, mean, records, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

_SCORES = (
    Column("answers", "Answers", "integer", total=True),
    Column("from_client", "Given by the client", "integer", total=True),
    Column("mean", "Mean", "number"),
    Column("before", "Before", "number"),
    Column("change", "Change", "number"),
)
_ENGAGEMENTS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    *_SCORES,
    Column("latest", "Latest", "integer"),
    Column("latest_on", "On", "date"),
)
_KINDS = (Column("kind", "Kind of client", "text"), *_SCORES)
_PROMOTERS = (
    Column("period", "Period", "text"),
    Column("answers", "Answers", "integer"),
    Column("promoters", "9 or 10", "integer"),
    Column("passives", "7 or 8", "integer"),
    Column("detractors", "0 to 6", "integer"),
    Column("score", "Net promoter score", "number"),
    Column("error", "Standard error", "number"),
    Column("why_not", "Why not", "text"),
)
_NOTES = (
    "Every score from 0 to 10 of the period counts, those that the client gave and those that the team wrote "
    "down for them; several of one engagement count each.",
    "Net promoter score: percent that gave 9 or 10 less percent that gave 0 to 6, from −100 to 100. These "
    "answers were given in the course of the work and not in a survey: who was content may have been asked "
    "more.",
)
#: From here down a score is a call to act.
_LOW = 6


def satisfaction(scores: pd.DataFrame, promoters: pd.DataFrame, period: Period) -> Report:
    """`scores`: one row a score of either period, in the order of their days: key (of its engagement),
    client, engagement, kind, score, said_on, is_from_client. `promoters`: a row for each period with its net
    promoter score, or why there is none.
    """
    rows = records(scores)
    engagements = _lines(rows, period, "key", ("client", "engagement"))
    kinds = _lines(rows, period, "kind", ("kind",))
    empty = "Nobody gave a score in this period."
    chart = bars(
        "scores", "Mean score", "Mean of each engagement, the lowest first; the upright mark is before.",
        sorted(engagements, key=lambda row: row["mean"]), key="name", value=_SCORES[2], mark=_SCORES[3],
    )  # fmt: skip
    return Report(
        name="satisfaction",
        title="Satisfaction of clients",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, records(promoters), period),
        findings=tuple(_findings(engagements)),
        tables=(
            table("engagements", "Engagements", _ENGAGEMENTS, engagements, empty, keys=2),
            table("kinds", "Kinds of client", _KINDS, kinds, empty),
            table("promoters", "Net promoter score", _PROMOTERS, records(promoters), empty),
        ),
        charts=(chart,) if chart else (),
        notes=(*_NOTES, period.note),
    )


def _lines(rows: list[dict], period: Period, key: str, told: tuple[str, ...]) -> list[dict]:
    groups: dict = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    lines = []
    for group in groups.values():
        now = [row for row in group if period.holds(row["said_on"])]
        if now:
            before = mean(row["score"] for row in group if period.held_before(row["said_on"]))
            lines.append(_line(now, before) | {name: now[0][name] for name in told})
    return sorted(lines, key=lambda row: tuple(row[name] for name in told))


def _line(now: list[dict], before: float | None) -> dict:
    middle = mean(row["score"] for row in now)
    return {
        "name": f"{now[0]['client']}: {now[0]['engagement']}",
        "answers": len(now),
        "from_client": sum(bool(row["is_from_client"]) for row in now),
        "mean": middle,
        "before": before,
        "change": change(middle, before),
        "latest": now[-1]["score"],
        "latest_on": now[-1]["said_on"],
    }


def _facts(rows: list[dict], promoters: list[dict], period: Period) -> tuple[Fact, ...]:
    now = [row["score"] for row in rows if period.holds(row["said_on"])]
    before = [row["score"] for row in rows if period.held_before(row["said_on"])]
    this, last = (promoters[0]["score"], promoters[1]["score"]) if len(promoters) > 1 else (None, None)
    low = sum(score <= _LOW for score in now)
    return (
        compared("Mean score", mean(now), mean(before), "number", "of 10"),
        compared("Net promoter score", this, last, "number"),
        compared("Answers", len(now), len(before), "integer"),
        Fact("6 or less", str(low), "answers"),
    )


def _findings(lines: list[dict]):
    for row in lines:
        if row["latest"] <= _LOW:
            yield f"{row['name']}: the latest score is {row['latest']}, of {text.day(row['latest_on'])}."
        elif row["change"] is not None and row["change"] <= -2:
            yield f"{row['name']}: the mean score fell by {text.show(-row['change'], 'number')}."
