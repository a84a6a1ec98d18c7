"""Flask-Security over our own users: their role is an enum, and only a request's end commits."""

from flask import Flask, has_request_context, request
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import bindparam, select

from crm.accounts.models import SignedIn, User
from crm.extensions import db, security

#: Who is signed in: asked by every request, so it is put together once.
SIGNED_IN = select(User).where(User.fs_uniquifier == bindparam("fs_uniquifier"))
#: The same past the ORM, in half the time.
READER = select(User.__table__).where(User.__table__.c.fs_uniquifier == bindparam("fs_uniquifier"))
READS = frozenset({"GET", "HEAD"})


class Datastore(SQLAlchemyUserDatastore):
    def commit(self) -> None:
        self.db.session.flush()

    def find_user(self, case_insensitive: bool = False, **by) -> User | SignedIn | None:
        """A person; one who only reads comes as plain values, for a page has nothing to save about them."""
        if set(by) == {"fs_uniquifier"}:
            if has_request_context() and request.method in READS:
                row = self.db.session.execute(READER, by).first()
                return row and SignedIn(row)
            return self.db.session.scalar(SIGNED_IN, by)
        if "email" in by:
            by["email"] = by["email"].strip().lower()
        return self.db.session.scalar(select(User).filter_by(**by))


datastore = Datastore(db, User, None)


def need_nothing(app: Flask) -> None:
    """Flask-Principal works out at each request what a user may need; we ask crm.access alone."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)
