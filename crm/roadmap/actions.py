from collections.abc import Sequence
from datetime import date, timedelta

from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.methods.critical_path import ordered
from crm.roadmap import queries
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneNeed, MilestoneState

#: Days between milestones made of strategies, where the engagement has no end to spread them to.
APART = 30


def plan(milestone: Milestone, engagement: Engagement) -> None:
    """Put a milestone on the roadmap. Its first planned day becomes the baseline."""
    milestone.engagement_id, milestone.organisation_id = engagement.id, engagement.organisation_id
    milestone.baseline_on = milestone.planned_on
    db.session.add(milestone)
    db.session.flush()


def wait_for(milestone: Milestone, wanted: Sequence[int]) -> None:
    """Have it wait for exactly these milestones; a circle is refused, with its way."""
    queries.hold(milestone.engagement_id)
    known = {need.needs_id: need for need in queries.needs_of(milestone)}
    titles = queries.titles(milestone.engagement_id)
    needs = queries.needs_by_milestone(milestone.engagement_id)
    needs = {key: needs.get(key, []) for key in titles} | {milestone.id: list(wanted)}
    try:
        ordered({titles[key]: [titles[one] for one in waits] for key, waits in needs.items()})
    except ValueError as error:
        raise DomainError(str(error)) from None
    for key, need in known.items():
        if key not in wanted:
            db.session.delete(need)
    for key in wanted:
        if key not in known:
            place = milestone.whereabouts
            db.session.add(MilestoneNeed(**place, milestone_id=milestone.id, needs_id=key))


def move(milestone: Milestone, to: date, *, along: bool) -> int:
    """Plan it for another day; with `along`, what waits for it moves as far. Gives how many moved."""
    _must_be_open(milestone)
    days = to - milestone.planned_on
    milestone.planned_on = to
    if not along or not days:
        return 1
    following = queries.open_followers(milestone)
    for one in following:
        one.planned_on += days
    return 1 + len(following)


def start(milestone: Milestone) -> None:
    if milestone.state is not MilestoneState.PLANNED:
        raise DomainError(f"“{milestone.title}” is {milestone.state.label.lower()} already.")
    milestone.state = MilestoneState.IN_PROGRESS


def finish(milestone: Milestone, on: date) -> None:
    _must_be_open(milestone)
    milestone.state, milestone.actual_on = MilestoneState.DONE, on


def drop(milestone: Milestone) -> None:
    _must_be_open(milestone)
    milestone.state = MilestoneState.DROPPED


def reopen(milestone: Milestone) -> None:
    if milestone.state in OPEN_MILESTONE:
        raise DomainError(f"“{milestone.title}” is open already.")
    milestone.state, milestone.actual_on = MilestoneState.IN_PROGRESS, None


def _must_be_open(milestone: Milestone) -> None:
    if milestone.state not in OPEN_MILESTONE:
        raise DomainError(f"“{milestone.title}” is {milestone.state.label.lower()} already.")


def deliver_strategies(engagement: Engagement, today: date) -> int:
    """One milestone for each strategy of the worksheet that has none, spread over the time that is left."""
    queries.hold(engagement.id)
    strategies = queries.undelivered(engagement)
    first = max(today, engagement.starts_on)
    left = (engagement.ends_on - first).days if engagement.ends_on and engagement.ends_on > first else 0
    apart = max(left // len(strategies), 1) if left and strategies else APART
    for place, strategy in enumerate(strategies, 1):
        planned_on = first + timedelta(apart * place)
        plan(
            Milestone(
                title=strategy.statement,
                strategy_id=strategy.id,
                planned_on=planned_on,
                owner_user_id=strategy.owner_user_id,
                owner_contact_id=strategy.owner_contact_id,
            ),
            engagement,
        )
    return len(strategies)
