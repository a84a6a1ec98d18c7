"""Each report across engagements says what plain sums over the rows say."""

from collections import Counter, defaultdict
from fractions import Fraction

import pytest
import sqlalchemy as sa

from crm.alignment.models import Goal, Strategy
from crm.engagements.models import Budget, Engagement, Stage, TeamMember
from crm.outcomes.models import Direction, Measure, Observation
from crm.readers import become
from crm.reporting.catalogue import CATALOGUE
from crm.roadmap.models import Milestone, MilestoneState
from crm.sessions.models import (
    Action,
    ActionState,
    CoachingSession,
    SessionState,
    SessionTouch,
    TimeEntry,
    TimeKind,
)
from crm.thread.findings import loose_ends
from crm.thread.queries import thread_of
from tests import factories as make
from tests.reporting.random_practice import LAST, NOW, every, is_before, is_now


def test_utilisation_and_money_add_up(practice, made):
    report, rows = made("utilisation")
    entries = [t for t in every(TimeEntry, practice.engagements) if is_now(t.worked_on)]
    by_name = {row["person"]: row for row in rows["people"]}
    for coach in practice.coaches:
        own = [t for t in entries if t.user_id == coach.id]
        line = by_name[coach.name]
        assert line["logged"] == pytest.approx(sum(t.minutes for t in own) / 60)
        billable = sum(t.minutes for t in own if t.is_billable) / 60
        assert line["billable"] == pytest.approx(billable)
        assert line["utilisation"] == pytest.approx(billable / line["available"])
    assert report.table("people").totals["logged"] == pytest.approx(sum(t.minutes for t in entries) / 60)
    totals = {row["currency"]: row for row in rows["currencies"]}
    for currency in totals:
        each = [row for row in rows["realisation"] if row["currency"] == currency]
        assert totals[currency]["billed"] == sum(row["billed"] for row in each)
        assert totals[currency]["standard"] == sum(row["standard"] for row in each)


def test_a_consultant_is_told_of_their_own_time_and_of_no_money(practice, made):
    report, rows = made("utilisation", practice.coaches[0])
    assert [row["person"] for row in rows["people"]] == [practice.coaches[0].name]
    assert set(report.row_counts) == {"people"}


def shares_of(practice, engagements, kind: str) -> dict:
    """Minutes of the period by engagement and thing, shared out by hand."""
    sessions = {s.id: s for s in every(CoachingSession, engagements)}
    milestones = {m.id: m for m in every(Milestone, engagements)}
    touched = defaultdict(set)
    for touch in every(SessionTouch, engagements):
        delivered = touch.milestone_id and milestones[touch.milestone_id].strategy_id
        key = {
            "goals": touch.goal_id,
            "strategies": touch.strategy_id or delivered,
            "milestones": touch.milestone_id,
        }[kind]
        if key and sessions[touch.session_id].state is SessionState.HELD:
            touched[touch.session_id].add(key)
    found = defaultdict(Fraction)
    for t in every(TimeEntry, engagements):
        if not is_now(t.worked_on):
            continue
        delivered = t.milestone_id and milestones[t.milestone_id].strategy_id
        alone = {"goals": None, "strategies": t.strategy_id or delivered, "milestones": t.milestone_id}[kind]
        keys = (touched[t.session_id] or {None}) if t.session_id else {alone}
        for key in keys:
            found[t.engagement_id, key] += Fraction(t.minutes, len(keys))
    return found


@pytest.mark.parametrize(
    ("kind", "model", "name"),
    [
        ("goals", Goal, "statement"),
        ("strategies", Strategy, "statement"),
        ("milestones", Milestone, "title"),
    ],
)
def test_hours_are_shared_out_and_none_counts_twice(practice, made, kind, model, name):
    report, rows = made("hours")
    words = {one.id: getattr(one, name) for one in every(model, practice.engagements)}
    titles = {e.id: e.title for e in practice.engagements}
    expected = {
        (
            titles[engagement],
            words.get(key, f"No {kind[:-1] if kind != 'strategies' else 'strategy'}"),
        ): float(minutes / 60)
        for (engagement, key), minutes in shares_of(practice, practice.engagements, kind).items()
    }
    found = {(row["engagement"], row["name"]): row["hours"] for row in rows[kind] if row["hours"]}
    assert found == pytest.approx(expected)
    entries = [t for t in every(TimeEntry, practice.engagements) if is_now(t.worked_on)]
    whole = sum(t.minutes for t in entries) / 60
    assert report.table(kind).totals["hours"] == pytest.approx(whole)
    assert report.table(kind).totals["share"] == pytest.approx(1)
    assert report.table("engagements").totals["hours"] == pytest.approx(whole)


def test_hours_against_the_budget_add_up(practice, made):
    rows = {row["engagement"]: row for row in made("hours")[1]["engagements"]}
    for e in practice.engagements:
        entries = every(TimeEntry, [e])
        if e.title not in rows:
            assert not any(is_now(t.worked_on) or is_before(t.worked_on) for t in entries)
            continue
        row = rows[e.title]
        assert row["budget"] == sum(b.hours for b in every(Budget, [e]))
        counted = [t for t in entries if t.is_billable and t.kind is not TimeKind.TRAVEL]
        assert row["used"] == pytest.approx(sum(t.minutes for t in counted if t.worked_on <= LAST) / 60)
        assert row["before"] == pytest.approx(sum(t.minutes for t in entries if is_before(t.worked_on)) / 60)


def test_what_goals_moved_is_told_by_their_measures(practice, made):
    rows = {row["name"]: row for row in made("hours")[1]["goals"]}
    goals = {g.id: g.statement for g in every(Goal, practice.engagements)}
    values = defaultdict(dict)
    for one in every(Observation, practice.engagements):
        values[one.measure_id][one.period_on] = one.value
    counts = defaultdict(Counter)
    for one in every(Measure, practice.engagements):
        if one.goal_id is None:
            continue
        seen = values[one.id]
        start = one.baseline if one.baseline is not None else seen[min(seen)] if seen else None
        known = [day for day in seen if day <= LAST]
        change = seen[max(known)] - start if known else 0
        sign = -change if one.direction is Direction.DECREASE else change
        counts[goals[one.goal_id]].update(measures=1, better=int(sign > 0), worse=int(sign < 0))
    for name in rows.keys() & set(goals.values()):
        assert {key: rows[name][key] for key in ("measures", "better", "worse")} == {
            key: counts[name][key] for key in ("measures", "better", "worse")
        }


def test_milestones_are_counted_as_they_stood(practice, made):
    report, rows = made("milestones")
    meant = [m for m in every(Milestone, practice.engagements) if m.state is not MilestoneState.DROPPED]
    due = [m for m in meant if is_now(m.baseline_on)]
    on_time = [m for m in due if m.actual_on and m.actual_on <= min(m.baseline_on, LAST)]
    done = [m for m in meant if is_now(m.actual_on)]
    late = [m for m in meant if m.planned_on < LAST and (not m.actual_on or m.actual_on > LAST)]
    totals = report.table("engagements").totals
    assert (totals["due"], totals["on_time"], totals["done"], totals["late"]) == (
        len(due), len(on_time), len(done), len(late),
    )  # fmt: skip
    listed = {*due, *done, *late}
    assert sorted(row["milestone"] for row in rows["milestones"]) == sorted(m.title for m in listed)
    for m in listed:
        row = next(row for row in rows["milestones"] if row["milestone"] == m.title)
        was_done = m.actual_on and m.actual_on <= LAST
        end = m.actual_on if was_done else max(m.planned_on, LAST)
        assert row["slip_days"] == (end - m.baseline_on).days


def test_actions_are_counted_as_they_stood(practice, made):
    report, _ = made("actions")
    due = [a for a in every(Action, practice.engagements) if is_now(a.due_on)]
    done = [a for a in due if a.state is ActionState.DONE and a.done_on <= LAST]
    on_time = [a for a in done if a.done_on <= a.due_on]
    dropped = [a for a in due if a.state is ActionState.DROPPED]
    for name in ("owners", "engagements"):
        totals = report.table(name).totals
        assert totals == {
            "due": len(due),
            "on_time": len(on_time),
            "done_late": len(done) - len(on_time),
            "dropped": len(dropped),
            "open": len(due) - len(done) - len(dropped),
        }
    assert report.row_counts["actions"] == len(due)


@pytest.mark.parametrize("whose", ["manager", "coach"])
def test_loose_ends_are_the_sentences_of_each_thread(app, practice, made, whose):
    who = practice.manager if whose == "manager" else practice.coaches[0]
    _, rows = made("data-quality", who)
    found, today = defaultdict(list), NOW.date()
    for row in rows["findings"]:
        found[row["engagement"]].append((row["label"], row["sentence"]))
    live = [e for e in practice.engagements if e.stage in (Stage.DISCOVERY, Stage.IMPLEMENTATION)]
    with app.app_context():
        become(who)
        for e in live:
            thread = thread_of(e, practice.manager)
            expected = [(one.label, one.sentence) for one in loose_ends(e, thread, today)]
            is_mine = who is practice.manager or e.id in {row.id for row in on_team(who)}
            assert found[e.title] == (expected if is_mine else [])


def on_team(who) -> list:
    mine = sa.select(TeamMember.engagement_id).where(TeamMember.user_id == who.id)
    return make.session.scalars(sa.select(Engagement).where(Engagement.id.in_(mine))).all()


@pytest.mark.parametrize(
    "name", [n for n, e in CATALOGUE.items() if not e.of_engagement and n != "portfolio"]
)
def test_a_consultant_reads_of_their_own_engagements_alone(practice, made, name):
    coach = practice.coaches[0]
    mine = {e.title for e in on_team(coach)}
    _, rows = made(name, coach)
    assert {row["engagement"] for many in rows.values() for row in many if row.get("engagement")} <= mine


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"kind": "hospital"}, lambda e: e.organisation.kind.value == "hospital"),
        ({"state": "MN"}, lambda e: e.organisation.state == "MN"),
        ({"tag": "rural"}, lambda e: "rural" in {tag.name for tag in e.organisation.tags}),
        ({"currency": "EUR"}, lambda e: e.currency == "EUR"),
        ({"stage": "proposal"}, lambda e: e.stage is Stage.PROPOSAL),
        ({"stage": "live"}, lambda e: e.stage in (Stage.DISCOVERY, Stage.IMPLEMENTATION)),
        ({"tag": "nothing has it"}, lambda _: False),
    ],
)
def test_a_report_can_be_narrowed(practice, made, more, fits):
    report, rows = made("alignment", **more)
    assert {row["engagement"] for row in rows["engagements"]} == {
        e.title for e in practice.engagements if fits(e)
    }
    assert report.subtitle != "All engagements"
    lead = practice.engagements[0].lead
    led = made("alignment", person=lead.id)[1]["engagements"]
    assert {row["engagement"] for row in led} == {
        e.title for e in practice.engagements if e.lead_id == lead.id
    }
