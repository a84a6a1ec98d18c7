from datetime import date

from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState


def plan(milestone: Milestone, engagement: Engagement) -> None:
    """Put a milestone on the roadmap. Its first planned day becomes the baseline."""
    milestone.engagement_id, milestone.organisation_id = engagement.id, engagement.organisation_id
    milestone.baseline_on = milestone.planned_on
    db.session.add(milestone)


def finish(milestone: Milestone, on: date) -> None:
    if milestone.state not in OPEN_MILESTONE:
        raise DomainError(f"“{milestone.title}” is {milestone.state.label.lower()} already.")
    milestone.state, milestone.actual_on = MilestoneState.DONE, on


def reopen(milestone: Milestone) -> None:
    if milestone.state in OPEN_MILESTONE:
        raise DomainError(f"“{milestone.title}” is open already.")
    milestone.state, milestone.actual_on = MilestoneState.IN_PROGRESS, None
