"""What is owed, one value by the phone, follower counts, approval and opening again."""

import re
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, can, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.errors import DomainError
from crm.forms import form_page
from crm.outcomes import actions_collect as actions
from crm.outcomes import periods, values
from crm.outcomes import queries_collect as queries
from crm.outcomes.actions_collect import Source
from crm.outcomes.counting import counted
from crm.outcomes.doubts import doubts
from crm.outcomes.forms_collect import CountsForm, ObservationForm, ReopenForm
from crm.outcomes.models import Measure, Origin
from crm.outcomes.views import outcomes_of
from crm.words import plural

bp = Blueprint("collect", __name__)
MOST_SHOWN, MOST_MONTHS = 6, 24


def collect_of(engagement_id: int) -> str:
    return url_for("collect.index", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/collect")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    return _page(engagement)


def _page(engagement: Engagement, form: ReopenForm | None = None):
    me = actor()
    collected, rows = queries.collected(engagement.id, clock.today(me))
    months = queries.months(collected, rows, me)
    may_approve = can(me, Permission.VALUES_APPROVE, engagement) and not engagement.is_closed
    return form_page(
        "outcomes/collect.html",
        form or ReopenForm(None, months=months),
        engagement=engagement,
        crumbs=[*trail(engagement), (outcomes_of(engagement.id), "Outcomes")],
        collected=collected,
        waiting=[month for month in months if month.waiting][:MOST_MONTHS],
        approved=[month for month in months if month.approved],
        may_approve=may_approve,
        most=MOST_SHOWN,
    )


@bp.post("/engagements/<int:engagement_id>/collect/approve")
@requires(Permission.VALUES_APPROVE, Engagement)
def approve(engagement: Engagement):
    chosen = [found for one in request.form.getlist("month") if (found := _month(one))]
    if not chosen:
        raise DomainError("Tick the months to approve first.")
    count, own = actions.approve(engagement, chosen, by=actor())
    said = f"{plural(count, 'value is', 'values are')} approved, and stay as they are."
    if own:
        said += f" {plural(own, 'value')} of your own {'is' if own == 1 else 'are'} left for somebody else."
    flash(said, "success")
    return redirect(collect_of(engagement.id))


def _month(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    return date(max(int(found[1]), 1), int(found[2]), 1) if found else None


@bp.post("/engagements/<int:engagement_id>/collect/reopen")
@requires(Permission.VALUES_APPROVE, Engagement)
def reopen(engagement: Engagement):
    collected, rows = queries.collected(engagement.id, clock.today(actor()))
    form = ReopenForm(months=queries.months(collected, rows, actor()))
    if not form.validate_on_submit():
        return _page(engagement, form)
    month = _month(form.month.data)
    count = actions.reopen(engagement, month, form.reason.data, by=actor())
    flash(f"{plural(count, 'value')} of {month:%B %Y} can be corrected again.", "success")
    return redirect(collect_of(engagement.id))


@bp.route("/measures/<int:measure_id>/enter", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Measure)
def enter(measure: Measure):
    """One value of one period: for whoever stands in a ward with a phone."""
    known = queries.standing(measure.id)
    form = ObservationForm(measure=measure, user=actor(), known=known)
    if form.validate_on_submit():
        source = Source(provenance=form.provenance.data, reason=form.reason.data)
        kept = actions.observe(measure, [form.line], source, by=actor())
        flash(values.said_of(kept, [form.line], measure), "success")
        return redirect(_back(measure))
    first = _asked(measure)
    if first and not form.is_submitted():
        form.show(first)
    return form_page(
        "outcomes/enter.html",
        form,
        measure=measure,
        period=periods.name(measure.frequency, first) if first else None,
        back=_back(measure),
        crumbs=_crumbs(measure),
    )


def _asked(measure: Measure) -> date | None:
    """The first day of the period that the address names."""
    try:
        day = date.fromisoformat(request.args.get("period", ""))
    except ValueError:
        return None
    return periods.first_day(measure.frequency, day) if day.year >= 1990 else None


def _back(measure: Measure) -> str:
    if request.args.get("to") == "measure":
        return url_for("outcomes.show", measure_id=measure.id)
    return collect_of(measure.engagement_id)


def _crumbs(measure: Measure) -> list[tuple[str, str]]:
    here = url_for("outcomes.show", measure_id=measure.id), measure.name
    return [*trail_of(measure.engagement_id), (outcomes_of(measure.engagement_id), "Outcomes"), here]


@bp.get("/measures/<int:measure_id>/observations")
@requires(Permission.THREAD_VIEW, Measure)
def observations(measure: Measure):
    page = queries.observations(measure.id, request.args.get("page"))
    return render_template(
        "outcomes/observations.html",
        measure=measure,
        page=page,
        corrections=queries.corrections_of(page.rows),
        crumbs=_crumbs(measure),
    )


@bp.route("/measures/<int:measure_id>/counts", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Measure)
def counts(measure: Measure):
    """Take the follower counts of one of the client's channels."""
    channels = queries.channels_of(measure.organisation_id)
    form = CountsForm(channels=channels)
    if form.validate_on_submit():
        channel = next(one for one in channels if one.id == form.channel.data)
        known = queries.standing(measure.id)
        lines = counted(measure, channel, known, clock.today(actor()))
        form.is_right.ask(doubts(known, lines))
        if not form.errors:
            kept = actions.observe(measure, lines, _from_channel(channel), by=actor())
            flash(values.said_of(kept, lines, measure), "success")
            return redirect(url_for("outcomes.show", measure_id=measure.id))
    context = {"measure": measure, "channels": channels, "crumbs": _crumbs(measure)}
    return form_page("outcomes/counts.html", form, **context)


def _from_channel(channel) -> Source:
    name = f"{channel.platform.label} {channel.handle}"
    return Source(Origin.CHANNEL, name, f"Follower counts of {name}")
