from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes import ethics as _ethics  # noqa: F401 - it judges every flush
from crm.outcomes.models import Measure


def add_measure(measure: Measure, engagement: Engagement) -> None:
    measure.engagement_id, measure.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(measure)
