from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.engagements.models import USUAL_DAYS, Engagement, ageing
from crm.engagements.views import page_of, trail
from crm.errors import DomainError
from crm.forms import form_page
from crm.pages import came_from
from crm.stages import actions, gates, queries
from crm.stages.forms import StageForm

bp = Blueprint("stages", __name__, url_prefix="/engagements")


@bp.get("/board")
@requires(Permission.ENGAGEMENT_LIST)
def board():
    me, today = actor(), clock.today(actor())
    mine, everywhere = "mine" in request.args, "all" in request.args
    return render_template(
        "stages/board.html",
        columns=queries.board(me, mine=mine, everywhere=everywhere),
        ageing=lambda card: ageing(card.stage, card.stage_since, today),
        usual=USUAL_DAYS,
        mine=mine,
        everywhere=everywhere,
    )


@bp.route("/<int:engagement_id>/stage", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def move(engagement: Engagement):
    ahead = gates.next_stage(engagement.stage)
    form = StageForm(engagement=engagement, stage=request.args.get("to") or (ahead and ahead.value))
    if form.validate_on_submit():
        today = clock.today(actor())
        try:
            actions.move_to(engagement, form.stage.data, form.reason.data, by=actor(), on=today)
        except DomainError as error:
            form.reason.errors = [str(error)]
        else:
            flash(f"“{engagement.title}” is now in {engagement.stage.label.lower()}.", "success")
            return redirect(came_from() if "from_board" in request.form else page_of(engagement))
    facts = gates.told(engagement, queries.counts_of(engagement))
    return form_page(
        "stages/stage.html",
        form,
        engagement=engagement,
        ahead=ahead,
        checks=gates.checks(ahead, facts) if ahead else [],
        mend=lambda need: _mend(need, engagement),
        age=ageing(engagement.stage, engagement.stage_since, clock.today(actor())),
        usual=USUAL_DAYS.get(engagement.stage),
        moves=queries.moves_of(engagement),
        crumbs=trail(engagement),
    )


def _mend(need: gates.Need, engagement: Engagement) -> str:
    """The page that mends a lack."""
    if need.endpoint == "thread.client":
        return url_for(need.endpoint, organisation_id=engagement.organisation_id)
    return url_for(need.endpoint, engagement_id=engagement.id)
