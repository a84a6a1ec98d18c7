from datetime import date

from crm.engagements import queries
from crm.engagements.models import (
    Budget,
    Engagement,
    EngagementGrant,
    ServiceLine,
    Stage,
    StageMove,
    TeamMember,
)
from crm.errors import DomainError
from crm.extensions import db


def agree(engagement: Engagement, *, by, on: date) -> None:
    """Begin an engagement in the stage that it names, with its lead on the team."""
    engagement.stage_since = on
    db.session.add(engagement)
    db.session.flush()
    if engagement.lead_id:
        _join(engagement, engagement.lead_id)
        db.session.flush()
    _log(engagement, None, engagement.stage, None, by=by, on=on)


def log_move(
    engagement: Engagement, stage: Stage, reason: str | None, *, by, on: date, left_out: str | None = None
) -> None:
    """Put the engagement into a stage and keep how it came there."""
    _log(engagement, engagement.stage, stage, reason, by=by, on=on, left_out=left_out)
    engagement.stage, engagement.stage_since = stage, on


def _log(engagement, before, after, reason, *, by, on, left_out=None) -> None:
    db.session.add(
        StageMove(
            **engagement.whereabouts,
            from_stage=before,
            to_stage=after,
            moved_on=on,
            reason=reason,
            left_out=left_out,
            user_id=by.id,
        )
    )


def _join(engagement: Engagement, user_id: int) -> None:
    db.session.add(TeamMember(**engagement.whereabouts, user_id=user_id))


def set_budget(engagement: Engagement, hours: dict[ServiceLine, int | None]) -> None:
    """The agreed hours of each service line; none or 0 takes the line away."""
    known = {budget.service_line: budget for budget in queries.budgets(engagement)}
    for line, agreed in hours.items():
        budget = known.get(line)
        if not agreed and budget:
            db.session.delete(budget)
        elif agreed and budget:
            budget.hours = agreed
        elif agreed:
            db.session.add(
                Budget(
                    **engagement.whereabouts,
                    service_line=line,
                    hours=agreed,
                )
            )


def set_team(engagement: Engagement, user_ids: list[int], lead_id: int | None) -> None:
    """Exactly these people; the lead is always one of them."""
    if not lead_id:
        raise DomainError("Choose a lead: somebody has to answer for the engagement.")
    wanted = {*user_ids, lead_id}
    members = db.session.scalars(db.select(TeamMember).where(TeamMember.engagement_id == engagement.id)).all()
    for member in members:
        if member.user_id not in wanted:
            db.session.delete(member)
    for user_id in sorted(wanted - {member.user_id for member in members}):
        _join(engagement, user_id)
    engagement.lead_id = lead_id


def set_grants(engagement: Engagement, user_ids: list[int], sponsor_ids: list[int]) -> None:
    """Exactly these people of the client see the engagement; a sponsor sees it too, and signs."""
    wanted = {*user_ids, *sponsor_ids}
    known = {grant.user_id: grant for grant in queries.grants_of(engagement)}
    for user_id, grant in known.items():
        if user_id in wanted:
            grant.is_sponsor = user_id in sponsor_ids
        else:
            db.session.delete(grant)
    for user_id in sorted(wanted - set(known)):
        db.session.add(
            EngagementGrant(
                **engagement.whereabouts,
                user_id=user_id,
                is_sponsor=user_id in sponsor_ids,
            )
        )
