"""The page of one rater, who sees nothing of what the others think before the round ends."""

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.judging import actions, actions_mark, queries, queries_judge
from crm.judging.forms import Typed
from crm.judging.models import Round
from crm.judging.sheet import lay_out
from crm.pages import row_key
from crm.transactions import keep_though_refused

bp = Blueprint("judge", __name__)


def judge_page(round: Round, **asked) -> str:
    return url_for("judge.show", round_id=round.id, **asked)


def _not_for_who_looks(user) -> None:
    """Whoever looks as a client does is not asked to judge, and is not shown what that client thinks."""
    if user.is_previewed:
        abort(404)


def _sheet(round: Round, goal_id: int | None = None):
    return lay_out(queries_judge.to_judge(round, actor(), goal_id), goal_id)


@bp.get("/rounds/<int:round_id>/judge")
@requires(Permission.ROUND_JUDGE, Round)
def show(round: Round):
    """The whole matrix; with ?goal=, one goal of it."""
    _not_for_who_looks(actor())
    goal_id = request.args.get("goal", type=row_key)
    sheet = _sheet(round, goal_id)
    if goal_id is not None and sheet.goal is None:
        abort(404)
    return render_template(
        "judging/goal.html" if sheet.goal else "judging/matrix.html",
        round=round,
        sheet=sheet,
        rater=queries.find_rater(round, actor()),
        crumbs=_crumbs(round),
    )


def _crumbs(round: Round) -> list[tuple[str, str]]:
    here = url_for("judging.show", round_id=round.id)
    index = url_for("judging.index", engagement_id=round.engagement_id)
    return [*trail(round.engagement), (index, "Rounds"), (here, f"Round {round.number}")]


@bp.post("/rounds/<int:round_id>/mark")
@requires(Permission.ROUND_JUDGE, Round, takes_turns=False)
def mark(round: Round):
    """One cell, saved as it is typed."""
    typed = Typed.read(request.form)
    saved = _saved(round, typed)
    if saved.is_late:
        keep_though_refused()
        return jsonify(error=saved.words, kept=saved.mark is not None), 409
    return jsonify(mark=saved.mark, note=saved.note, counts=saved.counts, words=saved.words)


def _saved(round: Round, typed: Typed) -> actions_mark.Saved:
    return actions_mark.judge(
        round, typed.goal_id, typed.strategy_id, typed.mark, note=typed.note, by=actor(),
        keeps_note=not typed.has_note,
    )  # fmt: skip


@bp.post("/rounds/<int:round_id>/judge")
@requires(Permission.ROUND_JUDGE, Round, takes_turns=False)
def save(round: Round):
    """One goal at once: the way without JavaScript."""
    goal_id = request.form.get("goal_id", type=row_key)
    sheet = _sheet(round, goal_id)
    if goal_id is None or sheet.goal is None:
        raise DomainError(actions_mark.GONE)
    said = []
    for cell in sheet.goal.cells:
        typed = cell.typed(request.form)
        if typed:
            said.append(_saved(round, typed))
    for words in dict.fromkeys(one.words for one in said if one.words):
        flash(words, "error")
    if any(one.is_late for one in said):
        return redirect(url_for("judging.show", round_id=round.id))
    where = {"next": sheet.next, "previous": sheet.previous}.get(request.form.get("go", ""))
    return redirect(judge_page(round, goal=where or goal_id))


@bp.get("/rounds/<int:round_id>/said")
@requires(Permission.ROUND_JUDGE, Round)
def said(round: Round):
    """What was said of one cell in the round before."""
    _not_for_who_looks(actor())
    goal_id, strategy_id = (request.args.get(name, 0, type=row_key) for name in ("goal", "strategy"))
    rows = queries_judge.said_before(round, goal_id, strategy_id)
    return jsonify(said=render_template("judging/said.html", rows=rows))


@bp.post("/rounds/<int:round_id>/done")
@requires(Permission.ROUND_JUDGE, Round)
def finish(round: Round):
    actions.finish(round, by=actor())
    flash(
        "Thank you. Your judgement counts as done; you can take it up again while the round is open.",
        "success",
    )
    return redirect(judge_page(round))


@bp.post("/rounds/<int:round_id>/not-done")
@requires(Permission.ROUND_JUDGE, Round)
def take_up_again(round: Round):
    actions.take_up_again(round, by=actor())
    return redirect(judge_page(round))
