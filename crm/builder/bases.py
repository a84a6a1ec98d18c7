"""What a view can count, each with the columns along its thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from crm.builder import below, steps
from crm.builder.fields import Base, Field, Join, Many
from crm.builder.steps import a, coach, e, g, lead, m, me, o, ob, owner, owner_there, s, st, step, t, worker

BELOW = "What hangs below it"


def _joins(rows, **more: Join) -> dict[str, Join]:
    """To the engagement and its client, which every row hangs on; before them what `more` says."""
    whose = rows.organisation_id
    above = {} if rows is e else {"engagement": Join(e.table, e.id == rows.engagement_id)}
    after = tuple(above)
    return {
        **more,
        **above,
        "lead": Join(lead, lead.c.id == e.lead_id, after),
        "client": Join(o.table, o.id == whose),
    }


def _owners(rows) -> dict[str, Join]:
    return {
        "owner": Join(owner, owner.c.id == rows.owner_user_id),
        "owner there": Join(owner_there, owner_there.c.id == rows.owner_contact_id),
    }


def _base(
    names: tuple[str, str, str, str],
    line: str,
    icon: str,
    rows,
    *,
    own: Iterable[Field],
    above: Iterable[Field] = (),
    under: Iterable[Field] = (),
    joins: Mapping[str, Join] | None = None,
    several: Iterable[Many] = (),
    begins: tuple[str, ...],
) -> Base:
    name, label, one, many = names
    is_top = rows is e
    up = [] if is_top else step("Engagement", steps.ENGAGEMENT, "engagement")
    fields = (
        *step(one.capitalize(), own, is_own=True), *step(BELOW, under, is_own=True), *above, *up,
        *step("Client", steps.CLIENT, "client"),
    )  # fmt: skip
    key = rows.id if is_top else rows.engagement_id
    of_all = (*several, steps.on_team(key), steps.tagged(rows.organisation_id))
    return Base(
        name, label, one, many, line, icon, rows, _joins(rows, **(joins or {})),
        {one.name: one for one in fields}, {one.name: one for one in of_all}, begins,
    )  # fmt: skip


_GOAL_ABOVE = step("Goal", steps.GOAL, "goal")
_STRATEGY_ABOVE = step("Strategy", steps.STRATEGY, "strategy")
_MILESTONE_ABOVE = step("Milestone", steps.MILESTONE, "milestone")
_SESSION_ABOVE = step("Session", steps.SESSION, "session")
_TO_SESSION = {"coach": Join(coach, coach.c.id == s.coach_id, ("session",))}

_ALL = (
    _base(
        ("engagements", "Engagements", "engagement", "engagements"),
        "Work agreed with a client: its stage, its fee, and how much hangs on it.", "bi-diagram-3", e,
        own=steps.ENGAGEMENT, under=below.of_engagement(e.id),
        begins=("client-name", "engagement-title", "engagement-stage", "engagement-lead", "below-sessions",
                "below-hours"),
    ),
    _base(
        ("sessions", "Sessions", "session", "sessions"),
        "Coaching meetings: when, with whom, how, and the time that they took.", "bi-chat-dots", s,
        own=steps.SESSION, under=below.of_session(s.id),
        joins={"coach": Join(coach, coach.c.id == s.coach_id)},
        begins=("session-day", "client-name", "engagement-title", "session-coach", "session-state",
                "below-hours"),
    ),
    _base(
        ("actions", "Actions", "action", "actions"),
        "What was promised: by whom, by when, and whether it was done.", "bi-check2-square", a,
        own=(*steps.ACTION, steps.owned("action")), above=(*_SESSION_ABOVE, *_MILESTONE_ABOVE),
        joins={
            **_owners(a), "session": Join(s.table, s.id == a.session_id), **_TO_SESSION,
            "milestone": Join(m.table, m.id == a.milestone_id),
        },
        several=(steps.owned_by("action", a, "Action"),),
        begins=("action-title", "action-owner", "action-state", "action-due", "client-name"),
    ),
    _base(
        ("milestones", "Milestones", "milestone", "milestones"),
        "Steps of the roadmap: what was meant, what is planned now, what is done.", "bi-signpost-split", m,
        own=(*steps.MILESTONE, steps.owned("milestone")), under=below.of_milestone(m.id),
        above=_STRATEGY_ABOVE,
        joins={**_owners(m), "strategy": Join(st.table, st.id == m.strategy_id)},
        several=(steps.owned_by("milestone", m, "Milestone"),),
        begins=("milestone-title", "milestone-state", "milestone-planned", "milestone-slip", "client-name"),
    ),
    _base(
        ("goals", "Goals", "goal", "goals"),
        "What clients want to reach: how much it weighs, and what serves it.", "bi-bullseye", g,
        own=(*steps.GOAL, steps.owned("goal")), under=below.of_goal(g.id), joins=_owners(g),
        several=(steps.owned_by("goal", g, "Goal"),),
        begins=("goal-statement", "goal-weight", "below-strategies", "below-measures", "client-name"),
    ),
    _base(
        ("measures", "Measures", "measure", "measures"),
        "What is measured, and how many values there are of it.", "bi-rulers", me,
        own=(*steps.MEASURE, steps.owned("measure")), under=below.of_measure(me.id), above=_GOAL_ABOVE,
        joins={**_owners(me), "goal": Join(g.table, g.id == me.goal_id)},
        several=(steps.owned_by("measure", me, "Measure"),),
        begins=("measure-name", "goal-statement", "below-values", "below-latest", "client-name"),
    ),
    _base(
        ("observations", "Observations", "observation", "observations"),
        "The values of measures, period by period.", "bi-graph-up", ob,
        own=steps.OBSERVATION, above=(*step("Measure", steps.MEASURE, "measure"), *_GOAL_ABOVE),
        joins={
            "measure": Join(me.table, me.id == ob.measure_id),
            "goal": Join(g.table, g.id == me.goal_id, ("measure",)),
        },
        begins=("observation-period", "measure-name", "observation-value", "measure-unit", "client-name"),
    ),
    _base(
        ("time", "Time", "entry of time", "entries of time"),
        "Hours that were logged: whose, of what kind, on what.", "bi-clock", t,
        own=steps.TIME, above=(*_SESSION_ABOVE, *_MILESTONE_ABOVE, *_STRATEGY_ABOVE),
        joins={
            "worker": Join(worker, worker.c.id == t.user_id),
            "session": Join(s.table, s.id == t.session_id), **_TO_SESSION,
            "milestone": Join(m.table, m.id == t.milestone_id),
            "strategy": Join(
                st.table, st.id == sa.func.coalesce(t.strategy_id, m.strategy_id), ("milestone",)
            ),
        },
        begins=("time-day", "time-person", "client-name", "time-kind", "time-hours"),
    ),
)  # fmt: skip
BASES = {one.name: one for one in _ALL}
