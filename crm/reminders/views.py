"""End reminders with one click out of the mail, signed in or not."""

from flask import Blueprint, abort, current_app, render_template
from flask_limiter.util import get_remote_address

from crm.access import public
from crm.extensions import csrf, limiter
from crm.reminders import actions
from crm.reminders.tokens import user_named

bp = Blueprint("reminders", __name__)


@bp.get("/unsubscribe/<token>")
@public
@limiter.limit(lambda: current_app.config["UNSUBSCRIBE_LIMIT"], key_func=get_remote_address)
def unsubscribe(token: str):
    """Looking at it changes nothing: scanners of mail open every link."""
    if user_named(token) is None:
        abort(404)
    return render_template("reminders/unsubscribe.html", is_done=False)


@bp.post("/unsubscribe/<token>")
@csrf.exempt  # Mail programs send it by themselves (RFC 8058). The token is what shows that they may.
@public
@limiter.limit(lambda: current_app.config["UNSUBSCRIBE_LIMIT"], key_func=get_remote_address)
def end(token: str):
    user_id = user_named(token)
    if user_id is None:
        abort(404)
    actions.end_reminders(user_id)
    return render_template("reminders/unsubscribe.html", is_done=True)
