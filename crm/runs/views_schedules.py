"""Reports that are made by themselves, and for whom."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.accounts.models import WEEKDAYS
from crm.extensions import db
from crm.forms import form_page
from crm.runs import actions, queries, schedules
from crm.runs.forms import ScheduleForm
from crm.runs.models import ReportSchedule
from crm.runs.order import Order, formats_of, offered, title_of
from crm.words import plural

bp = Blueprint("schedules", __name__, url_prefix="/schedules")
CRUMBS = (("/reports", "Reports"),)
HERE = (*CRUMBS, ("/schedules", "Regular reports"))


@bp.get("")
@requires(Permission.SCHEDULE_MAKE)
def index():
    found = queries.schedules(actor())
    return render_template("schedules/index.html", schedules=found, crumbs=CRUMBS, **_words())


def _words() -> dict:
    return {"title_of": title_of, "weekdays": WEEKDAYS}


def _form(report: str, engagement_id: int | None, **filled) -> ScheduleForm:
    open_to = schedules.who_may_see(report, engagement_id)
    people = [user for user in queries.people() if user.id in open_to]
    return ScheduleForm(formats=formats_of(report), people=people, **filled)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_MAKE)
def create():
    me = actor()
    if not request.args.get("report"):
        return render_template("schedules/choose.html", lines=offered(me), crumbs=HERE)
    order = Order.of({**request.args, "format": "csv"}, me) or abort(404)
    key = order.engagement.id if order.engagement else None
    form = _form(
        order.report,
        key,
        name=order.title,
        format="pdf" if "pdf" in formats_of(order.report) else "csv",
        readers=[me.id],
    )
    if form.validate_on_submit():
        made = ReportSchedule(
            user_id=me.id, report=order.report, asked=order.asked, engagement_id=key, time_zone=me.time_zone
        )
        form.populate_obj(made)
        actions.save(made, by=me)
        flash(f"“{made.name}” is made by itself from now on.", "success")
        return redirect(url_for(".show", report_schedule_id=made.id))
    lead = f"{order.title}, made by itself, with word by mail to each of its readers."
    return form_page(
        "form.html",
        form,
        title="Have a report made regularly",
        lead=lead,
        crumbs=HERE,
        back=url_for(".index"),
    )


@bp.get("/<int:report_schedule_id>")
@requires(Permission.SCHEDULE_OWN, ReportSchedule)
def show(report_schedule: ReportSchedule):
    return render_template(
        "schedules/show.html", schedule=report_schedule, runs=queries.schedule_runs(report_schedule.id),
        names=queries.names(report_schedule.readers), crumbs=HERE, **_words(),
    )  # fmt: skip


@bp.route("/<int:report_schedule_id>/edit", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_OWN, ReportSchedule)
def edit(report_schedule: ReportSchedule):
    schedule = report_schedule
    form = _form(schedule.report, schedule.engagement_id, obj=schedule)
    back = url_for(".show", report_schedule_id=schedule.id)
    if form.validate_on_submit():
        form.populate_obj(schedule)
        actions.save(schedule, by=actor())
        flash(f"“{schedule.name}” is saved.", "success")
        return redirect(back)
    return form_page("form.html", form, title=f"Edit “{schedule.name}”", crumbs=HERE, back=back)


@bp.post("/<int:report_schedule_id>/pause")
@requires(Permission.SCHEDULE_OWN, ReportSchedule)
def pause(report_schedule: ReportSchedule):
    actions.pause(report_schedule)
    words = "rests" if report_schedule.is_paused else "goes on"
    flash(f"“{report_schedule.name}” {words}.", "success")
    return redirect(url_for(".show", report_schedule_id=report_schedule.id))


@bp.post("/<int:report_schedule_id>/run")
@requires(Permission.SCHEDULE_OWN, ReportSchedule)
def run_now(report_schedule: ReportSchedule):
    count = actions.run_now(report_schedule)
    flash(f"It is made for {plural(count, 'person', 'people')}.", "success")
    return redirect(url_for(".show", report_schedule_id=report_schedule.id))


@bp.post("/<int:report_schedule_id>/delete")
@requires(Permission.SCHEDULE_OWN, ReportSchedule)
def delete(report_schedule: ReportSchedule):
    """What was made of it stays with its readers."""
    db.session.delete(report_schedule)
    flash(f"“{report_schedule.name}” is deleted.", "success")
    return redirect(url_for(".index"))
