"""What ran and what failed, for administrators."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from crm.access import Permission, requires
from crm.jobs import actions, queries
from crm.jobs.health import worker_seen
from crm.jobs.models import JobRun, RunState
from crm.jobs.registry import TASKS, title_of

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("")
@requires(Permission.JOBS_MANAGE)
def index():
    asked = request.args.get("state", "")
    state = RunState(asked) if asked in RunState._value2member_map_ else None
    return render_template(
        "jobs/index.html",
        page=queries.runs_page(state, request.args.get("at")),
        planned=queries.planned(),
        state=state,
        states=RunState,
        title_of=title_of,
        seen_at=worker_seen(),
    )


@bp.post("/<int:job_run_id>/retry")
@requires(Permission.JOBS_MANAGE, JobRun)
def retry(job_run: JobRun):
    actions.try_again(job_run)
    flash(f"“{title_of(job_run.task)}” is tried again.", "success")
    return redirect(url_for(".index"))


@bp.post("/tasks/<task>/run")
@requires(Permission.JOBS_MANAGE)
def run_now(task: str):
    if task not in TASKS:
        abort(404)
    actions.run_now(task)
    flash(f"“{title_of(task)}” runs as soon as a worker is free.", "success")
    return redirect(url_for(".index"))
