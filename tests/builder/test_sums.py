"""Whatever hangs on a row, each sum of a view is the plain sum, spread across columns or not."""

from collections import Counter, defaultdict
from decimal import Decimal
from math import fsum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from crm.access import Role
from crm.engagements.models import TeamMember
from crm.outcomes.models import Observation
from crm.roadmap.models import Milestone
from crm.sessions.models import Action, CoachingSession, SessionTouch, TimeEntry
from tests import factories as make
from tests.reporting.random_practice import NOW, Practice, every
from tests.reporting.test_sums import ENGAGEMENT, build
from tests.scene import NOW as BUILT


def by(rows, key, value=lambda row: 1):
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(value(row))
    return {name: fsum(values) for name, values in found.items()}


@settings(
    max_examples=8, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(plans=some.lists(ENGAGEMENT, min_size=1, max_size=3))
def test_engagements_add_up_whatever_hangs_on_them(shown, clock_at, plans):
    clock_at(BUILT)
    people = make.UserFactory.create_batch(3, role=Role.CONSULTANT)
    engagements = [build(plan, people) for plan in plans]
    fees, minutes = defaultdict(list), []
    for plan in plans:
        if plan["fee"]:
            fees[plan["fee"][1]].append(plan["fee"][0])
        minutes += [entry[2] for _, time in plan["sessions"] for entry in time]
    sums = ["count", "below-hours.sum", "below-actions.sum", "below-budget.sum", "below-team.sum"]
    for who in (people[0], people[1]):
        (whole,) = shown(who, "engagements", sums=sums)
        assert whole["Number of engagements"] == len(plans)
        assert whole["Hours"] == pytest.approx(sum(minutes) / 60)
        assert whole["Hours agreed"] == sum(sum(plan["budgets"].values()) for plan in plans)
        assert whole["People on the team"] == 3 * len(plans)
        money = shown(who, "engagements", sums=["engagement-fee.sum", "count"])
        told = {row["Currency"]: row["Fee"] for row in money if row["Fee"] is not None}
        assert told == {currency: sum(amounts, Decimal(0)) for currency, amounts in fees.items()}
        tags = [tag.name for one in engagements for tag in one.organisation.tags]
        tagged = {"on": "client-tag", "asks": "any", "values": tags or ["none of them"]}
        (some_of,) = shown(who, "engagements", sums=["count"], filters=[tagged]) or [
            {"Number of engagements": 0}
        ]
        assert some_of["Number of engagements"] == sum(bool(plan["tags"]) for plan in plans)


@pytest.fixture
def practice(session, clock_at):
    clock_at(NOW)
    return Practice(1)


def test_each_base_adds_up_by_group_and_across_columns(shown, totals, practice):
    who, all_of = practice.manager, practice.engagements
    entries, sessions = every(TimeEntry, all_of), every(CoachingSession, all_of)
    kinds = {one.id: one.organisation.kind.label for one in all_of}

    def kind(row) -> str:
        return kinds[row.engagement_id]

    def hours(row) -> float:
        return row.minutes / 60

    told = {
        "time": ("time-hours.sum", "Hours", by(entries, kind, hours)),
        "sessions": (
            "below-hours.sum", "Hours",
            by([t for t in entries if t.session_id], kind, hours),
        ),
        "milestones": (
            "below-touched.sum", "Sessions that touched it",
            by([x for x in every(SessionTouch, all_of) if x.milestone_id], kind),
        ),
        "actions": ("count", "Number of actions", by(every(Action, all_of), kind)),
        "observations": (
            "count", "Number of observations", by(every(Observation, all_of), kind),
        ),
    }  # fmt: skip
    assert len(sessions) == 30
    for base, (name, label, expected) in told.items():
        rows = shown(who, base, groups=["client-kind"], sums=[name])
        found = {row["Kind of client"]: row[label] or 0 for row in rows}
        assert found == pytest.approx({kind: expected.get(kind, 0) for kind in found}), base
        assert set(expected) <= set(found), base
        spread = totals(who, base, groups=["client-name"], sums=[name], pivot="client-kind")
        assert spread.pop("All") == pytest.approx(fsum(expected.values())), base
        assert spread == pytest.approx({kind: expected.get(kind, 0) for kind in spread}), base
        (whole,) = shown(who, base, sums=[name])
        assert whole[label] == pytest.approx(fsum(expected.values())), base


def test_averages_are_over_all_rows_and_days_fall_into_their_periods(shown, practice):
    milestones = every(Milestone, practice.engagements)
    rows = shown(
        practice.manager, "milestones", groups=["milestone-planned.quarter"], pivot="milestone-state",
        sums=["milestone-slip.average"],
    )  # fmt: skip
    slips = defaultdict(list)
    for one in milestones:
        reached = one.actual_on or one.planned_on
        name = f"Q{(one.planned_on.month + 2) // 3} {one.planned_on.year}"
        slips[name].append((reached - one.baseline_on).days)
    assert {row["Planned, by quarter"]: row["All"] for row in rows} == pytest.approx(
        {name: sum(days) / len(days) for name, days in slips.items()}
    )
    weeks = shown(practice.manager, "milestones", groups=["milestone-planned.week"], sums=["count"])
    assert sum(row["Number of milestones"] for row in weeks) == len(milestones)
    months = shown(practice.manager, "milestones", groups=["milestone-planned.month"])
    expected = Counter(f"{one.planned_on:%b %Y}" for one in milestones)
    assert {row["Planned, by month"]: row["Number of milestones"] for row in months} == expected


def test_a_consultant_adds_up_their_own_engagements_and_their_own_time(shown, practice):
    for coach in practice.coaches:
        mine = [e for e in practice.engagements if any(m.user_id == coach.id for m in _team(e))]
        own = [t.minutes for t in every(TimeEntry, practice.engagements) if t.user_id == coach.id]
        (time,) = shown(coach, "time", sums=["time-hours.sum"])
        assert time["Hours"] == pytest.approx(sum(own) / 60)
        rows = shown(coach, "sessions", groups=["engagement-title"])
        assert sum(row["Number of sessions"] for row in rows) == len(every(CoachingSession, mine))
        assert {row["Engagement"] for row in rows} == {e.title for e in mine}


def _team(engagement):
    return every(TeamMember, [engagement])
