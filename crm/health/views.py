from flask import Blueprint, flash, redirect, render_template, url_for

from crm import clock
from crm.access import Permission, Role, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.forms import form_page
from crm.health import actions, queries
from crm.health.forms import HeardForm, OverrideForm, SatisfactionForm
from crm.health.models import HealthOverride, SatisfactionScore
from crm.health.sources import SOURCES
from crm.methods.health import content

bp = Blueprint("health", __name__, url_prefix="/engagements/<int:engagement_id>")


def health_of(engagement: Engagement) -> str:
    return url_for("health.show", engagement_id=engagement.id)


@bp.get("/health")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def show(engagement: Engagement):
    """All dimensions with their reasons, what each rests on, and what was said and set."""
    me, today = actor(), clock.today(actor())
    return render_template(
        "health/show.html",
        engagement=engagement,
        standing=queries.standing_of(engagement, me, today),
        why_none=queries.why_none(engagement.stage),
        sources=SOURCES,
        scores=queries.scores_of(engagement, me),
        level_of=content,
        overrides=queries.overrides_of(engagement, me),
        day=today,
        crumbs=trail(engagement),
    )


@bp.route("/satisfaction", methods=["GET", "POST"])
@requires(Permission.SATISFACTION_GIVE, Engagement)
def give(engagement: Engagement):
    me, today = actor(), clock.today(actor())
    is_client = me.role is Role.CLIENT
    form = SatisfactionForm() if is_client else HeardForm(today=today)
    if form.validate_on_submit():
        satisfaction = SatisfactionScore()
        form.populate_obj(satisfaction)
        actions.give(satisfaction, engagement, by=me, on=today)
        flash("Thank you: your number is with the team." if is_client else "It is written down.", "success")
        return redirect(health_of(engagement))
    title = "How content are you?" if is_client else "What the client said"
    return _page(form, title, engagement, "Give it" if is_client else "Write it down")


@bp.route("/health/override", methods=["GET", "POST"])
@requires(Permission.HEALTH_OVERRIDE, Engagement)
def override(engagement: Engagement):
    today = clock.today(actor())
    form = OverrideForm(today=today)
    if form.validate_on_submit():
        setting = HealthOverride()
        form.populate_obj(setting)
        actions.override(setting, engagement, by=actor(), on=today)
        flash(f"Set by hand: {setting.level.label.lower()}.", "success")
        return redirect(health_of(engagement))
    return _page(form, "Set the health by hand", engagement, "Set it")


@bp.post("/health/lift")
@requires(Permission.HEALTH_OVERRIDE, Engagement)
def lift(engagement: Engagement):
    actions.lift(engagement, on=clock.today(actor()))
    flash("What is reckoned counts again.", "success")
    return redirect(health_of(engagement))


def _page(form, title: str, engagement: Engagement, button: str):
    back = health_of(engagement)
    crumbs = [*trail(engagement), (back, "Health")]
    return form_page("form.html", form, title=title, crumbs=crumbs, back=back, button=button)
