from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.alignment.models import Goal, Relation
from crm.engagements.models import Budget, Stage
from crm.reporting.queries import Wanted, portfolio_frame
from crm.roadmap.models import Milestone, MilestoneState
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState, TimeEntry, TimeKind
from reports.writers import FORMATS
from tests import factories as make
from tests.reading import addresses, csv_rows, main, sheets, tables, typed
from tests.reporting.expected import Said
from tests.scene import NOW, TODAY, everything


@pytest.fixture
def scene(clock_at):
    clock_at(NOW)
    guest = make.UserFactory(role=Role.CLIENT)
    return everything(make.UserFactory(), colleagues=make.UserFactory.create_batch(2), guest=guest)


@pytest.fixture
def guest(scene):
    return scene.contact.user


def test_index_shows_the_reports_of_my_own_engagements_only(sign_in, scene):
    make.EngagementFactory(title="Somebody else's")
    page = sign_in(scene.coach).get("/reports")
    assert scene.engagement.title in main(page.text)
    assert "Somebody else's" not in page.text
    assert "/reports/portfolio" in addresses(page.text)


def test_index_offers_no_portfolio_to_a_client(sign_in, guest):
    page = sign_in(guest).get("/reports")
    assert page.status_code == 200
    assert "/reports/portfolio" not in addresses(page.text)


def test_progress_shows_the_day_it_speaks_of_and_offers_every_format(sign_in, scene):
    page = sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}/progress?as_of=2026-02-12")
    assert "As of 12 Feb 2026" in main(page.text)
    assert typed(page.text, "as_of") == "2026-02-12"
    where = f"/engagements/{scene.engagement.id}/progress."
    offered = {address for address in addresses(page.text) if address.startswith(where)}
    for format_ in ("csv", "xlsx", "pdf", "json"):
        assert f"{where}{format_}?as_of=2026-02-12" in offered
    for table in ("goals", "strategies", "milestones", "sessions", "actions", "measures"):
        assert f"{where}csv?table={table}&as_of=2026-02-12" in offered


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "0000-00-00"])
def test_progress_takes_a_day_that_is_none_for_today(sign_in, scene, day):
    page = sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}/progress?as_of={day}")
    assert "As of 3 Mar 2026" in main(page.text)


def test_progress_file_is_a_download_with_a_name_that_says_what_it_is(sign_in, scene):
    client, where = sign_in(scene.coach), f"/engagements/{scene.engagement.id}/progress"
    for format_ in FORMATS:
        answer = client.get(f"{where}.{format_}?as_of=2026-02-12")
        assert answer.content_type == FORMATS[format_].mimetype
        part = "-goals-3-rows" if FORMATS[format_].of_one_table else ""
        name = f"plumbline-progress-2026-02-12{part}.{format_}"
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    answer = client.get(f"{where}.csv?table=sessions")
    assert answer.headers["Content-Disposition"].endswith("-2026-03-03-sessions-3-rows.csv")
    assert len(csv_rows(answer.data)[1]) == 3


@pytest.mark.parametrize("ending", [".odt", ".csv?table=secrets", ".csv?table=fees", ".", ".py"])
def test_progress_file_refuses_a_format_or_a_table_that_it_has_not(sign_in, scene, ending):
    answer = sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}/progress{ending}")
    assert answer.status_code == 404


def test_a_stranger_cannot_see_a_progress_report(sign_in, scene):
    client = sign_in(make.UserFactory())
    for ending in ("", *(f".{format_}" for format_ in FORMATS)):
        assert client.get(f"/engagements/{scene.engagement.id}/progress{ending}").status_code == 404


def test_progress_for_the_client_shows_the_shared_sessions_alone(sign_in, scene, guest):
    scene.sessions[1].is_shared = False
    make.session.flush()
    where = f"/engagements/{scene.engagement.id}/progress"
    said = Said(sign_in(guest).get(f"{where}.json").data)
    assert [row[0] for row in said.rows("sessions")] == [1, 3]
    assert len(Said(sign_in(scene.coach).get(f"{where}.json").data).rows("sessions")) == 3
    assert "We agreed on step 2." not in sign_in(guest).get(where).text


def test_progress_for_the_client_leaves_out_minutes_effort_and_fee(sign_in, scene, guest):
    where = f"/engagements/{scene.engagement.id}/progress"
    client = sign_in(guest)
    said = Said(client.get(f"{where}.json").data)
    for name, column in (("sessions", "Minutes"), ("strategies", "Effort")):
        assert column not in said.labels(name)
        assert column not in tables(client.get(where).text)[name.capitalize()][0]
        assert column not in csv_rows(client.get(f"{where}.csv?table={name}").data)[0]
        assert column not in sheets(client.get(f"{where}.xlsx").data)[name.capitalize()][0]
    assert "12,500" not in client.get(where).text
    assert "12500" not in client.get(f"{where}.json").text


def test_portfolio_shows_one_line_an_engagement(sign_in, scene):
    make.EngagementFactory(title="Lost one", stage=Stage.LOST)
    client = sign_in(make.UserFactory(role=Role.MANAGER))
    live = tables(client.get("/reports/portfolio").text)["Engagements"][1]
    assert [row[1] for row in live] == [scene.engagement.title]
    every = tables(client.get("/reports/portfolio?stage=all").text)["Engagements"][1]
    assert {row[1] for row in every} == {scene.engagement.title, "Lost one"}
    lost = csv_rows(client.get("/reports/portfolio.csv?stage=lost").data)[1]
    assert [row[1] for row in lost] == ["Lost one"]


def test_portfolio_of_a_consultant_holds_their_own_engagements_alone(sign_in, scene):
    make.EngagementFactory()
    client = sign_in(scene.coach)
    assert Said(client.get("/reports/portfolio.json?stage=all").data).counts["engagements"] == 1
    book = sheets(client.get("/reports/portfolio.xlsx?stage=all").data)
    assert [row[1] for row in book["Engagements"][1:2]] == [scene.engagement.title]


def test_a_client_cannot_see_the_portfolio(sign_in, guest):
    assert sign_in(guest).get("/reports/portfolio").status_code == 403
    assert sign_in(guest).get("/reports/portfolio.csv").status_code == 403


@pytest.mark.parametrize("ending", [".odt", ".csv?table=goals"])
def test_portfolio_file_refuses_a_format_or_a_table_that_it_has_not(sign_in, ending):
    assert sign_in(make.UserFactory(role=Role.MANAGER)).get(f"/reports/portfolio{ending}").status_code == 404


def of(model, engagement) -> list:
    return make.session.scalars(sa.select(model).where(model.engagement_id == engagement.id)).all()


def summed(engagement) -> SimpleNamespace:
    """What the portfolio must say of an engagement, added up row by row in plain Python."""
    goals = {goal.id: goal.weight for goal in of(Goal, engagement)}
    served = {relation.goal_id for relation in of(Relation, engagement) if relation.mark >= 3}
    steps = [m for m in of(Milestone, engagement) if m.state is not MilestoneState.DROPPED]
    waiting = [a for a in of(Action, engagement) if a.state is ActionState.OPEN]
    entries = [t for t in of(TimeEntry, engagement) if t.is_billable and t.kind is not TimeKind.TRAVEL]
    held = [s for s in of(CoachingSession, engagement) if s.state is SessionState.HELD]
    return SimpleNamespace(
        hours_budget=sum(budget.hours for budget in of(Budget, engagement)),
        hours_used=sum(entry.minutes for entry in entries) / 60,
        coverage=sum(goals[key] for key in served) / sum(goals.values()),
        milestones=len(steps),
        milestones_done=sum(m.state is MilestoneState.DONE for m in steps),
        milestones_late=sum(m.state is not MilestoneState.DONE and m.planned_on < TODAY for m in steps),
        sessions=len(held),
        last_session_on=max(s.starts_at for s in held).date(),
        actions_open=len(waiting),
        actions_overdue=sum(bool(a.due_on and a.due_on < TODAY) for a in waiting),
        fee=engagement.fee,
    )


def test_portfolio_totals_reconcile_and_no_join_inflates_them(app, scene):
    """Three on the team, two budgets, 27 time entries, three tags, three goals by two strategies."""
    other = everything(make.UserFactory(), colleagues=make.UserFactory.create_batch(3))
    with app.app_context():
        frame = portfolio_frame(make.UserFactory(role=Role.MANAGER), Wanted("all"), TODAY)
    assert len(frame) == 2
    for one in (scene, other):
        row = frame[frame["engagement"] == one.engagement.title].iloc[0]
        for name, value in vars(summed(one.engagement)).items():
            assert row[name] == pytest.approx(value) if isinstance(value, float) else row[name] == value, name
    assert frame["hours_used"].sum() == pytest.approx(3 * 3 * 2 + 3 * 4 * 2)
    assert frame["sessions"].sum() == 6
    assert frame["last_session_on"].max() == date(2026, 2, 15)
