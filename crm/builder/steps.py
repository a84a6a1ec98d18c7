"""The columns of each step of the thread, wherever a base is joined to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from crm.access import Permission
from crm.accounts.models import User
from crm.alignment.models import Goal, Level, Objective, Perspective, Strategy
from crm.base import Labelled, utc_day
from crm.builder.below import TODAY
from crm.builder.days import days_between
from crm.builder.fields import YES, Field, Many, Sort
from crm.columns import columns
from crm.engagements.models import Engagement, FeeBasis, ServiceLine, Stage, TeamMember
from crm.organisations.models import Contact, Kind, Organisation, Tag, organisation_tag
from crm.outcomes.models import Direction, Frequency, Measure, MeasureKind, Observation, Origin
from crm.roadmap.models import Milestone, MilestoneState
from crm.sessions.models import (
    Action,
    ActionState,
    CoachingSession,
    Mode,
    RecordState,
    SessionState,
    TimeEntry,
)
from crm.sessions.models_time import TimeKind, TimeState

a, e, g, m, me, o, ob, s, st, t = (
    columns(model)
    for model in (
        Action, Engagement, Goal, Milestone, Measure, Organisation, Observation, CoachingSession, Strategy,
        TimeEntry,
    )
)  # fmt: skip
lead, coach, owner, worker = (User.__table__.alias(name) for name in ("lead", "coach", "owner", "worker"))
owner_there = Contact.__table__.alias("owner_there")

text, word, person, day, number = (
    partial(lambda sort, name, label, value, **more: Field(name, label, sort, value, **more), sort)
    for sort in (Sort.TEXT, Sort.WORD, Sort.PERSON, Sort.DATE, Sort.INTEGER)
)


def choice(name: str, label: str, value, kind: type[Labelled], **more) -> Field:
    words = {one.value: one.label for one in kind}
    return Field(name, label, Sort.CHOICE, value, words=words, **more)


def yes(name: str, label: str, value, **more) -> Field:
    return Field(name, label, Sort.YES, value, words=YES, **more)


def _is(criterion) -> sa.Case:
    """True or false, and never neither."""
    return sa.case((criterion, sa.true()), else_=sa.false())


def step(title: str, fields: Iterable[Field], *via: str, is_own: bool = False) -> tuple[Field, ...]:
    """The columns under the name of their step, reached by these joins; only a base's own add up."""
    return tuple(replace(one, step=title, via=(*via, *one.via), adds=one.adds and is_own) for one in fields)


CLIENT = (
    text("client-name", "Client", o.name, identity=o.id),
    choice("client-kind", "Kind of client", o.kind, Kind),
    word("client-state", "State", o.state),
    text("client-city", "City", o.city),
    word("client-country", "Country", o.country),
    number("client-beds", "Beds", o.beds),
)

_OF_MONEY = {"permission": Permission.MONEY_VIEW}
ENGAGEMENT = (
    text("engagement-title", "Engagement", e.title, identity=e.id),
    choice("engagement-stage", "Stage", e.stage, Stage),
    day("engagement-since", "In its stage since", e.stage_since),
    person("engagement-lead", "Lead", lead.c.name, identity=lead.c.id, via=("lead",)),
    day("engagement-starts", "Starts", e.starts_on),
    day("engagement-ends", "Ends", e.ends_on),
    choice("engagement-basis", "Fee basis", e.fee_basis, FeeBasis, **_OF_MONEY),
    Field(
        "engagement-fee", "Fee", Sort.MONEY, e.fee, adds=True, apart="engagement-currency", **_OF_MONEY
    ),
    word("engagement-currency", "Currency", e.currency, **_OF_MONEY),
    day("engagement-closed", "Closed", e.closed_on),
)  # fmt: skip

_OWNER = {
    "value": sa.func.coalesce(owner.c.name, owner_there.c.name),
    "identity": sa.func.coalesce(owner.c.id, -owner_there.c.id),
    "via": ("owner", "owner there"),
}


def owned(prefix: str) -> Field:
    """Who is to do it, of either side: told and grouped by; who of us is asked for by `owned_by`."""
    return text(f"{prefix}-owner", "Owner", **_OWNER)


GOAL = (
    text("goal-statement", "Goal", g.statement, identity=g.id),
    choice("goal-perspective", "Perspective", g.perspective, Perspective),
    choice("goal-level", "Level", g.level, Level),
    number("goal-weight", "Weight", g.weight, adds=True, is_of_each=True),
    number("goal-rank", "Rank", g.importance_rank),
    day("goal-horizon", "Horizon", g.horizon_on),
)
STRATEGY = (
    text("strategy-statement", "Strategy", st.statement, identity=st.id),
    choice("strategy-objective", "Objective", st.objective, Objective),
    day("strategy-starts", "Strategy starts", st.starts_on),
    day("strategy-ends", "Strategy ends", st.ends_on),
)
_REACHED = sa.func.coalesce(m.actual_on, m.planned_on)
_IS_OPEN_STEP = m.state.in_((MilestoneState.PLANNED, MilestoneState.IN_PROGRESS))
MILESTONE = (
    text("milestone-title", "Milestone", m.title, identity=m.id),
    choice("milestone-state", "State of the milestone", m.state, MilestoneState),
    text("milestone-phase", "Phase", m.phase),
    day("milestone-baseline", "First planned", m.baseline_on),
    day("milestone-planned", "Planned", m.planned_on),
    day("milestone-actual", "Done on", m.actual_on),
    number(
        "milestone-slip", "Slip in days", days_between(m.baseline_on, _REACHED), adds=True, is_of_each=True
    ),
    yes("milestone-late", "Late", _is(sa.and_(_IS_OPEN_STEP, m.planned_on < TODAY))),
)
_RECORD = sa.case(
    (s.locked_at.is_not(None), RecordState.LOCKED.value),
    (s.acknowledged_at.is_not(None), RecordState.ACKNOWLEDGED.value),
    (s.is_shared, RecordState.SHARED.value),
    else_=RecordState.DRAFT.value,
)
SESSION = (
    number("session-number", "Session", s.number),
    day("session-day", "Day of the session", utc_day(s.starts_at)),
    person("session-coach", "Coach", coach.c.name, identity=coach.c.id, via=("coach",)),
    choice("session-state", "State of the session", s.state, SessionState),
    choice("session-mode", "How", s.mode, Mode),
    text("session-place", "Place", s.place),
    choice("session-line", "Service line", s.service_line, ServiceLine),
    yes("session-free", "Pro bono", s.is_pro_bono),
    choice("session-record", "Record", _RECORD, RecordState),
)
_OVERDUE = sa.and_(a.state == ActionState.OPEN, a.due_on < TODAY)
ACTION = (
    text("action-title", "Action", a.title, identity=a.id),
    choice("action-state", "State of the action", a.state, ActionState),
    day("action-due", "Due", a.due_on),
    day("action-done", "Done on", a.done_on),
    yes("action-overdue", "Overdue", _is(_OVERDUE)),
    Field(
        "action-late",
        "Days after its day",
        Sort.INTEGER,
        days_between(a.due_on, a.done_on),
        adds=True,
        is_of_each=True,
    ),
    day("action-made", "Agreed on", utc_day(a.created_at)),
)
MEASURE = (
    text("measure-name", "Measure", me.name, identity=me.id),
    choice("measure-kind", "Kind of measure", me.kind, MeasureKind),
    choice("measure-direction", "Direction", me.direction, Direction),
    choice("measure-frequency", "How often", me.frequency, Frequency),
    text("measure-unit", "Unit", me.unit),
    text("measure-source", "Source", me.source),
    Field("measure-baseline", "Baseline", Sort.NUMBER, me.baseline),
    Field("measure-target", "Target", Sort.NUMBER, me.target),
    yes("measure-compares", "Compares", me.is_comparison),
)
OBSERVATION = (
    day("observation-period", "Period", ob.period_on),
    Field("observation-value", "Value", Sort.NUMBER, ob.value, adds=True, apart="measure-name"),
    Field("observation-numerator", "Numerator", Sort.NUMBER, ob.numerator, adds=True, apart="measure-name"),
    Field(
        "observation-denominator", "Denominator", Sort.NUMBER, ob.denominator, adds=True, apart="measure-name"
    ),
    number("observation-n", "n", ob.n, adds=True),
    choice("observation-origin", "How it came in", ob.origin, Origin),
    yes("observation-approved", "Approved", _is(ob.approved_at.is_not(None))),
    text("observation-provenance", "Provenance", ob.provenance),
)  # fmt: skip
TIME = (
    day("time-day", "Day", t.worked_on),
    person("time-person", "Person", worker.c.name, identity=worker.c.id, via=("worker",)),
    choice("time-kind", "Kind of time", t.kind, TimeKind),
    choice("time-line", "Service line", t.service_line, ServiceLine),
    yes("time-billable", "Billable", t.is_billable),
    choice("time-state", "State of the time", t.state, TimeState),
    Field("time-hours", "Hours", Sort.HOURS, t.minutes, adds=True),
    text("time-note", "Note", t.note),
)

_tied, _tag, _team = organisation_tag.c, columns(Tag), columns(TeamMember)


def tagged(key) -> Many:
    def among(names: list[str]):
        of = sa.select(sa.literal(1)).select_from(organisation_tag.join(_tag.table, _tag.id == _tied.tag_id))
        return sa.exists(of.where(_tied.organisation_id == key, _tag.name.in_(names)).correlate(key.table))

    return Many("client-tag", "Tag of the client", Sort.WORD, among, step="Client")


def on_team(key) -> Many:
    def among(people: list[int]):
        of = sa.select(sa.literal(1)).select_from(_team.table)
        return sa.exists(of.where(_team.engagement_id == key, _team.user_id.in_(people)).correlate(key.table))

    return Many("engagement-team", "On the team", Sort.PERSON, among, step="Engagement")


def owned_by(prefix: str, rows, step: str) -> Many:
    def among(people: list[int]):
        return sa.func.coalesce(rows.owner_user_id, 0).in_(people)

    return Many(f"{prefix}-ours", "Owner of ours", Sort.PERSON, among, step=step)
