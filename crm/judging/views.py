"""Rounds as the lead runs them and as everybody reads them once they are closed."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import CSV, handed_out
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.forms import form_page
from crm.judging import actions, actions_settle, queries, queries_spread
from crm.judging.export import marks_csv
from crm.judging.forms import AgreeForm, RoundForm
from crm.judging.models import Round, RoundState
from crm.judging.spread import whom_to_ask
from crm.pages import row_key
from crm.words import plural

bp = Blueprint("judging", __name__)


def page_of(round: Round, **asked) -> str:
    return url_for("judging.show", round_id=round.id, **asked)


def _index_of(engagement_id: int) -> str:
    return url_for("judging.index", engagement_id=engagement_id)


def _crumbs(round: Round) -> list[tuple[str, str]]:
    return [*trail(round.engagement), (_index_of(round.engagement_id), "Rounds")]


@bp.app_template_global()
def current_round(engagement_id: int):
    """For the line on the worksheet, whose room knows nothing of rounds."""
    return queries.current_round(engagement_id, actor())


@bp.get("/engagements/<int:engagement_id>/rounds")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    return render_template(
        "judging/index.html",
        engagement=engagement,
        rounds=queries.rounds_of(engagement),
        crumbs=trail(engagement),
        day=clock.today(actor()),
    )


@bp.route("/engagements/<int:engagement_id>/rounds/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    last = queries.latest_round(engagement)
    before = [rater.user_id for rater in queries.raters_of(last)] if last else []
    form = RoundForm(engagement=engagement, user=actor(), raters=before)
    if form.validate_on_submit():
        begun = actions.open_round(
            engagement, form.raters.data, request=form.request.data, closes_on=form.closes_on.data, by=actor()
        )
        flash(f"Round {begun.number} is open. Its raters are invited by mail.", "success")
        return redirect(page_of(begun))
    number = last.number + 1 if last else 1
    context = {
        "title": f"Open round {number}",
        "crumbs": [*trail(engagement), (_index_of(engagement.id), "Rounds")],
    }
    lead = "Everybody judges for themselves. Nobody sees another's mark before the round is closed."
    back = _index_of(engagement.id)
    return form_page("form.html", form, lead=lead, button="Open and invite", back=back, **context)


@bp.get("/rounds/<int:round_id>")
@requires(Permission.THREAD_VIEW, Round)
def show(round: Round):
    """While it is open, how far everybody has come; closed, where they agree and where they do not."""
    rater = queries.find_rater(round, actor())
    shared = {"round": round, "rater": rater, "crumbs": _crumbs(round), "day": clock.today(actor())}
    if round.state is RoundState.OPEN:
        return render_template(
            "judging/open.html",
            progress=queries.progress_of(round),
            total=queries.cells_of(round),
            **shared,
        )
    spread = queries_spread.spread_of(round, actor())
    start = min(request.args.get("from", 0, type=row_key), len(spread.disputed))
    shown = spread.disputed[start : start + queries_spread.SHOWN]
    return render_template(
        "judging/closed.html",
        spread=spread,
        shown=shown,
        start=start,
        end=start + len(shown),
        voices=queries_spread.voices_of(round, shown, actor()),
        whom_to_ask=whom_to_ask,
        has_later=queries.has_later(round),
        **shared,
    )


@bp.get("/rounds/<int:round_id>/marks.csv")
@requires(Permission.THREAD_VIEW, Round)
def export(round: Round):
    """Every mark of a round that is over, as far as the reader may see it."""
    if round.state is RoundState.OPEN:
        abort(404)
    rows = queries_spread.marks_of(round, actor())
    told = f"Marks of round {round.number}, {plural(len(rows), 'row')}"
    return handed_out(marks_csv(rows), f"plumbline-round-{round.id}.csv", CSV, told, round)


@bp.post("/rounds/<int:round_id>/remind")
@requires(Permission.THREAD_EDIT, Round)
def remind(round: Round):
    count = actions.remind(round, on=clock.today(actor()))
    said = (
        f"{plural(count, 'rater')} reminded by mail."
        if count
        else "Everybody who is not done was asked today."
    )
    flash(said, "success")
    return redirect(page_of(round))


@bp.route("/rounds/<int:round_id>/close", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Round)
def close(round: Round):
    if request.method == "POST":
        actions.close(round)
        flash(f"Round {round.number} is closed. Everybody sees now where they agree.", "success")
        return redirect(page_of(round))
    return render_template(
        "judging/close.html",
        round=round,
        progress=queries.progress_of(round),
        total=queries.cells_of(round),
        crumbs=_crumbs(round),
    )


@bp.post("/rounds/<int:round_id>/medians")
@requires(Permission.THREAD_EDIT, Round)
def take_medians(round: Round):
    count = actions_settle.take_medians(round, by=actor())
    flash(f"{plural(count, 'cell')} of the worksheet set to the median.", "success")
    return redirect(page_of(round))


@bp.route("/rounds/<int:round_id>/agree", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Round)
def agree(round: Round):
    """One cell: what everybody said, and what they agree on now."""
    goal_id, strategy_id = (request.args.get(name, 0, type=row_key) for name in ("goal", "strategy"))
    spread = queries_spread.spread_of(round, actor())
    cell = spread.cells.get((goal_id, strategy_id)) or abort(404)
    form = AgreeForm(mark=cell.stands if spread.is_agreed(cell) else cell.said.median)
    if form.validate_on_submit():
        try:
            actions_settle.agree(round, goal_id, strategy_id, form.mark.data, form.note.data, by=actor())
        except DomainError as error:
            form.note.errors = [str(error)]
        else:
            flash("The agreed mark stands on the worksheet.", "success")
            return redirect(page_of(round))
    voices = queries_spread.voices_of(round, [cell], actor())[cell.key]
    context = {"cell": cell, "voices": voices, "whom": whom_to_ask(cell, voices), "round": round}
    crumbs = [*_crumbs(round), (page_of(round), f"Round {round.number}")]
    return form_page(
        "judging/agree.html", form, title="Agree on a mark", crumbs=crumbs, back=page_of(round), **context
    )
