from flask import Blueprint, flash, redirect, request

from crm.access import Permission, actor, requires
from crm.drafts import actions
from crm.pages import came_from

bp = Blueprint("drafts", __name__, url_prefix="/drafts")

#: Never kept: what the page itself put there.
NOT_TYPED = frozenset({"csrf_token"})


def key_of(form: str) -> str:
    """The name of the form as its column can hold it."""
    return form.replace("\0", "")[:255]


@bp.post("/<form>")
@requires(Permission.OWN_DRAFT)
def keep(form: str):
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED]
    actions.keep(actor(), key_of(form), typed)
    return "", 204


@bp.post("/<form>/discard")
@requires(Permission.OWN_DRAFT)
def discard(form: str):
    actions.discard(actor(), key_of(form))
    flash("The draft is gone.", "success")
    return redirect(came_from())
