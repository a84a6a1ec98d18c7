"""Check-ins: progress and confidence of a goal, kept apart."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.access import Role
from crm.alignment.models_sheet import CheckIn
from crm.alignment.queries_checkins import in_words
from crm.bin.models import BinItem
from crm.methods.goals import okr_score
from tests import factories as make
from tests.reading import csv_rows, main

TODAY = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(datetime(2026, 3, 3, 12, tzinfo=UTC))


@pytest.fixture
def falling(ours):
    """A goal of which less is better: from 18 to 8."""
    return make.GoalFactory(
        engagement=ours, statement="Fewer missed appointments", start_value=18, target_value=8, unit="%"
    )


def check(goal, day, **said):
    return make.CheckInFactory(engagement=goal.engagement, goal_id=goal.id, checked_on=day, **said)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((18, 8, 12.5), "0.55, amber: below 0.7"), ((18, 8, 18), "0.00, red: below 0.4"),
     ((18, 8, 8), "1.00, green: 0.7 or more"),
     ((18, 8, 20), "0.00, red: below 0.4, further off than at the start"),
     ((18, 8, 5), "1.00, green: 0.7 or more, beyond the target"), ((0, 1000, 699), "0.69, amber: below 0.7"),
     ((0, 10, 7), "0.70, green: 0.7 or more")],
)  # fmt: skip
def test_a_score_is_said_with_its_band_and_never_rounded_into_the_next(numbers, said):
    assert in_words(okr_score(*numbers)) == said


def test_show_says_progress_and_confidence_apart(browser, falling):
    check(falling, TODAY - timedelta(60), value=16, confidence=8)
    check(falling, TODAY - timedelta(30), value=12.5, confidence=5, note="The clinic was closed.")
    check(falling, TODAY, value=None, confidence=4)
    page = browser.get(f"/goals/{falling.id}/check-ins").text
    assert "Score 0.55, amber: below 0.7" in main(page)
    assert "Confidence 4 of 10" in main(page)
    assert "Less is better" in main(page)
    said = "The score is 0.55, amber: below 0.7 (up from 0.20); confidence is 4 of 10 (down from 8), after 3"
    assert said in main(page)
    assert "The clinic was closed." in page
    assert "<polyline" in page


def test_show_without_a_check_in_or_numbers_says_what_is_missing(browser, goal):
    page = browser.get(f"/goals/{goal.id}/check-ins").text
    assert "Nobody has checked in on this goal yet." in page
    assert "Only confidence can be said" in page
    assert 'name="value"' not in page
    assert "<polyline" not in page


def test_add_saves(browser, session, me, falling):
    fields = {"checked_on": "2026-03-02", "value": "12.5", "confidence": "6", "note": "Going well"}
    assert browser.post(f"/goals/{falling.id}/check-ins", data=fields).status_code == 302
    row = session.query(CheckIn).one()
    assert (row.checked_on, row.value, row.confidence, row.note) == (date(2026, 3, 2), 12.5, 6, "Going well")
    assert (row.user_id, row.engagement_id) == (me.id, falling.engagement_id)


def test_add_saves_confidence_alone(browser, session, goal):
    browser.post(f"/goals/{goal.id}/check-ins", data={"checked_on": "2026-03-02", "confidence": "0"})
    row = session.query(CheckIn).one()
    assert (row.value, row.confidence) == (None, 0)


def test_add_again_on_the_same_day_corrects_what_was_said(browser, session, falling):
    address = f"/goals/{falling.id}/check-ins"
    browser.post(address, data={"checked_on": "2026-03-02", "value": "12", "confidence": "6", "note": "Why"})
    browser.post(address, data={"checked_on": "2026-03-02", "value": "", "confidence": "7", "note": ""})
    row = session.query(CheckIn).one()
    assert (row.value, row.confidence, row.note) == (12, 7, "Why")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"confidence": "11"}, "Confidence goes from 0 to 10."), ({"confidence": ""}, "Say how sure you are"),
     ({"checked_on": "2026-03-04"}, "This day is still to come."), ({"value": "NaN"}, "Enter a number"),
     ({"checked_on": ""}, "Say for which day.")],
)  # fmt: skip
def test_add_refuses_what_is_wrong(browser, session, falling, wrong, said):
    fields = {"checked_on": "2026-03-02", "value": "12", "confidence": "6"} | wrong
    answer = browser.post(f"/goals/{falling.id}/check-ins", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.query(CheckIn).count() == 0


def test_add_leaves_what_another_said_on_that_day(browser, session, falling):
    check(falling, date(2026, 3, 2), confidence=3, user=make.UserFactory(name="Ada Other"))
    fields = {"checked_on": "2026-03-02", "value": "12", "confidence": "6"}
    answer = browser.post(f"/goals/{falling.id}/check-ins", data=fields)
    assert answer.status_code == 422
    assert "Ada Other has checked in on this day already." in answer.text
    assert session.query(CheckIn).one().confidence == 3


def test_a_client_checks_in_on_their_own_goal_alone(sign_in, session, ours, falling):
    contact = make.ContactFactory(
        organisation=ours.organisation, user=(guest := make.UserFactory(role=Role.CLIENT))
    )
    make.EngagementGrantFactory(engagement=ours, user=guest)
    mine = make.GoalFactory(engagement=ours, owner_contact_id=contact.id)
    fields = {"checked_on": "2026-03-02", "confidence": "6"}
    client = sign_in(guest)
    assert "Check in" in main(client.get(f"/goals/{mine.id}/check-ins").text)
    assert client.post(f"/goals/{mine.id}/check-ins", data=fields).status_code == 302
    assert "The team checks in on this goal" in client.get(f"/goals/{falling.id}/check-ins").text
    assert client.post(f"/goals/{falling.id}/check-ins", data=fields).status_code == 403
    assert session.query(CheckIn).one().goal_id == mine.id


def test_edit_saves(browser, session, falling):
    row = check(falling, TODAY, value=12, confidence=5)
    fields = {"checked_on": "2026-03-01", "value": "", "confidence": "9", "note": ""}
    assert browser.post(f"/check-ins/{row.id}/edit", data=fields).status_code == 302
    session.expire_all()
    assert (row.checked_on, row.value, row.confidence) == (date(2026, 3, 1), None, 9)


def test_edit_refuses_the_day_of_another(browser, falling):
    row = check(falling, TODAY, confidence=5)
    check(falling, TODAY - timedelta(1), confidence=5)
    fields = {"checked_on": "2026-03-02", "confidence": "9"}
    assert browser.post(f"/check-ins/{row.id}/edit", data=fields).status_code == 422


def test_a_check_in_is_thrown_away_and_put_back(browser, session, falling):
    row = check(falling, TODAY, confidence=5)
    browser.post(f"/bin/throw-away/check_in/{row.id}")
    assert session.query(CheckIn).count() == 0
    item = session.query(BinItem).one()
    assert item.name == "Check-in of 3 Mar 2026"
    browser.post(f"/bin/{item.id}/put-back")
    assert session.query(CheckIn).one().confidence == 5


def test_a_goal_takes_its_check_ins_with_it(browser, session, falling):
    check(falling, TODAY, confidence=5)
    browser.post(f"/goals/{falling.id}/delete")
    assert session.query(CheckIn).count() == 0


def test_index_shows_the_last_of_each_goal_and_who_is_quiet(browser, ours, me, falling):
    quiet = make.GoalFactory(engagement=ours, statement="Happier staff", owner_user_id=me.id)
    make.GoalFactory(engagement=ours, statement="Reach")
    check(falling, TODAY - timedelta(9), value=12.5, confidence=7)
    check(falling, TODAY - timedelta(2), value=None, confidence=6)
    check(quiet, TODAY - timedelta(32), value=None, confidence=3)
    said = main(browser.get(f"/engagements/{ours.id}/check-ins").text)
    assert "0.55, amber: below 0.7 12.5 6 of 10 1 Mar 2026" in said
    assert "32 days ago" in said
    assert "Never" in said
    assert f"2 goals have had no check-in for a month. To ask: {me.name}." in said


def test_index_says_that_there_is_no_goal(browser, ours):
    assert "There is no goal yet" in browser.get(f"/engagements/{ours.id}/check-ins").text


def test_download_holds_every_check_in(browser, falling):
    check(falling, TODAY - timedelta(9), value=12.5, confidence=7, note="=1+1")
    check(falling, TODAY, value=None, confidence=6)
    answer = browser.get(f"/goals/{falling.id}/check-ins.csv")
    assert "2-rows.csv" in answer.headers["Content-Disposition"]
    head, rows = csv_rows(answer.data)
    assert head == ["Day", "Value", "Score", "Confidence of 10", "Note", "By"]
    assert [row[:5] for row in rows] == [
        ["2026-02-22", "12.5", "0.55", "7", "'=1+1"],
        ["2026-03-03", "", "", "6", ""],
    ]


def test_a_stranger_cannot_check_in(sign_in, falling):
    stranger = sign_in(make.UserFactory())
    address = f"/goals/{falling.id}/check-ins"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data={"checked_on": "2026-03-02", "confidence": "6"}).status_code == 404
