from datetime import date

from crm import clock
from crm.canonical import canonical, digest_of
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.outcomes.models import Measure
from crm.outcomes.models_plan import Design, EthicsDetermination, Hypothesis, OutcomesPlan
from crm.plans import lock as _lock  # noqa: F401 - it judges every flush
from crm.plans import progress, queries
from crm.plans.models import (
    Amendment,
    Deviation,
    GuidelineKey,
    GuidelineMark,
    MarkState,
    PowerKind,
    PowerPlan,
    Registration,
)

NO_PLAN = "There is no plan yet: write its question first."
REGISTERED = "The plan is registered already."
NOT_REGISTERED = "The plan is not registered: it can be changed without an amendment."
NOT_YET = "The plan cannot be registered yet. {lacks}"
OF_WHAT_IS_REGISTERED = "There is no registration yet that one could deviate from."


def _on(engagement) -> dict[str, int]:
    return engagement.whereabouts


def plan_of(engagement: Engagement) -> OutcomesPlan:
    found = queries.find_plan(engagement.id)
    if found is None:
        raise DomainError(NO_PLAN)
    return found


def begin(plan: OutcomesPlan, engagement: Engagement) -> None:
    plan.engagement_id, plan.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(plan)


def use_design(engagement: Engagement, design: Design) -> None:
    plan_of(engagement).design = design


def add_hypothesis(hypothesis: Hypothesis, plan: OutcomesPlan) -> None:
    every = queries.hypotheses_of(plan.engagement_id)
    hypothesis.plan_id, hypothesis.engagement_id = plan.id, plan.engagement_id
    hypothesis.organisation_id = plan.organisation_id
    hypothesis.position = every[-1].position + 1 if every else 0
    wants = hypothesis.is_primary or not every
    hypothesis.is_primary = False
    db.session.add(hypothesis)
    db.session.flush()
    if wants:
        make_primary(hypothesis)


def make_primary(hypothesis: Hypothesis) -> None:
    """One is primary: the one that was so before no longer is."""
    for other in queries.hypotheses_of(hypothesis.engagement_id):
        if other.is_primary and other.id != hypothesis.id:
            other.is_primary = False
    db.session.flush()
    hypothesis.is_primary = True


def move(hypothesis: Hypothesis, steps: int) -> None:
    """Up or down among the others, which are numbered anew."""
    every = queries.hypotheses_of(hypothesis.engagement_id)
    place = every.index(hypothesis)
    every.insert(max(0, min(len(every) - 1, place + steps)), every.pop(place))
    for position, one in enumerate(every):
        one.position = position


def plan_power(hypothesis: Hypothesis, kind: PowerKind, settings: dict) -> None:
    known = queries.find_power(hypothesis.id)
    if known is None:
        known = PowerPlan(
            hypothesis_id=hypothesis.id,
            **hypothesis.whereabouts,
        )
        db.session.add(known)
    known.kind, known.settings = kind, settings


def determine(ethics: EthicsDetermination, engagement: Engagement) -> None:
    ethics.engagement_id, ethics.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(ethics)


def compare_with(measure: Measure, group: Measure) -> None:
    """The same measure in another group: defined as the first is."""
    for name in (
        "name", "kind", "direction", "unit", "numerator", "denominator", "frequency", "value_kind", "per",
        "included", "excluded", "missing_rule", "chart", "rules", "starts_on", "ends_on", "due_days",
        "lowest", "ceiling", "baseline_points", "goal_id",
    ):  # fmt: skip
        setattr(group, name, getattr(measure, name))
    group.series_of_id = measure.id
    group.engagement_id, group.organisation_id = measure.engagement_id, measure.organisation_id
    db.session.add(group)


def mark(
    plan: OutcomesPlan, key: GuidelineKey, item: str, state: MarkState | None, place: str | None, *, by
) -> None:
    """Mark an item; without a state the mark is taken off."""
    known = queries.find_mark(plan.id, key, item)
    if state is None:
        if known:
            db.session.delete(known)
        return
    if known is None:
        known = GuidelineMark(plan_id=plan.id, guideline=key, item=item, **_of(plan))
        db.session.add(known)
    known.state, known.place, known.user_id = state, place, by.id


def _of(plan: OutcomesPlan) -> dict[str, int]:
    return plan.whereabouts


def register(engagement: Engagement, *, by) -> Registration:
    """Settle the plan as it stands: its text, its digest and the time."""
    plan = plan_of(engagement)
    if plan.registered_at:
        raise DomainError(REGISTERED)
    db.session.flush()
    content = queries.content_of(engagement)
    if lacks := progress.barriers(content):
        raise DomainError(NOT_YET.format(lacks=" ".join(lacks)))
    number = queries.latest_number(engagement.id)
    opened = queries.amendment_after(engagement.id, number) if number else None
    text = canonical(content)
    now = clock.now()
    made = Registration(
        plan_id=plan.id, number=number + 1, content=text, digest=digest_of(text), registered_at=now,
        reason=opened.reason if opened else None, user_id=by.id, **_on(engagement),
    )  # fmt: skip
    db.session.add(made)
    plan.registered_at = now
    db.session.flush()
    return made


def amend(engagement: Engagement, reason: str, *, by) -> None:
    """Open a registered plan again."""
    plan = plan_of(engagement)
    if not plan.registered_at:
        raise DomainError(NOT_REGISTERED)
    number = queries.latest_number(engagement.id)
    db.session.add(
        Amendment(
            plan_id=plan.id, number=number, reason=reason, opened_at=clock.now(), user_id=by.id, **_of(plan)
        )
    )
    plan.registered_at = None


def log_deviation(
    engagement: Engagement, *, on: date, what: str, why: str, effect: str, corrects: int | None, by
) -> None:
    plan = plan_of(engagement)
    if not queries.latest_number(engagement.id):
        raise DomainError(OF_WHAT_IS_REGISTERED)
    db.session.add(
        Deviation(
            plan_id=plan.id, happened_on=on, what=what, why=why, effect=effect, corrects_id=corrects,
            user_id=by.id, **_of(plan),
        )
    )  # fmt: skip
