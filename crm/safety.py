"""What must be so before Plumbline starts in production."""

from flask import Flask
from flask_security import verify_password
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from config import DEMO_PASSWORD
from crm.accounts.models import User
from crm.extensions import db

SHORTEST_SECRET = 32
DEFAULTS = ("dev", "secret", "change", "default", "for tests only")
DEMO_DOMAIN = "@plumbline.example"


def check(config: type) -> None:
    """Refuse a production that is in debug, or whose secrets are missing, short or known; and a replica of
    what has none."""
    both = config.SQLALCHEMY_DATABASE_URI, config.REPORTS_DATABASE_URL
    if both[1] and not all(url.startswith("postgresql") for url in both):
        raise RuntimeError("REPORTS_DATABASE_URL is for a replica of PostgreSQL: both are to be PostgreSQL.")
    if not config.PRODUCTION:
        return
    if config.DEBUG:
        raise RuntimeError("Production does not run in debug: take FLASK_DEBUG out of the environment.")
    for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT"):
        secret = getattr(config, name)
        if len(secret) < SHORTEST_SECRET or secret.lower().startswith(DEFAULTS):
            raise RuntimeError(f"Production needs {name}: at least {SHORTEST_SECRET} random characters.")
    if config.MAIL_URL and not (config.MAIL_FROM and config.SITE_URL.startswith("https://")):
        raise RuntimeError("Production that mails needs MAIL_FROM, and SITE_URL beginning with https://.")


def check_people(app: Flask) -> None:
    """Refuse a production in which a demo sign-in still opens."""
    if not app.config["PRODUCTION"]:
        return
    with app.app_context():
        try:
            people = db.session.scalars(
                select(User).where(User.email.endswith(DEMO_DOMAIN), User.active)
            ).all()
        except DatabaseError:
            return  # not migrated yet: nobody can sign in
        for user in people:
            if verify_password(DEMO_PASSWORD, user.password):
                raise RuntimeError(f"Production does not start while {user.email} has the demo's password.")
