from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.roadmap.models import Milestone, MilestoneState
from tests import factories as make
from tests.reading import main, panes, typed

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def me(clock_at):
    clock_at(NOW)
    return make.UserFactory(name="Mara Lind")


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def roadmap(engagement, sign_in, me):
    return lambda: sign_in(me).get(f"/engagements/{engagement.id}/roadmap")


def told(page: str) -> str:
    return panes(page)["All milestones"]


def test_roadmap_shows_an_example_before_the_first_milestone(roadmap, engagement):
    page = roadmap()
    assert "Launch in cardiology" in main(page.text)
    assert f"/engagements/{engagement.id}/milestones/new" in page.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Planned for 1 Apr 2026"),
        ({"baseline_on": date(2026, 3, 25)}, "Planned for 1 Apr 2026, 7 days after the baseline"),
        ({"baseline_on": date(2026, 4, 2)}, "Planned for 1 Apr 2026, 1 day before the baseline"),
        ({"state": "in_progress"}, "In progress for 1 Apr 2026"),
        ({"planned_on": date(2026, 3, 2)}, "Planned for 2 Mar 2026, 1 day late"),
        ({"planned_on": date(2026, 3, 3), "baseline_on": date(2026, 3, 3)}, "Planned for 3 Mar 2026"),
        ({"state": "done", "actual_on": date(2026, 3, 2)}, "Done 2 Mar 2026, 30 days before the baseline"),
        ({"state": "dropped", "planned_on": date(2026, 1, 1)}, "Dropped"),
    ],
)
def test_roadmap_shows_state_and_slip_in_words(roadmap, engagement, fields, words):
    base = {"baseline_on": date(2026, 4, 1), "planned_on": date(2026, 4, 1)}
    state = MilestoneState(fields.get("state", "planned"))
    make.MilestoneFactory(engagement=engagement, **base | fields | {"state": state})
    said = told(roadmap().text)
    assert words in said
    assert ("late" in words) == (" late" in said)


def test_roadmap_shows_what_is_next_for_me_and_what_hangs_loose(roadmap, engagement, me):
    strategy = make.StrategyFactory(engagement=engagement, statement="Reminder stories")
    make.MilestoneFactory(engagement=engagement, title="Mine", owner_user_id=me.id, strategy_id=strategy.id)
    make.MilestoneFactory(engagement=engagement, title="Nobody's")
    page = roadmap().text
    assert "Mine Reminder stories · Mara Lind" in panes(page)["Next for you"]
    assert "Nobody's" not in panes(page)["Next for you"]
    assert "Nobody's No strategy: hangs loose" in told(page)


def test_roadmap_shows_a_client_everything_and_lets_them_change_nothing(sign_in, engagement):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    milestone = make.MilestoneFactory(engagement=engagement)
    client = sign_in(guest)
    page = client.get(f"/engagements/{engagement.id}/roadmap")
    assert milestone.title in told(page.text)
    assert f"/milestones/{milestone.id}/" not in page.text
    for verb in ("finish", "reopen", "edit"):
        assert client.post(f"/milestones/{milestone.id}/{verb}").status_code == 403
    assert client.get(f"/engagements/{engagement.id}/milestones/new").status_code == 403


def form(**fields) -> dict:
    return {"title": "Launch", "planned_on": "2026-04-01", "state": "planned", "owner": "", **fields}


def test_create_saves_with_the_first_plan_as_its_baseline(sign_in, session, me, engagement):
    strategy = make.StrategyFactory(engagement=engagement)
    address = f"/engagements/{engagement.id}/milestones/new"
    fields = form(title=" Launch ", strategy_id=strategy.id, owner=f"user:{me.id}")

    answer = sign_in(me).post(address, data=fields)

    assert answer.location == f"/engagements/{engagement.id}/roadmap"
    milestone = session.scalars(sa.select(Milestone)).one()
    assert (milestone.title, milestone.strategy_id, milestone.owner_user_id) == ("Launch", strategy.id, me.id)
    assert milestone.baseline_on == milestone.planned_on == date(2026, 4, 1)
    assert milestone.organisation_id == engagement.organisation_id


def test_create_shows_the_strategy_that_a_finding_names(sign_in, me, engagement):
    strategy = make.StrategyFactory(engagement=engagement)
    page = sign_in(me).get(f"/engagements/{engagement.id}/milestones/new?strategy={strategy.id}")
    assert typed(page.text, "strategy_id") == str(strategy.id)


def test_edit_saves_a_moved_plan_and_keeps_the_baseline(sign_in, session, me, engagement):
    milestone = make.MilestoneFactory(engagement=engagement)
    answer = sign_in(me).post(
        f"/milestones/{milestone.id}/edit", data=form(planned_on="2026-05-09", baseline_on="2026-05-09")
    )
    assert answer.status_code == 302
    session.expire_all()
    assert (milestone.planned_on, milestone.baseline_on) == (date(2026, 5, 9), date(2026, 3, 1))


REFUSED = [
    ({"title": ""}, "Say what will be reached."),
    ({"title": "x" * 256}, "Keep this to 255 characters or fewer."),
    ({"planned_on": ""}, "Enter the day it is planned for."),
    ({"planned_on": "31.3.2026"}, "Enter a day as year-month-day, such as 2026-03-31."),
    ({"planned_on": "0026-03-31"}, "Enter a day between 1990 and 2100."),
    ({"state": "done"}, "Enter the day it was done."),
    ({"actual_on": "2026-03-01"}, "Only a milestone that is done has this day."),
    ({"state": "vanished"}, "Invalid Choice"),
    ({"owner": "user:999999"}, "Not a valid choice"),
    ({"strategy_id": "999999"}, "Not a valid choice"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_create_refuses_what_makes_no_sense(sign_in, session, me, engagement, fields, sentence):
    answer = sign_in(me).post(
        f"/engagements/{engagement.id}/milestones/new", data=form(description="Kept words", **fields)
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed(answer.text, "description").strip() == "Kept words"
    assert session.scalars(sa.select(Milestone)).all() == []


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_edit_refuses_what_makes_no_sense(sign_in, session, me, engagement, fields, sentence):
    milestone = make.MilestoneFactory(engagement=engagement, title="As it was")
    answer = sign_in(me).post(f"/milestones/{milestone.id}/edit", data=form(**fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    session.expire_all()
    assert (milestone.title, milestone.state) == ("As it was", MilestoneState.PLANNED)


def test_edit_refuses_another_engagements_strategy(sign_in, me, engagement):
    milestone = make.MilestoneFactory(engagement=engagement)
    foreign = make.StrategyFactory(engagement=make.EngagementFactory(team=[me]))
    answer = sign_in(me).post(f"/milestones/{milestone.id}/edit", data=form(strategy_id=foreign.id))
    assert answer.status_code == 422


def test_finish_saves_the_day_where_the_reader_is_and_reopen_takes_it_back(
    sign_in, session, me, engagement, clock_at
):
    clock_at(datetime(2026, 3, 2, 18, tzinfo=UTC))
    me.time_zone = "Asia/Tokyo"
    milestone = make.MilestoneFactory(engagement=engagement, title="Launch")
    client = sign_in(me)

    page = client.post(f"/milestones/{milestone.id}/finish", follow_redirects=True)
    session.expire_all()
    assert (milestone.state, milestone.actual_on) == (MilestoneState.DONE, date(2026, 3, 3))
    assert "“Launch” is done." in page.text

    client.post(f"/milestones/{milestone.id}/reopen")
    session.expire_all()
    assert (milestone.state, milestone.actual_on) == (MilestoneState.IN_PROGRESS, None)


@pytest.mark.parametrize(
    ("verb", "state", "sentence"),
    [
        ("finish", MilestoneState.DONE, "“Launch” is done already."),
        ("finish", MilestoneState.DROPPED, "“Launch” is dropped already."),
        ("reopen", MilestoneState.PLANNED, "“Launch” is open already."),
    ],
)
def test_finish_and_reopen_refuse_twice(sign_in, session, me, engagement, verb, state, sentence):
    done = date(2026, 1, 9) if state is MilestoneState.DONE else None
    milestone = make.MilestoneFactory(engagement=engagement, title="Launch", state=state, actual_on=done)
    page = sign_in(me).post(f"/milestones/{milestone.id}/{verb}", follow_redirects=True)
    assert sentence in page.text
    session.expire_all()
    assert (milestone.state, milestone.actual_on) == (state, done)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_cannot_see_or_change_the_roadmap(sign_in, session, engagement, method):
    milestone = make.MilestoneFactory(engagement=engagement, title="As it was")
    client = sign_in(make.UserFactory())
    send = getattr(client, method)
    fields = {"data": form(title="Changed")} if method == "post" else {}
    addresses = [f"/engagements/{engagement.id}/milestones/new", f"/milestones/{milestone.id}/edit"]
    if method == "get":
        addresses.append(f"/engagements/{engagement.id}/roadmap")
    else:
        addresses += [f"/milestones/{milestone.id}/{verb}" for verb in ("finish", "reopen")]
    for address in addresses:
        assert send(address, **fields).status_code == 404
    session.expire_all()
    assert (milestone.title, milestone.state) == ("As it was", MilestoneState.PLANNED)
