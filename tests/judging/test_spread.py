"""What a closed round shows, and how it becomes agreed marks of the worksheet."""

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from crm.alignment.models import MARKS, Relation
from crm.judging.models import RoundState
from crm.judging.spread import Cell, Voice, whom_to_ask
from crm.methods.consensus import consensus
from crm.methods.disputes import disputed
from tests import factories as make
from tests.judging.test_marks import END, end
from tests.reading import csv_rows, main


@pytest.fixture
def closed(room, put):
    """Disputed: goal 0 with strategy 0. Undisputed: goal 0 with strategy 1, goal 1 with strategy 0."""
    for who, mark in ((room.me, 9), (room.colleague, 0), (room.guest, 9)):
        put(who, 0, 0, mark, is_revealed=True)
    for who, mark in ((room.me, 1), (room.colleague, 3)):
        put(who, 0, 1, mark, is_revealed=True)
    put(room.guest, 1, 0, 9, is_revealed=True, note="=Seen in March")
    end(room.round)
    return room


@pytest.fixture
def agreed(session, room):
    """`agreed()`: the marks of the worksheet with their notes, by the places of goal and strategy."""

    def agreed():
        session.expire_all()
        goals, strategies = ([one.id for one in rows] for rows in (room.goals, room.strategies))
        rows = session.scalars(sa.select(Relation).where(Relation.engagement_id == room.engagement.id))
        return {
            (goals.index(r.goal_id), strategies.index(r.strategy_id)): (r.mark, r.note) for r in rows
        }  # fmt: skip

    return agreed


marks = st.lists(st.sampled_from(MARKS), min_size=1, max_size=12)


@given(marks)
def test_a_cell_says_what_the_science_says(given_marks):
    cell = Cell(1, 1, "", "", tuple(given_marks.count(mark) for mark in MARKS))
    table = np.array(given_marks, dtype=float)[:, None]
    assert cell.said.median == consensus(table).values[0]
    found = list(disputed(table))
    assert cell.is_disputed is bool(found)
    if found:
        assert (cell.said.span, cell.said.lowest, cell.said.highest) == (
            found[0].span,
            found[0].lowest,
            found[0].highest,
        )
        assert cell.said.spread == pytest.approx(found[0].spread)


def test_whom_to_ask_names_both_sides_and_counts_a_crowd():
    cell = Cell(1, 1, "", "", (1, 0, 0, 5))
    voices = [Voice(name, 9, "x", False) for name in "ABCDE"] + [Voice("Z", 0, None, True)]
    assert whom_to_ask(cell, voices) == (
        "Talk to A, B, C and 2 more, who say 9, and Z, who says 0: "
        "what does the one side see that the other does not?"
    )


def test_the_spread_shows_disputes_first_with_who_to_talk_to(closed, sign_in):
    for who in (closed.me, closed.guest, closed.manager):
        page = main(sign_in(who).get(f"/rounds/{closed.round.id}").text)
        assert "Disputed 1 cell" in page
        assert "Talk to" in page
        assert "and Priya, who says 0" in page
        assert "Priya" in page
        assert "2 0–9" not in page
        assert "9 0–9" in page, "the median and the range"


def test_the_spread_costs_the_same_however_large_it_is(closed, put, browser, queries):
    def cost() -> int:
        queries.clear()
        assert browser.get(f"/rounds/{closed.round.id}").status_code == 200
        return len(queries)

    one = cost()
    for goal in (1, 2):
        for who, mark in ((closed.me, 9), (closed.colleague, 0)):
            put(who, goal, 1, mark, is_revealed=True)
    assert cost() == one


def test_marks_are_a_file_for_whoever_sees_them(closed, sign_in, put):
    put(closed.me, 2, 1, 9, counts=False, note="qzdraft")
    answer = sign_in(closed.guest).get(f"/rounds/{closed.round.id}/marks.csv")
    head, rows = csv_rows(answer.data)
    assert head == ["goal", "strategy", "rater", "side", "mark", "note"]
    assert len(rows) == 6
    assert rows[-1][2:] == ["Maria", "client", "9", "'=Seen in March"]
    assert "qzdraft" not in answer.text


def test_there_is_no_file_of_an_open_round(room, put, browser):
    put(room.me, 0, 0, 3)
    assert browser.get(f"/rounds/{room.round.id}/marks.csv").status_code == 404


def test_medians_of_what_nobody_disputes_go_onto_the_worksheet_at_once(closed, browser, agreed, session):
    make.RelationFactory(
        engagement=closed.engagement, goal_id=closed.goals[0].id, strategy_id=closed.strategies[0].id, mark=1,
        note="Stays", updated_at=END,
    )  # fmt: skip
    browser.post(f"/rounds/{closed.round.id}/medians")
    assert agreed() == {
        (0, 0): (1, "Stays"),
        (0, 1): (1, "Median of 2 raters in round 1."),
        (1, 0): (9, "Median of 1 rater in round 1. Maria: =Seen in March"),
    }
    assert closed.round.state is RoundState.CLOSED


def test_a_disputed_cell_is_agreed_with_its_reason_and_settles_the_round(closed, browser, agreed, session):
    browser.post(f"/rounds/{closed.round.id}/medians")
    where = f"/rounds/{closed.round.id}/agree?goal={closed.goals[0].id}&strategy={closed.strategies[0].id}"
    assert "Talk to" in main(browser.get(where).text)
    answer = browser.post(where, data={"mark": "9", "note": ""})
    assert answer.status_code == 422
    assert "stand with their reason" in answer.text
    assert (0, 0) not in agreed()
    assert browser.post(where, data={"mark": "9", "note": "We talked it over"}).status_code == 302
    assert agreed()[0, 0] == (9, "We talked it over")
    session.refresh(closed.round)
    assert closed.round.state is RoundState.SETTLED
    page = browser.get(f"/rounds/{closed.round.id}").text
    assert "Agreed: 9" in page
    assert "Take the median" not in page
    again = browser.post(f"/rounds/{closed.round.id}/medians", follow_redirects=True)
    assert "Round 1 is settled" in again.text


def test_the_same_mark_agreed_again_counts_as_agreed(closed, browser, session):
    make.RelationFactory(
        engagement=closed.engagement, goal_id=closed.goals[0].id, strategy_id=closed.strategies[0].id, mark=3,
        updated_at=END,
    )  # fmt: skip
    where = f"/rounds/{closed.round.id}/agree?goal={closed.goals[0].id}&strategy={closed.strategies[0].id}"
    browser.post(where, data={"mark": "3", "note": ""})
    browser.post(f"/rounds/{closed.round.id}/medians")
    session.refresh(closed.round)
    assert closed.round.state is RoundState.SETTLED


@pytest.mark.parametrize("question", ["", "goal=1", "goal=x&strategy=y", "goal=999&strategy=999"])
def test_agreeing_on_no_cell_is_a_404(closed, browser, question):
    assert browser.get(f"/rounds/{closed.round.id}/agree?{question}").status_code == 404


def test_nobody_settles_what_is_open_or_overtaken(room, put, browser, session):
    put(room.me, 0, 0, 3)
    page = browser.post(f"/rounds/{room.round.id}/medians", follow_redirects=True).text
    assert "Round 1 is still open" in page
    browser.post(f"/rounds/{room.round.id}/close")
    make.RoundFactory(engagement=room.engagement, number=2)
    page = browser.post(f"/rounds/{room.round.id}/medians", follow_redirects=True).text
    assert "A later round has begun" in page


def test_a_client_and_a_manager_cannot_settle(closed, sign_in, agreed):
    for who in (closed.guest, closed.manager):
        assert sign_in(who).post(f"/rounds/{closed.round.id}/medians").status_code == 403
    assert agreed() == {}
