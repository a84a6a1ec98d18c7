"""One mark: saved at once, in one statement, counting where it may."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.judging.models import RoundState
from tests import factories as make
from tests.judging.conftest import asked

END = datetime(2026, 3, 1, tzinfo=UTC)


def end(round_):
    round_.state, round_.closed_at = RoundState.CLOSED, END
    make.session.flush()


@pytest.fixture
def second(room):
    """A second round, after the first has ended."""
    end(room.round)
    second = make.RoundFactory(engagement=room.engagement, number=2)
    asked(second, room.me, room.colleague)
    return second


def test_a_mark_is_saved(room, post, marks):
    answer = post(room.me, 0, 0, 3)
    assert (answer.status_code, answer.json) == (200, {"mark": 3, "note": None, "counts": True, "words": ""})
    assert marks() == [(room.me.id, room.goals[0].id, room.strategies[0].id, 3, None, True)]


def test_the_latest_mark_stands_and_keeps_the_note(room, post, marks):
    post(room.me, 0, 0, 3, note="Two pilots")
    assert post(room.me, 0, 0, 1).json["note"] == "Two pilots"
    assert [row[3:] for row in marks()] == [(1, "Two pilots", True)]


def test_a_mark_is_one_statement_and_leaves_nothing_on_the_trail(room, post, queries, session):
    post(room.me, 0, 0, 3)
    queries.clear()
    post(room.me, 0, 1, 1)
    assert [statement.split()[0] for statement in queries] == ["SELECT", "SELECT", "INSERT"], queries
    assert session.scalar(sa.text("SELECT count(*) FROM audit_entry")) == 0


def test_a_nine_without_a_reason_is_a_draft_until_it_says_why(room, post, marks):
    answer = post(room.me, 0, 0, 9).json
    assert (answer["counts"], answer["words"]) == (False, "A 9 wants a reason: it counts once you say why.")
    assert post(room.me, 0, 0, 9, note="  ").json["counts"] is False
    assert post(room.me, 0, 0, 9, note="Two pilots halved it").json["counts"] is True
    assert [row[3:] for row in marks() if row.counts] == [(9, "Two pilots halved it", True)]


def test_a_draft_leaves_the_mark_that_counts_where_it_is(room, post, marks, browser):
    post(room.me, 0, 0, 3)
    post(room.me, 0, 0, 9)
    assert [row[3:] for row in marks()] == [(3, None, True), (9, None, False)]
    page = browser.get(f"/rounds/{room.round.id}/judge").text
    assert 'class="r9 owes"' in page
    post(room.me, 0, 0, 3)
    page = browser.get(f"/rounds/{room.round.id}/judge").text
    assert "owes" not in page
    assert 'class="r3"' in page


@pytest.mark.parametrize(
    ("before", "mark", "counts"),
    [(0, 1, True), (0, 3, False), (1, 3, True), (3, 0, False), (9, 1, False), (9, 3, True)],
)
def test_a_change_of_two_steps_wants_a_reason(room, second, put, post, before, mark, counts):
    put(room.me, 0, 0, before, is_revealed=True)
    put(room.colleague, 0, 0, mark, is_revealed=True)
    answer = post(room.me, 0, 0, mark, second).json
    assert answer["counts"] is counts
    if not counts:
        assert f"two steps or more from your {before} in the round before" in answer["words"]
        assert post(room.me, 0, 0, mark, second, note="We talked").json["counts"] is True


def test_a_change_within_the_round_wants_no_reason(room, post):
    post(room.me, 0, 0, 0)
    assert post(room.me, 0, 0, 3).json["counts"] is True


def test_an_empty_mark_takes_the_judgement_back(room, post, marks):
    post(room.me, 0, 0, 9)
    post(room.me, 0, 0, 3)
    post(room.colleague, 0, 0, 1)
    assert post(room.me, 0, 0, "").json == {"mark": None, "note": None, "counts": False, "words": ""}
    assert [row.user_id for row in marks()] == [room.colleague.id]


def test_a_mark_after_the_end_is_kept_as_a_draft_and_says_so(room, post, marks, put):
    put(room.me, 0, 0, 1, is_revealed=True)
    end(room.round)
    answer = post(room.me, 0, 0, 9, note="Late, but true")
    assert answer.status_code == 409
    assert answer.json["error"].startswith("This round is closed. Your 9 is kept as a draft")
    assert [row[3:] for row in marks()] == [(1, None, True), (9, "Late, but true", False)]
    answer = post(room.me, 0, 0, "")
    assert (answer.status_code, answer.json["kept"]) == (409, False)
    assert len(marks()) == 2


def test_what_was_meant_is_suggested_in_the_next_round(room, second, put, browser):
    put(room.me, 0, 0, 9, counts=False, note=None)
    put(room.colleague, 0, 1, 9, counts=False, note=None)
    page = browser.get(f"/rounds/{second.id}/judge").text
    assert page.count('placeholder="9?"') == 1
    page = browser.get(f"/rounds/{second.id}/judge?goal={room.goals[0].id}").text
    assert page.count("You meant 9 here in the round before, and it did not count.") == 1


def test_a_closed_engagement_takes_no_mark(room, post, marks):
    room.engagement.stage, room.engagement.closed_on = "follow_up", date(2026, 3, 1)
    make.session.flush()
    answer = post(room.me, 0, 0, 3)
    assert answer.status_code == 422
    assert "This engagement is closed" in answer.json["error"]
    post(room.me, 0, 0, "")
    assert marks() == []


@pytest.mark.parametrize(
    "wrong", [{"mark": "5"}, {"mark": "x"}, {"mark": "03"}, {"goal_id": "x"}, {"goal_id": "9" * 30}]
)
def test_what_is_off_the_scale_is_refused(room, post, marks, wrong):
    answer = post(room.me, 0, 0, **{"mark": 3, **wrong})
    assert (answer.status_code, answer.json) == (422, {"error": "A judgement is 0, 1, 3 or 9."})
    assert marks() == []


def test_a_cell_of_another_engagement_is_refused(room, post, marks):
    answer = post(room.me, 0, 0, 3, goal_id=make.GoalFactory().id)
    assert (answer.status_code, marks()) == (422, [])
    assert "no longer on the worksheet" in answer.json["error"]


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("chief", 403), ("stranger", 404)])
def test_whoever_is_not_asked_cannot_judge(room, post, marks, who, status):
    room.stranger = make.UserFactory()
    assert post(getattr(room, who), 0, 0, 3).status_code == status
    assert marks() == []


def test_whoever_looks_as_a_client_sees_nothing_of_their_marks(room, put, sign_in):
    put(room.guest, 0, 0, 3, note="qzsecret")
    me = sign_in(room.me)
    me.post(f"/engagements/{room.engagement.id}/preview", data={"user_id": room.guest.id})
    assert me.get("/my-day").text.count("You see Plumbline as Maria does") == 1
    assert me.get(f"/rounds/{room.round.id}/judge").status_code == 404
    assert b"judgement" not in me.get(f"/engagements/{room.engagement.id}/parcel.zip").data


def test_goal_page_saves_what_was_changed_on_it_and_nothing_else(room, put, post, marks, browser):
    put(room.me, 0, 1, 3)
    seen = {f"seen-{one.id}": said for one, said in zip(room.strategies, ("|0", "3|0"), strict=True)}
    post(room.me, 0, 1, 1)
    fields = {
        "goal_id": room.goals[0].id, f"mark-{room.strategies[0].id}": "9",
        f"note-{room.strategies[0].id}": "Two\r\npilots", f"mark-{room.strategies[1].id}": "3",
        f"note-{room.strategies[1].id}": "", "go": "next", **seen,
    }  # fmt: skip
    answer = browser.post(f"/rounds/{room.round.id}/judge", data=fields)
    assert answer.location == f"/rounds/{room.round.id}/judge?goal={room.goals[1].id}"
    assert [row[3:] for row in marks()] == [(1, None, True), (9, "Two\npilots", True)]


def test_goal_page_says_when_the_round_was_closed_and_keeps_the_marks(room, marks, browser):
    end(room.round)
    key = room.strategies[0].id
    fields = {"goal_id": room.goals[0].id, f"mark-{key}": "3", f"note-{key}": "", f"seen-{key}": "|0"}
    page = browser.post(f"/rounds/{room.round.id}/judge", data=fields, follow_redirects=True).text
    assert "Your 3 is kept as a draft" in page
    assert [row[3:] for row in marks()] == [(3, None, False)]


def test_judge_page_of_no_goal_is_a_404(room, browser):
    assert browser.get(f"/rounds/{room.round.id}/judge?goal={make.GoalFactory().id}").status_code == 404


def test_goal_page_shows_the_round_before(room, second, put, browser):
    put(room.me, 0, 0, 1, is_revealed=True)
    put(room.colleague, 0, 0, 9, is_revealed=True, note="Two pilots")
    page = browser.get(f"/rounds/{second.id}/judge?goal={room.goals[0].id}").text
    assert "Round before: 1 to 9; you said 1." in page
    assert "Two pilots" in page
    where = f"goal={room.goals[0].id}&strategy={room.strategies[0].id}"
    assert "Two pilots" in browser.get(f"/rounds/{second.id}/said?{where}").json["said"]
    assert "<small>1–9, 1</small>" in browser.get(f"/rounds/{second.id}/judge").text
