"""The week that somebody fills, hands in and takes back."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.engagements.models import ServiceLine
from crm.sessions.models_time import Override, TimeEntry, TimeKind, TimeOverride, TimeState
from crm.timesheets.models import TimesheetStep
from tests import factories as make
from tests.reading import main
from tests.timesheets.conftest import WEEK, state_of

PAGE = "/time/2026-03-02"
JSON = {"Accept": "application/json"}


def cell(engagement, kind="coaching", line="coaching", day="2026-03-02") -> str:
    return f"{engagement.id}.{kind}.{line}.{day}"


def typed(*cells, **more) -> dict:
    """What a browser sends for these cells: name, text and the minutes that were there."""
    sent = {f"cell.{name}": text for name, text, _ in cells} | {f"was.{name}": was for name, _, was in cells}
    return sent | {"do": "save"} | more


def entries(session) -> list[TimeEntry]:
    session.expire_all()
    return session.scalars(sa.select(TimeEntry).order_by(TimeEntry.worked_on, TimeEntry.id)).all()


def test_time_leads_to_this_week(browser, engagement):
    assert browser.get("/time/").location == PAGE
    assert browser.get("/time/2026-03-05").location == PAGE


@pytest.mark.parametrize("day", ["nonsense", "2026-13-01", "0001-01-01", "9999-12-31", "2026-W10"])
def test_a_week_that_is_none_is_a_404(browser, day):
    assert browser.get(f"/time/{day}").status_code in (302, 404)
    assert browser.get(f"/time/{day}", follow_redirects=True).status_code in (200, 404)


@pytest.mark.parametrize(
    ("text", "minutes"), [("1:30", 90), ("1.5", 90), ("1,5", 90), ("90m", 90), ("1h 30m", 90), ("8", 480)]
)
def test_a_cell_takes_hours_as_people_write_them(browser, session, me, engagement, text, minutes):
    answer = browser.post(PAGE, data=typed((cell(engagement), text, 0)))
    assert answer.status_code == 302
    (entry,) = entries(session)
    assert (entry.minutes, entry.user_id, entry.worked_on) == (minutes, me.id, WEEK)
    assert (entry.kind, entry.service_line, entry.is_billable) == (
        TimeKind.COACHING,
        ServiceLine.COACHING,
        True,
    )
    assert entry.organisation_id == engagement.organisation_id
    assert "1:30" in browser.get(PAGE).text or minutes == 480


def test_travel_is_not_billed(browser, session, engagement):
    browser.post(PAGE, data=typed((cell(engagement, "travel"), "2", 0)))
    assert [entry.is_billable for entry in entries(session)] == [False]


@pytest.mark.parametrize("text", ["soon", "25", "1:75", "-1", "1e3", "24:01"])
def test_a_cell_refuses_what_is_no_time_and_keeps_what_was_typed(browser, session, engagement, text):
    good = cell(engagement, day="2026-03-03")
    answer = browser.post(PAGE, data=typed((cell(engagement), text, 0), (good, "1", 0)))
    assert answer.status_code == 422
    assert f'value="{text}"' in answer.text
    assert "Nothing is saved yet" in answer.text
    assert entries(session) == []


def test_an_emptied_cell_takes_the_time_away(browser, session, me, engagement):
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK)
    browser.post(PAGE, data=typed((cell(engagement), "", 60)))
    assert entries(session) == []


def test_what_was_not_touched_is_not_written(browser, session, me, engagement):
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK, minutes=45)
    browser.post(PAGE, data=typed((cell(engagement), "1:00", 60)))  # It said an hour when it was opened.
    assert [entry.minutes for entry in entries(session)] == [45]


def test_what_somebody_else_changed_is_not_overwritten(browser, session, me, engagement):
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK, minutes=45)
    sent = typed((cell(engagement), "2:00", 60))
    answer = browser.post(PAGE, data=sent)
    assert answer.status_code == 409
    assert "Somebody else made this 0:45 meanwhile." in main(answer.data)
    assert [entry.minutes for entry in entries(session)] == [45]
    quick = browser.post(PAGE, data=sent, headers=JSON)
    assert (quick.status_code, quick.json["theirs"], quick.json["was"]) == (409, "0:45", 45)


def test_a_cell_saved_by_script_gives_the_sums(browser, session, me, engagement):
    make.FreeTimeFactory(
        engagement=engagement, user_id=me.id, worked_on=WEEK, kind=TimeKind.TRAVEL, is_billable=False
    )
    said = browser.post(PAGE, data=typed((cell(engagement), "1:30", 0)), headers=JSON).json
    assert (said["week"], said["billable"], said["days"][0]) == ("2:30", "1:30", "2:30")
    assert said["cells"][cell(engagement)] == 90


def test_minutes_of_a_session_stand_on_the_week(browser, session, me, engagement):
    one = make.CoachingSessionFactory(engagement=engagement, coach=me)
    make.TimeEntryFactory(session=one, worked_on=WEEK, minutes=75)
    assert 'value="1:15"' in browser.get(PAGE).text
    browser.post(PAGE, data=typed((cell(engagement), "2", 75)))
    assert [(entry.minutes, entry.session_id) for entry in entries(session)] == [(120, one.id)]


def test_a_cell_of_several_entries_is_left_to_the_list(browser, session, me, engagement):
    for _ in range(2):
        make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK)
    assert f'name="cell.{cell(engagement)}"' not in browser.get(PAGE).text
    answer = browser.post(PAGE, data=typed((cell(engagement), "3", 120)))
    assert answer.status_code == 422
    assert "Several entries stand in this cell" in answer.text


def test_a_stranger_cannot_log_on_an_engagement(browser, session):
    foreign = make.EngagementFactory()
    answer = browser.post(PAGE, data=typed((cell(foreign), "1", 0)))
    assert answer.status_code == 422
    assert entries(session) == []


@pytest.mark.parametrize(
    "name", ["x.y.z.2026-03-02", "1.coaching.coaching", "0.coaching.coaching.2026-03-02"]
)
def test_cells_that_are_none_are_passed_over(browser, session, engagement, name):
    assert browser.post(PAGE, data=typed((name, "1", 0))).status_code == 302
    assert browser.post(PAGE, data=typed((cell(engagement, day="2026-03-09"), "1", 0))).status_code == 302
    assert entries(session) == []


def test_a_row_is_added_and_last_weeks_rows_are_copied(browser, session, me, engagement):
    make.FreeTimeFactory(
        engagement=engagement, user_id=me.id, worked_on=date(2026, 2, 25), kind=TimeKind.OTHER
    )
    where = browser.post(PAGE, data={"do": "copy"}).location
    assert f'name="cell.{cell(engagement, "other")}"' in browser.get(where).text
    added = {"do": "add", "engagement": engagement.id, "kind": "travel", "line": "training"}
    where = browser.post(PAGE, data=added | typed((cell(engagement), "1", 0)) | {"do": "add"}).location
    assert f'name="cell.{cell(engagement, "travel", "training")}"' in browser.get(where).text
    assert len(entries(session)) == 2, "what was typed is saved on the way"


def test_overlaps_and_days_to_come_are_said_and_not_refused(browser, session, me, engagement):
    for start in (540, 570):
        make.FreeTimeFactory(
            engagement=engagement, user_id=me.id, worked_on=WEEK, from_minute=start, to_minute=start + 60
        )
    browser.post(PAGE, data=typed((cell(engagement, day="2026-03-06"), "1", 0)))
    page = main(browser.get(PAGE).data)
    assert "2 Mar 2026: Voice (09:00 to 10:00) overlaps Voice (09:30 to 10:30)." in page
    assert "Time stands on 1 day still to come: 6 Mar 2026." in page


def test_the_week_says_how_it_stands_to_what_one_can_work(browser, session, me, engagement):
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK, minutes=480)
    assert "32 h of 40 h are left." in main(browser.get(PAGE).data)


def test_a_day_of_more_than_24_hours_is_refused(browser, session, me, engagement):
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK, minutes=1000)
    answer = browser.post(PAGE, data=typed((cell(engagement, "preparation"), "8", 0)))
    assert answer.status_code == 422
    assert "A day has 24 hours." in main(answer.data)
    assert len(entries(session)) == 1


def test_time_beyond_the_budget_asks_for_a_reason_and_keeps_it(browser, session, me, engagement):
    make.BudgetFactory(engagement=engagement, hours=1)
    sent = typed((cell(engagement), "1:30", 0))
    answer = browser.post(PAGE, data=sent)
    assert answer.status_code == 422
    assert "This goes 0.5 h beyond the 1 h agreed for coaching." in main(answer.data)
    assert browser.post(PAGE, data=sent, headers=JSON).json["asks"] is True
    assert entries(session) == []

    assert browser.post(PAGE, data=sent | {"reason": "The board asked for it"}).status_code == 302
    (entry,) = entries(session)
    kept = session.scalars(sa.select(TimeOverride)).one()
    assert (kept.time_entry_id, kept.what, kept.reason) == (
        entry.id,
        Override.BUDGET,
        "The board asked for it",
    )
    assert "The board asked for it" in main(browser.get(f"/time/entries/{entry.id}/edit").data)


def test_travel_and_a_line_without_budget_need_no_reason(browser, session, engagement):
    make.BudgetFactory(engagement=engagement, hours=1)
    sent = typed((cell(engagement, "travel"), "5", 0), (cell(engagement, line="training"), "5", 0))
    assert browser.post(PAGE, data=sent).status_code == 302
    assert len(entries(session)) == 2
    assert session.scalars(sa.select(TimeOverride)).all() == []


def test_less_time_beyond_the_budget_needs_no_reason(browser, session, me, engagement):
    make.BudgetFactory(engagement=engagement, hours=1)
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK, minutes=300)
    assert browser.post(PAGE, data=typed((cell(engagement), "4", 300))).status_code == 302


def test_a_week_is_submitted_and_withdrawn(browser, session, me, engagement):
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK)
    browser.post(f"{PAGE}/step", data={"step": "submitted"})
    assert state_of(session, me) is TimeState.SUBMITTED
    assert [entry.state for entry in entries(session)] == [TimeState.SUBMITTED]
    page = browser.get(PAGE)
    assert f"Submitted by {me.name}" in main(page.data)
    assert 'name="cell.' not in page.text
    browser.post(f"{PAGE}/step", data={"step": "withdrawn"})
    assert state_of(session, me) is TimeState.OPEN
    assert [step.move for step in session.scalars(sa.select(TimesheetStep).order_by(TimesheetStep.id))] == [
        "submitted",
        "withdrawn",
    ]


def test_an_empty_week_is_not_submitted(browser, session, me, engagement):
    answer = browser.post(f"{PAGE}/step", data={"step": "submitted"}, follow_redirects=True)
    assert "There is no time in this week yet" in answer.text
    assert state_of(session, me) is None


def test_ones_own_time_is_submitted_even_of_a_team_that_one_left(browser, session, me, engagement):
    foreign = make.EngagementFactory()
    make.FreeTimeFactory(engagement=foreign, user_id=me.id, worked_on=WEEK)
    (entry,) = entries(session)
    for page in (PAGE, "/time/entries", f"/time/entries/{entry.id}/edit"):
        assert "n engagement that you have left" in main(browser.get(page).data)
    browser.post(f"{PAGE}/step", data={"step": "submitted"})
    assert [entry.state for entry in entries(session)] == [TimeState.SUBMITTED]


def test_the_week_as_csv(browser, session, me, engagement):
    make.FreeTimeFactory(
        engagement=engagement,
        user_id=me.id,
        worked_on=WEEK,
        minutes=90,
        note="=1+1",
        from_minute=540,
        to_minute=630,
    )
    answer = browser.get(f"{PAGE}.csv")
    header, row = answer.text.strip().split("\r\n")
    assert header.startswith("Day,Client,Engagement,Kind")
    assert (
        row
        == f"2026-03-02,{engagement.organisation.name},Voice,Coaching,Coaching,09:00,10:30,1.5,Yes,Open,'=1+1"
    )
    assert "-1-rows.csv" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(("role", "code"), [(Role.MANAGER, 403), (Role.CLIENT, 403), (Role.ADVISER, 403)])
def test_who_logs_no_time_has_no_week(sign_in, role, code):
    client = sign_in(make.UserFactory(role=role))
    for address in (PAGE, f"{PAGE}.csv", "/time/entries/new"):
        assert client.get(address).status_code == code
    for address in (PAGE, f"{PAGE}/step"):
        assert client.post(address).status_code == code


def test_a_client_never_sees_a_note_or_a_rate(sign_in, session, me, engagement):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    make.FreeTimeFactory(engagement=engagement, user_id=me.id, note="Their sponsor is difficult")
    make.EngagementRateFactory(engagement=engagement, amount=4321)
    client = sign_in(guest)
    for page in ("", "/thread", "/sessions", "/progress", "/money"):
        text = client.get(f"/engagements/{engagement.id}{page}").text
        assert "difficult" not in text
        assert not re.search(r"4,?321", text)


# The list of entries and their form


ENTRY = {"worked_on": "2026-03-03", "kind": "preparation", "service_line": "coaching", "minutes": "0:45",
         "is_billable": "y", "note": "Read the survey", "thread": ""}  # fmt: skip


def test_create_saves_an_entry_with_a_note_and_clock_times(browser, session, me, engagement):
    milestone = make.MilestoneFactory(engagement=engagement)
    where = f"/time/entries/new?engagement={engagement.id}"
    more = {"from_time": "23:30", "to_time": "00:15", "thread": f"milestone:{milestone.id}"}
    assert browser.post(where, data=ENTRY | more).status_code == 302
    (entry,) = entries(session)
    assert (entry.minutes, entry.note, entry.milestone_id) == (45, "Read the survey", milestone.id)
    assert (entry.from_minute, entry.to_minute) == (1410, 1455)
    assert "Read the survey" in main(browser.get("/time/entries").data)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minutes": "soon"}, "Write hours as"),
        ({"minutes": ""}, "Write hours as"),
        ({"from_time": "10:00"}, "Enter both clock times, or neither."),
        ({"worked_on": ""}, "Enter the day."),
        ({"thread": "milestone:999"}, "Not a valid choice"),
    ],
)
def test_create_refuses(browser, session, engagement, wrong, said):
    answer = browser.post(f"/time/entries/new?engagement={engagement.id}", data=ENTRY | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert entries(session) == []


def test_edit_saves(browser, session, me, engagement):
    entry = make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK)
    assert browser.post(f"/time/entries/{entry.id}/edit", data=ENTRY).status_code == 302
    (now,) = entries(session)
    assert (now.minutes, now.kind, now.note) == (45, TimeKind.PREPARATION, "Read the survey")
    assert now.version_id == 2


def test_an_entry_is_thrown_away_and_put_back(browser, session, me, engagement):
    entry = make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK)
    browser.post(f"/bin/throw-away/time_entry/{entry.id}")
    assert entries(session) == []


def test_a_stranger_cannot_choose_a_foreign_engagement(browser):
    foreign = make.EngagementFactory()
    assert browser.get(f"/time/entries/new?engagement={foreign.id}").status_code == 404
