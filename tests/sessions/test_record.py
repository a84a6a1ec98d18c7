"""The record between the two sides: draft, shared, acknowledged, locked; and nothing after that."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import lifted
from crm.sessions.actions_record import SILENCE
from crm.sessions.models import (
    CoachingSession,
    PrivateNote,
    RecordState,
    SessionState,
    SessionTouch,
    TimeEntry,
)
from crm.sessions.models_record import RecordStep, Step
from tests import factories as make
from tests.reading import main
from tests.routes import ROUTES, access, address
from tests.sessions.conftest import NOW
from tests.threads import thread_of
from tests.typing_in import Forms


@pytest.fixture
def guest(held):
    user = make.UserFactory(role=Role.CLIENT, name="Ada Client")
    make.EngagementGrantFactory(engagement=held.engagement, user=user)
    return user


def steps(session) -> list[Step]:
    return list(session.scalars(sa.select(RecordStep.step).order_by(RecordStep.id)))


def test_a_record_goes_all_the_way(sign_in, me, held, guest, session, clock_at):
    path = f"/sessions/{held.id}"
    assert sign_in(guest).get(path).status_code == 404
    sign_in(me).post(f"{path}/share")
    client = sign_in(guest)
    assert "I have read it" in client.get(path).text
    client.post(f"{path}/acknowledge")
    session.expire_all()
    assert (held.record, held.acknowledged_at) == (RecordState.ACKNOWLEDGED, NOW)
    clock_at(NOW + timedelta(1))
    sign_in(me).post(f"{path}/lock")
    session.expire_all()
    assert held.record is RecordState.LOCKED
    assert steps(session) == [Step.SHARED, Step.ACKNOWLEDGED, Step.LOCKED]
    page = main(sign_in(guest).get(path).text)
    for words in ("Locked by", "Acknowledged by Ada Client", "Shared by"):
        assert words in page


def test_nothing_is_shared_before_it_is_written(browser, held, session):
    held.summary = None
    session.flush()
    browser.post(f"/sessions/{held.id}/share")
    session.expire_all()
    assert held.record is RecordState.DRAFT


def test_what_was_shared_is_withdrawn_until_it_is_acknowledged(browser, held, session):
    browser.post(f"/sessions/{held.id}/share")
    browser.post(f"/sessions/{held.id}/withdraw")
    session.expire_all()
    assert (held.record, held.shared_at) == (RecordState.DRAFT, None)
    assert steps(session) == [Step.SHARED, Step.WITHDRAWN]
    browser.post(f"/sessions/{held.id}/share")
    session.expire_all()
    held.acknowledged_at = NOW
    session.flush()
    browser.post(f"/sessions/{held.id}/withdraw")
    session.expire_all()
    assert held.record is RecordState.ACKNOWLEDGED


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.CANCELLED])
def test_only_what_was_held_is_acknowledged(sign_in, held, guest, session, state):
    held.state, held.is_shared, held.shared_at = state, True, NOW
    session.flush()
    sign_in(guest).post(f"/sessions/{held.id}/acknowledge")
    session.expire_all()
    assert held.acknowledged_at is None


@pytest.mark.parametrize(("waited", "locks"), [(SILENCE, True), (SILENCE - timedelta(1), False)])
def test_silence_is_an_answer_after_two_weeks(browser, held, session, waited, locks):
    held.is_shared, held.shared_at = True, NOW - waited
    session.flush()
    browser.post(f"/sessions/{held.id}/lock")
    session.expire_all()
    assert (held.locked_at is not None) is locks


def test_what_was_acknowledged_and_then_changed_asks_anew(browser, held, session, form):
    held.is_shared, held.shared_at, held.acknowledged_at = True, NOW, NOW
    session.flush()
    same = form(held)
    browser.post(f"/sessions/{held.id}/edit", data=same)
    session.expire_all()
    assert held.record is RecordState.ACKNOWLEDGED
    browser.post(f"/sessions/{held.id}/edit", data=same | {"summary": "We agreed otherwise."})
    session.expire_all()
    assert held.record is RecordState.SHARED
    assert held.summary == "We agreed otherwise."


@pytest.fixture
def form(browser):
    """What the page of a session's form would send as it stands."""

    def form(held) -> dict:
        page = browser.get(f"/sessions/{held.id}/edit").text
        return next(one for one in Forms(page).forms if "summary" in one.controls).filled("") | {
            "is_shared": "y"
        }

    return form


def test_unlock_is_the_managers_and_keeps_the_reason(sign_in, me, held, session):
    held.is_shared, held.shared_at, held.locked_at = True, NOW, NOW
    session.flush()
    path = f"/sessions/{held.id}/unlock"
    assert sign_in(me).post(path, data={"reason": "Typo"}).status_code == 403
    manager = sign_in(make.UserFactory(role=Role.MANAGER))
    assert manager.post(path, data={"reason": " "}).status_code == 422
    assert manager.post(path, data={"reason": "The wrong ward is named"}).status_code == 302
    session.expire_all()
    assert held.record is RecordState.SHARED
    assert session.scalars(sa.select(RecordStep.reason)).one() == "The wrong ward is named"


WRITING = [rule for rule in ROUTES if "POST" in rule.methods and access(rule) != "public" and rule.arguments]
STILL = {"records.unlock", "drafts.keep", "drafts.discard", "preview.start"}
LOCKED = (CoachingSession, PrivateNote, SessionTouch, TimeEntry)
CHANGES = {TimeEntry: ("minutes", 7)}


def rows_of(session, held) -> dict[str, list]:
    key = {CoachingSession: CoachingSession.id}
    return {
        model.__tablename__: session.execute(
            sa.select(model.__table__).where(key.get(model, getattr(model, "session_id", None)) == held.id)
        ).all()
        for model in LOCKED
    }


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CONSULTANT])
def test_no_route_changes_a_locked_session(sign_in, session, role):
    me = make.UserFactory(role=role)
    engagement = make.EngagementFactory(team=[me], lead=me)
    rows = thread_of(engagement, me)
    held = rows["coaching_session_id"]
    keys = {name: row.id for name, row in rows.items()}
    client, sent = sign_in(me), []
    for rule in WRITING:
        if rule.endpoint in STILL:
            continue
        values = {**keys, "thing": "coaching_session", "thing_id": held.id}
        where = address(rule, values)
        sent.append((where, {}))
        if "GET" in rule.methods:
            forms = Forms(client.get(where).text, with_options=True).forms
            sent += [(one.action or where, one.filled("Changed")) for one in forms if one.method == "post"]
    held.locked_at = held.shared_at = NOW
    session.flush()
    before = rows_of(session, held)
    assert all(before.values())
    for where, data in sent:
        assert client.post(where, data=data).status_code < 500, where
        assert rows_of(session, held) == before, where


@pytest.mark.parametrize("model", LOCKED)
def test_no_flush_changes_a_locked_session(app, session, held, me, model):
    make.PrivateNoteFactory(session=held)
    make.TimeEntryFactory(session=held)
    make.SessionTouchFactory(session=held, goal_id=make.GoalFactory(engagement=held.engagement).id)
    held.is_shared, held.locked_at = True, NOW
    session.flush()
    with app.app_context(), lifted():
        for act in (
            db.session.delete,
            lambda row: setattr(row, *CHANGES.get(model, ("updated_at", NOW - timedelta(9)))),
        ):
            row = db.session.scalars(sa.select(model)).first()
            act(row)
            with pytest.raises(DomainError, match="is locked"):
                db.session.flush()
            db.session.rollback()
