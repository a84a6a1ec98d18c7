from flask import Blueprint, flash, redirect, render_template, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import handed_out
from crm.closing import actions, queries
from crm.closing.forms import ClosingForm, FollowUpForm, ReopeningForm
from crm.closing.models import FollowUp
from crm.closing.parcel import parcel
from crm.engagements.models import Engagement
from crm.engagements.views import page_of, trail
from crm.errors import DomainError
from crm.forms import form_page
from crm.sessions import queries as sessions

bp = Blueprint("closing", __name__)


def closing_of(engagement_id: int) -> str:
    return url_for("closing.show", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/closing")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def show(engagement: Engagement):
    """How it ended, what was handed over, and what is left of it months later."""
    return render_template(
        "closing/show.html",
        engagement=engagement,
        loose=[] if engagement.is_closed else queries.left_open(engagement),
        follow_ups=queries.follow_ups_of(engagement),
        crumbs=trail(engagement),
    )


@bp.route("/engagements/<int:engagement_id>/close", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_CLOSE, Engagement)
def close(engagement: Engagement):
    form = ClosingForm(closing_words=engagement.closing_words)
    if form.validate_on_submit():
        try:
            actions.close(
                engagement, form.closing_words.data, form.reason.data, by=actor(), on=clock.today(actor())
            )
        except DomainError as error:
            form.reason.errors = [str(error)]
        else:
            flash(f"“{engagement.title}” is closed. The parcel for the client is ready.", "success")
            return redirect(closing_of(engagement.id))
    return form_page(
        "closing/close.html",
        form,
        engagement=engagement,
        loose=queries.left_open(engagement),
        hours=sessions.hours_used(engagement),
        crumbs=trail(engagement),
    )


@bp.route("/engagements/<int:engagement_id>/reopen", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_REOPEN, Engagement)
def reopen(engagement: Engagement):
    form = ReopeningForm()
    if form.validate_on_submit():
        actions.reopen(engagement, form.reason.data, by=actor(), on=clock.today(actor()))
        flash(f"“{engagement.title}” is open again, in closing.", "success")
        return redirect(page_of(engagement))
    context = {"title": f"Reopen {engagement.title}", "crumbs": trail(engagement), "button": "Reopen"}
    return form_page("form.html", form, back=closing_of(engagement.id), **context)


@bp.get("/engagements/<int:engagement_id>/parcel.zip")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def download(engagement: Engagement):
    """Everything of the engagement that the reader may see, as files."""
    packed, counts = parcel(engagement, actor())
    told = f"Parcel of {engagement.title}, {sum(counts.values())} rows"
    name = f"plumbline-engagement-{engagement.id}.zip"
    return handed_out(packed, name, "application/zip", told, engagement)


@bp.route("/follow-ups/<int:follow_up_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, FollowUp)
def follow_up(follow_up: FollowUp):
    talk = follow_up
    form = FollowUpForm(obj=talk, **({} if talk.held_on else {"held_on": clock.today(actor())}))
    if form.validate_on_submit():
        form.populate_obj(talk)
        actions.follow_up(talk, by=actor())
        flash("What is left of it is written down.", "success")
        return redirect(closing_of(talk.engagement_id))
    crumbs = [*trail(talk.engagement), (closing_of(talk.engagement_id), "Closing")]
    title = f"Follow-up after {talk.months} months"
    return form_page("form.html", form, title=title, crumbs=crumbs, back=closing_of(talk.engagement_id))
