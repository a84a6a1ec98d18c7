"""What waits for what: forecast, critical path and slip against networkx, and what the pages say of it."""

from collections import namedtuple
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import networkx as nx
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as some

from crm.access import Role
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneNeed, MilestoneState
from crm.roadmap.network import outlook
from crm.roadmap.queries import slip
from crm.roadmap.timeline import draw, window_of
from tests import factories as make
from tests.reading import main, panes

TODAY = date(2026, 3, 3)
Row = namedtuple("Row", "id title state baseline_on planned_on actual_on takes_days")
days = some.dates(date(2025, 1, 1), date(2027, 12, 31))


@some.composite
def roadmaps(draw):
    """Milestones that wait for earlier ones only."""
    rows, needs = [], {}
    for key in range(draw(some.integers(1, 9))):
        state = draw(some.sampled_from(MilestoneState))
        actual_on = draw(days) if state is MilestoneState.DONE else None
        rows.append(Row(key, f"M{key}", state, draw(days), draw(days), actual_on, draw(some.integers(0, 40))))
        if key:
            needs[key] = sorted(draw(some.sets(some.integers(0, key - 1), max_size=3)))
    return rows, needs


@pytest.mark.no_database
@settings(max_examples=80)
@given(roadmaps())
def test_the_outlook_agrees_with_networkx(roadmap):
    rows, needs = roadmap
    found = outlook(rows, needs, TODAY)
    open_ = {row.id: row for row in rows if row.state in OPEN_MILESTONE}
    assert found.forecast.keys() == open_.keys()
    graph = nx.DiGraph()
    for key, row in open_.items():
        begins = max((row.planned_on - timedelta(row.takes_days) - TODAY).days, 0)
        graph.add_edge("today", key, weight=begins + row.takes_days)
        for need in needs.get(key, ()):
            if need in open_:
                graph.add_edge(need, key, weight=row.takes_days)
    for key, row in open_.items():
        before = graph.subgraph({key} | nx.ancestors(graph, key))
        assert found.forecast[key] == TODAY + timedelta(nx.dag_longest_path_length(before))
        assert found.forecast[key] >= max(row.planned_on, TODAY)
        waits = [f"M{need}" for need in needs.get(key, ()) if need in open_]
        assert found.blocked_by.get(key, []) == waits
    if open_:
        assert found.ends_on == TODAY + timedelta(nx.dag_longest_path_length(graph))
        assert found.critical <= open_.keys()
        assert all(found.slack[key] == 0 for key in found.critical)
    else:
        assert found.ends_on is None


@pytest.mark.no_database
@given(days, days, days, some.integers(-400, 400))
def test_slip_moves_with_the_plan(baseline, planned, today, more):
    row = Row(1, "M", MilestoneState.IN_PROGRESS, baseline, planned, None, 0)
    slipped = slip(row, today)
    assert slipped == (max(planned, today) - baseline).days
    moved = row._replace(planned_on=planned + timedelta(more))
    assert slip(moved, planned) - slip(row, planned) == max(more, 0)
    done = row._replace(state=MilestoneState.DONE, actual_on=planned)
    assert slip(done, today) == (planned - baseline).days


@pytest.mark.no_database
@given(roadmaps(), days, some.sampled_from(["all", "year", "quarter"]), some.none() | days)
def test_every_window_of_the_timeline_can_be_drawn(roadmap, today, zoom, start):
    rows, needs = roadmap
    window = window_of(rows, today, zoom, start)
    picture = draw(rows, today, lambda _row: False, lambda _row: "", needs=needs, window=window)
    assert window.first < window.last
    assert all(250 <= x <= 980 for bar in picture.bars for x in (bar.baseline, bar.end))
    assert picture.units_a_day > 0
    if zoom == "quarter":
        assert (window.first.day, (window.last - window.first).days in range(88, 92)) == (1, True)


# The pages


@pytest.fixture
def engagement(me, clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.EngagementFactory(team=[me], ends_on=date(2026, 7, 1))


def milestone(engagement, title, planned_on, **more):
    return make.MilestoneFactory(
        engagement=engagement, title=title, planned_on=planned_on, baseline_on=planned_on, **more
    )


@pytest.fixture
def chain(engagement):
    """Wording, then pilot, then launch: each waits for the one before."""
    steps = [
        milestone(engagement, "Wording", date(2026, 3, 10)),
        milestone(engagement, "Pilot", date(2026, 4, 10), takes_days=20),
        milestone(engagement, "Launch", date(2026, 5, 10), takes_days=10),
    ]
    for first, second in pairwise(steps):
        make.MilestoneNeedFactory(engagement=engagement, milestone_id=second.id, needs_id=first.id)
    return steps


def edited(browser, one, needs, **more):
    data = {"title": one.title, "planned_on": one.planned_on, "state": one.state.value, "needs": needs}
    return browser.post(f"/milestones/{one.id}/edit", data=data | more)


def waits(session) -> set[tuple[int, int]]:
    needs = sa.select(MilestoneNeed.milestone_id, MilestoneNeed.needs_id)
    return {tuple(row) for row in session.execute(needs)}


def test_a_circle_is_refused_with_its_way(browser, chain, session):
    wording, pilot, launch = chain
    before = waits(session)
    answer = edited(browser, wording, [launch.id])
    assert answer.status_code == 422
    said = main(answer.text)
    assert "This goes round in a circle" in said
    for title in ("Wording", "Pilot", "Launch"):
        assert title in said.split("circle: ")[1].split(".")[0]
    session.expire_all()
    assert waits(session) == before
    assert edited(browser, wording, [wording.id]).status_code == 422
    assert edited(browser, launch, [wording.id, pilot.id]).status_code == 302
    assert (launch.id, wording.id) in waits(session)


def test_what_waits_is_said_in_words(browser, chain, session):
    wording, pilot, _launch = chain
    pilot.planned_on = date(2026, 3, 5)
    session.flush()
    page = main(browser.get(f"/engagements/{wording.engagement_id}/roadmap").text)
    assert "Waits for Wording" in page
    assert "Planned before Wording" in page
    assert "On the critical path" in page
    assert "As things stand on 30 Mar 2026, 25 days after the plan" in page
    wording.state, wording.actual_on = MilestoneState.DONE, date(2026, 3, 2)
    session.flush()
    assert "Waits for Wording" not in main(browser.get(f"/engagements/{wording.engagement_id}/roadmap").text)


@pytest.mark.parametrize(("along", "moved"), [("y", [7, 7, 7]), (None, [7, 0, 0])])
def test_what_waits_moves_along_or_stays(browser, chain, session, along, moved):
    before = [one.planned_on for one in chain]
    data = {"planned_on": "2026-03-17"} | ({"along": along} if along else {})
    browser.post(f"/milestones/{chain[0].id}/move", data=data)
    session.expire_all()
    assert [(one.planned_on - day).days for one, day in zip(chain, before, strict=True)] == moved
    assert [one.baseline_on for one in chain] == before


@pytest.mark.parametrize("day", ["", "never", "1200-01-01"])
def test_a_move_to_no_day_is_refused(browser, chain, session, day):
    browser.post(f"/milestones/{chain[0].id}/move", data={"planned_on": day})
    session.expire_all()
    assert chain[0].planned_on == date(2026, 3, 10)


def test_what_is_done_does_not_move(browser, chain, session):
    chain[0].state, chain[0].actual_on = MilestoneState.DONE, date(2026, 3, 2)
    session.flush()
    browser.post(f"/milestones/{chain[0].id}/move", data={"planned_on": "2026-03-17"})
    session.expire_all()
    assert chain[0].planned_on == date(2026, 3, 10)


def test_a_milestone_starts_ends_and_is_dropped(browser, chain, session):
    browser.post(f"/milestones/{chain[0].id}/start")
    browser.post(f"/milestones/{chain[1].id}/drop")
    session.expire_all()
    assert [one.state for one in chain] == [
        MilestoneState.IN_PROGRESS, MilestoneState.DROPPED, MilestoneState.PLANNED,
    ]  # fmt: skip


def test_the_strategies_become_milestones_in_one_step(browser, me, engagement, session):
    on = {"engagement": engagement}
    first = make.StrategyFactory(**on, statement="Reminders", position=0, owner_user_id=me.id)
    second = make.StrategyFactory(engagement=engagement, statement="Films", position=1)
    known = make.StrategyFactory(engagement=engagement, statement="Answers", position=2)
    make.MilestoneFactory(engagement=engagement, strategy_id=known.id)
    for _twice in range(2):
        browser.post(f"/engagements/{engagement.id}/milestones/of-strategies")
    session.expire_all()
    made = session.scalars(
        sa.select(Milestone).where(Milestone.strategy_id.in_([first.id, second.id])).order_by(Milestone.id)
    ).all()
    assert [(one.title, one.planned_on, one.owner_user_id) for one in made] == [
        ("Reminders", date(2026, 5, 2), me.id), ("Films", date(2026, 7, 1), None),
    ]  # fmt: skip
    assert [one.baseline_on for one in made] == [one.planned_on for one in made]


def test_phases_stand_together(browser, engagement):
    milestone(engagement, "Later", date(2026, 5, 1), phase="Roll-out")
    milestone(engagement, "Sooner", date(2026, 4, 1), phase="Pilot")
    milestone(engagement, "Loose", date(2026, 3, 5))
    found = list(panes(browser.get(f"/engagements/{engagement.id}/roadmap").text))
    assert [name for name in found if name in ("Pilot", "Roll-out", "Without a phase")] == [
        "Pilot", "Roll-out", "Without a phase",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["zoom=quarter", "zoom=year&from=2026-01-01", "zoom=x&from=y", "view=board"]
)
def test_the_roadmap_zooms_and_is_a_board(browser, chain, asked):
    answer = browser.get(f"/engagements/{chain[0].engagement_id}/roadmap?{asked}")
    assert answer.status_code == 200
    assert "Pilot" in main(answer.text)


def test_the_roadmap_is_a_page_to_hand_out(sign_in, chain):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=chain[0].engagement, user=guest)
    path = f"/engagements/{chain[0].engagement_id}/roadmap"
    client = sign_in(guest)
    table = client.get(f"{path}.json").json["tables"]
    rows = (table["milestones"] if isinstance(table, dict) else table[0])["rows"]
    assert len(rows) == 3
    assert client.get(f"{path}.pdf").data.startswith(b"%PDF")
    text = client.get(f"{path}.csv").get_data(as_text=True)
    assert "Pilot" in text.splitlines()[2]
    assert "Wording" in text.splitlines()[2]
