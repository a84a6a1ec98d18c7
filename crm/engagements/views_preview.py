"""See Plumbline as a client sees it: read-only, under a banner, and on the audit trail."""

from flask import Blueprint, abort, flash, g, redirect, request, session, url_for

from crm.access import Permission, actor, requires
from crm.accounts.models import User
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.engagements import queries
from crm.engagements.models import Engagement
from crm.extensions import WRITES
from crm.pages import came_from, row_key
from crm.readers import become

bp = Blueprint("preview", __name__)
#: Whom this browser looks as, in its session.
LOOKS_AS = "looks_as"
#: What may still be pressed.
STILL = frozenset({"preview.stop", "security.logout", "accounts.choose_theme"})
READ_ONLY = "You look as somebody else does: nothing can be changed. Stop looking first."


@bp.post("/engagements/<int:engagement_id>/preview")
@requires(Permission.ENGAGEMENT_PREVIEW, Engagement)
def start(engagement: Engagement):
    try:
        key = row_key(request.form.get("user_id", ""))
    except ValueError:
        abort(404)
    client = queries.find_previewed(key, by=actor())
    if client is None:
        flash("You can look as a client who sees nothing but engagements of yours.", "error")
        return redirect(came_from())
    session[LOOKS_AS] = client.id
    _tell("began to look", client, engagement)
    return redirect("/")


@bp.post("/preview/stop")
@requires(Permission.OWN_ACCOUNT)
def stop():
    client = actor()
    if session.pop(LOOKS_AS, None):
        _tell("stopped looking", client)
    flash("You are yourself again.", "success")
    return redirect(url_for("home.index"))


def _tell(what: str, client: User, engagement: Engagement | None = None) -> None:
    place = engagement.whereabouts if engagement else {}
    record(Entry(Verb.PREVIEWED, "user_account", client.id, f"{what} as {client.name}", **place))


@bp.before_app_request
def look():
    """Put the client in the place of who signed in, as long as they may look so."""
    if LOOKS_AS not in session or request.endpoint in ("static", "bootstrap.static"):
        return None
    me = actor()
    client = None
    if me.is_authenticated:
        become(me)
        client = queries.find_previewed(session[LOOKS_AS], by=me)
    if client is None:
        session.pop(LOOKS_AS)
        return None
    if request.method in WRITES and request.endpoint not in STILL:
        flash(READ_ONLY, "error")
        return redirect(came_from())
    client.is_previewed = True
    g.previewer, g._login_user = me, client
    return None
