from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.judging.models import Judgement
from tests import factories as make


def asked(round_, *people, side=False):
    """Put people among the raters of a round."""
    for user in people:
        make.RaterFactory(
            round_id=round_.id, user=user, engagement=round_.engagement,
            is_from_client=user.role is Role.CLIENT,
        )  # fmt: skip


@pytest.fixture
def room(me):
    """An open round on an engagement: `me` leads it, a colleague and a guest of the client judge too."""
    one = SimpleNamespace(me=me, colleague=make.UserFactory(name="Priya"))
    one.guest = make.UserFactory(name="Maria", role=Role.CLIENT)
    one.manager = make.UserFactory(role=Role.MANAGER)
    one.chief = make.UserFactory(role=Role.ADMINISTRATOR)
    one.engagement = make.EngagementFactory(team=[me, one.colleague], granted=[one.guest], lead=me)
    make.ContactFactory(organisation=one.engagement.organisation, user=one.guest)
    on = {"engagement": one.engagement}
    one.goals = [make.GoalFactory(position=at, **on) for at in range(3)]
    one.strategies = [make.StrategyFactory(position=at, **on) for at in range(2)]
    one.round = make.RoundFactory(number=1, opened_by_id=me.id, **on)
    asked(one.round, me, one.colleague, one.guest)
    return one


@pytest.fixture
def put(room):
    """`put(user, goal, strategy, mark)`: a judgement that is there, by the places of goal and strategy."""

    def put(user, goal, strategy, mark, round_=None, **said):
        said = {"note": "It did before" if mark == 9 else None, **said}
        return make.JudgementFactory(
            engagement=room.engagement, round_id=(round_ or room.round).id, user_id=user.id,
            goal_id=room.goals[goal].id, strategy_id=room.strategies[strategy].id, mark=mark, **said,
        )  # fmt: skip

    return put


@pytest.fixture
def post(room, sign_in):
    """`post(user, goal, strategy, mark)`: judge one cell as the page does."""

    def post(user, goal, strategy, mark, round_=None, **said):
        cell = {"goal_id": room.goals[goal].id, "strategy_id": room.strategies[strategy].id}
        fields = {**cell, "mark": mark, **said}
        headers = {"Accept": "application/json"}
        return sign_in(user).post(f"/rounds/{(round_ or room.round).id}/mark", data=fields, headers=headers)

    return post


@pytest.fixture
def marks(session, room):
    """`marks()`: every judgement of the round as (user, goal, strategy, mark, note, counts)."""

    def marks(round_=None):
        session.expire_all()
        j = Judgement
        return session.execute(
            sa.select(j.user_id, j.goal_id, j.strategy_id, j.mark, j.note, j.counts)
            .where(j.round_id == (round_ or room.round).id)
            .order_by(j.id)
        ).all()

    return marks
