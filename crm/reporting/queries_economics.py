"""A frame of what work is worth, across engagements: each evaluation as its own page reckons it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

import lazy_loader as lazy
import sqlalchemy as sa

from crm.columns import columns
from crm.economics.models import Evaluation, EvaluationLine, LineKind
from crm.economics.reckoning import Reckoned
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.methods.economics import KINDS
from crm.organisations.models import Organisation
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import engagements

pd = lazy.load("pandas")

e, o, ev, line = columns(Engagement), columns(Organisation), columns(Evaluation), columns(EvaluationLine)
_CENT = Decimal("0.01")
COLUMNS = (
    "key", "client", "engagement", "evaluation", "perspective", "price_year", "years", "currency", "coaching",
    "cost", "cash_released", "time_freed", "cost_avoided", "npv", "roi", "cash_roi", "payback", "hours",
    "problem",
)  # fmt: skip


def economics_frame(user, asked: Asked) -> tuple[pd.DataFrame, int]:
    """What reports.economics asks for, and how many engagements there are. A currency that is asked for is
    that of the evaluation."""
    chosen = engagements(user, replace(asked, currency=None))
    found = db.session.execute(_evaluations(chosen, asked.currency)).all()
    lines = db.session.execute(_lines(chosen)).all()
    of = {key: tuple(group) for key, group in groupby(lines, key=attrgetter("evaluation_id"))}
    rows = [_row(one, Reckoned(one, of.get(one.id, ()), ())) for one in found]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery()))
    frame = pd.DataFrame([[row[name] for name in COLUMNS] for row in rows], columns=COLUMNS, dtype=object)
    return frame, count


def _evaluations(chosen: sa.Select, currency: str | None) -> sa.Select:
    own = [column for column in ev.table.columns if column.name != "currency"]
    found = (
        sa.select(
            *own, ev.currency, o.name.label("client"), e.title.label("title"), e.fee,
            e.currency.label("fee_currency"),
        )
        .select_from(ev.table)
        .join(e.table, e.id == ev.engagement_id)
        .join(o.table, o.id == ev.organisation_id)
        .where(ev.engagement_id.in_(chosen))
        .order_by(o.name, o.id, e.title, e.id, ev.id)
    )  # fmt: skip
    return found.where(ev.currency == currency) if currency else found


def _lines(chosen: sa.Select) -> sa.Select:
    found = sa.select(line.table).where(line.engagement_id.in_(chosen))
    return found.order_by(line.evaluation_id, line.id)


def _money(amount: float) -> Decimal:
    """To the cent: what rests on assumptions carries no more."""
    return Decimal(str(amount)).quantize(_CENT)


def _row(one: sa.Row, reckoned: Reckoned) -> dict[str, Any]:
    value, returns = reckoned.value.value, reckoned.returns.value
    is_same = one.fee_currency == one.currency
    return {
        "key": one.engagement_id, "client": one.client, "engagement": one.title, "evaluation": one.name,
        "perspective": one.perspective.label, "price_year": one.price_year, "years": one.horizon_years,
        "currency": one.currency, "coaching": one.fee if is_same else None,
        "cost": _money(reckoned.sums[LineKind.COST]),
        **{kind: _money(reckoned.sums[LineKind(kind)]) for kind in KINDS},
        "npv": _money(value.npv if value else 0.0),
        "roi": returns.roi if returns else None, "cash_roi": returns.cash_roi if returns else None,
        "payback": value.payback if value else None, "hours": reckoned.hours,
        "problem": reckoned.returns.problem,
    }  # fmt: skip
