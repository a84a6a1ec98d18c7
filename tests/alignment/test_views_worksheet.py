"""The worksheet itself: its cells and their notes."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from crm.access import Role
from crm.alignment.models import Relation
from tests import factories as make
from tests.alignment.sheets import relations
from tests.reading import main, tree, typed, words


def test_worksheet_shows_goals_strategies_and_what_relates_them(browser, ours, goal, strategy):
    other = make.GoalFactory(engagement=ours, statement="Happier staff", weight=10)
    make.RelationFactory(engagement=ours, goal_id=goal.id, strategy_id=strategy.id, mark=9, note="Two pilots")
    page = browser.get(f"/engagements/{ours.id}/worksheet").text
    assert typed(page, f"mark-{goal.id}-{strategy.id}-9") == "9"
    assert typed(page, f"mark-{other.id}-{strategy.id}-0") == ""
    assert "Two pilots" in page
    assert "Coverage 75 %" in main(page)
    assert "Goal “Happier staff” has no strategy rated 3 or more." in main(page)


def test_worksheet_is_read_only_for_who_may_not_change_it(sign_in, ours, goal, strategy):
    guest = make.EngagementGrantFactory(engagement=ours).user
    for reader in (guest, make.UserFactory(role=Role.MANAGER)):
        page = sign_in(reader).get(f"/engagements/{ours.id}/worksheet").text
        assert "Fewer missed appointments" in page
        assert "mark-" not in page
        assert "Add a" not in main(page)


@pytest.mark.parametrize("rows", [(0, 0), (1, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("weight", [0, 10])
def test_worksheet_shows_however_little_there_is(browser, ours, rows, weight):
    make.GoalFactory.create_batch(rows[0], engagement=ours, weight=weight)
    make.StrategyFactory.create_batch(rows[1], engagement=ours, effort_hours=0)
    assert browser.get(f"/engagements/{ours.id}/worksheet").status_code == 200


def test_worksheet_costs_the_same_however_large_it_is(browser, ours, goal, strategy, queries):
    def cost() -> int:
        queries.clear()
        browser.get(f"/engagements/{ours.id}/worksheet")
        return len(queries)

    one = cost()
    goals = [goal, *make.GoalFactory.create_batch(7, engagement=ours)]
    for each in make.StrategyFactory.create_batch(7, engagement=ours):
        for other in goals:
            make.RelationFactory(engagement=ours, goal_id=other.id, strategy_id=each.id, mark=3)
    assert cost() == one <= 10


def test_mark_saves_one_cell_and_answers_what_the_sheet_says(browser, ours, goal, strategy, session):
    fields = {"goal_id": goal.id, "strategy_id": strategy.id, "mark": "9"}
    response = browser.post(f"/engagements/{ours.id}/worksheet/mark", data=fields)
    assert response.json["shares"] == ["100 %"]
    assert "The 9 of “Reminder stories”" in response.json["reading"]
    assert relations(session, ours) == {(goal.id, strategy.id): 9}


def test_mark_keeps_the_note(browser, ours, goal, strategy, session):
    relation = make.RelationFactory(engagement=ours, goal_id=goal.id, strategy_id=strategy.id, note="Why")
    fields = {"goal_id": goal.id, "strategy_id": strategy.id, "mark": "3"}
    browser.post(f"/engagements/{ours.id}/worksheet/mark", data=fields)
    session.expire_all()
    assert (relation.mark, relation.note) == (3, "Why")


@pytest.mark.parametrize(
    "wrong", [{"mark": "5"}, {"mark": ""}, {"mark": "x"}, {"goal_id": ""}, {"goal_id": "9" * 30}]
)
def test_mark_refuses_what_is_off_the_scale(browser, ours, goal, strategy, session, wrong):
    fields = {"goal_id": goal.id, "strategy_id": strategy.id, "mark": "9"} | wrong
    headers = {"Accept": "application/json"}
    response = browser.post(f"/engagements/{ours.id}/worksheet/mark", data=fields, headers=headers)
    assert response.status_code == 422
    assert response.json["error"]
    assert relations(session, ours) == {}


@pytest.mark.parametrize("path", ["worksheet", "worksheet/mark"])
def test_marks_of_another_engagement_are_refused(browser, ours, goal, session, path):
    foreign = make.StrategyFactory(statement="Not ours")
    fields = {"goal_id": goal.id, "strategy_id": foreign.id, "mark": "9"}
    fields[f"mark-{goal.id}-{foreign.id}-0"] = "9"
    response = browser.post(f"/engagements/{ours.id}/{path}", data=fields, follow_redirects=True)
    assert "no longer on the worksheet" in response.text
    assert relations(session, ours) == {}


def test_save_keeps_every_cell_at_once(browser, ours, goal, strategy, session):
    other = make.GoalFactory(engagement=ours)
    fields = {f"mark-{goal.id}-{strategy.id}-0": "3", f"mark-{other.id}-{strategy.id}-0": "", "else": "x"}
    response = browser.post(f"/engagements/{ours.id}/worksheet", data=fields)
    assert response.location == f"/engagements/{ours.id}/worksheet"
    assert relations(session, ours) == {(goal.id, strategy.id): 3}, "a 0 that nobody gave is no row"


@pytest.mark.parametrize("value", ["5", "x", "-1", "NaN", "9" * 40])
def test_save_refuses_a_mark_off_the_scale_and_keeps_none(browser, ours, goal, strategy, session, value):
    other = make.GoalFactory(engagement=ours)
    fields = {f"mark-{goal.id}-{strategy.id}-0": "3", f"mark-{other.id}-{strategy.id}-0": value}
    page = browser.post(f"/engagements/{ours.id}/worksheet", data=fields, follow_redirects=True)
    assert "A relation is 0, 1, 3 or 9." in page.text
    assert relations(session, ours) == {}


@pytest.mark.parametrize(
    "name", [f"mark-{10**30}-1-0", "mark-999999-999999-0", "mark--1-3", "mark-1-1-x", "mark-1"]
)
def test_save_refuses_a_cell_that_is_not_there(browser, ours, goal, strategy, session, name):
    page = browser.post(f"/engagements/{ours.id}/worksheet", data={name: "3"}, follow_redirects=True)
    assert page.status_code == 200
    assert relations(session, ours) == {}


def test_note_shows_the_pair_and_saves(browser, ours, goal, strategy, session):
    path = f"/engagements/{ours.id}/worksheet/note?goal={goal.id}&strategy={strategy.id}"
    page = main(browser.get(path).text)
    assert "Goal: Fewer missed appointments. Strategy: Reminder stories." in page
    assert browser.post(path, data={"note": "Two pilots halved it"}).status_code == 302
    assert session.scalars(select(Relation.note)).all() == ["Two pilots halved it"]
    assert typed(browser.get(path).text, "note").strip() == "Two pilots halved it"


@pytest.mark.parametrize("question", ["", "?goal=x&strategy=y", "?goal=1", f"?goal={10**30}&strategy=-1"])
def test_note_of_no_pair_is_a_404(browser, ours, goal, question):
    assert browser.get(f"/engagements/{ours.id}/worksheet/note{question}").status_code == 404


def test_save_clears_a_mark_that_is_emptied(browser, ours, goal, strategy, session):
    make.RelationFactory(engagement=ours, goal_id=goal.id, strategy_id=strategy.id, mark=9)
    browser.post(f"/engagements/{ours.id}/worksheet", data={f"mark-{goal.id}-{strategy.id}-9": " "})
    assert relations(session, ours) == {(goal.id, strategy.id): 0}


def test_save_leaves_what_somebody_else_judged_meanwhile(browser, ours, goal, strategy, session):
    make.RelationFactory(engagement=ours, goal_id=goal.id, strategy_id=strategy.id, mark=9)
    fields = {f"mark-{goal.id}-{strategy.id}-1": "3"}
    page = browser.post(f"/engagements/{ours.id}/worksheet", data=fields, follow_redirects=True)
    assert "Somebody else judged 9 here while you judged 3." in page.text
    assert relations(session, ours) == {(goal.id, strategy.id): 9}


def test_worksheet_labels_each_cell_by_its_goal_and_its_strategy(browser, ours, goal, strategy):
    page = tree(browser.get(f"/engagements/{ours.id}/worksheet").text)
    (cell,) = [one for one in page.iter("input") if one.get("name") == f"mark-{goal.id}-{strategy.id}-0"]
    labels = [page.find(f".//*[@id='{key}']") for key in cell.get("aria-labelledby").split()]
    assert [words(label) for label in labels] == ["Fewer missed appointments", "Reminder stories"]


def test_worksheet_shows_the_parts_of_a_goal_below_it(browser, ours, goal):
    part, other = (make.GoalFactory(engagement=ours, statement=name, position=place) for place, name in
                   enumerate(("Fewer in cardiology", "Happier staff")))  # fmt: skip
    goal.position = 5
    make.GoalParentFactory(engagement=ours, goal_id=part.id, parent_id=goal.id)
    make.StrategyFactory(engagement=ours)
    page = tree(browser.get(f"/engagements/{ours.id}/worksheet").text)
    rows = [words(row) for row in page.iter("th") if row.get("scope") == "row"]
    assert rows[:3] == [
        "Happier staff",
        "Fewer missed appointments",
        "Part of the goal above: Fewer in cardiology",
    ], other


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 3, 1), "Review 2 days overdue"), (date(2026, 3, 3), "Review due today"),
     (date(2026, 3, 9), "Review due 9 Mar 2026")],
)  # fmt: skip
def test_worksheet_says_when_its_review_is_due(browser, ours, goal, clock_at, day, said):
    clock_at(datetime(2026, 3, 3, 12, tzinfo=UTC))
    make.SheetSetupFactory(engagement=ours, review_on=day)
    page = browser.get(f"/engagements/{ours.id}/worksheet").text
    assert said in main(page)
    assert f"/engagements/{ours.id}/worksheet/reviewed" in page


def test_worksheet_says_where_a_goal_came_from_to_who_may_see_it(browser, sign_in, me, ours, goal):
    above = make.GoalFactory(engagement=make.EngagementFactory(team=[me]), statement="Come when called")
    make.GoalOriginFactory(engagement=ours, goal_id=goal.id, origin_id=above.id)
    address = f"/engagements/{ours.id}/worksheet"
    make.StrategyFactory(engagement=ours)
    assert "Carried down from “Come when called”" in browser.get(address).text
    guest = make.EngagementGrantFactory(engagement=ours).user
    assert "Come when called" not in sign_in(guest).get(address).text
