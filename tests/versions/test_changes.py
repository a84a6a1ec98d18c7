"""What moved between two contents, said in sentences."""

import pytest

from crm.versions.changes import changes
from crm.versions.content import compose
from tests.versions.contents import content
from tests.versions.rows import cause, comparison, goal, relation, rows, strategy, tie

pytestmark = pytest.mark.no_database
MARKS = [(1, 101, 9, "Pilots"), (2, 102, 3)]


def sentences(before, after) -> list[str]:
    return [one.sentence for one in changes(before, after)]


def test_nothing_moved():
    assert changes(content(2, 2, MARKS), content(2, 2, MARKS)) == ()
    assert changes({}, {}) == ()


def test_a_cell_moves_with_its_steps_who_and_why():
    after = content(2, 2, relations=[relation(1, 101, 1, "Only one pilot", by="Bo"), relation(2, 102, 3)])
    mark, note = changes(content(2, 2, MARKS), after)
    assert mark.sentence == "“Strategy 101” for “Goal 1”: 9 → 1, 2 steps down."
    assert (mark.steps, mark.who, mark.why) == (-2, "Bo", "Only one pilot")
    assert (mark.before, mark.after, mark.goal, mark.strategy) == (9, 1, 1, 101)
    assert note.sentence == "The note on “Strategy 101” for “Goal 1” now says: “Only one pilot”"


def test_a_first_mark_and_a_first_nought():
    assert sentences(content(1, 2), content(1, 2, [(1, 101, 3), (1, 102, 0)])) == [
        "“Strategy 101” for “Goal 1”: not judged → 3, 2 steps up.",
        "“Strategy 102” for “Goal 1”: not judged → 0.",
    ]


def test_goals_come_go_and_are_said_otherwise():
    before = compose(7, rows([goal(1), goal(2, owner="Ada")]))
    after = compose(7, rows([goal(2, statement="Trust", weight=30, owner="Bo"), goal(3)]))
    assert sentences(before, after) == [
        "Goal “Goal 1” is gone.",
        "Goal “Goal 2” now reads “Trust”.",
        "Goal “Trust” weighs 30 instead of 10.",
        "Owner of “Trust”: “Bo” instead of “Ada”.",
        "Goal “Goal 3” is new, with weight 10.",
    ]


def test_strategies_come_go_and_are_said_otherwise():
    before = compose(7, rows(2, [strategy(101), strategy(102)]))
    after = compose(7, rows(2, [strategy(102, effort_hours=40, starts_on=None)]))
    assert sentences(before, after) == [
        "Strategy “Strategy 101” is gone.",
        "Effort in hours of “Strategy 102”: 40 instead of nothing.",
        "Start of “Strategy 102”: nothing instead of 1 Mar 2026.",
    ]


def test_the_order_is_told_and_what_is_new_does_not_count_for_it():
    one = compose(7, rows([goal(1), goal(2)]))
    other = compose(7, rows([goal(1, position=9), goal(2)]))
    assert sentences(one, other) == ["The goals stand in another order."]


def test_ties_arrows_comparisons_and_the_setup():
    before = content(2, 2, ties=[tie(101, 102, 1)], causes=[cause(1, 2)], comparisons=[comparison(1, 2, 3)])
    after = content(2, 2, ties=[tie(101, 102, -2)], comparisons=[comparison(1, 2, -2)])
    after["setup"]["review_on"] = "2026-06-01"
    assert sentences(before, after) == [
        "“Strategy 101” and “Strategy 102” now hinder each other much, where they used to help each other.",
        "The arrow from “Goal 1” to “Goal 2” is gone.",
        "“Goal 2” is 2 times as important as “Goal 1” instead of: "
        "“Goal 1” is 3 times as important as “Goal 2”.",
        "Next review: 1 Jun 2026 instead of nothing.",
    ]


def test_what_hung_on_a_goal_that_is_gone_goes_without_saying():
    before = content(2, 2, MARKS, causes=[cause(1, 2)])
    assert sentences(before, content(1, 2, MARKS[:1])) == ["Goal “Goal 2” is gone."]


def test_a_change_can_be_kept_as_json():
    (mark,) = changes(content(1, 1), content(1, 1, [(1, 101, 3)]))
    assert mark.as_dict()["part"] == "Marks and notes"
    assert mark.as_dict()["after"] == 3
