from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, holds, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.extensions import db
from crm.fields import EARLIEST, LATEST
from crm.forms import form_page
from crm.sessions.models_time import TimeEntry
from crm.sessions.queries import BUDGET_POLICY
from crm.timesheets import actions_money, queries, queries_budget, queries_money
from crm.timesheets.forms import EntryRateForm, PersonRateForm, RateForm
from crm.timesheets.weeks import monday

bp = Blueprint("money", __name__)
#: What utilisation looks at unless somebody asks for other days.
USUAL_WEEKS = 8


@bp.get("/engagements/<int:engagement_id>/money")
@requires(Permission.MONEY_VIEW, Engagement)
def show(engagement: Engagement):
    today = clock.today(actor())
    return _page(engagement, RateForm(formdata=None, from_on=today, currency=engagement.currency))


def _page(engagement: Engagement, form: RateForm):
    me, today = actor(), clock.today(actor())
    sees_rates = holds(me, Permission.RATE_MANAGE)
    cost = queries_money.cost_of(engagement, today) if sees_rates else None
    return form_page(
        "timesheets/money.html",
        form,
        engagement=engagement,
        crumbs=trail(engagement),
        standing=queries_budget.standing(engagement, today, cost),
        pace_weeks=queries_budget.PACE_WEEKS,
        policy=BUDGET_POLICY,
        rates=queries_money.engagement_rates(engagement),
        sees_rates=sees_rates,
    )


@bp.post("/engagements/<int:engagement_id>/rates")
@requires(Permission.RATE_MANAGE, Engagement)
def add_engagement_rate(engagement: Engagement):
    form = RateForm()
    if not form.validate_on_submit():
        return _page(engagement, form)
    actions_money.price_engagement(engagement, form.from_on.data, form.amount.data, form.currency.data)
    flash("The rate is saved.", "success")
    return redirect(url_for(".show", engagement_id=engagement.id))


@bp.get("/time/rates")
@requires(Permission.RATE_VIEW)
def rates():
    return _rates(PersonRateForm(formdata=None, from_on=clock.today(actor())))


def _rates(form: PersonRateForm):
    found = queries_money.person_rates(actor())
    return form_page(
        "timesheets/rates.html", form, rates=found, may_set=holds(actor(), Permission.RATE_MANAGE)
    )


@bp.post("/time/rates")
@requires(Permission.RATE_MANAGE)
def add_person_rate():
    form = PersonRateForm()
    if not form.validate_on_submit():
        return _rates(form)
    actions_money.price_person(form.user_id.data, form.from_on.data, form.amount.data, form.currency.data)
    flash("The rate is saved.", "success")
    return redirect(url_for(".rates"))


@bp.route("/time/entries/<int:time_entry_id>/rate", methods=["GET", "POST"])
@requires(Permission.TIME_APPROVE, TimeEntry)
def entry_rate(time_entry: TimeEntry):
    form = EntryRateForm()
    back = url_for("timesheets.entries")
    if form.validate_on_submit():
        try:
            actions_money.price_entry(
                time_entry, form.rate.data, form.currency.data, form.reason.data, by=actor()
            )
        except DomainError as error:
            db.session.rollback()
            form.reason.errors = [str(error)]
        else:
            flash("The rate of this time is saved, with its reason.", "success")
            return redirect(back)
    crumbs = [(url_for("timesheets.index"), "Time"), (back, "Entries")]
    given = queries.overrides_of(time_entry)
    return form_page(
        "timesheets/entry_rate.html", form, entry=time_entry, crumbs=crumbs, back=back, overrides=given
    )


def _asked(name: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return day if EARLIEST <= day <= LATEST else otherwise


@bp.get("/time/utilisation")
@requires(Permission.UTILISATION_VIEW)
def utilisation():
    me = actor()
    this_week = monday(clock.today(me))
    first = _asked("from", this_week - timedelta(weeks=USUAL_WEEKS))
    last = max(first, _asked("to", this_week - timedelta(1)))
    return render_template(
        "timesheets/utilisation.html",
        first=first,
        last=last,
        shares=queries_money.shares(me, first, last, with_money=holds(me, Permission.RATE_VIEW)),
        days=queries_money.working_days(first, last),
        policy=queries_money.UTILISATION_POLICY,
        realised=queries_money.REALISATION_POLICY,
        sees_money=holds(me, Permission.RATE_MANAGE),
    )
