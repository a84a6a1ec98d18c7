"""Whatever hangs on an engagement, each total is the plain sum of what was put there: no join inflates it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from crm.access import Role
from crm.alignment.models import MARKS
from crm.engagements.models import ServiceLine
from crm.organisations.models import Tag
from crm.readers import become
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from crm.roadmap.models import MilestoneState
from crm.sessions.models import ActionState, SessionState, TimeKind
from tests import factories as make
from tests.scene import NOW, TODAY

DAYS = some.integers(-40, 40)
FEES = some.decimals(Decimal(0), Decimal(10**7), places=2)
TIME = some.lists(
    some.tuples(some.integers(0, 2), some.sampled_from(TimeKind), some.integers(1, 480), some.booleans()),
    max_size=4, unique_by=lambda entry: entry[:2],
)  # fmt: skip
ENGAGEMENT = some.fixed_dictionaries(
    {
        "fee": some.none() | some.tuples(FEES, some.sampled_from(["EUR", "USD", "JPY"])),
        "tags": some.integers(0, 3),
        "budgets": some.dictionaries(some.sampled_from(ServiceLine), some.integers(1, 90), max_size=2),
        "weights": some.lists(some.integers(1, 50), max_size=3),
        "efforts": some.lists(some.integers(1, 80), max_size=3),
        "marks": some.lists(some.sampled_from([0, *MARKS]), min_size=9, max_size=9),
        "milestones": some.lists(some.tuples(some.sampled_from(MilestoneState), DAYS), max_size=3),
        "sessions": some.lists(some.tuples(some.sampled_from(SessionState), TIME), max_size=3),
        "actions": some.lists(some.tuples(some.sampled_from(ActionState), some.none() | DAYS), max_size=3),
    }
)


def build(plan: dict, people: list) -> object:
    organisation = make.OrganisationFactory()
    organisation.tags = [Tag(name=f"{organisation.name} {n}") for n in range(plan["tags"])]
    fee, currency = plan["fee"] or (None, None)
    one = make.EngagementFactory(
        organisation=organisation, lead=people[0], team=people, fee=fee, currency=currency
    )
    for line, hours in plan["budgets"].items():
        make.BudgetFactory(engagement=one, service_line=line, hours=hours)
    goals = [make.GoalFactory(engagement=one, weight=weight) for weight in plan["weights"]]
    ways = [make.StrategyFactory(engagement=one, effort_hours=effort) for effort in plan["efforts"]]
    for (goal, way), mark in zip(product(goals, ways), plan["marks"], strict=False):
        if mark:
            make.RelationFactory(engagement=one, goal_id=goal.id, strategy_id=way.id, mark=mark)
    for state, days in plan["milestones"]:
        done = {"actual_on": TODAY - timedelta(1)} if state is MilestoneState.DONE else {}
        make.MilestoneFactory(engagement=one, state=state, planned_on=TODAY + timedelta(days), **done)
    for number, (state, time) in enumerate(plan["sessions"], start=1):
        session = make.CoachingSessionFactory(engagement=one, number=number, state=state, coach=people[0])
        for person, kind, minutes, is_billable in time:
            make.TimeEntryFactory(
                session=session,
                user_id=people[person].id,
                kind=kind,
                minutes=minutes,
                is_billable=is_billable,
            )
    for state, days in plan["actions"]:
        due = None if days is None else TODAY + timedelta(days)
        done = {"done_on": date(2026, 2, 1)} if state is ActionState.DONE else {}
        make.ActionFactory(engagement=one, state=state, due_on=due, **done)
    make.session.flush()
    return one


def minutes_of(plan: dict) -> int:
    """What counts against the budget: billable time, but for travel."""
    entries = [entry for _, time in plan["sessions"] for entry in time]
    return sum(minutes for _, kind, minutes, billable in entries if billable and kind is not TimeKind.TRAVEL)


def portfolio_totals(plans: list[dict]) -> dict[str, float]:
    steps = [m for plan in plans for m in plan["milestones"] if m[0] is not MilestoneState.DROPPED]
    waiting = [days for plan in plans for state, days in plan["actions"] if state is ActionState.OPEN]
    return {
        "hours_budget": sum(sum(plan["budgets"].values()) for plan in plans),
        "hours_used": float(sum(Fraction(minutes_of(plan), 60) for plan in plans)),
        "milestones": len(steps),
        "milestones_done": sum(state is MilestoneState.DONE for state, _ in steps),
        "milestones_late": sum(state is not MilestoneState.DONE and days < 0 for state, days in steps),
        "sessions": sum(state is SessionState.HELD for plan in plans for state, _ in plan["sessions"]),
        "actions_open": len(waiting),
        "actions_overdue": sum(days is not None and days < 0 for days in waiting),
    }


def fees_of(plans: list[dict]) -> dict[str, tuple[int, Decimal]]:
    fees: dict[str, list[Decimal]] = {}
    for plan in plans:
        if plan["fee"]:
            fees.setdefault(plan["fee"][1], []).append(plan["fee"][0])
    return {currency: (len(amounts), sum(amounts)) for currency, amounts in fees.items()}


def across_totals(plans: list[dict]) -> dict[tuple[str, str], dict[str, float]]:
    """By report and table: what reports across engagements must say of a period that holds everything."""
    entries = [entry for plan in plans for _, time in plan["sessions"] for entry in time]
    due = [(state, days) for plan in plans for state, days in plan["actions"] if days is not None]
    done = date(2026, 2, 1)
    on_time = sum(state is ActionState.DONE and done <= TODAY + timedelta(days) for state, days in due)
    finished = sum(state is ActionState.DONE for state, _ in due)
    dropped = sum(state is ActionState.DROPPED for state, _ in due)
    hours = float(sum(Fraction(minutes, 60) for _, _, minutes, _ in entries))
    return {
        ("hours", "engagements"): {"hours": hours},
        ("hours", "goals"): {"hours": hours},
        ("actions", "engagements"): {
            "due": len(due), "on_time": on_time, "done_late": finished - on_time, "dropped": dropped,
            "open": len(due) - finished - dropped,
        },
        ("pipeline", "stages"): {"engagements": len(plans)},
        ("alignment", "engagements"): {
            "goals": sum(len(plan["weights"]) for plan in plans),
            "strategies": sum(len(plan["efforts"]) for plan in plans),
        },
    }  # fmt: skip


def check_progress(report, plan: dict) -> None:
    totals = {name: report.table(name).totals for name in ("goals", "strategies", "sessions")}
    held = [time for state, time in plan["sessions"] if state is SessionState.HELD]
    assert totals["goals"]["weight_share"] == pytest.approx(1.0 if plan["weights"] else 0)
    assert totals["strategies"]["effort_hours"] == sum(plan["efforts"])
    assert totals["sessions"]["minutes"] == sum(minutes for time in held for _, _, minutes, _ in time)
    marks = list(zip(product(plan["weights"], plan["efforts"]), plan["marks"], strict=False))
    has_share = any(mark for _, mark in marks)
    assert totals["strategies"]["share"] == pytest.approx(1.0 if has_share else 0)
    counts = {"milestones": len(plan["milestones"]), "sessions": len(held), "actions": len(plan["actions"])}
    assert counts.items() <= report.row_counts.items()


@settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(plans=some.lists(ENGAGEMENT, min_size=1, max_size=3))
def test_every_total_is_the_plain_sum(app, clock_at, plans):
    clock_at(NOW)
    people = make.UserFactory.create_batch(3, role=Role.CONSULTANT)
    engagements = [build(plan, people) for plan in plans]
    with app.app_context():
        whole = CATALOGUE["portfolio"].make(Request(people[0], TODAY))
        become(people[0])
        asked = Asked.of({"from": "2025-01-01", "to": "2026-12-31"}, TODAY)
        across = {
            (name, table): CATALOGUE[name]
            .make(Request(people[0], asked.last, asked=asked))
            .table(table)
            .totals
            for name, table in across_totals(plans)
        }
        each = [CATALOGUE["progress"].make(Request(people[0], TODAY, one)) for one in engagements]
    totals = whole.table().totals
    assert len(whole.table()) == len(plans)
    for name, value in portfolio_totals(plans).items():
        assert totals[name] == pytest.approx(value), name
    assert "fee" not in totals
    assert {row[0]: row[1:] for row in whole.table("fees").rows} == fees_of(plans)
    for key, totals in across_totals(plans).items():
        for name, value in totals.items():
            assert across[key][name] == pytest.approx(value), (key, name)
    for report, plan in zip(each, plans, strict=True):
        check_progress(report, plan)
