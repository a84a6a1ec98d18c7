"""Where clients are present on social channels, and how their following grows."""

from __future__ import annotations

from collections import defaultdict

import lazy_loader as lazy

from reports import text
from reports.figures import bars, compared, records, share, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

_GROWTH = (
    Column("followers", "Followers", "integer", total=True),
    Column("compared", "Compared", "integer", total=True),
    Column("gained", "Gained", "integer", total=True),
    Column("growth", "Growth", "percent"),
    Column("growth_before", "Before", "percent"),
)
_PLATFORMS = (
    Column("platform", "Platform", "text"),
    Column("clients", "Clients", "integer"),
    Column("presence", "Of all clients", "percent"),
    Column("channels", "Channels", "integer", total=True),
    *_GROWTH,
)
_CHANNELS = (
    Column("client", "Client", "text"),
    Column("platform", "Platform", "text"),
    Column("handle", "Handle", "text"),
    Column("followers", "Followers", "integer", total=True),
    Column("counted_on", "Counted", "date"),
    Column("at_start", "At the start", "integer", total=True),
    Column("gained", "Gained", "integer", total=True),
    Column("growth", "Growth", "percent"),
    Column("growth_before", "Before", "percent"),
)
_NOTES = (
    "Followers are the latest count up to the end of the period; at the start, the latest count before it. "
    "Growth compares only channels that were counted at both moments, each with itself.",
    "One person who follows two channels counts twice: followers are not people. More followers do not by "
    "themselves mean that a goal is nearer.",
)


def channels(frame: pd.DataFrame, clients: int, period: Period) -> Report:
    """`frame`: one row a channel: client_key, client, platform, handle, followers, counted_on, at_start and
    at_start_before (counts or missing). `clients` is how many there are, with a channel or without one.
    """
    rows = [_grown(row) for row in records(frame)]
    lines = _platforms(rows, clients)
    empty = "No channel is known yet."
    chart = bars(
        "followers", "Followers by platform", "Followers at the end; the upright mark is those at the start.",
        sorted(lines, key=lambda row: -row["followers"]), key="platform", value=_GROWTH[0],
        mark=Column("at_start", "At the start", "integer"),
    )  # fmt: skip
    return Report(
        name="channels",
        title="Social channels: presence and growth",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, clients),
        findings=tuple(_findings(rows)),
        tables=(
            table("platforms", "Platforms", _PLATFORMS, lines, empty),
            table("channels", "Channels", _CHANNELS, rows, empty, keys=3),
        ),
        charts=(chart,) if chart else (),
        notes=(*_NOTES, period.note),
    )


def _grown(row: dict) -> dict:
    now, start, earlier = row["followers"], row["at_start"], row["at_start_before"]
    is_known = now is not None and start is not None
    return row | {
        "gained": now - start if is_known else None,
        "growth": share(now - start, start) if is_known else None,
        "growth_before": share(start - earlier, earlier)
        if start is not None and earlier is not None
        else None,
    }


def _growth(rows: list[dict], end: str, start: str) -> float | None:
    both = [row for row in rows if row[end] is not None and row[start] is not None]
    return share(sum(row[end] - row[start] for row in both), sum(row[start] for row in both))


def _platforms(rows: list[dict], clients: int) -> list[dict]:
    groups: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        groups[row["platform"]].append(row)
    return [
        {
            "platform": name,
            "clients": (present := len({row["client_key"] for row in group})),
            "presence": share(present, clients),
            "channels": len(group),
            "followers": sum(row["followers"] or 0 for row in group),
            "at_start": sum(row["at_start"] or 0 for row in group),
            "compared": sum(row["gained"] is not None for row in group),
            "gained": sum(row["gained"] or 0 for row in group),
            "growth": _growth(group, "followers", "at_start"),
            "growth_before": _growth(group, "at_start", "at_start_before"),
        }
        for name, group in sorted(groups.items())
    ]


def _facts(rows: list[dict], clients: int) -> tuple[Fact, ...]:
    present = len({row["client_key"] for row in rows})
    stale = sum(row["followers"] is None for row in rows)
    return (
        Fact(
            "Clients present",
            f"{text.whole(present)} of {text.whole(clients)}",
            "have a channel that is known",
        ),
        Fact("Channels", text.whole(len(rows)), f"{stale} never counted" if stale else ""),
        Fact("Followers", text.whole(sum(row["followers"] or 0 for row in rows))),
        compared(
            "Growth", _growth(rows, "followers", "at_start"), _growth(rows, "at_start", "at_start_before"),
            "percent",
        ),
    )  # fmt: skip


def _findings(rows: list[dict]):
    for row in rows:
        if row["gained"] is not None and row["gained"] < 0:
            lost = text.count(-row["gained"], "follower")
            yield f"{row['client']} has lost {lost} on {row['platform']} ({row['handle']})."
