from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.economics.queries import evaluation_in_full
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.evidence import actions, queries
from crm.evidence import lock as _lock  # noqa: F401 - it judges every flush
from crm.evidence.actions import Basis
from crm.evidence.forms import FindingForm, ShareForm
from crm.evidence.models import Finding, rung_of
from crm.evidence.naming import in_general, names_of
from crm.forms import form_page
from crm.methods.designs import evidence, known
from crm.pages import row_key

bp = Blueprint("evidence", __name__)


def findings_of(engagement_id: int) -> str:
    return url_for("evidence.index", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/findings")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    return render_template(
        "evidence/index.html",
        engagement=engagement,
        findings=queries.findings_of(engagement.id),
        looks=queries.untold_looks(engagement.id),
        evaluations=queries.untold_evaluations(engagement.id),
        rung_of=rung_of,
        crumbs=_crumbs(engagement),
    )


@bp.route("/engagements/<int:engagement_id>/findings/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    basis = Basis(
        queries.find_look(engagement.id, request.args.get("look", type=row_key)),
        queries.find_evaluation(engagement.id, request.args.get("evaluation", type=row_key)),
    )
    form = FindingForm(engagement_id=engagement.id, design=basis.design, **_proposed(basis))
    if form.validate_on_submit():
        finding = Finding()
        form.populate_obj(finding)
        actions.tell(finding, engagement, basis)
        flash("The finding is written, as a draft.", "success")
        return redirect(findings_of(engagement.id))
    return _page(form, "Write a finding", engagement, basis.design, basis)


def _proposed(basis: Basis) -> dict:
    """The sentences that what it rests on says by itself."""
    if look := basis.look:
        said = look.result
        about = queries.measure_of(look)
        return {"statement": said.get("board"), "not_shown": said.get("not_shown"), "measure_id": about}
    if basis.evaluation:
        one = evaluation_in_full(basis.evaluation.id)
        return {"statement": one.board, "not_shown": one.open_questions}
    return {}


@bp.route("/findings/<int:finding_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Finding)
def edit(finding: Finding):
    form = FindingForm(obj=finding, engagement_id=finding.engagement_id, design=finding.design)
    if form.validate_on_submit():
        form.populate_obj(finding)
        return redirect(findings_of(finding.engagement_id))
    basis = Basis(queries.find_look(finding.engagement_id, finding.look_id))
    return _page(form, "Edit the finding", finding.engagement, finding.design, basis)


@bp.post("/findings/<int:finding_id>/agree")
@requires(Permission.FINDING_AGREE, Finding)
def agree(finding: Finding):
    actions.agree(finding, by=actor())
    flash("The finding is agreed: it stays as it was said.", "success")
    return redirect(findings_of(finding.engagement_id))


@bp.post("/findings/<int:finding_id>/reopen")
@requires(Permission.THREAD_EDIT, Finding)
def reopen(finding: Finding):
    actions.reopen(finding)
    flash("The finding is a draft again.", "success")
    return redirect(findings_of(finding.engagement_id))


@bp.route("/findings/<int:finding_id>/share", methods=["GET", "POST"])
@requires(Permission.FINDING_SHARE, Finding)
def share(finding: Finding):
    """First the words are chosen, then they are read as others will, then they are shared."""
    names = names_of(finding.engagement)
    proposed = {
        "statement": in_general(finding.statement, names),
        "not_shown": in_general(finding.not_shown, names),
    }
    form = ShareForm(names=names, design=finding.design, **proposed)
    is_right = form.validate_on_submit()
    shared = actions.as_shared(
        finding, form.statement.data or "", form.not_shown.data or "", clock.today(actor())
    )
    if is_right and form.is_confirmed.data:
        actions.share(finding, shared)
        flash("The finding is in the library. It can be taken out at any time.", "success")
        return redirect(findings_of(finding.engagement_id))
    engagement = finding.engagement
    page = {"finding": finding, "one": shared, "engagement": engagement, "crumbs": _crumbs(engagement)}
    return form_page("evidence/share.html", form, **page, back=findings_of(engagement.id))


@bp.post("/findings/<int:finding_id>/withdraw")
@requires(Permission.FINDING_SHARE, Finding)
def withdraw(finding: Finding):
    actions.withdraw(finding)
    flash("The finding is out of the library.", "success")
    return redirect(findings_of(finding.engagement_id))


def _page(form, title: str, engagement: Engagement, design, basis: Basis):
    science = known(design.value)
    context = {"title": title, "crumbs": _crumbs(engagement), "back": findings_of(engagement.id)}
    said = {"design": design, "science": science, "evidence": evidence(design.value), "look": basis.look}
    return form_page("evidence/build.html", form, **context, **said)


def _crumbs(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), (findings_of(engagement.id), "Findings")]
