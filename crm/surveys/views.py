"""Surveys as the team makes them, and as everybody on the engagement sees that they are there."""

from flask import Blueprint, flash, redirect, render_template, url_for

from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.extensions import db
from crm.forms import form_page
from crm.mail.letters import absolute
from crm.surveys import actions, queries
from crm.surveys.forms import NewSurveyForm, SurveyForm
from crm.surveys.forms_answer import answer_form
from crm.surveys.models import Survey
from crm.surveys.questionnaires import PRIVACY

bp = Blueprint("surveys", __name__)


def page_of(survey_id: int) -> str:
    return url_for("surveys.show", survey_id=survey_id)


def index_of(engagement_id: int) -> str:
    return url_for("surveys.index", engagement_id=engagement_id)


def crumbs_of(survey: Survey, *, is_within: bool = False) -> list[tuple[str, str]]:
    links = [*trail_of(survey.engagement_id), (index_of(survey.engagement_id), "Surveys")]
    return [*links, (page_of(survey.id), survey.title)] if is_within else links


@bp.get("/engagements/<int:engagement_id>/surveys")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    surveys = queries.surveys_of(engagement)
    crumbs = trail(engagement)
    return render_template("surveys/index.html", engagement=engagement, surveys=surveys, crumbs=crumbs)


@bp.route("/engagements/<int:engagement_id>/surveys/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = NewSurveyForm()
    if form.validate_on_submit():
        told = {name: form[name].data for name in ("title", "audience", "introduction")}
        survey = Survey(privacy=PRIVACY, **told)
        actions.make(survey, engagement, form.questionnaire.data, form.waves.data, by=actor())
        flash(f"“{survey.title}” is drafted. Look through its questions, then open a wave.", "success")
        return redirect(page_of(survey.id))
    crumbs = [*trail(engagement), (index_of(engagement.id), "Surveys")]
    lead = "A few questions by link, answered without a name in two minutes."
    back = index_of(engagement.id)
    return form_page("form.html", form, title="New survey", lead=lead, crumbs=crumbs, back=back)


@bp.get("/surveys/<int:survey_id>")
@requires(Permission.THREAD_VIEW, Survey)
def show(survey: Survey):
    waves = queries.waves_of(survey.id)
    return render_template(
        "surveys/show.html",
        survey=survey,
        questions=queries.questions_of(survey.id),
        waves=waves,
        is_answered=any(wave.finished for wave in waves),
        link_of=lambda wave: absolute("survey_form.welcome", token=wave.token),
        crumbs=crumbs_of(survey),
    )


@bp.route("/surveys/<int:survey_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Survey)
def edit(survey: Survey):
    form = SurveyForm(obj=survey)
    if form.validate_on_submit():
        form.populate_obj(survey)
        db.session.flush()
        return redirect(page_of(survey.id))
    context = {"title": f"Edit {survey.title}", "crumbs": crumbs_of(survey, is_within=True)}
    return form_page("form.html", form, back=page_of(survey.id), **context)


@bp.get("/surveys/<int:survey_id>/preview")
@requires(Permission.THREAD_VIEW, Survey)
def preview(survey: Survey):
    """As people see it; nothing of it can be sent."""
    asked = queries.questions_of(survey.id)
    form = answer_form(asked)
    return render_template("surveys/questions.html", survey=survey, asked=asked, form=form, is_preview=True)


@bp.post("/surveys/<int:survey_id>/copy")
@requires(Permission.THREAD_EDIT, Survey)
def copy(survey: Survey):
    new = actions.copy(survey, by=actor())
    flash(f"“{new.title}” is a draft of its own: change what you like.", "success")
    return redirect(page_of(new.id))
