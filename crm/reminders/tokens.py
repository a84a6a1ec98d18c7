"""The link that ends somebody's reminders without a sign-in: it names them, and only we can have made it."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="end reminders")


def token_for(user) -> str:
    return _signer().dumps(user.id)


def user_named(token: str) -> int | None:
    """Whom a token names; None for one that we did not make."""
    try:
        found = _signer().loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None
