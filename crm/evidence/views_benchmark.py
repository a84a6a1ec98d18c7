"""Where a client stands among others, none of whom is named."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, Role, actor, holds, requires
from crm.evidence import actions, benchmark
from crm.organisations.models import Organisation
from crm.pages import row_key

bp = Blueprint("benchmark", __name__)


@bp.get("/benchmark")
@requires(Permission.LIBRARY_VIEW)
def index():
    me, today = actor(), clock.today(actor())
    is_client, asked = me.role is Role.CLIENT, request.args.get("organisation", type=row_key)
    own = benchmark.find_own(me) if is_client else benchmark.find_seen(me, asked)
    return render_template(
        "evidence/benchmark.html",
        lines=benchmark.lines(today, own),
        clients=benchmark.clients_of(me),
        least=benchmark.LEAST,
        quarter=benchmark.quarter_of(today),
        is_client=is_client,
        agrees=holds(me, Permission.BENCHMARK_AGREE),
    )


@bp.post("/organisations/<int:organisation_id>/benchmark/join")
@requires(Permission.BENCHMARK_AGREE, Organisation)
def join(organisation: Organisation):
    actions.join_benchmark(organisation, by=actor(), on=clock.today(actor()))
    flash(f"{organisation.name} takes part: its values count from the next quarter on.", "success")
    return redirect(url_for(".index"))


@bp.post("/organisations/<int:organisation_id>/benchmark/leave")
@requires(Permission.BENCHMARK_AGREE, Organisation)
def leave(organisation: Organisation):
    actions.leave_benchmark(organisation)
    flash(f"{organisation.name} takes part no longer: its values are out at once.", "success")
    return redirect(url_for(".index"))
