"""Whether what was promised is done: action items by who owes them, and by engagement."""

from __future__ import annotations

from collections import defaultdict

import lazy_loader as lazy

from reports import text
from reports.figures import bars, compared, mean, records, share, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

_COUNTS = (
    Column("due", "Due", "integer", total=True),
    Column("on_time", "Done in time", "integer", total=True),
    Column("done_late", "Done late", "integer", total=True),
    Column("open", "Open", "integer", total=True),
    Column("dropped", "Dropped", "integer", total=True),
    Column("kept", "Kept", "percent"),
    Column("kept_before", "Before", "percent"),
    Column("days", "Days late, mean", "number"),
)
_OWNERS = (
    Column("owner", "Owner", "text"),
    Column("side", "Side", "text"),
    Column("of", "Of", "text"),
    *_COUNTS,
)
_WHERE = (Column("client", "Client", "text"), Column("engagement", "Engagement", "text"))
_ACTIONS = (
    *_WHERE,
    Column("action", "Action", "text"),
    Column("owner", "Owner", "text"),
    Column("side", "Side", "text"),
    Column("due_on", "Due", "date"),
    Column("done_on", "Done", "date"),
    Column("state", "State", "text"),
    Column("days_late", "Days late", "integer"),
)
_NOTES = (
    "The actions that were due in the period, as they stood at its end. Kept is the share that was done "
    "by its day, of those that were not dropped. An action without a day is due never, and counts nowhere.",
    "Days late: from the day due to the day done, or to the end of the period where it is still open.",
)


def actions(frame: pd.DataFrame, period: Period) -> Report:
    """`frame`: one row an action due in either period, as it stood at the end of this one: key (of its
    engagement), client, engagement, action, owner_key, owner, side, due_on, done_on, state.
    """
    rows = [row | {"days_late": _late(row, period)} for row in records(frame)]
    now = [row for row in rows if period.holds(row["due_on"])]
    empty = "No action was due in this period."
    owners = _lines(rows, period, lambda row: row["owner_key"] or "", _of_owner)
    engagements = _lines(rows, period, lambda row: row["key"], _of_engagement)
    tables = (
        table("owners", "Who owed them", _OWNERS, owners, empty, keys=1),
        table("engagements", "Engagements", (*_WHERE, *_COUNTS), engagements, empty, keys=2),
        table("actions", "Actions", _ACTIONS, now, empty, keys=3),
    )
    chart = bars(
        "open", "Open past their day", "Actions still open at the end; the upright mark is all due.",
        sorted((row for row in owners if row["open"]), key=lambda row: -row["open"]),
        key="owner", value=_COUNTS[3], mark=_COUNTS[0],
    )  # fmt: skip
    return Report(
        name="actions",
        title="Follow-through of actions",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, period),
        findings=tuple(_findings(owners)),
        tables=tables,
        charts=(chart,) if chart else (),
        notes=(*_NOTES, period.note),
    )


def _late(row: dict, period: Period) -> int:
    if row["state"] == "Dropped":
        return 0
    return max(((row["done_on"] or period.last) - row["due_on"]).days, 0)


def _counted(rows: list[dict]) -> dict:
    done = [row for row in rows if row["state"] == "Done"]
    on_time = sum(1 for row in done if row["done_on"] <= row["due_on"])
    dropped = sum(1 for row in rows if row["state"] == "Dropped")
    return {
        "due": len(rows),
        "on_time": on_time,
        "done_late": len(done) - on_time,
        "open": len(rows) - len(done) - dropped,
        "dropped": dropped,
        "kept": share(on_time, len(rows) - dropped),
        "days": mean(row["days_late"] for row in rows if row["days_late"]),
    }


def _lines(rows: list[dict], period: Period, key, told) -> list[dict]:
    now, before = defaultdict(list), defaultdict(list)
    for row in rows:
        (now if period.holds(row["due_on"]) else before)[key(row)].append(row)
    lines = [
        told(group[0]) | _counted(group) | {"kept_before": _counted(before[name])["kept"]}
        for name, group in now.items()
    ]
    return sorted(
        lines, key=lambda row: tuple(str(row.get(name)) for name in ("client", "engagement", "owner", "of"))
    )


def _of_owner(row: dict) -> dict:
    of = row["client"] if row["side"] == "Client" else None
    return {"owner": row["owner"] or "Nobody", "side": row["side"], "of": of}


def _of_engagement(row: dict) -> dict:
    return {"client": row["client"], "engagement": row["engagement"]}


def _facts(rows: list[dict], period: Period) -> tuple[Fact, ...]:
    now = _counted([row for row in rows if period.holds(row["due_on"])])
    before = _counted([row for row in rows if not period.holds(row["due_on"])])
    return (
        compared("Kept", now["kept"], before["kept"], "percent", "done by their day"),
        compared("Due", now["due"], before["due"], "integer"),
        compared("Done late", now["done_late"], before["done_late"], "integer"),
        Fact("Still open", str(now["open"]), "at the end of the period"),
    )


def _findings(owners: list[dict]):
    for row in owners:
        if row["owner"] == "Nobody" and row["open"]:
            verb = text.count(row["open"], "open action has no owner", "open actions have no owner")
            yield f"{verb}."
        elif row["open"] >= 3 and row["open"] * 2 > row["due"]:
            yield f"{row['owner']} still owes {row['open']} of the {row['due']} actions that were due."
