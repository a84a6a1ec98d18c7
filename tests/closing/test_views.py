"""An engagement is closed, handed over, followed up and reopened."""

import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from crm import clock
from crm.access import Role
from crm.closing.actions import later
from crm.closing.models import FollowUp, Lasting
from crm.engagements.models import Stage, StageMove
from tests import factories as make
from tests.reading import decoded, main

WORDS = {"closing_words": "Fewer missed appointments."}


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda whose=None: date(2026, 8, 31))


def test_close_saves_the_words_and_the_days_of_the_talks(browser, ours, session):
    response = browser.post(f"/engagements/{ours.id}/close", data=WORDS)
    assert response.location == f"/engagements/{ours.id}/closing"
    session.expire_all()
    assert (ours.stage, ours.closed_on) == (Stage.FOLLOW_UP, date(2026, 8, 31))
    assert ours.closing_words == "Fewer missed appointments."
    talks = session.scalars(select(FollowUp).order_by(FollowUp.months)).all()
    assert [(talk.months, talk.due_on) for talk in talks] == [(6, date(2027, 2, 28)), (12, date(2027, 8, 31))]
    page = main(browser.get(response.location).text)
    assert "Closed 31 Aug 2026: read only" in page
    assert "Fewer missed appointments." in page


@pytest.mark.parametrize(
    ("months", "day"), [(6, date(2027, 2, 28)), (12, date(2027, 8, 31)), (1, date(2026, 9, 30))]
)
def test_months_later_is_the_same_day_or_the_last(months, day):
    assert later(date(2026, 8, 31), months) == day


def test_the_final_report_opens_with_the_words(browser, ours):
    browser.post(f"/engagements/{ours.id}/close", data=WORDS)
    path = f"/engagements/{ours.id}/progress"
    for format_ in ("html", "json", "xlsx", "pdf"):
        answer = browser.get(f"{path}.{format_}")
        said = decoded(answer.data, answer.mimetype)
        assert "Final report: Kept" in said, format_
        assert "Fewer missed appointments." in said, format_


def test_close_refuses_what_hangs_open_without_a_reason(browser, ours, session):
    make.MilestoneFactory(engagement=ours)
    make.ActionFactory.create_batch(2, engagement=ours)
    make.DeliverableFactory(engagement=ours)
    make.ChangeOrderFactory(engagement=ours)
    response = browser.post(f"/engagements/{ours.id}/close", data=WORDS)
    assert response.status_code == 422
    said = (
        "Still open: 1 open milestone, 2 open actions, 1 deliverable not accepted, 1 change order not decided"
    )
    assert said in main(response.text)
    session.expire_all()
    assert ours.closed_on is None
    response = browser.post(f"/engagements/{ours.id}/close", data=WORDS | {"reason": "They moved house"})
    assert response.status_code == 302
    assert session.scalars(select(StageMove.reason)).all() == ["They moved house"]


@pytest.mark.parametrize("stage", [Stage.IMPLEMENTATION, Stage.ON_HOLD, Stage.FOLLOW_UP])
def test_close_refuses_out_of_another_stage(browser, me, session, stage):
    other = make.EngagementFactory(team=[me], stage=stage)
    response = browser.post(f"/engagements/{other.id}/close", data=WORDS)
    assert response.status_code == 422
    assert "closed out of the stage closing" in main(response.text)


def test_close_refuses_without_words(browser, ours):
    response = browser.post(f"/engagements/{ours.id}/close", data={})
    assert response.status_code == 422
    assert "Say what was reached" in main(response.text)


def test_reopen_is_the_managers_and_needs_a_reason(manager, sign_in, me, session):
    closed = make.EngagementFactory(team=[me], stage=Stage.FOLLOW_UP)
    path = f"/engagements/{closed.id}/reopen"
    assert sign_in(me).post(path, data={"reason": "More to do"}).status_code == 403
    browser = manager()
    assert browser.post(path, data={"reason": " "}).status_code == 422
    assert browser.post(path, data={"reason": "More to do"}).status_code == 302
    session.expire_all()
    assert (closed.stage, closed.closed_on) == (Stage.CLOSING, None)
    move = session.scalars(select(StageMove)).one()
    assert (move.to_stage, move.reason) == (Stage.CLOSING, "More to do")


def test_closing_again_sets_the_days_of_talks_not_held_anew(browser, ours, session):
    held = make.FollowUpFactory(
        engagement=ours, months=6, due_on=date(2026, 1, 1), held_on=date(2026, 1, 2), lasting=Lasting.PARTLY
    )
    waits = make.FollowUpFactory(engagement=ours, months=12, due_on=date(2026, 7, 1))
    browser.post(f"/engagements/{ours.id}/close", data=WORDS)
    session.expire_all()
    assert held.due_on == date(2026, 1, 1)
    assert waits.due_on == date(2027, 8, 31)


def test_a_follow_up_is_written_down_after_the_closing(browser, me, session):
    closed = make.EngagementFactory(team=[me], stage=Stage.FOLLOW_UP)
    talk = make.FollowUpFactory(engagement=closed, months=6)
    data = {"held_on": "2026-08-30", "lasting": "partly", "note": "The films go on, the line does not."}
    response = browser.post(f"/follow-ups/{talk.id}/edit", data=data)
    assert response.location == f"/engagements/{closed.id}/closing"
    session.expire_all()
    assert (talk.held_on, talk.lasting, talk.user_id) == (date(2026, 8, 30), Lasting.PARTLY, me.id)
    assert "Partly, 30 Aug 2026" in main(browser.get(response.location).text)


def unpacked(response) -> dict[str, str]:
    assert response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_the_parcel_holds_what_its_reader_may_see(sign_in, me, ours):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=ours, user=guest)
    shared = make.CoachingSessionFactory(engagement=ours, coach=me, is_shared=True, summary="For both of us")
    make.CoachingSessionFactory(engagement=ours, coach=me, summary="For the team alone")
    make.PrivateNoteFactory(session=shared, user_id=me.id, body="SENTINEL")
    make.GoalFactory(engagement=ours, statement="=SUM(goals)")
    make.GoalFactory(statement="Of somebody else")
    coachs = unpacked(sign_in(me).get(f"/engagements/{ours.id}/parcel.zip"))
    guests = unpacked(sign_in(guest).get(f"/engagements/{ours.id}/parcel.zip"))
    for files in (coachs, guests):
        assert {"README.txt", "final-report.pdf", "final-report.xlsx", "final-report.html"} <= set(files)
        assert "For both of us" in files["data/coaching_session.csv"]
        assert "'=SUM(goals)" in files["data/goal.csv"]
        assert not [name for name, text in files.items() if "SENTINEL" in text or "Of somebody else" in text]
        assert "data/private_note.csv" not in files
    assert "For the team alone" in coachs["data/coaching_session.csv"]
    assert "For the team alone" not in guests["data/coaching_session.csv"]
    assert "12500" in coachs["data/engagement.csv"]
    assert "12500" not in guests["data/engagement.csv"]
    assert f"data/goal.csv: {len(coachs['data/goal.csv'].splitlines()) - 1} rows" in coachs["README.txt"]
