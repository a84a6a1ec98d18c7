from crm.alignment.models import Goal
from crm.alignment.models_sheet import CheckIn
from crm.extensions import db


def check_in(row: CheckIn, goal: Goal, *, by) -> None:
    """Say where the goal stands."""
    row.goal_id, row.engagement_id, row.organisation_id = goal.id, goal.engagement_id, goal.organisation_id
    row.user_id = by.id
    db.session.add(row)
