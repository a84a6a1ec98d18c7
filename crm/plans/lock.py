"""A registered plan stays as it was registered, until it is opened with a reason. Observations go on."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.errors import DomainError
from crm.locks import before, changed, judge, only_changes
from crm.outcomes.models import Measure
from crm.outcomes.models_plan import Hypothesis, OutcomesPlan
from crm.plans.content import read
from crm.plans.models import Amendment, Deviation, PowerPlan, Registration

SETTLED = "The plan is registered: it stays as it is. Amend it, with a reason, to change it."
DEFINED = "“{name}” is part of the registered plan: its definition stays. Amend the plan to change it."
KEPT = "What was registered stays as it was registered."
LOGGED = "A deviation stays as it was logged. Log another that corrects it."
#: What may change on a registered plan: that it is no longer one.
OPENING = frozenset({"registered_at", "updated_at", "version_id"})
#: What of a registered measure is no definition: when it is due, whose it is, what it gives evidence for.
FREE = frozenset(
    {
        "starts_on", "ends_on", "due_days", "owner_user_id", "owner_contact_id", "goal_id", "updated_at",
        "version_id",
    }
)  # fmt: skip


@judge
def what_is_registered_stays(session: Session, rows) -> None:
    for row in rows:
        if isinstance(row, Registration | Amendment | Deviation):
            _never_rewritten(session, row)
        elif isinstance(row, OutcomesPlan):
            _only_opened(session, row)


@judge
def what_a_registered_plan_rests_on_stays(session: Session, rows) -> None:
    hanging = {row.engagement_id for row in rows if isinstance(row, Hypothesis | PowerPlan)}
    measures = [row for row in rows if isinstance(row, Measure) and not _is_free(session, row)]
    settled = _registered(session, hanging | {row.engagement_id for row in measures})
    if hanging & settled:
        raise DomainError(SETTLED)
    for row in measures:
        if row.engagement_id in settled and row.id in _defined(session, row.engagement_id):
            raise DomainError(DEFINED.format(name=row.name))


def _only_opened(session: Session, plan: OutcomesPlan) -> None:
    if before(plan, "registered_at") and not only_changes(plan, OPENING, session):
        raise DomainError(SETTLED)


def _never_rewritten(session: Session, row) -> None:
    if sa.inspect(row).persistent and (changed(row) or row in session.deleted):
        raise DomainError(LOGGED if isinstance(row, Deviation) else KEPT)


def _is_free(session: Session, measure: Measure) -> bool:
    """Whether it is new, or changes in nothing that defines it. What is not touched changes in nothing."""
    if not sa.inspect(measure).persistent:
        return True
    return measure not in session.deleted and changed(measure) <= FREE


def _registered(session: Session, engagements: set[int]) -> set[int]:
    """Those of these engagements whose plan is registered."""
    if not engagements:
        return set()
    plan = OutcomesPlan.__table__.c
    found = sa.select(plan.engagement_id).where(
        plan.engagement_id.in_(sorted(engagements)), plan.registered_at.is_not(None)
    )
    return set(session.scalars(found))


def _defined(session: Session, engagement_id: int) -> set[int]:
    """The measures that the newest registration holds: one that came later is exploratory, and free."""
    kept = Registration.__table__.c
    found = sa.select(kept.content).where(kept.engagement_id == engagement_id).order_by(kept.number.desc())
    return {measure["id"] for measure in read(session.scalar(found.limit(1)) or "")["measures"]}
