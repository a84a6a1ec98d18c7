"""Files that are made in the background: asked for, made, fetched, cancelled, failed, forgotten."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from crm.access import Operator, Role
from crm.audit.models import audit_entry
from crm.jobs.running import do
from crm.reporting.catalogue import CATALOGUE
from crm.runs import jobs, life, making
from crm.runs.models import ReportRun, RunState
from crm.runs.order import made
from crm.transactions import one
from reports.kept import again, keep
from reports.writers import FORMATS
from tests import factories as make
from tests.factories_runs import ReportRunFactory


@pytest.fixture
def engagement(me):
    engagement = make.EngagementFactory(team=[me], title="Falls on the wards")
    strategy = make.StrategyFactory(engagement=engagement)
    for number in range(3):
        make.MilestoneFactory(engagement=engagement, strategy_id=strategy.id, title=f"Step {number}")
    return engagement


def ask(client, report="milestones", format_="csv", **said):
    answer = client.post("/runs", data={"report": report, "format": format_, **said})
    assert answer.status_code == 303, answer.status
    return answer.location


def test_a_file_is_asked_for_made_and_fetched(browser, engagement, work, runs, kept, mails):
    page = ask(browser, mail="1")
    assert "Waiting for a worker" in browser.get(page).text
    assert browser.get(f"{page}/file.csv").status_code == 404
    work()
    (run,) = runs()
    assert (run.state, run.permille, run.tries) == (RunState.DONE, 1000, 1)

    shown = browser.get("/reports").text
    assert "Milestones and how they slip (CSV)" in shown
    assert "is ready" in shown
    assert run.digest in browser.get(page).text
    assert "is ready." not in browser.get("/reports").text
    answer = browser.get(f"{page}/file.csv")
    assert sha256(answer.data).hexdigest() == run.digest
    assert answer.headers["X-Row-Count"] == str(run.rows)
    assert answer.headers["Repr-Digest"] == f"sha-256=:{b64encode(bytes.fromhex(run.digest)).decode()}:"
    plain = browser.get("/reports/milestones.csv")
    assert answer.data == plain.data
    assert answer.headers["Content-Disposition"] == plain.headers["Content-Disposition"]
    assert sorted(kept()) == sorted([run.file, run.data])
    assert [mail.kind for mail in mails()] == [life.READY]


def test_the_state_is_told_as_json(browser, engagement, work):
    page = ask(browser)
    asked = browser.get(f"{page}/state").json
    assert asked == {"state": "queued", "permille": 0, "step": "", "left": None, "is_over": False}
    work()
    assert browser.get(f"{page}/state").json["is_over"] is True


@pytest.mark.parametrize("report", ["sessions", "time"])
def test_a_list_of_everything_is_made_too(browser, me, engagement, work, runs, report):
    make.TimeEntryFactory(session=make.CoachingSessionFactory(engagement=engagement, coach=me))
    page = ask(browser, report, "xlsx")
    work()
    (run,) = runs()
    assert run.error is None
    assert (run.state, run.data) == (RunState.DONE, None)
    assert browser.get(f"{page}/file.xlsx").data.startswith(b"PK")


def test_nobody_else_sees_a_run(browser, engagement, work, sign_in):
    page = ask(browser)
    work()
    for role in (Role.ADMINISTRATOR, Role.MANAGER, Role.CONSULTANT, Role.CLIENT):
        client = sign_in(make.UserFactory(role=role))
        assert [client.get(f"{page}{end}").status_code for end in ("", "/state", "/file.csv")] == [404] * 3
        assert client.post(f"{page}/delete").status_code == 404


def test_whoever_lost_the_engagement_gets_the_file_no_more(session, browser, me, engagement, work):
    of_one = ask(browser, "progress", "json", engagement=engagement.id)
    across = ask(browser, "milestones", "json")
    work()
    assert browser.get(f"{of_one}/file.json").status_code == 200
    session.execute(sa.text("DELETE FROM team_member WHERE user_id = :me"), {"me": me.id})
    for page in (of_one, across):
        assert browser.get(f"{page}/file.json").status_code == 404
        assert "may not see everything" in browser.get(page).text
        assert browser.post(f"{page}/again").status_code == 404


def test_what_its_reader_may_not_see_is_not_asked_for(browser, sign_in, engagement, session):
    foreign = make.EngagementFactory()
    client = sign_in(make.UserFactory(role=Role.CLIENT))
    refused = [
        {"report": "milestones", "format": "csv"}, {"report": "time", "format": "csv"},
        {"report": "progress", "format": "pdf", "engagement": foreign.id},
        {"report": "progress", "format": "pdf"}, {"report": "nothing", "format": "pdf"},
        {"report": "sessions", "format": "pdf"},
        {"report": "progress", "format": "pdf", "engagement": "x" * 400},
    ]  # fmt: skip
    assert {client.post("/runs", data=data).status_code for data in refused} == {404}
    assert session.query(ReportRun).count() == 0


def test_a_run_that_waits_is_cancelled_and_never_begun(browser, engagement, work, runs, kept):
    page = ask(browser)
    assert browser.post(f"{page}/cancel").status_code == 302
    work()
    assert [(run.state, run.tries) for run in runs()] == [(RunState.CANCELLED, 0)]
    assert kept() == []
    assert "nothing to cancel" in browser.post(f"{page}/cancel", follow_redirects=True).text


def test_cancel_frees_the_worker_and_leaves_nothing(browser, engagement, work, runs, kept, monkeypatch):
    """It is asked for while the report is read: the worker comes to its next step, and lets go."""
    page = ask(browser, "milestones", "pdf")
    plain = making.made

    def and_cancel(*asked):
        browser.post(f"{page}/cancel")
        return plain(*asked)

    monkeypatch.setattr(making, "made", and_cancel)
    work()
    (run,) = runs()
    assert (run.state, run.file, run.permille < 700) == (RunState.CANCELLED, None, True)
    assert kept() == []
    assert "nothing of it is kept" in browser.get(page).text


def test_what_fails_when_it_is_wanted_no_more_is_cancelled(browser, engagement, work, runs, monkeypatch):
    ask(browser)

    def cancelled(*_asked, **_said):
        raise life.Cancelled

    monkeypatch.setattr(making, "made", lambda *_: 1 / 0)
    monkeypatch.setattr(life, "failed", cancelled)
    work()
    assert [run.state for run in runs()] == [RunState.CANCELLED]


def test_what_fails_is_tried_again_and_then_said(
    app, browser, engagement, work, runs, mails, monkeypatch, session
):
    page = ask(browser)
    monkeypatch.setattr(making, "made", lambda *_: 1 / 0)
    for number in range(life.RETRIES + 1):
        session.execute(sa.text("UPDATE job_run SET state = 'queued'"))
        with app.app_context():
            life_of = runs()[0]
            assert life_of.state in (RunState.QUEUED, RunState.WAITING), number
            do(app, life_of.job_id)
    (run,) = runs()
    assert (run.state, run.tries) == (RunState.FAILED, life.RETRIES + 1)
    assert "ZeroDivisionError" in browser.get(page).text
    assert [mail.kind for mail in mails()] == [life.FAILED]


def test_a_run_that_nobody_makes_any_more_is_said(app, session, me, runs, mails):
    ReportRunFactory(user=me, job_id=10**6)
    with app.app_context():
        assert jobs.due() == "1 run given up."
    assert runs()[0].state is RunState.FAILED
    assert [mail.kind for mail in mails()] == [life.FAILED]


def test_files_are_kept_for_a_time_and_what_they_said_for_longer(
    app, browser, engagement, work, runs, kept, clock_at, session
):
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    clock_at(now)
    page = ask(browser)
    work()
    content = browser.get(f"{page}/file.csv").data
    clock_at(now + timedelta(days=31))
    with app.app_context():
        assert jobs.tidy() == "1 file deleted."
    (run,) = runs()
    assert (run.state, run.file, kept()) == (RunState.EXPIRED, None, [run.data])
    assert browser.get(f"{page}/file.csv").status_code == 404
    deleted = sa.select(audit_entry.c.verb).where(audit_entry.c.thing == "report_run")
    assert "deleted" in session.scalars(deleted).all()

    browser.post(f"{page}/again")
    work()
    again_ = runs()[-1]
    assert browser.get(f"/runs/{again_.id}/file.csv").data == content
    clock_at(now + timedelta(days=4000))
    with app.app_context():
        jobs.tidy()
    assert kept() == []


def test_what_was_deleted_is_gone(browser, engagement, work, runs, kept):
    page = ask(browser)
    work()
    assert browser.post(f"{page}/delete").status_code == 302
    assert (runs(), kept()) == ([], [])


def test_no_more_than_a_few_are_under_way_at_once(browser, me, runs):
    for _ in range(20):
        ReportRunFactory(user=me)
    browser.post("/runs", data={"report": "milestones", "format": "csv"})
    assert len(runs()) == 20


def test_a_report_that_took_long_goes_to_the_background_by_itself(browser, me, engagement, session):
    page = browser.get("/reports/milestones").text
    assert "took" not in page
    done = {"state": RunState.DONE, "seconds": 7.2, "file": "runs/x.pdf", "digest": "0", "permille": 1000}
    ReportRunFactory(format="pdf", finished_at=datetime(2026, 3, 2, tzinfo=UTC), **done)
    page = browser.get("/reports/milestones?kind=hospital").text
    assert "PDF took 7 s" in page
    assert 'name="kind" value="hospital"' in page
    assert 'name="format" value="pdf"' in page
    ReportRunFactory(format="pdf", finished_at=datetime(2026, 3, 2, tzinfo=UTC), **done | {"seconds": 1.5})
    assert "took" not in browser.get("/reports/milestones").text


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if not entry.of_engagement])
def test_every_report_is_the_same_out_of_what_was_kept(app, engagement, name):
    with app.app_context():
        report = made(name, "{}", date(2026, 3, 2), None, Operator())
        text = keep(report)
    other = again(text)
    assert keep(other) == text
    for form in ("csv", "json", "html", "xlsx"):
        if report.tables:
            assert FORMATS[form].written(other) == FORMATS[form].written(report), form


def test_one_step_tells_and_another_worker_cannot_end_it(app, me, session, runs):
    run = ReportRunFactory(user=me)
    with app.app_context(), one():
        taken = life.take(run.id)
    with app.app_context(), one():
        life.tell(run.id, taken.claim, "Halfway", 500)
    with app.app_context(), one():
        life.tell(run.id, taken.claim, "Begun again", 100)
    assert [(run.permille, run.step) for run in runs()] == [(500, "Begun again")]
    with app.app_context(), pytest.raises(life.Lost), one():
        life.done(run.id, "another", 30, size=1, digest="0")


def test_who_loses_the_right_while_it_is_made_gets_nothing(
    browser, engagement, work, runs, kept, monkeypatch
):
    ask(browser, "progress", "json", engagement=engagement.id)
    plain = making.made

    def and_lose(*asked):
        monkeypatch.setattr(life, "may_see", lambda *_: False)
        return plain(*asked)

    monkeypatch.setattr(making, "made", and_lose)
    work()
    assert [(run.state, run.error) for run in runs()] == [(RunState.FAILED, life.NOT_YOURS)]
    assert kept() == []
