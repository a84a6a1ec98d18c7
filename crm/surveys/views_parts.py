"""The questions of a survey and its waves."""

import io

import segno
from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from crm.access import Permission, actor, requires
from crm.bin.actions import throw_away
from crm.extensions import db
from crm.forms import form_page
from crm.mail.letters import absolute
from crm.surveys import actions
from crm.surveys.forms import QuestionForm, WaveForm
from crm.surveys.models import Survey, SurveyQuestion, SurveyWave, WaveState
from crm.surveys.views import crumbs_of, page_of
from crm.words import plural

bp = Blueprint("survey_parts", __name__)


@bp.route("/surveys/<int:survey_id>/questions/new", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Survey)
def create_question(survey: Survey):
    form = QuestionForm(engagement_id=survey.engagement_id)
    if form.validate_on_submit():
        question = SurveyQuestion()
        form.populate_obj(question)
        actions.ask(question, survey)
        db.session.flush()
        return redirect(page_of(survey.id))
    return _question_page(form, survey, "Add a question")


@bp.route("/survey-questions/<int:survey_question_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, SurveyQuestion)
def edit_question(survey_question: SurveyQuestion):
    form = QuestionForm(obj=survey_question, engagement_id=survey_question.engagement_id)
    if form.validate_on_submit():
        form.populate_obj(survey_question)
        db.session.flush()
        return redirect(page_of(survey_question.survey_id))
    return _question_page(form, survey_question.survey, f"Edit question {survey_question.position}")


def _question_page(form: QuestionForm, survey: Survey, title: str):
    crumbs = crumbs_of(survey, is_within=True)
    return form_page("form.html", form, title=title, crumbs=crumbs, back=page_of(survey.id), more=form.MORE)


@bp.post("/survey-questions/<int:survey_question_id>/move")
@requires(Permission.THREAD_EDIT, SurveyQuestion)
def move(survey_question: SurveyQuestion):
    actions.move(survey_question, survey_question.survey, up=request.form.get("to") == "up")
    return redirect(page_of(survey_question.survey_id))


@bp.post("/survey-questions/<int:survey_question_id>/delete")
@requires(Permission.THREAD_EDIT, SurveyQuestion)
def delete_question(survey_question: SurveyQuestion):
    survey_id = survey_question.survey_id
    throw_away(survey_question, by=actor())
    flash("The question is in the bin. From there it can be put back.", "success")
    return redirect(page_of(survey_id))


@bp.route("/surveys/<int:survey_id>/waves/new", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Survey)
def create_wave(survey: Survey):
    form = WaveForm(survey_id=survey.id)
    if form.validate_on_submit():
        wave = SurveyWave()
        form.populate_obj(wave)
        actions.add_wave(wave, survey)
        db.session.flush()
        return redirect(page_of(survey.id))
    return _wave_page(form, survey, "Add a wave")


@bp.route("/survey-waves/<int:survey_wave_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, SurveyWave)
def edit_wave(survey_wave: SurveyWave):
    form = WaveForm(obj=survey_wave, survey_id=survey_wave.survey_id)
    if form.validate_on_submit():
        form.populate_obj(survey_wave)
        db.session.flush()
        return redirect(page_of(survey_wave.survey_id))
    return _wave_page(form, survey_wave.survey, f"Edit {survey_wave.name}")


def _wave_page(form: WaveForm, survey: Survey, title: str):
    crumbs = crumbs_of(survey, is_within=True)
    return form_page("form.html", form, title=title, crumbs=crumbs, back=page_of(survey.id))


@bp.post("/survey-waves/<int:survey_wave_id>/open")
@requires(Permission.THREAD_EDIT, SurveyWave)
def open_wave(survey_wave: SurveyWave):
    actions.open_wave(survey_wave)
    db.session.flush()
    flash(f"“{survey_wave.name}” is open: send its link, or print its code.", "success")
    return redirect(page_of(survey_wave.survey_id))


@bp.post("/survey-waves/<int:survey_wave_id>/close")
@requires(Permission.THREAD_EDIT, SurveyWave)
def close_wave(survey_wave: SurveyWave):
    actions.close_wave(survey_wave)
    flash(f"“{survey_wave.name}” is closed. What was answered is shown under Results.", "success")
    return redirect(page_of(survey_wave.survey_id))


@bp.post("/survey-waves/<int:survey_wave_id>/measure")
@requires(Permission.THREAD_EDIT, SurveyWave)
def measure(survey_wave: SurveyWave):
    told = actions.tell_measures(survey_wave, by=actor())
    flash(f"Written into {plural(told, 'measure')}.", "success")
    return redirect(url_for("survey_results.show", survey_id=survey_wave.survey_id))


@bp.get("/survey-waves/<int:survey_wave_id>/code.svg")
@requires(Permission.THREAD_VIEW, SurveyWave)
def code(survey_wave: SurveyWave):
    """The link of an open wave to be printed; dark on white, or no camera reads it."""
    if survey_wave.state is not WaveState.OPEN:
        abort(404)
    out = io.BytesIO()
    made = segno.make(absolute("survey_form.welcome", token=survey_wave.token), error="m", micro=False)
    made.save(out, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False)
    return Response(out.getvalue(), mimetype="image/svg+xml")
