from flask import Blueprint, flash, g, redirect, request

from crm import forms
from crm.access import Permission, actor, requires
from crm.drafts import actions, queries
from crm.pages import came_from

bp = Blueprint("drafts", __name__, url_prefix="/drafts")
forms.Drafts.find = lambda path: None if "previewer" in g else queries.find_draft(actor(), key_of(path))
forms.Drafts.forget = lambda path: actions.discard(actor(), key_of(path))

#: Never kept: what the page itself put there.
NOT_TYPED = frozenset({"csrf_token"})


def key_of(form: str) -> str:
    """The name of the form, its path, as its column can hold it."""
    return form.strip("/").replace("\0", "")[:255]


@bp.post("/keep/<path:form>")
@requires(Permission.OWN_DRAFT)
def keep(form: str):
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED]
    actions.keep(actor(), key_of(form), typed)
    return "", 204


@bp.post("/discard/<path:form>")
@requires(Permission.OWN_DRAFT)
def discard(form: str):
    actions.discard(actor(), key_of(form))
    flash("The draft is gone.", "success")
    return redirect(came_from())
