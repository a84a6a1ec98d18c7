"""Reports that are made by themselves: when, for whom, exactly once, and what is said of those left out."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.mail import letters
from crm.runs import jobs, life, schedules
from crm.runs.models import ReportSchedule, Rhythm, RunState
from crm.runs.schedules import order_of, who_may_see
from crm.runs.when import next_after, period
from tests import factories as make
from tests.factories_runs import ReportScheduleFactory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def strikes(rhythm, after: datetime, zone="UTC", **when) -> datetime:
    schedule = ReportScheduleFactory.build(user=None, user_id=1, rhythm=rhythm, time_zone=zone, hour=7)
    schedule.weekday, schedule.day = when.get("weekday"), when.get("day")
    return next_after(after, schedule)


@pytest.mark.parametrize(
    ("rhythm", "when", "expected"),
    [
        (Rhythm.WEEKLY, {"weekday": 1}, date(2026, 3, 9)),
        (Rhythm.WEEKLY, {"weekday": 2}, date(2026, 3, 3)),
        (Rhythm.MONTHLY, {"day": 1}, date(2026, 4, 1)),
        (Rhythm.MONTHLY, {"day": 31}, date(2026, 3, 31)),
        (Rhythm.QUARTERLY, {}, date(2026, 3, 31)),
    ],
)
def test_a_schedule_strikes_next(rhythm, when, expected):
    assert strikes(rhythm, NOW, **when) == datetime(
        expected.year, expected.month, expected.day, 7, tzinfo=UTC
    )


def test_its_hour_is_that_of_its_maker_across_a_clock_change():
    before = strikes(Rhythm.WEEKLY, datetime(2026, 3, 20, tzinfo=UTC), "Europe/Berlin", weekday=1)
    after = strikes(Rhythm.WEEKLY, before, "Europe/Berlin", weekday=1)
    assert (before.hour, after.hour) == (6, 5)
    assert strikes(Rhythm.MONTHLY, datetime(2027, 2, 2, tzinfo=UTC), day=31).date() == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("rhythm", "day", "first", "last"),
    [
        (Rhythm.WEEKLY, date(2026, 3, 4), date(2026, 2, 23), date(2026, 3, 1)),
        (Rhythm.MONTHLY, date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31)),
        (Rhythm.QUARTERLY, date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
        (Rhythm.QUARTERLY, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_its_report_speaks_of_the_period_that_is_over(rhythm, day, first, last):
    assert period(rhythm, day) == (first, last)


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me], title="Falls")


@pytest.fixture
def guest(engagement):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    return guest


def test_who_may_see_is_what_the_rules_say(app, me, engagement, guest):
    manager, stranger = make.UserFactory(role=Role.MANAGER), make.UserFactory()
    make.UserFactory(role=Role.MANAGER, active=False)
    with app.app_context():
        assert who_may_see("progress", engagement.id) == {me.id, guest.id, manager.id}
        assert who_may_see("milestones", None) == {me.id, manager.id, stranger.id}
        assert who_may_see("progress", None) == who_may_see("nothing", None) == set()


FORM = {"name": "Every Monday", "format": "csv", "rhythm": "weekly", "weekday": "1", "day": "1", "hour": "7"}


def test_create_saves_and_offers_only_who_may_see_it(browser, me, engagement, guest, session):
    stranger = make.UserFactory(name="Stranger")
    where = f"/schedules/new?report=progress&engagement={engagement.id}"
    page = browser.get(where).text
    assert guest.name in page
    assert "Stranger" not in page
    answer = browser.post(where, data=FORM | {"readers": [me.id, guest.id, stranger.id]})
    assert answer.status_code == 422
    answer = browser.post(where, data=FORM | {"readers": [me.id, guest.id]})
    made = session.scalars(sa.select(ReportSchedule)).one()
    assert (made.readers, made.weekday, made.day) == (sorted([me.id, guest.id]), 1, None)
    shown = browser.get(answer.location).text
    assert "Every Monday at 07:00" in shown
    assert "Every Monday" in browser.get("/schedules").text


def test_create_refuses_what_nobody_may_see(browser, me):
    foreign = make.EngagementFactory()
    for asked in (f"report=progress&engagement={foreign.id}", "report=progress", "report=nothing"):
        assert browser.get(f"/schedules/new?{asked}").status_code == 404
    for missing in ({"readers": []}, {"rhythm": "monthly", "day": "40", "readers": [me.id]}):
        answer = browser.post("/schedules/new?report=milestones", data=FORM | missing)
        assert answer.status_code == 422


def test_edit_pause_and_delete(browser, me, session, clock_at):
    clock_at(NOW)
    where = f"/schedules/{ReportScheduleFactory(user=me).id}"
    browser.post(f"{where}/edit", data=FORM | {"rhythm": "quarterly", "readers": [me.id]})
    session.expire_all()
    made = session.scalars(sa.select(ReportSchedule)).one()
    assert (made.rhythm, made.weekday, made.next_at) == (Rhythm.QUARTERLY, None, NOW.replace(day=31, hour=7))
    browser.post(f"{where}/pause")
    assert "Paused" in browser.get(where).text
    browser.post(f"{where}/delete")
    assert session.query(ReportSchedule).count() == 0


def due(app) -> str | None:
    with app.app_context():
        return jobs.due()


def test_it_is_made_once_for_each_reader_and_each_is_told(
    app, me, engagement, guest, clock_at, runs, work, mails, session
):
    clock_at(NOW)
    manager = make.UserFactory(role=Role.MANAGER)
    schedule = ReportScheduleFactory(
        user=me,
        report="progress",
        engagement_id=engagement.id,
        format="json",
        readers=[me.id, guest.id, manager.id],
    )
    assert due(app) == "1 schedule begun."
    assert due(app) is None
    work()
    assert [(run.user_id, run.state, run.as_of) for run in runs()] == [
        (key, RunState.DONE, NOW.date()) for key in (me.id, guest.id, manager.id)
    ]
    session.expire_all()
    assert (schedule.last_said, schedule.next_at) == ("Made for 3 people.", NOW.replace(day=9, hour=7))
    told = mails()
    assert {(mail.user_id, mail.kind) for mail in told} == {(run.user_id, life.READY) for run in runs()}
    with app.app_context():
        letter = letters.write(told[0])
        assert "Falls" not in letter.message().as_string()
    assert f"https://crm.test/runs/{runs()[0].id}" in letter.body


def test_two_workers_make_it_once(app, me, clock_at, runs):
    """The second comes with what it read before: the database refuses the same run again."""
    clock_at(NOW)
    ReportScheduleFactory(user=me)
    due(app)
    with app.app_context():
        with schedules.lifted():
            again = schedules.db.session.scalar(sa.select(ReportSchedule))
        assert schedules.make_for_all(again, datetime(2026, 3, 2, 7, tzinfo=UTC)) == 0
    assert len(runs()) == 1


def test_who_has_lost_the_right_gets_nothing_and_the_owner_is_told(
    app, me, engagement, guest, clock_at, runs, work, mails, session
):
    clock_at(NOW)
    schedule = ReportScheduleFactory(
        user=me, report="progress", engagement_id=engagement.id, readers=[me.id, guest.id]
    )
    session.execute(sa.text("DELETE FROM engagement_grant"))
    due(app)
    work()
    assert [run.user_id for run in runs()] == [me.id]
    session.expire_all()
    assert f"Not for {guest.name}" in schedule.last_said
    assert {(mail.user_id, mail.kind) for mail in mails()} == {
        (me.id, schedules.LEFT_OUT), (me.id, life.READY),
    }  # fmt: skip
    session.execute(sa.text("DELETE FROM team_member"))
    clock_at(NOW + timedelta(days=7))
    due(app)
    session.expire_all()
    assert (schedule.is_paused, len(runs())) == (True, 1)


def test_who_loses_the_right_before_it_is_made_gets_nothing(
    app, me, engagement, clock_at, runs, work, session
):
    clock_at(NOW)
    ReportScheduleFactory(user=me, report="progress", engagement_id=engagement.id)
    due(app)
    session.execute(sa.text("DELETE FROM team_member"))
    work()
    assert [(run.state, run.error) for run in runs()] == [(RunState.FAILED, life.NOT_YOURS)]


def test_a_period_goes_with_the_day_it_is_made(app, me):
    schedule = ReportScheduleFactory.build(
        user=None,
        user_id=1,
        report="hours",
        rhythm=Rhythm.MONTHLY,
        weekday=None,
        day=1,
        asked='{"kind":"hospital"}',
    )
    order = order_of(schedule, NOW)
    assert order.asked == '{"from":"2026-02-01","kind":"hospital","to":"2026-02-28"}'
    assert order.as_of == date(2026, 2, 28)


def test_run_now_makes_it_besides(browser, me, runs):
    schedule = ReportScheduleFactory(user=me)
    page = browser.post(f"/schedules/{schedule.id}/run", follow_redirects=True).text
    assert "It is made for 1 person." in page
    assert len(runs()) == 1
