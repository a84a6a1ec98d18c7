from datetime import UTC, date, datetime

import pytest

from crm.access import Role
from crm.sessions.models_time import TimeState
from crm.timesheets.models import Timesheet
from tests import factories as make

WEEK = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def wednesday(clock_at):
    """Wednesday of the week that the tests fill."""
    clock_at(datetime(2026, 3, 4, 12, tzinfo=UTC))


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me], lead=me, title="Voice", currency="USD")


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER, name="Helen")


@pytest.fixture
def settled(session, me, engagement):
    """`settled(state)`: an hour of `me` in a week that is in this state."""

    def settled(state: TimeState, **said):
        make.TimesheetFactory(user_id=me.id, week_on=WEEK, state=state)
        return make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=WEEK, state=state, **said)

    return settled


def state_of(session, user) -> TimeState | None:
    session.expire_all()
    sheet = session.query(Timesheet).filter_by(user_id=user.id, week_on=WEEK).one_or_none()
    return sheet.state if sheet else None
