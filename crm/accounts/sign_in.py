"""Flask-Security over our own users: their role is an enum, and only a request's end commits."""

from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import select

from crm.accounts.models import User
from crm.extensions import db


class Datastore(SQLAlchemyUserDatastore):
    def commit(self) -> None:
        self.db.session.flush()

    def find_user(self, case_insensitive: bool = False, **by) -> User | None:
        if "email" in by:
            by["email"] = by["email"].strip().lower()
        return self.db.session.scalar(select(User).filter_by(**by))


datastore = Datastore(db, User, None)
