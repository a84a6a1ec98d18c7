from collections.abc import Sequence

from sqlalchemy import Row, select

from crm.access import Role
from crm.accounts.models import User
from crm.extensions import db


def users() -> Sequence[Row]:
    """Everyone with a sign-in, by name, ready for the index page."""
    return db.session.execute(
        select(User.id, User.name, User.email, User.role, User.active, User.last_seen_at).order_by(
            User.name, User.id
        )
    ).all()


def consultants() -> Sequence[Row]:
    """Those who can be on a team: id and name."""
    return db.session.execute(
        select(User.id, User.name)
        .where(User.role.in_([Role.CONSULTANT, Role.ADMINISTRATOR]), User.active)
        .order_by(User.name, User.id)
    ).all()


def find_user(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email.lower()))
