from datetime import date

import pytest
from sqlalchemy import select

from crm.alignment.models import Goal, Strategy
from tests import factories as make
from tests.alignment.sheets import relations
from tests.naughty import DROPPED, LONG, NAUGHTY
from tests.reading import main, typed

GOAL = {
    "statement": "Halve no-shows",
    "weight": "20",
    "owner": "",
    "perspective": "patients",
    "smart_text": "S",
}


STRATEGY = {
    "statement": "Write stories",
    "owner": "",
    "effort_hours": "12",
    "audience": "Parents",
    "channels": "X",
}


def test_create_goal_saves_at_the_end(browser, ours, goal, me, session):
    fields = GOAL | {"owner": f"user:{me.id}", "horizon_on": "2026-12-31", "again": "1"}
    response = browser.post(f"/engagements/{ours.id}/goals/new", data=fields)
    made = session.scalars(select(Goal).where(Goal.statement == "Halve no-shows")).one()
    assert response.location == f"/engagements/{ours.id}/goals/new"
    assert (made.weight, made.owner_user_id, made.horizon_on) == (20, me.id, date(2026, 12, 31))
    assert made.organisation_id == ours.organisation_id
    assert made.position > goal.position


def test_create_strategy_saves(browser, ours, session):
    contact = make.ContactFactory(organisation=ours.organisation)
    fields = STRATEGY | {"owner": f"contact:{contact.id}"}
    assert browser.post(f"/engagements/{ours.id}/strategies/new", data=fields).location.endswith("/worksheet")
    made = session.scalars(select(Strategy)).one()
    assert (made.effort_hours, made.owner_contact_id, made.audience) == (12, contact.id, "Parents")


REFUSED = [
    ("goals", "statement", " ", "Say what the client wants to reach."),
    ("goals", "statement", LONG, "Keep this to 255 characters or fewer."),
    ("goals", "weight", "101", "Give a weight between 0 and 100."),
    ("goals", "weight", "", "Give it a weight."),
    ("goals", "weight", "NaN", "Enter a whole number."),
    ("goals", "owner", "user:999999", "Not a valid choice"),
    ("goals", "owner", "robot:x", "Not a valid choice"),
    ("goals", "horizon_on", "soon", "Enter a day as year-month-day"),
    ("goals", "perspective", "profit", "Invalid Choice"),
    ("strategies", "statement", "", "Say what is to be done."),
    ("strategies", "effort_hours", "-1", "Enter hours between 0 and 100,000."),
]


@pytest.mark.parametrize(("kind", "field", "value", "sentence"), REFUSED)
@pytest.mark.parametrize("path", ["new", "edit"])
def test_create_and_edit_refuse_and_lose_nothing(
    browser, ours, goal, strategy, session, kind, field, value, sentence, path
):
    thing, fields = (goal, GOAL) if kind == "goals" else (strategy, STRATEGY)
    before = thing.statement
    place = f"/engagements/{ours.id}/{kind}/new" if path == "new" else f"/{kind}/{thing.id}/edit"
    response = browser.post(place, data=fields | {field: value})
    assert response.status_code == 422
    assert sentence in main(response.text)
    kept = "smart_text" if kind == "goals" else "audience"
    assert typed(response.text, kept).strip() == fields[kept]
    session.expire_all()
    assert thing.statement == before
    assert len(session.scalars(select(type(thing))).all()) == 1


def test_edit_goal_shows_hints_and_saves(browser, ours, goal, session):
    path = f"/goals/{goal.id}/edit"
    page = browser.get(path).text
    assert (typed(page, "statement"), typed(page, "weight")) == ("Fewer missed appointments", "30")
    assert "Is it SMART?" in page
    assert browser.post(path, data=GOAL | {"weight": "0"}).location == f"/engagements/{ours.id}/worksheet"
    session.expire_all()
    assert (goal.statement, goal.weight) == ("Halve no-shows", 0)


@pytest.mark.parametrize(("text", "kept"), [*((t, t) for t in NAUGHTY.values()), *DROPPED.values()])
def test_text_shows_as_typed(browser, ours, goal, strategy, session, text, kept):
    assert (
        browser.post(
            f"/goals/{goal.id}/edit", data=GOAL | {"statement": text, "smart_text": text}
        ).status_code
        == 302
    )
    assert (
        browser.post(f"/strategies/{strategy.id}/edit", data=STRATEGY | {"statement": text}).status_code
        == 302
    )
    session.expire_all()
    assert (goal.statement, goal.smart_text, strategy.statement) == (kept, kept, kept)
    page = main(browser.get(f"/engagements/{ours.id}/worksheet").text)
    assert page.count(" ".join(kept.split())) >= 2


@pytest.mark.parametrize("kind", ["goals", "strategies"])
def test_delete_takes_the_marks_along(browser, ours, goal, strategy, session, kind):
    make.RelationFactory(engagement=ours, goal_id=goal.id, strategy_id=strategy.id)
    thing = goal if kind == "goals" else strategy
    assert browser.post(f"/{kind}/{thing.id}/delete").location == f"/engagements/{ours.id}/worksheet"
    assert relations(session, ours) == {}


@pytest.mark.parametrize("kind", ["goals", "strategies"])
def test_delete_refuses_what_still_carries_something(browser, ours, goal, strategy, session, kind):
    make.MeasureFactory(engagement=ours, goal_id=goal.id)
    make.MilestoneFactory(engagement=ours, strategy_id=strategy.id)
    thing = goal if kind == "goals" else strategy
    page = browser.post(f"/{kind}/{thing.id}/delete", follow_redirects=True)
    assert f"“{thing.statement}” still carries other things, such as milestones or measures." in page.text
    assert session.get(type(thing), thing.id)


def test_a_stranger_cannot_mark_add_edit_or_delete(sign_in, ours, goal, strategy, session):
    stranger = sign_in(make.UserFactory())
    places = ["worksheet", "worksheet/mark", "goals/new", "strategies/new"]
    paths = [f"/engagements/{ours.id}/{place}" for place in places]
    paths += [
        f"/{what}/{verb}"
        for what in (f"goals/{goal.id}", f"strategies/{strategy.id}")
        for verb in ("edit", "delete")
    ]
    fields = GOAL | {
        "goal_id": goal.id,
        "strategy_id": strategy.id,
        "mark": 9,
        f"mark-{goal.id}-{strategy.id}": 9,
    }
    assert {stranger.post(path, data=fields).status_code for path in paths} == {404}
    assert relations(session, ours) == {}
    assert (goal.statement, strategy.statement) == ("Fewer missed appointments", "Reminder stories")
