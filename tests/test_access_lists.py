"""Lists show what the access rules let somebody see: nothing of others, and all that is theirs."""

import pytest
from sqlalchemy import select

from crm.access import RULES, Role, can
from crm.accounts.models import User
from crm.extensions import db
from crm.readers import become
from tests.conftest import laid_out
from tests.factories import EngagementFactory, UserFactory
from tests.test_access import MODELS
from tests.threads import member, thread_of

C, K, V = Role.CONSULTANT, Role.CLIENT, Role.ADVISER


def of_somebody_and_of_nobody(role: Role):
    me, engagement = member(role)
    thread_of(engagement, me)
    thread_of(EngagementFactory(), UserFactory())
    return me


@pytest.fixture(scope="module", params=Role)
def reader(request, connection):
    """Somebody of each role: there is one of everything that is theirs, and one that is not."""
    with laid_out(connection, lambda: of_somebody_and_of_nobody(request.param)) as reader:
        yield reader


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_list_filter_agrees_with_the_rule(app, session, reader, model):
    me = session.get(User, reader.id)
    everything = session.scalars(select(model)).all()

    with app.app_context():
        become(me)
        listed = db.session.scalars(select(model.id).where(model.visible_to(me))).all()
        assert set(listed) == {row.id for row in everything if can(me, model.view_permission, row)}
        assert everything


def test_a_consultant_sees_what_is_theirs_and_no_more(app):
    me, engagement = member(C)
    thread_of(engagement, me)

    def seen() -> dict[str, set[int]]:
        with app.app_context():
            become(me)
            models = [one for one in MODELS if C in RULES[one.view_permission]]
            listed = {one.__name__: select(one.id).where(one.visible_to(me)) for one in models}
            return {name: set(db.session.scalars(ids)) for name, ids in listed.items()}

    mine, other = seen(), UserFactory()
    thread_of(EngagementFactory(team=[other]), other)
    assert seen() == mine
    assert all(mine.values()), mine


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("reader", [C, K, V], indirect=True)
def test_a_stranger_sees_no_row_of_anything(app, session, reader, model):
    stranger = UserFactory(role=reader.role)
    with app.app_context():
        assert db.session.scalars(select(model).where(model.visible_to(stranger))).all() == []
