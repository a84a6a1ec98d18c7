"""Reports about clients say what plain sums over the rows say."""

from collections import defaultdict
from datetime import date

import pytest
import sqlalchemy as sa

from crm.alignment.models import Goal, Relation, Strategy
from crm.engagements.models import Stage, StageMove
from crm.health.models import SatisfactionScore
from crm.organisations.models import Channel, ChannelCount
from crm.outcomes.models import Measure
from crm.outcomes.queries import readings
from crm.readers import become
from crm.reporting.queries import Wanted, portfolio_frame
from crm.roadmap.models import Milestone, MilestoneState
from crm.sessions.models import (
    CoachingSession,
    SessionState,
    TimeEntry,
    TimeKind,
)
from tests import factories as make
from tests.reporting.random_practice import FIRST, LAST, every, is_before, is_now


def test_alignment_agrees_with_the_portfolio_and_with_the_rows(app, practice, made):
    report, rows = made("alignment")
    with app.app_context():
        become(practice.manager)
        known = portfolio_frame(practice.manager, Wanted("all"), LAST).set_index("engagement")["coverage"]
    assert {row["engagement"]: row["coverage"] for row in rows["engagements"]} == pytest.approx(dict(known))
    goals, relations = every(Goal, practice.engagements), every(Relation, practice.engagements)
    served = {r.goal_id for r in relations if r.mark >= 3}
    serving = {r.strategy_id for r in relations if r.mark >= 3}
    measured = {m.goal_id for m in every(Measure, practice.engagements)}
    strategies = every(Strategy, practice.engagements)
    delivered = {
        m.strategy_id for m in every(Milestone, practice.engagements) if m.state is not MilestoneState.DROPPED
    }
    totals = report.table("engagements").totals
    assert totals == {
        "goals": len(goals),
        "served": sum(g.id in served for g in goals),
        "measured": sum(g.id in measured for g in goals),
        "strategies": len(strategies),
        "idle": sum(s.id not in serving for s in strategies),
        "undelivered": sum(s.id not in delivered for s in strategies),
    }
    assert report.table("perspectives").totals == {k: totals[k] for k in ("goals", "served", "measured")}


def test_outcomes_are_judged_measure_by_measure_as_on_the_page_of_each(app, practice, made):
    report, rows = made("outcomes")
    found = {(row["engagement"], row["measure"]): row for row in rows["measures"]}
    with app.app_context():
        become(practice.manager)
        for e in practice.engagements:
            then = {one.measure.id: one for one in readings(e.id, date(2025, 12, 31))}
            for one in readings(e.id, LAST):
                row = found.pop((e.title, one.measure.name))
                assert (row["verdict"], row["baseline"]) == (one.verdict[1], one.start)
                assert row["observations"] == len(one.observations)
                assert row["latest"] == (one.latest.value if one.latest else None)
                assert row["verdict_before"] == then[one.measure.id].verdict[1]
    assert found == {}
    count = report.row_counts["measures"]
    assert report.table("verdicts").totals == {"measures": count, "before": count}


def test_satisfaction_is_the_mean_of_what_was_given(practice, made):
    _, rows = made("satisfaction")
    for e in practice.engagements:
        given = [one for one in every(SatisfactionScore, [e]) if is_now(one.said_on)]
        row = next((row for row in rows["engagements"] if row["engagement"] == e.title), None)
        assert bool(given) is bool(row)
        if row:
            assert row["answers"] == len(given)
            assert row["from_client"] == sum(one.is_from_client for one in given)
            assert row["mean"] == pytest.approx(sum(one.score for one in given) / len(given))
    scores = [o.score for o in every(SatisfactionScore, practice.engagements) if is_now(o.said_on)]
    line = rows["promoters"][0]
    assert line["answers"] == len(scores)
    if len(scores) >= 5:
        ups, downs = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
        assert line["score"] == pytest.approx(100 * (ups - downs) / len(scores))
    else:
        assert line["score"] is None
        assert line["why_not"]


def test_a_coaching_log_holds_the_hours_of_one_coach(practice, made):
    coach = practice.coaches[0]
    own = [
        t
        for t in every(TimeEntry, practice.engagements)
        if t.user_id == coach.id and t.kind is TimeKind.COACHING and t.session_id and is_now(t.worked_on)
    ]
    sessions = {s.id: s for s in every(CoachingSession, practice.engagements)}
    held = [t for t in own if sessions[t.session_id].state is SessionState.HELD]
    expected = defaultdict(float)
    for t in held:
        people = len(sessions[t.session_id].contacts)
        form = "Individual" if people == 1 else "Group" if people else "Not said"
        expected[form, "paid" if t.is_billable else "pro_bono"] += t.minutes / 60
    for who, more in ((practice.manager, {"person": coach.id}), (coach, {})):
        report, rows = made("coaching-log", who, **more)
        told = {(r["form"], pay): r[pay] for r in rows["sums"] for pay in ("paid", "pro_bono") if r[pay]}
        assert told == pytest.approx(dict(expected))
        assert report.table("log").totals["hours"] == pytest.approx(sum(t.minutes for t in held) / 60)
        assert report.table("clients").totals["hours"] == pytest.approx(sum(t.minutes for t in held) / 60)
        letter, _ = made("coaching-letter", who, **more)
        assert coach.name in letter.opening
        assert letter.table().totals["hours"] == pytest.approx(report.table("sums").totals["hours"])
    other = made("coaching-log", practice.coaches[1], person=coach.id)[1]["log"]
    assert {row["coach"] for row in other} <= {practice.coaches[1].name}


def test_the_pipeline_counts_stages_and_adds_fees_of_one_currency_alone(practice, made):
    report, rows = made("pipeline")
    going = [e for e in practice.engagements if e.stage is not Stage.LOST]
    assert report.table("stages").totals["engagements"] == len(going)
    for row in rows["fees"]:
        same = [e for e in going if (e.stage.label, e.currency) == (row["stage"], row["currency"])]
        assert (row["engagements"], row["fee"]) == (len(same), sum(e.fee for e in same))
    moves = every(StageMove, practice.engagements)
    for row in rows["stages"]:
        came = [m for m in moves if m.to_stage.label == row["stage"]]
        assert row["entered"] == sum(is_now(m.moved_on) for m in came)
        assert row["entered_before"] == sum(is_before(m.moved_on) for m in came)


def test_channels_are_compared_each_with_itself(practice, made):
    report, _ = made("channels")
    counts = defaultdict(dict)
    for one in make.session.scalars(sa.select(ChannelCount)):
        counts[one.channel_id][one.counted_on] = one.followers
    followers = gained = 0
    for channel in make.session.scalars(sa.select(Channel)):
        ends = [day for day in counts[channel.id] if day <= LAST]
        starts = [day for day in counts[channel.id] if day < FIRST]
        followers += counts[channel.id][max(ends)] if ends else 0
        if starts:
            gained += counts[channel.id][max(ends)] - counts[channel.id][max(starts)]
    for name in ("platforms", "channels"):
        assert report.table(name).totals["followers"] == followers
        assert report.table(name).totals["gained"] == gained
