"""What the statement of work shows."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.models_work import ChangeOrder, Deliverable
from crm.engagements.queries import owner_name
from crm.extensions import db

c, d = columns(ChangeOrder), columns(Deliverable)


def deliverables_of(engagement_id: int) -> Sequence[sa.Row]:
    """In the order in which they are due: id, title, acceptance, due_on, state, its days, owner, evidence."""
    return db.session.execute(_deliverables(), {"engagement": engagement_id}).all()


@cache
def _deliverables() -> sa.Select:
    return (
        sa.select(
            d.id, d.title, d.acceptance, d.due_on, d.state, d.delivered_on, d.accepted_on, d.accepted_by,
            d.evidence, owner_name(d),
        )
        .where(d.engagement_id == sa.bindparam("engagement"))
        .order_by(d.due_on.is_(None), d.due_on, d.id)
    )  # fmt: skip


def changes_of(engagement_id: int) -> Sequence[ChangeOrder]:
    """The change orders, the latest first."""
    return db.session.scalars(_changes(), {"engagement": engagement_id}).all()


@cache
def _changes() -> sa.Select:
    here = ChangeOrder.engagement_id == sa.bindparam("engagement")
    return sa.select(ChangeOrder).where(here).order_by(ChangeOrder.number.desc())


def next_change_number(engagement: Engagement) -> int:
    """The number of the next change order. Holds the engagement until the transaction ends."""
    db.session.execute(sa.select(Engagement.id).where(Engagement.id == engagement.id).with_for_update())
    last = sa.select(sa.func.max(ChangeOrder.number)).where(ChangeOrder.engagement_id == engagement.id)
    return (db.session.scalar(last) or 0) + 1
