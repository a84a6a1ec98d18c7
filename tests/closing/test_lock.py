"""A closed engagement cannot be changed: not by a route, a flush, the bin or a job."""

from datetime import date
from operator import itemgetter

import pytest
import sqlalchemy as sa

from crm import guard
from crm.access import Role
from crm.bin.models import BinItem
from crm.engagements.models import Engagement, OnThread, Stage
from crm.engagements.models_work import ChangeOrder, ChangeState
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import become, lifted
from tests import factories as make
from tests.routes import ROUTES, access, address
from tests.threads import thread_of
from tests.typing_in import Forms

#: What may still be done: who sees it, what follows it, a copy of it, and reopening it.
STILL = {
    "engagements.assign", "engagements.grant", "closing.follow_up", "closing.reopen", "outlines.clone",
    "outlines.keep", "preview.start", "preview.stop", "drafts.keep", "drafts.discard", "bin.confirm",
    "bin.export", "bin.delete",
}  # fmt: skip
WRITING = [
    rule
    for rule in ROUTES
    if "POST" in rule.methods and access(rule) != "public" and rule.endpoint not in STILL and rule.arguments
]


#: So many times the rows are looked at; of posts to one address, which may undo each other, after each.
LOOKS = 15


def rows_of(session, engagement) -> dict[str, list]:
    """Everything that hangs on the engagement, table by table."""
    found = {}
    for name, model in guard.models().items():
        on_it = issubclass(model, OnThread) and not model.outlives_closing
        if on_it or model is Engagement:
            here = model.engagement_key() == engagement.id
            found[name] = session.execute(sa.select(model.__table__).where(here).order_by(model.id)).all()
    return found


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CONSULTANT])
def test_no_route_changes_a_closed_engagement(sign_in, session, role):
    me = make.UserFactory(role=role)
    engagement = make.EngagementFactory(team=[me], lead=me, stage=Stage.CLOSING)
    rows = thread_of(engagement, me)
    keys = {name: row.id for name, row in rows.items()}
    client, sent = sign_in(me), []
    for rule in WRITING:
        where = address(rule, keys)
        sent.append((where, {}))
        if "GET" in rule.methods:
            forms = Forms(client.get(where).text, with_options=True).forms
            sent += [(one.action or where, one.filled("Changed")) for one in forms if one.method == "post"]
    assert len(sent) > 60
    sent.sort(key=itemgetter(0))
    engagement.stage, engagement.closed_on = Stage.FOLLOW_UP, date(2026, 5, 1)
    session.flush()
    before = rows_of(session, engagement)
    answers = {}
    for turn in range(LOOKS):
        some = sent[turn::LOOKS]
        answers |= {where: client.post(where, data=data).status_code for where, data in some}
        assert rows_of(session, engagement) == before, some
    assert all(code < 500 for code in answers.values()), answers


@pytest.fixture
def closed():
    engagement = make.EngagementFactory(stage=Stage.FOLLOW_UP, title="Over")
    return engagement, make.GoalFactory(engagement=engagement)


def changed(goal):
    goal.statement = "Changed"


def deleted(goal):
    db.session.delete(goal)


def added(goal):
    db.session.add(
        type(goal)(statement="New", engagement_id=goal.engagement_id, organisation_id=goal.organisation_id)
    )


def renamed(goal):
    goal.engagement.title = "Changed"


@pytest.mark.parametrize("act", [changed, deleted, added, renamed])
def test_no_flush_changes_a_closed_engagement(app, session, closed, act):
    """A command and a job write through the same session, whoever they act for."""
    _engagement, goal = closed
    with app.app_context(), lifted():
        act(db.session.get(type(goal), goal.id))
        with pytest.raises(DomainError, match="“Over” is closed since 5 Jan 2026"):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("state", [ChangeState.AGREED, ChangeState.DECLINED])
def test_a_decided_change_stays(app, session, state):
    order = make.ChangeOrderFactory(state=state, decided_on=date(2026, 3, 1))
    with app.app_context(), lifted():
        db.session.get(ChangeOrder, order.id).title = "Changed"
        with pytest.raises(DomainError, match="it stays as it was decided"):
            db.session.flush()
        db.session.rollback()


def test_who_sees_a_closed_engagement_can_still_change(app, session, closed):
    engagement, _goal = closed
    with app.app_context():
        become(make.UserFactory(role=Role.ADMINISTRATOR))
        row = make.TeamMemberFactory(engagement=engagement)
        db.session.delete(db.session.get(type(row), row.id))
        db.session.flush()
        assert db.session.get(type(row), row.id) is None
        db.session.rollback()


def test_the_bin_puts_nothing_back_on_a_closed_engagement(sign_in, session):
    me = make.UserFactory()
    engagement = make.EngagementFactory(team=[me], title="Over")
    goal = make.GoalFactory(engagement=engagement, statement="Fewer")
    client = sign_in(me)
    client.post(f"/bin/throw-away/goal/{goal.id}")
    key = session.scalars(sa.select(BinItem.id)).one()
    engagement.stage, engagement.closed_on = Stage.FOLLOW_UP, date(2026, 5, 1)
    session.flush()
    answer = client.post(f"/bin/{key}/put-back", follow_redirects=True)
    assert "“Over” is closed since 1 May 2026" in answer.text
    session.expire_all()
    assert session.scalars(sa.select(type(goal))).all() == []
    assert session.scalars(sa.select(BinItem.id)).all() == [key]
