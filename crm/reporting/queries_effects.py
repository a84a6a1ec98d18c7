"""Frames of the effects that were kept, by measure and client, and of what they come to together."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from math import exp, log
from operator import itemgetter
from typing import Any

import lazy_loader as lazy
import sqlalchemy as sa

from crm.analyses.models import Analysis, Look
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.methods.pooled import error_of, pooled
from crm.methods.suppression import SMALLEST
from crm.organisations.models import Organisation
from crm.outcomes.models import Measure
from crm.outcomes.models_plan import Design
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import engagements
from reports.effects import EFFECTS, POOLED

pd = lazy.load("pandas")

a, e, o, m, k = columns(Analysis), columns(Engagement), columns(Organisation), columns(Measure), columns(Look)
SCALES = {"difference": "Difference", "share": "Difference of shares", "ratio": "Rate ratio"}
#: Clients from whom on effects are taken together: two say next to nothing of how far others differ.
LEAST_CLIENTS = 3
Row = dict[str, Any]


def effects_frames(user, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """What reports.effects asks for, and how many effects rest on too few people to be told.

    An effect is that of the last look at an analysis within the period's end; of each client there is one.
    """
    until = datetime.combine(asked.last + timedelta(1), time(), UTC)
    found = db.session.execute(_looks(engagements(user, asked)), {"until": until}).mappings()
    told = [row for row in map(_told, found) if row]
    open_ = [row for row in told if not 0 < row["n"] < SMALLEST]
    chosen = [next(rows) for _, rows in groupby(sorted(open_, key=_order), key=_of_client)]
    groups = [list(rows) for _, rows in groupby(chosen, key=itemgetter("group"))]
    effects, together = [], []
    for key, rows in enumerate(groups, start=1):
        whole = _together(rows) if len(rows) >= LEAST_CLIENTS else None
        weights = whole.pop("weights") if whole else [None] * len(rows)
        effects += [row | {"key": key, "weight": part} for row, part in zip(rows, weights, strict=True)]
        together += [{**rows[0], **whole, "key": key}] if whole else []
    return _frame(effects, EFFECTS), _frame(together, POOLED), len(told) - len(open_)


def _frame(rows: list[Row], of) -> pd.DataFrame:
    names = ["key", *(column.name for column in of)]
    return pd.DataFrame([[row[name] for name in names] for row in rows], columns=names, dtype=object)


def _looks(chosen: sa.Select) -> sa.Select:
    """The last look at each analysis until then."""
    place = sa.func.row_number().over(partition_by=k.analysis_id, order_by=k.number.desc())
    last = (
        sa.select(k.id, k.analysis_id, place.label("place"))
        .where(k.engagement_id.in_(chosen), k.looked_at < sa.bindparam("until", type_=k.looked_at.type))
        .subquery()
    )
    return (
        sa.select(
            k.id, k.looked_at, k.n, k.result, a.is_primary, o.id.label("client_key"), o.name.label("client"),
            e.title.label("engagement"), m.name.label("measure"), m.unit.label("measure_unit"), m.direction,
        )
        .select_from(k.table)
        .join(last, sa.and_(last.c.id == k.id, last.c.place == 1))
        .join(a.table, a.id == k.analysis_id)
        .join(m.table, m.id == a.measure_id)
        .join(e.table, e.id == k.engagement_id)
        .join(o.table, o.id == k.organisation_id)
        .order_by(k.id)
    )  # fmt: skip


def _told(found: sa.RowMapping) -> Row | None:
    """The effect that a look tells, or None: a chart tells none, nor what has no interval."""
    said = found["result"]
    ends = [said.get(name) for name in ("estimate", "low", "high")]
    scale = said.get("scale")
    if scale not in SCALES or None in ends or not ends[1] < ends[2]:
        return None
    if scale == "ratio" and ends[1] <= 0:
        return None
    design = said.get("design")
    known = Design(design).label if design in Design._value2member_map_ else Design.CASE_STUDY.label
    name, unit = found["measure"], said.get("unit") or ""
    return {
        "group": (name.strip().lower(), found["measure_unit"] or "", unit, found["direction"].value, scale),
        "client_key": found["client_key"], "client": found["client"], "engagement": found["engagement"],
        "measure": name.strip(), "unit": unit, "scale": SCALES[scale], "is_ratio": scale == "ratio",
        "design": known, "n": found["n"], "estimate": ends[0], "low": ends[1], "high": ends[2],
        "confidence": said.get("confidence") or 0.95, "looked_on": found["looked_at"].date(),
        "rank": (not found["is_primary"], -found["looked_at"].timestamp(), -found["id"]),
    }  # fmt: skip


def _order(row: Row) -> tuple:
    return row["group"], row["client"].lower(), row["client_key"], row["rank"]


def _of_client(row: Row) -> tuple:
    return row["group"], row["client_key"]


def _together(rows: list[Row]) -> Row:
    """Ratios are taken together by their logarithms, and told as ratios."""
    is_ratio = rows[0]["is_ratio"]
    there, back = (log, exp) if is_ratio else (float, float)
    errors = [error_of(there(row["low"]), there(row["high"]), row["confidence"]) for row in rows]
    found = pooled([there(row["estimate"]) for row in rows], errors)
    expected = [back(end) for end in found.expected]
    return {
        "clients": found.places, "estimate": back(found.estimate), "low": back(found.lower),
        "high": back(found.upper), "expected_low": expected[0], "expected_high": expected[1],
        "between": found.tau2**0.5, "i2": found.i2, "weights": found.weights.tolist(),
        "method": found.method[0].upper() + found.method[1:] + (", of logarithms" if is_ratio else ""),
    }  # fmt: skip
