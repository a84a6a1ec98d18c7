"""No data without leave: a study that is to be published collects nothing before it is determined."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import clock
from crm.errors import DomainError
from crm.extensions import db
from crm.locks import judge
from crm.outcomes.models import Observation
from crm.outcomes.models_plan import EthicsDetermination, OutcomesPlan
from crm.words import day

NONE = (
    "The plan means to publish, and nobody has determined yet whether this is research: no data may be "
    "collected until the plan says who did, and when."
)
EXPIRED = (
    "The plan means to publish, and its ethics determination expired on {day}: no data may be collected "
    "until it is renewed."
)


def stop_of(engagement_id: int, today: date | None = None) -> str | None:
    """Why no data may be collected in this engagement today, in a sentence; None where they may."""
    return _stop(db.session(), {engagement_id}, today or clock.today())


def _stop(session: Session, engagements: set[int], today: date) -> str | None:
    plan, ethics = OutcomesPlan.__table__.c, EthicsDetermination.__table__.c
    found = (
        sa.select(ethics.id, ethics.expires_on)
        .select_from(
            OutcomesPlan.__table__.outerjoin(
                EthicsDetermination.__table__, ethics.engagement_id == plan.engagement_id
            )
        )
        .where(
            plan.engagement_id.in_(sorted(engagements)),
            plan.publication_intended,
            sa.or_(ethics.id.is_(None), ethics.expires_on < today),
        )
        .order_by(plan.engagement_id)
    )
    row = session.execute(found).first()
    if row is None:
        return None
    return NONE if row.id is None else EXPIRED.format(day=day(row.expires_on))


@judge
def no_data_without_leave(session: Session, rows) -> None:
    new = {
        row.engagement_id
        for row in rows
        if isinstance(row, Observation) and not sa.inspect(row).persistent and row not in session.deleted
    }
    if new and (stop := _stop(session, new, clock.today())):
        raise DomainError(stop)
