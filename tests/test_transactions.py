import pytest
from flask import Response
from sqlalchemy import func, select

from crm import transactions
from crm.access import Role
from crm.accounts.models import User
from crm.extensions import db


@pytest.mark.parametrize(
    ("method", "status", "kept"),
    [("POST", 302, 1), ("POST", 200, 1), ("POST", 422, 0), ("POST", 500, 0), ("GET", 200, 0)],
)
def test_only_a_write_that_succeeds_is_kept(app, session, method, status, kept):
    with app.test_request_context(method=method):
        db.session.add(User(name="A", email="a@example.org", password="x", role=Role.MANAGER))
        db.session.flush()
        transactions.finish(Response(status=status))

    assert session.scalar(select(func.count(User.id))) == kept
