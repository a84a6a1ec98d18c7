from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, Role, actor, requires
from crm.alignment import queries_sheet
from crm.closing import queries as closing
from crm.engagements.models import Stage
from crm.health import queries as health
from crm.health.forms import SatisfactionForm
from crm.home import queries
from crm.judging import queries as judging
from crm.reporting import queries as reporting
from crm.reporting.queries import Wanted
from crm.roadmap.views import context_of
from crm.sessions import queries as sessions
from crm.sessions import queries_actions, queries_record

bp = Blueprint("home", __name__)

#: Where each role begins its day.
HOMES = {
    Role.ADMINISTRATOR: "accounts.users",
    Role.MANAGER: "home.portfolio",
    Role.CONSULTANT: "home.my_day",
    Role.CLIENT: "home.roadmap",
    Role.ADVISER: "home.board",
}


@bp.get("/")
@requires(Permission.OWN_ACCOUNT)
def index():
    return redirect(url_for(HOMES[actor().role]))


@bp.get("/my-day")
@requires(Permission.MY_DAY)
def my_day():
    me, now = actor(), clock.now()
    return render_template(
        "home/my_day.html",
        next_sessions=sessions.next_sessions(me, now),
        actions=queries_actions.my_actions(me, until=clock.today(me) + timedelta(days=14), limit=12),
        to_write_up=sessions.to_write_up(me, now),
        engagements=queries.engagements_of_mine(me),
        follow_ups=closing.due_follow_ups(me, clock.today(me) + timedelta(days=30)),
        reviews=queries_sheet.reviews_due(me, clock.today(me) + timedelta(days=14)),
        timer=queries_record.timer_of(me),
        rounds=judging.rounds_for(me),
        day=clock.today(me),
    )


@bp.get("/roadmap")
@requires(Permission.MY_DAY)
def roadmap():
    """A client's home: their roadmap, what they owe, what was shared last."""
    me = actor()
    granted = queries.granted(me)
    if not granted:
        return render_template("home/no_roadmap.html")
    chosen = request.args.get("engagement", type=int)
    engagement = next((one for one in granted if one.id == chosen), granted[0])
    return render_template(
        "home/roadmap.html",
        engagement=engagement,
        granted=granted,
        actions=queries_actions.my_actions(me, limit=12),
        shared=queries.latest_shared(engagement, me),
        rounds=judging.rounds_for(me),
        standing=health.standing_of(engagement, me, clock.today(me)),
        given=health.last_given(engagement, me),
        satisfaction=SatisfactionForm(formdata=None),
        **context_of(engagement),
    )


@bp.get("/portfolio")
@requires(Permission.PORTFOLIO)
def portfolio():
    me, today = actor(), clock.today(actor())
    wanted = Wanted.of(request.args)
    return render_template(
        "home/portfolio.html",
        wanted=wanted,
        page=reporting.portfolio_page(me, wanted, request.args.get("at"), today),
        standing=lambda row: health.standing(row, today, me),
        counts=reporting.stage_counts(me),
        stages=Stage,
    )


@bp.get("/board")
@requires(Permission.BOARD_VIEW)
def board():
    return render_template("home/board.html")
