"""Weighing the goals: points, ranks, pairs."""

import pytest

from crm.alignment.models_sheet import GoalComparison, Weighing
from tests.factories import EngagementFactory, GoalFactory, SheetSetupFactory


@pytest.fixture
def engagement(me):
    return EngagementFactory(team=[me])


@pytest.fixture
def goals(engagement):
    return [
        GoalFactory(engagement=engagement, statement=name, weight=10, position=place)
        for place, name in enumerate(("Fewer missed", "Staff who stay", "Reach"))
    ]


def weights(session, goals):
    session.expire_all()
    return [goal.weight for goal in goals]


def save(browser, engagement, **fields):
    address = f"/engagements/{engagement.id}/worksheet/weights"
    return browser.post(address, data={k.replace("_", "-"): v for k, v in fields.items()})


def test_show_asks_for_two_goals(browser, engagement):
    GoalFactory(engagement=engagement)
    page = browser.get(f"/engagements/{engagement.id}/worksheet/weights").text
    assert "This worksheet has 1 goal." in page


def test_save_shares_out_a_hundred_points(browser, session, engagement, goals):
    points = {f"points-{goal.id}": share for goal, share in zip(goals, (50, 30, 20), strict=True)}
    assert save(browser, engagement, **points).status_code == 302
    assert weights(session, goals) == [50, 30, 20]


def test_save_refuses_points_that_do_not_come_to_a_hundred(browser, session, engagement, goals):
    points = {f"points-{goal.id}": share for goal, share in zip(goals, (50, 30, 10), strict=True)}
    answer = save(browser, engagement, **points)
    assert answer.status_code == 422
    assert "The points come to 90, not 100: 10 still to give." in answer.text
    assert 'value="50"' in answer.text
    assert weights(session, goals) == [10, 10, 10]


def test_save_refuses_points_that_are_no_numbers(browser, session, engagement, goals):
    answer = save(browser, engagement, **{f"points-{goals[0].id}": "many"})
    assert answer.status_code == 422
    assert "Points are whole numbers from 0 to 100." in answer.text


def test_save_weighs_by_the_order(browser, session, engagement, goals):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.RANKING)
    ranks = {f"rank-{goal.id}": rank for goal, rank in zip(goals, (2, 1, 3), strict=True)}
    save(browser, engagement, **ranks)
    assert weights(session, goals) == [28, 61, 11]  # Barron and Barrett: .2778, .6111, .1111.
    assert [goal.importance_rank for goal in goals] == [2, 1, 3]


def test_save_asks_for_every_rank(browser, engagement, goals):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.RANKING)
    answer = save(browser, engagement, **{f"rank-{goals[0].id}": 1})
    assert answer.status_code == 422
    assert "Give “Staff who stay” a rank as well" in answer.text


def pair(first, second):
    return f"pair-{first.id}-{second.id}"


def test_save_weighs_by_pairs(browser, session, engagement, goals):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.PAIRWISE)
    a, b, c = goals
    save(browser, engagement, **{pair(a, b): 3, pair(a, c): 6, pair(b, c): 2})
    assert weights(session, goals) == [67, 22, 11]
    page = browser.get(f"/engagements/{engagement.id}/worksheet/weights").text
    assert "Consistency ratio 0.000" in page
    assert "Fits least" not in page


def test_show_names_the_pair_that_fits_least(browser, engagement, goals):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.PAIRWISE)
    a, b, c = goals
    save(browser, engagement, **{pair(a, b): 9, pair(b, c): 9, pair(a, c): -9})
    page = browser.get(f"/engagements/{engagement.id}/worksheet/weights").text
    assert "Fits least" in page
    assert "the other answers come to" in page


def test_save_waits_until_the_pairs_hang_together(browser, session, engagement, goals):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.PAIRWISE)
    a, b, c = goals
    save(browser, engagement, **{pair(a, b): 3, pair(a, c): "", pair(b, c): ""})
    assert weights(session, goals) == [10, 10, 10]
    assert session.query(GoalComparison).count() == 1
    assert "No weights yet" in browser.get(f"/engagements/{engagement.id}/worksheet/weights").text
    save(browser, engagement, **{pair(a, b): "", pair(a, c): "", pair(b, c): ""})
    assert session.query(GoalComparison).count() == 0


@pytest.mark.parametrize("said", ["0", "-1", "10", "x"])
def test_save_refuses_what_is_off_the_scale(browser, session, engagement, goals, said):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.PAIRWISE)
    answer = save(browser, engagement, **{pair(goals[0], goals[1]): said})
    assert answer.status_code == 422
    assert "between 1 and 9" in answer.text


def test_save_refuses_a_goal_of_another_worksheet(browser, engagement, goals):
    SheetSetupFactory(engagement=engagement, weighing=Weighing.PAIRWISE)
    stranger = GoalFactory()
    answer = save(browser, engagement, **{pair(goals[0], stranger): 3})
    assert answer.status_code == 422
    assert "no longer on the worksheet" in answer.text
