"""What every model shares: exact money, aware instants, known enums."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from crm.access import Role
from crm.accounts.models import User
from crm.base import Base
from crm.engagements.models import Engagement
from tests.factories import (
    EngagementFactory,
    GoalFactory,
    MilestoneFactory,
    OrganisationFactory,
    StrategyFactory,
    UserFactory,
)


def test_money_sums_exactly(session):
    EngagementFactory.create_batch(10, fee=Decimal("0.10"))
    assert session.scalar(select(func.sum(Engagement.fee))) == Decimal("1.00")


@pytest.mark.parametrize("fee", ["0.0001", "999999999999.9999", "12.345"])
def test_money_comes_back_as_it_went(session, fee):
    engagement = EngagementFactory(fee=Decimal(fee))
    session.expire_all()
    assert engagement.fee == Decimal(fee)


@pytest.mark.parametrize("fee", ["0.00001", "NaN", "Infinity"])
def test_money_that_cannot_be_kept_exactly_is_refused(fee):
    with pytest.raises((StatementError, OverflowError)):
        EngagementFactory(fee=Decimal(fee))


def test_naive_datetimes_are_refused():
    with pytest.raises(StatementError, match="naive"):
        UserFactory(last_seen_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_an_instant_comes_back_in_utc(session):
    tokyo = timezone(timedelta(hours=9))
    user = UserFactory(last_seen_at=datetime(2026, 1, 1, 8, tzinfo=tokyo))
    session.expire_all()
    assert user.last_seen_at == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert user.last_seen_at.tzinfo is UTC


def test_an_unknown_stage_is_refused():
    with pytest.raises(StatementError, match="forgotten"):
        EngagementFactory(stage="forgotten")


def test_an_unknown_role_is_refused():
    with pytest.raises(StatementError, match="king"):
        UserFactory(role="king")


def test_an_enum_is_stored_as_its_value(session):
    user = UserFactory(role=Role.ADVISER)
    raw = session.execute(select(func.lower(User.__table__.c.role)).where(User.id == user.id)).scalar_one()
    assert raw == "adviser"


def test_a_changed_row_says_when(session):
    user = UserFactory(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    user.name = "Renamed"
    session.flush()
    session.expire_all()
    assert user.updated_at > datetime(2026, 1, 1, tzinfo=UTC)


def test_every_client_owned_row_carries_its_organisation():
    on_thread = {table.name for table in Base.metadata.tables.values() if "engagement_id" in table.columns}
    without = {name for name in on_thread if "organisation_id" not in Base.metadata.tables[name].columns}
    assert len(on_thread) > 10
    # Files of reports are their reader's, and what is kept of all clients stands beside what is of one.
    assert without == {"report_run", "report_schedule", "report_snapshot"}


def test_a_milestone_cannot_name_a_strategy_of_another_engagement():
    with pytest.raises(IntegrityError):
        MilestoneFactory(strategy_id=StrategyFactory().id)


def test_a_goal_cannot_carry_another_clients_organisation():
    with pytest.raises(IntegrityError):
        GoalFactory(engagement=EngagementFactory(), organisation_id=OrganisationFactory().id)
