"""Weigh the goals: by points, by their order, or by pairs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.alignment import queries_sheet as queries
from crm.alignment import weights
from crm.alignment.models_sheet import Weighing
from crm.alignment.queries import goals_of
from crm.alignment.views import crumbs_of
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.pages import row_key

bp = Blueprint("weights", __name__)


@bp.get("/engagements/<int:engagement_id>/worksheet/weights")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def show(engagement: Engagement):
    return _page(engagement)


@bp.post("/engagements/<int:engagement_id>/worksheet/weights")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def save(engagement: Engagement):
    goals = weights.goals_in(engagement.id)
    try:
        _weigh(goals, queries.weighing(engagement.id))
    except DomainError as error:
        return _page(engagement, str(error)), 422
    flash("The goals are weighed.", "success")
    return redirect(url_for("weights.show", engagement_id=engagement.id))


def _weigh(goals, weighing: Weighing) -> None:
    if weighing is Weighing.PAIRWISE:
        weights.compare(goals, _pairs(), by=actor())
    elif weighing is Weighing.RANKING:
        weights.rank(goals, _numbers("rank", "A rank is a whole number from 1 on."))
    else:
        weights.share_out(goals, _numbers("points", "Points are whole numbers from 0 to 100."))


def _numbers(name: str, refusal: str) -> dict[int, int]:
    found = {}
    for field, value in request.form.items():
        kind, _, goal = field.partition("-")
        if kind == name and value.strip():
            try:
                found[row_key(goal)] = int(value)
            except ValueError:
                raise DomainError(refusal) from None
            if not 0 <= found[row_key(goal)] <= 100:
                raise DomainError(refusal)
    return found


def _pairs() -> dict[tuple[int, int], int | None]:
    fields = [(name.split("-"), value) for name, value in request.form.items() if name.startswith("pair-")]
    try:
        return {(row_key(parts[1]), row_key(parts[2])): weights.read_times(value) for parts, value in fields}
    except (IndexError, ValueError):
        raise DomainError("This page is out of date. Load it again.") from None


def _page(engagement: Engagement, refusal: str | None = None):
    goals, weighing = goals_of(engagement.id), queries.weighing(engagement.id)
    pairs = weights.comparisons(goals, engagement.id) if weighing is Weighing.PAIRWISE else []
    reading = weights.reading(goals, pairs) if pairs else None
    return render_template(
        "alignment/weights.html",
        engagement=engagement,
        goals=goals,
        weighing=weighing,
        pairs=pairs,
        reading=reading,
        misfit=weights.misfit(goals, reading) if reading and not isinstance(reading, str) else None,
        times=weights.TIMES,
        typed=request.form,
        refusal=refusal,
        crumbs=crumbs_of(engagement),
    )
