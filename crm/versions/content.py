"""What a worksheet says, in one form of writing: canonical JSON (RFC 8785) and its SHA-256.

Pure. The content depends on the rows alone: not on who reads them, nor on the order in which a database
happens to give them. Texts are as they were typed, days are ISO 8601, money is a decimal in a string, an
enum is its value. The same content twice is the same text, byte for byte, and has the same digest.
"""

from collections.abc import Iterable
from typing import NamedTuple

from crm.canonical import Content, Row, canonical, digest_of, parse, said

__all__ = ["Content", "Row", "Rows", "canonical", "compose", "digest_of", "parse"]
FORMAT = "plumbline-worksheet/1"


class Rows(NamedTuple):
    """The rows of one worksheet, each a mapping of what it says, in any order."""

    setup: Row | None = None
    goals: Iterable[Row] = ()
    parents: Iterable[Row] = ()
    origins: Iterable[Row] = ()
    comparisons: Iterable[Row] = ()
    strategies: Iterable[Row] = ()
    channels: Iterable[Row] = ()
    relations: Iterable[Row] = ()
    ties: Iterable[Row] = ()
    causes: Iterable[Row] = ()


GOAL = (
    "id", "statement", "why", "weight", "perspective", "level", "horizon_on", "smart_text", "how_measured",
    "unit", "start_value", "target_value", "importance_rank", "owner",
)  # fmt: skip
STRATEGY = (
    "id", "statement", "audience", "objective", "key_message", "channels", "resources", "effort_hours",
    "cost", "currency", "starts_on", "ends_on", "owner",
)  # fmt: skip
SETUP = ("layout", "weighing", "review_on", "review_every_months")
RELATION = ("goal_id", "strategy_id", "mark", "note", "by")
TIE = ("strategy_id", "other_id", "strength", "note", "by")
CAUSE = ("goal_id", "effect_id", "note")
COMPARISON = ("goal_id", "other_id", "times", "by")


def compose(engagement_id: int, rows: Rows) -> Content:
    """The content of the worksheet; goals and strategies in the order in which people put them."""
    parents = {row["goal_id"]: row["parent_id"] for row in rows.parents}
    carried = {row["goal_id"] for row in rows.origins}
    channels: dict[int, list[str]] = {}
    for row in rows.channels:
        channels.setdefault(row["strategy_id"], []).append(row["channel"])
    return {
        "format": FORMAT,
        "engagement": engagement_id,
        "setup": said(rows.setup, SETUP) if rows.setup else None,
        "goals": [
            said(row, GOAL) | {"parent": parents.get(row["id"]), "is_carried_down": row["id"] in carried}
            for row in _in_order(rows.goals)
        ],
        "strategies": [
            said(row, STRATEGY) | {"own_channels": sorted(channels.get(row["id"], ()))}
            for row in _in_order(rows.strategies)
        ],
        "relations": _pairs(rows.relations, RELATION),
        "ties": _pairs(rows.ties, TIE),
        "causes": _pairs(rows.causes, CAUSE),
        "comparisons": _pairs(rows.comparisons, COMPARISON),
    }


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["position"], row["id"]))


def _pairs(rows: Iterable[Row], names: tuple[str, ...]) -> list[Content]:
    """Rows that stand between two others, in the order of the ids of those."""
    first, second = names[:2]
    return [said(row, names) for row in sorted(rows, key=lambda row: (row[first], row[second]))]
