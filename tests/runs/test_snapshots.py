"""Reports as of the end of a month: kept by themselves, the same for ever, told to those who may see them."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.bin.models import BinItem
from crm.roadmap.models import Milestone
from crm.runs import jobs
from crm.runs.models import ReportSnapshot
from tests import factories as make

#: Twenty minutes after midnight of the first.
NOW = datetime(2026, 3, 1, 0, 20, tzinfo=UTC)
LATER = NOW + timedelta(days=20)
FILES = ("json", "csv", "xlsx", "html")


@pytest.fixture
def engagement(me):
    engagement = make.EngagementFactory(team=[me], title="Falls")
    strategy = make.StrategyFactory(engagement=engagement)
    goal = make.GoalFactory(engagement=engagement, weight=3)
    make.RelationFactory(engagement=engagement, goal_id=goal.id, strategy_id=strategy.id, mark=9)
    make.MilestoneFactory(engagement=engagement, strategy_id=strategy.id, title="First step")
    make.ActionFactory(engagement=engagement)
    return engagement


@pytest.fixture
def keep(app, clock_at):
    """`keep()`: what the night of the first does; then it is weeks later."""

    def keep() -> str | None:
        clock_at(NOW)
        with app.app_context():
            said = jobs.month_end()
        clock_at(LATER)
        return said

    return keep


def change_everything(session) -> None:
    for table in ("goal", "strategy", "milestone", "action", "engagement", "organisation"):
        name = {"goal": "statement", "strategy": "statement", "organisation": "name"}.get(table, "title")
        session.execute(sa.text(f"UPDATE {table} SET {name} = 'Another'"))  # noqa: S608
    session.execute(sa.text("DELETE FROM relation"))
    session.execute(sa.text("DELETE FROM action"))
    session.expire_all()


def test_a_day_that_was_kept_says_the_same_for_ever(browser, engagement, keep, session, app, tmp_path):
    assert keep() == "2 reports kept as of 28 Feb 2026."
    where = f"/engagements/{engagement.id}/progress"
    before = {name: browser.get(f"{where}.{name}?as_of=2026-02-28").data for name in FILES}
    assert b"First step" in before["json"]
    assert b"as they stand today" not in before["json"]
    change_everything(session)
    assert {name: browser.get(f"{where}.{name}?as_of=2026-02-28").data for name in FILES} == before
    assert b"First step" not in browser.get(f"{where}.json?as_of=2026-02-27").data
    assert b"as they stand today" in browser.get(f"{where}.json?as_of=2026-02-27").data
    page = browser.get(where).text
    assert "Kept as it stood at the end of" in page
    assert "28 Feb 2026" in page

    said = f"report progress --engagement {engagement.id} --as-of 2026-02-28 --format json".split()
    done = app.test_cli_runner().invoke(args=[*said, "--out", str(tmp_path / "kept.json")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "kept.json").read_bytes() == before["json"]


def test_each_is_kept_once_and_too_late_is_too_late(app, engagement, keep, clock_at, session):
    assert keep() == "2 reports kept as of 28 Feb 2026."
    assert keep() is None
    with app.app_context():
        assert jobs.month_end() is None  # On the 21st, the month is too long over.
    assert session.query(ReportSnapshot).count() == 2


def test_what_was_kept_goes_with_what_is_deleted_for_good(app, sign_in, engagement, keep, kept, session):
    keep()

    def tidy() -> str | None:
        with app.app_context():
            return jobs.tidy()

    client = sign_in(make.UserFactory(role=Role.ADMINISTRATOR))
    client.post(f"/bin/throw-away/engagement/{engagement.id}")
    assert (tidy(), len(kept())) == (None, 2)  # It may still be put back.
    item = session.scalars(sa.select(BinItem)).one()
    client.post(f"/bin/{item.id}.json")
    client.post(f"/bin/{item.id}/delete")
    session.expire_all()
    assert session.scalars(sa.select(BinItem)).all() == []
    assert (tidy(), len(kept())) == ("1 file deleted.", 1)
    assert session.scalars(sa.select(ReportSnapshot.report)).all() == ["portfolio"]


def test_who_may_not_see_it_all_gets_the_report_of_today(browser, sign_in, engagement, keep, session):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    keep()
    change_everything(session)
    portfolio = "/reports/portfolio.json?stage=all&as_of=2026-02-28"
    assert b"Falls" not in browser.get(portfolio).data
    client = sign_in(guest)
    assert (
        b"First step" not in client.get(f"/engagements/{engagement.id}/progress.json?as_of=2026-02-28").data
    )
    assert "Kept as it stood" not in client.get(f"/engagements/{engagement.id}/progress").text
    manager = sign_in(make.UserFactory(role=Role.MANAGER))
    assert b"Falls" in manager.get(portfolio).data
    assert b"Falls" not in manager.get(portfolio.replace("stage=all", "stage=live")).data
    stranger = sign_in(make.UserFactory())
    progress = f"/engagements/{engagement.id}/progress"
    assert stranger.get(f"{progress}.json?as_of=2026-02-28").status_code == 404


def test_what_is_kept_is_what_a_consultant_sees_on_that_day(browser, engagement, keep, clock_at, session):
    """Made for no one in particular, it holds the same rows as the consultant's own report."""
    clock_at(NOW)
    where = f"/engagements/{engagement.id}/progress.json"
    own = browser.get(f"{where}?as_of=2026-02-28").json
    keep()
    kept = browser.get(f"{where}?as_of=2026-02-28").json
    assert kept["tables"] == own["tables"]
    assert kept["facts"] == own["facts"]
    assert session.query(Milestone).count() == 1


def test_what_has_changed_since_is_told_row_by_row(browser, engagement, keep, session, sign_in):
    where = f"/engagements/{engagement.id}/progress/since"
    assert "No report of this engagement is kept for you yet." in browser.get(where).text
    keep()
    change_everything(session)
    page = browser.get(where).text
    assert "beside the one that was kept as of 28 Feb 2026" in page
    assert "First step" in page
    assert browser.get(f"{where}?day=2026-02-30").status_code == 200
    assert sign_in(make.UserFactory()).get(where).status_code == 404
