"""How the worksheet is set up, and goals that come down from the client's parent."""

from dateutil.relativedelta import relativedelta
from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.alignment import actions
from crm.alignment import queries_sheet as queries
from crm.alignment.forms import SetupForm
from crm.alignment.layouts import LAYOUTS
from crm.alignment.views import crumbs_of, sheet_of
from crm.engagements.models import Engagement
from crm.forms import form_page
from crm.pages import row_key

bp = Blueprint("sheet", __name__)


@bp.route("/engagements/<int:engagement_id>/worksheet/setup", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def setup(engagement: Engagement):
    form = SetupForm(obj=queries.find_setup(engagement.id))
    if form.validate_on_submit():
        form.populate_obj(actions.set_up(engagement))
        flash("The worksheet is set up.", "success")
        return redirect(url_for(LAYOUTS[form.layout.data].reading, engagement_id=engagement.id))
    back = sheet_of(engagement.id)
    return form_page(
        "alignment/setup.html", form, title="Set the worksheet up", crumbs=crumbs_of(engagement), back=back,
        layouts=LAYOUTS,
    )  # fmt: skip


@bp.post("/engagements/<int:engagement_id>/worksheet/reviewed")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def reviewed(engagement: Engagement):
    """The review was held today: the next one is due as many months later as was agreed."""
    found = actions.set_up(engagement)
    found.review_on = clock.today(actor()) + relativedelta(months=found.review_every_months or 3)
    flash(f"Reviewed. The next review is on {found.review_on:%-d %B %Y}.", "success")
    return redirect(sheet_of(engagement.id))


@bp.route("/engagements/<int:engagement_id>/goals/carry-down", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def carry_down(engagement: Engagement):
    if request.method == "POST":
        carried = actions.carry_down(engagement, request.form.getlist("goal", type=row_key), by=actor())
        said = f"{len(carried)} carried down. Weigh them here." if carried else "Nothing was ticked."
        flash(said, "success" if carried else "info")
        return redirect(sheet_of(engagement.id))
    return render_template(
        "alignment/carry_down.html",
        engagement=engagement,
        goals=queries.goals_above(engagement, actor()),
        crumbs=crumbs_of(engagement),
    )
