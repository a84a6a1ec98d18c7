from flask import Blueprint, flash, redirect, render_template, request

from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.forms import Form, form_page
from crm.versions import actions_catchball as actions
from crm.versions import queries
from crm.versions.content import parse
from crm.versions.forms import AgreeForm, ProposeForm, counter_form
from crm.versions.models import Version
from crm.versions.sheet import Kept
from crm.versions.standing import ours_to_answer, standing
from crm.versions.views import crumbs, page_of

bp = Blueprint("catchball", __name__, url_prefix="/versions/<int:version_id>")


@bp.post("/propose")
@requires(Permission.THREAD_EDIT, Version)
def propose(version: Version):
    actions.propose(version, _note(ProposeForm()), by=actor())
    told = queries.side_of(version.engagement_id, is_client=True)
    flash(f"Version {version.number} is proposed. {_told(told)}", "success")
    return redirect(page_of(version))


@bp.post("/withdraw")
@requires(Permission.THREAD_EDIT, Version)
def withdraw(version: Version):
    actions.withdraw(version, _note(ProposeForm()), by=actor())
    flash(f"Version {version.number} is withdrawn.", "success")
    return redirect(page_of(version))


def _told(people) -> str:
    if not people:
        return "Nobody of the client may sign in here yet: grant somebody access, and tell them."
    return f"Told by mail: {', '.join(one.name for one in people)}."


def _note(form: ProposeForm) -> str | None:
    if not form.validate_on_submit():
        raise DomainError("A word with it has 255 characters at the most.")
    return form.note.data


@bp.post("/agree")
@requires(Permission.VERSION_ANSWER, Version)
def agree(version: Version):
    form = AgreeForm()
    form.validate_on_submit()
    actions.agree(version, form.digest.data or "", by=actor())
    flash(f"Version {version.number} is agreed.", "success")
    return redirect(page_of(version))


@bp.route("/counter", methods=["GET", "POST"])
@requires(Permission.VERSION_ANSWER, Version)
def counter(version: Version):
    sheet = Kept(parse(version.content))
    form = counter_form(sheet)
    if form.validate_on_submit():
        actions.counter(version, form.note.data, form.asked, by=actor())
        flash("Your answer is on its way.", "success")
        return redirect(page_of(version))
    is_closed = version.engagement.is_closed
    now = standing(version, queries.turns_of(version.id), actor(), is_closed=is_closed)
    return form_page("versions/counter.html", form, version=version, may=now.counter, crumbs=_crumbs(version))


@bp.route("/take-over", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Version)
def take_over(version: Version):
    if request.method == "POST" and Form().validate_on_submit():
        chosen = request.form.getlist("change", type=int)
        seen = {place: request.form.get(f"seen-{place}", type=int) for place in chosen}
        new = actions.take_over(version, chosen, seen, by=actor())
        flash(f"Version {new.number} is kept with it, and proposed.", "success")
        return redirect(page_of(new))
    last = (queries.turns_of(version.id)[-1:] or [None])[0]
    asked = last.changes if ours_to_answer(version.state, last) else []
    today = Kept(queries.content_of(version.engagement_id))
    return render_template(
        "versions/take_over.html",
        version=version,
        turn=last,
        asked=[(one, _now(today, one)) for one in asked],
        form=Form(),
        crumbs=_crumbs(version),
    )


def _now(today: Kept, change: dict) -> int | None:
    """What the worksheet says today where a change is asked for; None where the goal is gone."""
    goal = next((goal for goal in today.goals if goal.id == change["goal"]), None)
    if goal is None or change["kind"] != "mark":
        return goal.weight if goal else None
    return today.mark(goal.id, change["strategy"])


def _crumbs(version: Version) -> list[tuple[str, str]]:
    engagement = db.session.get_one(Engagement, version.engagement_id)
    return [*crumbs(engagement), (page_of(version), f"Version {version.number}")]
