"""Saved views as files of the background, and as regular reports."""

from datetime import UTC, datetime

import pytest

from crm.access import Role
from crm.extensions import db
from crm.runs import schedules
from crm.runs.models import Rhythm, RunState
from crm.runs.schedules import who_may_see
from crm.store import store
from tests import factories as make
from tests.factories_runs import ReportScheduleFactory
from tests.reading import csv_rows

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def manager(clock_at):
    clock_at(NOW)
    return make.UserFactory(role=Role.MANAGER)


@pytest.fixture
def coach():
    return make.UserFactory()


@pytest.fixture
def view(manager, coach):
    """A list of engagements that is shared with consultants: one of the two is the coach's."""
    make.EngagementFactory(title="Falls", team=[coach])
    make.EngagementFactory(title="Elsewhere")
    return make.SavedViewFactory(
        user=manager, name="Titles", for_consultants=True,
        what={"builder": {"base": "engagements", "columns": ["engagement-title"]}},
    )  # fmt: skip


@pytest.fixture
def start(app, manager, coach, view):
    """`start()`: the view is due for both, and begun; its schedule."""

    def start():
        schedule = ReportScheduleFactory(
            user=manager, report=f"view:{view.id}", format="csv", rhythm=Rhythm.WEEKLY, weekday=1,
            next_at=NOW, readers=[manager.id, coach.id],
        )  # fmt: skip
        with app.app_context():
            schedules.start_due()
            db.session.commit()
        return schedule

    return start


def titles(app, run) -> set[str]:
    with app.app_context(), store().open(run.file) as file:
        return {row[0] for row in csv_rows(file.read())[1]}


def test_a_view_is_made_in_the_background_as_whoever_asks_sees_it(app, sign_in, coach, view, work, runs):
    client = sign_in(coach)
    assert client.post("/runs", data={"report": f"view:{view.id}", "format": "csv"}).status_code == 303
    work()
    (run,) = runs()
    assert (run.state, run.title) == (RunState.DONE, "Titles")
    assert titles(app, run) == {"Falls"}


def test_a_view_that_is_not_theirs_cannot_be_asked_for(sign_in, session, coach, view):
    view.for_consultants = False
    session.flush()
    for name in (f"view:{view.id}", "view:0", "view:x", "view:99999999999"):
        assert sign_in(coach).post("/runs", data={"report": name, "format": "csv"}).status_code == 404


def test_each_reader_of_a_regular_view_gets_their_own_cut(app, manager, coach, view, start, work, runs):
    with app.app_context():
        assert who_may_see(f"view:{view.id}", None) == {manager.id, coach.id}
    start()
    work()
    assert {run.user_id: titles(app, run) for run in runs()} == {
        manager.id: {"Falls", "Elsewhere"},
        coach.id: {"Falls"},
    }


def test_a_view_that_is_not_shared_any_more_reaches_nobody_else(session, coach, view, start):
    view.for_consultants = False
    session.flush()
    schedule = start()
    session.expire_all()
    assert coach.name in schedule.last_said
    assert schedule.last_said.startswith("Made for 1 person.")


def test_the_page_of_a_view_offers_both(sign_in, manager, view):
    client = sign_in(manager)
    page = client.get(f"/views/{view.id}", follow_redirects=True).text
    assert f'value="view:{view.id}"' in page
    assert f"/schedules/new?report=view:{view.id}" in page.replace("%3A", ":")
    assert client.get(f"/schedules/new?report=view:{view.id}").status_code == 200
    assert "Titles" in client.get("/schedules/new").text


def test_who_may_see_a_view_takes_as_many_statements_for_many(sign_in, manager, view, queries):
    client, address = sign_in(manager), f"/schedules/new?report=view:{view.id}"
    spent = []
    for more in (0, 10):
        make.UserFactory.create_batch(more)
        queries.clear()
        assert client.get(address).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1]
