from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from crm.access import Role
from crm.alignment.models import Perspective
from tests import factories as make

NOW = datetime(2026, 3, 3, 10, 15, tzinfo=UTC)


@pytest.fixture
def guest():
    return make.UserFactory(role=Role.CLIENT, name="Cleo Client")


@pytest.fixture
def ours(me, guest):
    """An engagement of `me`, granted to `guest`."""
    return make.EngagementFactory(team=[me], granted=[guest], lead=me, title="Access")


@pytest.fixture
def sheet(ours, me):
    """Two goals, two strategies, three marks, one note, a tie and an arrow."""
    goals = [
        make.GoalFactory(
            engagement=ours, statement=statement, weight=weight, position=place, owner_user_id=me.id,
            smart_text="From 12 to 9 % by June", how_measured="No-show rate", target_value=9.5,
            horizon_on=date(2026, 9, 30), perspective=Perspective.PATIENTS,
        )
        for place, (statement, weight) in enumerate({"Fewer no-shows": 30, "More trust": 20}.items())
    ]  # fmt: skip
    strategies = [
        make.StrategyFactory(engagement=ours, statement=statement, position=place, effort_hours=hours)
        for place, (statement, hours) in enumerate({"Stories": 40, "Open hours": 25}.items())
    ]
    on = {"engagement": ours}
    notes = {(0, 0): "Two pilots halved them"}
    for goal, strategy, mark in ((0, 0, 9), (0, 1, 1), (1, 1, 3)):
        make.RelationFactory(
            goal_id=goals[goal].id, strategy_id=strategies[strategy].id, mark=mark, user_id=me.id,
            note=notes.get((goal, strategy)), **on,
        )  # fmt: skip
    make.StrategyTieFactory(strategy_id=strategies[0].id, other_id=strategies[1].id, **on)
    make.GoalCauseFactory(goal_id=goals[0].id, effect_id=goals[1].id, **on)
    make.SheetSetupFactory(**on)
    return SimpleNamespace(engagement=ours, goals=goals, strategies=strategies)
