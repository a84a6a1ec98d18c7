from functools import cache

import sqlalchemy as sa

from crm.accounts.models import User
from crm.canonical import Content
from crm.columns import columns
from crm.engagements.models import Engagement, TeamMember
from crm.extensions import db
from crm.outcomes.models import Measure, Observation
from crm.outcomes.models_plan import EthicsDetermination, Hypothesis, OutcomesPlan
from crm.plans.content import Rows, compose
from crm.plans.models import Amendment, Deviation, GuidelineKey, GuidelineMark, PowerPlan, Registration


def content_of(engagement: Engagement) -> Content:
    """What the plan says now, in five statements."""
    asked = {"engagement": engagement.id}

    def rows(model, *order):
        return db.session.execute(_all(model, order), asked).mappings().all()

    plans, ethics = rows(OutcomesPlan), rows(EthicsDetermination)
    return compose(
        engagement.id,
        engagement.title,
        Rows(
            plan=plans[0] if plans else None,
            hypotheses=rows(Hypothesis, "position", "id"),
            powers=rows(PowerPlan),
            measures=rows(Measure, "id"),
            ethics=ethics[0] if ethics else None,
            authors=db.session.scalars(_authors(), asked).all(),
        ),
    )


@cache
def _all(model: type, order: tuple[str, ...]) -> sa.Select:
    table = columns(model).table
    named = sa.select(table).where(table.c.engagement_id == sa.bindparam("engagement"))
    return named.order_by(*(table.c[name] for name in order)) if order else named


@cache
def _authors() -> sa.Select:
    member, user = columns(TeamMember), columns(User)
    return (
        sa.select(user.name)
        .join(member.table, member.user_id == user.id)
        .where(member.engagement_id == sa.bindparam("engagement"))
        .order_by(user.name)
    )


def find_plan(engagement_id: int) -> OutcomesPlan | None:
    return db.session.scalar(sa.select(OutcomesPlan).where(OutcomesPlan.engagement_id == engagement_id))


def find_ethics(engagement_id: int) -> EthicsDetermination | None:
    return db.session.scalar(
        sa.select(EthicsDetermination).where(EthicsDetermination.engagement_id == engagement_id)
    )


def find_power(hypothesis_id: int) -> PowerPlan | None:
    return db.session.scalar(sa.select(PowerPlan).where(PowerPlan.hypothesis_id == hypothesis_id))


def hypotheses_of(engagement_id: int) -> list[Hypothesis]:
    return list(
        db.session.scalars(
            sa.select(Hypothesis)
            .where(Hypothesis.engagement_id == engagement_id)
            .order_by(Hypothesis.position, Hypothesis.id)
        )
    )


def measures_of(engagement_id: int) -> list[tuple[int, str]]:
    """The measures that a hypothesis may be about: those that are no series of another."""
    found = (
        sa.select(Measure.id, Measure.name)
        .where(Measure.engagement_id == engagement_id, Measure.series_of_id.is_(None))
        .order_by(Measure.name, Measure.id)
    )
    return [(row.id, row.name) for row in db.session.execute(found)]


def has_observations(engagement_id: int) -> bool:
    found = sa.select(Observation.id).where(Observation.engagement_id == engagement_id).limit(1)
    return db.session.scalar(found) is not None


def registrations_of(engagement_id: int) -> list[sa.Row]:
    """All but their content, the newest first."""
    r, user = columns(Registration), columns(User)
    found = (
        sa.select(r.id, r.number, r.digest, r.reason, r.registered_at, user.name.label("by"))
        .outerjoin(user.table, user.id == r.user_id)
        .where(r.engagement_id == engagement_id)
        .order_by(r.number.desc())
    )
    return list(db.session.execute(found))


def find_registration(engagement_id: int, number: int) -> Registration | None:
    return db.session.scalar(
        sa.select(Registration).where(
            Registration.engagement_id == engagement_id, Registration.number == number
        )
    )


def latest_number(engagement_id: int) -> int:
    found = sa.select(sa.func.max(Registration.number)).where(Registration.engagement_id == engagement_id)
    return db.session.scalar(found) or 0


def amendment_after(engagement_id: int, number: int) -> Amendment | None:
    return db.session.scalar(
        sa.select(Amendment).where(Amendment.engagement_id == engagement_id, Amendment.number == number)
    )


def deviations_of(engagement_id: int) -> list[sa.Row]:
    d, user = columns(Deviation), columns(User)
    said = (d.id, d.happened_on, d.what, d.why, d.effect, d.corrects_id, d.created_at)
    found = (
        sa.select(*said, user.name.label("by"))
        .outerjoin(user.table, user.id == d.user_id)
        .where(d.engagement_id == engagement_id)
        .order_by(d.happened_on.desc(), d.id.desc())
    )
    return list(db.session.execute(found))


def marks_of(engagement_id: int) -> dict[tuple[GuidelineKey, str], sa.Row]:
    m = columns(GuidelineMark)
    found = sa.select(m.guideline, m.item, m.state, m.place).where(m.engagement_id == engagement_id)
    return {(row.guideline, row.item): row for row in db.session.execute(found)}


def find_mark(plan_id: int, key: GuidelineKey, item: str) -> GuidelineMark | None:
    return db.session.scalar(
        sa.select(GuidelineMark).where(
            GuidelineMark.plan_id == plan_id, GuidelineMark.guideline == key, GuidelineMark.item == item
        )
    )
