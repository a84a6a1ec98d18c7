"""Views that are kept under a name: by whom, for whom, and what of them each reader gets."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from crm import access
from crm.access import Permission, Role
from crm.bin.models import BinItem
from crm.builder.models import SavedView
from tests import factories as make
from tests.reading import main
from tests.typing_in import Forms

GOALS = {"builder": {"base": "goals", "columns": ["goal-statement"]}}


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER)


def test_create_saves_a_view_and_show_leads_to_it(browser, me, session):
    answer = browser.post(
        "/views/new?base=goals&columns=goal-statement&goal-weight.least=3",
        data={"name": "Heavy goals", "roles": ["manager"], "is_pinned": "y"},
    )
    view = session.scalars(sa.select(SavedView)).one()
    assert answer.location == f"/views/{view.id}"
    assert (view.name, view.user_id, view.roles, view.is_pinned) == (
        "Heavy goals",
        me.id,
        [Role.MANAGER],
        True,
    )
    assert browser.get(answer.location).location == (
        f"/builder?base=goals&columns=goal-statement&goal-weight.least=3&view={view.id}"
    )
    page = browser.get(f"/views/{view.id}", follow_redirects=True).text
    assert "<h1>Heavy goals</h1>" in page
    assert "Heavy goals" in main(browser.get("/reports").text)
    assert browser.get(f"/views/{view.id}.csv").location.startswith("/builder.csv?base=goals")


@pytest.mark.parametrize("data", [{"name": " "}, {"name": "x" * 300}, {"name": "A", "roles": ["client"]}])
def test_create_refuses_what_is_no_view(browser, session, data):
    assert browser.post("/views/new?base=goals", data=data).status_code == 422
    assert session.scalars(sa.select(SavedView)).all() == []


def test_a_report_is_kept_with_its_period_and_opened_with_that_of_the_day(browser, session, clock_at):
    clock_at(datetime(2026, 5, 12, 9, tzinfo=UTC))
    page = browser.get("/reports/hours?from=2026-01-01&to=2026-03-31&kind=hospital").text
    assert "/views/new?report=hours&amp;from=2026-01-01&amp;to=2026-03-31&amp;kind=hospital" in page
    where = "/views/new?report=hours&from=2026-01-01&to=2026-03-31&kind=hospital"
    assert '<option selected value="last-quarter">' in browser.get(where).text
    browser.post(where, data={"name": "Last quarter", "span": "last-quarter"})
    view = session.scalars(sa.select(SavedView)).one()
    assert view.what == {"report": "hours", "asked": {"kind": "hospital"}, "span": "last-quarter"}
    clock_at(datetime(2026, 8, 12, 9, tzinfo=UTC))
    assert browser.get(f"/views/{view.id}").location == (
        f"/reports/hours?kind=hospital&from=2026-04-01&to=2026-06-30&view={view.id}"
    )
    opened = browser.get(f"/views/{view.id}", follow_redirects=True).text
    assert "Save to this view" in opened
    (form,) = (one for one in Forms(opened).forms if one.method == "get" and "kind" in one.controls)
    assert form.controls["view"].value == str(view.id)
    page = browser.get(f"/reports/hours?from=2026-01-01&to=2026-01-31&view={view.id}").text
    assert f"/views/{view.id}/overwrite?report=hours&amp;from=2026-01-01&amp;to=2026-01-31" in page
    browser.post(f"/views/{view.id}/edit", data={"name": "Still", "span": "this-year"})
    session.expire_all()
    assert (view.name, view.span) == ("Still", "this-year")


def test_a_shared_view_is_read_with_the_eyes_of_its_reader(sign_in, me, manager, session):
    make.GoalFactory(statement="Theirs")
    make.GoalFactory(statement="Mine", engagement=make.EngagementFactory(team=[me]))
    view = make.SavedViewFactory(user=manager, name="Goals of all", what=GOALS, for_consultants=True)
    pages = {}
    for who in (manager, me):
        pages[who] = main(sign_in(who).get(f"/views/{view.id}", follow_redirects=True).text)
    assert "Theirs" in pages[manager]
    assert "Mine" in pages[me]
    assert "Theirs" not in pages[me]
    assert f"by {manager.name}" in main(sign_in(me).get("/reports").text)


def test_a_view_that_names_words_of_a_client_is_not_for_consultants(sign_in, manager, session):
    client = sign_in(manager)
    data = {"name": "Of Mercy", "roles": ["consultant"]}
    answer = client.post("/views/new?base=goals&client-name.has=Mercy", data=data)
    assert answer.status_code == 422
    assert "holds words of a client" in main(answer.text)
    view = make.SavedViewFactory(user=manager, what=GOALS, for_consultants=True)
    sent = {"version": str(view.version_id)}
    client.post(f"/views/{view.id}/overwrite?base=goals&client-name.has=Mercy", data=sent)
    session.expire_all()
    assert view.what == GOALS


def test_a_view_of_a_report_that_the_reader_may_not_run_is_not_there(browser, me, manager, monkeypatch):
    what = {"report": "utilisation", "asked": {}, "span": "last-month"}
    view = make.SavedViewFactory(user=manager, name="How busy", what=what, for_consultants=True)
    assert browser.get(f"/views/{view.id}").status_code == 302
    monkeypatch.setitem(access.RULES, Permission.UTILISATION_VIEW, {})
    assert browser.get(f"/views/{view.id}").status_code == 404
    assert browser.get(f"/views/{view.id}.pdf").status_code == 404
    assert browser.get(f"/views/new?copy={view.id}").status_code == 404
    assert browser.get("/views/new?report=utilisation").status_code == 404
    assert "How busy" not in browser.get("/reports").text


def test_overwrite_changes_what_a_view_shows_unless_somebody_was_quicker(browser, me, session):
    view = make.SavedViewFactory(user=me, what=GOALS)
    seen = str(view.version_id)
    page = browser.get(f"/builder?base=goals&goal-weight.least=3&view={view.id}").text
    assert f'action="/views/{view.id}/overwrite?base=goals' in page
    browser.post(f"/views/{view.id}/overwrite?base=actions", data={"version": seen})
    session.expire_all()
    assert view.what["builder"]["base"] == "actions"
    answer = browser.post(
        f"/views/{view.id}/overwrite?base=time", data={"version": seen}, follow_redirects=True
    )
    assert "Somebody changed this view" in main(answer.text)
    session.expire_all()
    assert view.what["builder"]["base"] == "actions"
    assert browser.post(f"/views/{view.id}/overwrite?base=nix", data={"version": seen}).status_code == 422


def test_two_who_edit_a_view_are_merged(browser, me, session):
    view = make.SavedViewFactory(user=me, name="Before")
    opened = browser.get(f"/views/{view.id}/edit").text
    (form,) = (one for one in Forms(opened).forms if "name" in one.controls)
    hidden = {name: form.controls[name].value for name in ("edited_version", "edited_base")}
    browser.post(f"/views/{view.id}/edit", data={"name": "Before", "is_pinned": "y"})
    browser.post(f"/views/{view.id}/edit", data={"name": "After", **hidden})
    session.expire_all()
    assert (view.name, view.is_pinned) == ("After", True)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONSULTANT, Role.ADMINISTRATOR])
def test_who_threw_a_view_away_puts_it_back(sign_in, session, role):
    who = make.UserFactory(role=role)
    client, view = sign_in(who), make.SavedViewFactory(user=who, what=GOALS, for_managers=True)
    client.post(f"/bin/throw-away/saved_view/{view.id}")
    item = session.scalars(sa.select(BinItem)).one()
    assert client.get(f"/views/{view.id}").status_code == 404
    client.post(f"/bin/{item.id}/put-back")
    back = session.scalars(sa.select(SavedView)).one()
    assert (back.name, back.what, back.for_managers) == (view.name, GOALS, True)


def test_a_copy_is_my_own(browser, me, manager, session):
    view = make.SavedViewFactory(user=manager, name="Theirs", what=GOALS, for_consultants=True)
    assert 'value="Copy of Theirs"' in browser.get(f"/views/new?copy={view.id}").text
    browser.post(f"/views/new?copy={view.id}", data={"name": "Mine"})
    mine = session.scalars(sa.select(SavedView).where(SavedView.user_id == me.id)).one()
    assert mine.what == GOALS
    assert browser.get("/views/new?copy=x").status_code == 404


def test_a_broken_view_is_in_no_list_and_opens_nowhere(browser, me):
    view = make.SavedViewFactory(user=me, name="Broken", what={"builder": {"base": "goals", "groups": ["x"]}})
    assert "Broken" not in browser.get("/reports").text
    assert browser.get(f"/views/{view.id}").status_code == 404


def test_the_command_writes_the_rows_of_the_page(app, me, manager, tmp_path):
    make.GoalFactory(statement="Theirs")
    make.GoalFactory(statement="Mine", engagement=make.EngagementFactory(team=[me]))
    view = make.SavedViewFactory(user=manager, name="Goals of all", what=GOALS, for_consultants=True)
    run, out = app.test_cli_runner().invoke, tmp_path / "goals.csv"
    asked = ["--format", "csv", "--out", str(out)]
    assert run(args=["view", "Goals of all", *asked]).exit_code == 0
    assert out.read_text().split() == ["Goal", "Theirs", "Mine"]
    assert run(args=["view", str(view.id), *asked, "--as", me.email]).exit_code == 0
    assert out.read_text().split() == ["Goal", "Mine"]
    assert run(args=["view", "None such", *asked]).exit_code == 2
    make.SavedViewFactory(user=me, name="Goals of all", what=GOALS)
    assert "Several are called so" in run(args=["view", "Goals of all", *asked]).output
