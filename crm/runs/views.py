"""Files of reports that are made in the background: asked for, watched, fetched."""

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wsgi import FileWrapper

from crm.access import Permission, actor, requires
from crm.audit.exports import handed_out
from crm.pages import row_key
from crm.reporting.asked import NAMES
from crm.runs import actions, queries, snapshots
from crm.runs.models import ReportRun, RunState
from crm.runs.order import (
    LISTS,
    Order,
    formats_of,
    may_see,
    still_reaches,
)
from crm.store import store
from crm.transactions import afterwards
from reports.writers import FORMATS

bp = Blueprint("runs", __name__, url_prefix="/runs")
#: What the cookie holds of runs that their reader waits for.
AWAITED = "awaited_runs"
MOST_AWAITED = 10
CRUMBS = (("/reports", "Reports"),)
#: Bytes of a file that are sent at a time.
PIECE = 1 << 16
#: What the address of a report's page hands on to its file.
HANDED_ON = (*NAMES, "as_of", "troubled", "table")


@bp.get("")
@requires(Permission.REPORT_LIST)
def index():
    page = queries.runs_page(actor(), request.args.get("at"))
    return render_template("runs/index.html", page=page, crumbs=CRUMBS)


@bp.post("")
@requires(Permission.REPORT_LIST)
def create():
    order = Order.of(request.form, actor()) or abort(404)
    return _awaited(actions.ask(order, by=actor(), wants_mail="mail" in request.form))


def _awaited(run: ReportRun):
    """To the page of the run; when it is over, that is said wherever its reader is by then."""
    session[AWAITED] = [*session.get(AWAITED, ()), run.id][-MOST_AWAITED:]
    return redirect(url_for(".show", report_run_id=run.id), 303)


def _is_open_to_me(run: ReportRun) -> bool:
    """Whether its reader may still see all that is in it."""
    me = actor()
    if not may_see(me, run.report, run.engagement_id):
        return False
    return run.role is None or still_reaches(me, run.role, run.reach)


@bp.get("/<int:report_run_id>")
@requires(Permission.RUN_OWN, ReportRun)
def show(report_run: ReportRun):
    if not report_run.is_open:
        _forget(report_run.id)
    return render_template(
        "runs/show.html", run=report_run, left=queries.left_seconds(report_run),
        is_list=report_run.report in LISTS,
        is_open_to_me=_is_open_to_me(report_run), formats=formats_of(report_run.report),
        crumbs=(*CRUMBS, ("/runs", "My files")),
    )  # fmt: skip


def _forget(key: int) -> None:
    if key in session.get(AWAITED, ()):
        session[AWAITED] = [one for one in session[AWAITED] if one != key]


@bp.get("/<int:report_run_id>/state")
@requires(Permission.RUN_OWN, ReportRun)
def state(report_run: ReportRun):
    left = queries.left_seconds(report_run)
    said = {"state": report_run.state, "permille": report_run.permille, "step": report_run.step or ""}
    return jsonify(said | {"left": left, "is_over": not report_run.is_open})


@bp.get("/<int:report_run_id>/file.<format_>")
@requires(Permission.RUN_OWN, ReportRun)
def file(report_run: ReportRun, format_: str):
    """The file, whole. Whether its reader may have it is asked anew each time."""
    run = report_run
    if run.state is not RunState.DONE or format_ != run.format or not _is_open_to_me(run):
        abort(404)
    try:
        content = store().open(run.file)
    except FileNotFoundError:
        abort(404)
    _forget(run.id)
    form, more = FORMATS[run.format], {"digest": run.digest, "rows": run.rows}
    told = f"{run.title} as {form.label}, out of the background"
    answer = handed_out(FileWrapper(content, PIECE), run.file_name, form.mimetype, told, run, **more)
    answer.content_length = run.size
    return answer


@bp.post("/<int:report_run_id>/cancel")
@requires(Permission.RUN_OWN, ReportRun)
def cancel(report_run: ReportRun):
    actions.cancel(report_run)
    _forget(report_run.id)
    flash(f"“{report_run.title}” is cancelled.", "success")
    return redirect(url_for(".index"))


@bp.post("/<int:report_run_id>/delete")
@requires(Permission.RUN_OWN, ReportRun)
def delete(report_run: ReportRun):
    title, kept = report_run.title, store()
    for name in actions.delete(report_run):
        afterwards(lambda name=name: kept.delete(name))
    _forget(report_run.id)
    flash(f"“{title}” is deleted.", "success")
    return redirect(url_for(".index"))


@bp.post("/<int:report_run_id>/again")
@requires(Permission.RUN_OWN, ReportRun)
def again(report_run: ReportRun):
    """The same data once more, in this format or in another."""
    if not _is_open_to_me(report_run):
        abort(404)
    format_ = request.form.get("format") or report_run.format
    return _awaited(actions.make_again(report_run, format_, by=actor()))


@bp.app_context_processor
def offers() -> dict:
    """What templates of other rooms may ask: whether to go to the background, and what is ready."""
    return {"background": background, "finished_runs": finished_runs}


def background(report: str, engagement=None) -> dict:
    """What the page of a report offers: its formats, those that take long, and what it is narrowed to."""
    asked = {name: request.args[name] for name in HANDED_ON if request.args.get(name)}
    if engagement:
        asked["engagement"] = engagement.id
    names = [(name, FORMATS[name].label) for name in formats_of(report)]
    kept = snapshots.days(actor(), report, engagement)
    slow = queries.slow_formats(report)
    return {"report": report, "asked": asked, "formats": names, "slow": slow, "kept": kept}


def finished_runs() -> list:
    """Of the runs that this reader waits for, those that are over: a statement, but only while they wait."""
    awaited = session.get(AWAITED)
    if not awaited or request.blueprint == "runs":
        return []
    keys = [row_key(key) for key in awaited if isinstance(key, int)]
    return [(one, FORMATS[one.format].label) for one in queries.over(actor(), keys)]
