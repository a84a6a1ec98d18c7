from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes.models import Measure
from crm.outcomes.models_plan import OutcomesPlan


def plan(outcomes_plan: OutcomesPlan, engagement: Engagement) -> None:
    outcomes_plan.engagement_id, outcomes_plan.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(outcomes_plan)


def add_measure(measure: Measure, engagement: Engagement) -> None:
    measure.engagement_id, measure.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(measure)
