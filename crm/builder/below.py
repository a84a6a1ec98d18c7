"""What hangs below a row, as one number a row: added up by its key before anything is joined to it."""

import sqlalchemy as sa

from crm.access import Permission
from crm.alignment.models import SERVES, Goal, Relation
from crm.builder.fields import Field, Sort
from crm.columns import columns
from crm.engagements.models import Budget, TeamMember
from crm.outcomes.models import Measure, Observation
from crm.roadmap.models import Milestone, MilestoneNeed, MilestoneState
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, SessionTouch, TimeEntry

a, b, g, m, me, need, ob, r, s, t, team, touch = (
    columns(model)
    for model in (
        Action, Budget, Goal, Milestone, Measure, MilestoneNeed, Observation, Relation, CoachingSession,
        TimeEntry, TeamMember, SessionTouch,
    )
)  # fmt: skip
TODAY = sa.bindparam("today", type_=sa.Date)


def _number(of, what, link, key, *criteria) -> sa.ColumnElement[int]:
    """The number that the rows of a table which hang on the row at `key` make; nothing makes 0."""
    found = sa.select(what).select_from(of.table).where(link == key, *criteria)
    return sa.func.coalesce(found.correlate(key.table).scalar_subquery(), 0)


def _counted(name: str, label: str, of, link, key, *criteria) -> Field:
    return Field(name, label, Sort.INTEGER, _number(of, sa.func.count(), link, key, *criteria), adds=True)


def _hours(name: str, label: str, link, key, *criteria) -> Field:
    minutes = _number(t, sa.func.sum(t.minutes), link, key, *criteria)
    return Field(name, label, Sort.HOURS, minutes, adds=True, permission=Permission.TIME_VIEW)


def of_engagement(key) -> tuple[Field, ...]:
    agreed = _number(b, sa.func.sum(b.hours * 60), b.engagement_id, key)
    latest = sa.select(sa.func.max(ob.period_on)).where(ob.engagement_id == key).correlate(key.table)
    open_steps = m.state.in_((MilestoneState.PLANNED, MilestoneState.IN_PROGRESS))
    is_open = a.state == ActionState.OPEN
    return (
        _counted("below-sessions", "Sessions held", s, s.engagement_id, key, s.state == SessionState.HELD),
        _hours("below-hours", "Hours", t.engagement_id, key),
        _hours("below-billable", "Billable hours", t.engagement_id, key, t.is_billable),
        Field(
            "below-budget", "Hours agreed", Sort.HOURS, agreed, adds=True, permission=Permission.MONEY_VIEW
        ),
        _counted("below-goals", "Goals", g, g.engagement_id, key),
        _counted("below-milestones", "Milestones", m, m.engagement_id, key),
        _counted("below-open-milestones", "Open milestones", m, m.engagement_id, key, open_steps),
        _counted("below-late", "Late milestones", m, m.engagement_id, key, open_steps, m.planned_on < TODAY),
        _counted("below-actions", "Open actions", a, a.engagement_id, key, is_open),
        _counted("below-overdue", "Overdue actions", a, a.engagement_id, key, is_open, a.due_on < TODAY),
        _counted("below-measures", "Measures", me, me.engagement_id, key),
        _counted("below-values", "Values", ob, ob.engagement_id, key),
        Field("below-latest", "Latest value", Sort.DATE, latest.scalar_subquery()),
        _counted("below-team", "People on the team", team, team.engagement_id, key),
    )


def of_session(key) -> tuple[Field, ...]:
    return (
        _hours("below-hours", "Hours", t.session_id, key),
        _hours("below-billable", "Billable hours", t.session_id, key, t.is_billable),
        _counted("below-actions", "Actions agreed", a, a.session_id, key),
        _counted("below-open", "Of them open", a, a.session_id, key, a.state == ActionState.OPEN),
        _counted("below-touched", "Things touched", touch, touch.session_id, key),
    )


def of_milestone(key) -> tuple[Field, ...]:
    is_open = a.state == ActionState.OPEN
    return (
        _hours("below-hours", "Hours logged on it", t.milestone_id, key),
        _counted("below-touched", "Sessions that touched it", touch, touch.milestone_id, key),
        _counted("below-actions", "Actions", a, a.milestone_id, key),
        _counted("below-open", "Open actions", a, a.milestone_id, key, is_open),
        _counted("below-needs", "Waits for", need, need.milestone_id, key),
    )


def of_goal(key) -> tuple[Field, ...]:
    return (
        _counted("below-strategies", "Strategies that serve it", r, r.goal_id, key, r.mark >= SERVES),
        _counted("below-measures", "Measures", me, me.goal_id, key),
        _counted("below-touched", "Sessions that touched it", touch, touch.goal_id, key),
    )


def of_measure(key) -> tuple[Field, ...]:
    latest = sa.select(sa.func.max(ob.period_on)).where(ob.measure_id == key).correlate(key.table)
    waiting = ob.approved_at.is_(None)
    return (
        _counted("below-values", "Values", ob, ob.measure_id, key),
        _counted("below-waiting", "Not approved yet", ob, ob.measure_id, key, waiting),
        Field("below-latest", "Latest value", Sort.DATE, latest.scalar_subquery()),
    )
