"""What was answered, from five people up and once a wave is closed."""

from functools import lru_cache

import lazy_loader as lazy
from flask import Blueprint, render_template, request
from markupsafe import Markup

from crm.access import Permission, requires
from crm.audit.exports import CSV, handed_out
from crm.pages import row_key
from crm.surveys import queries_results
from crm.surveys.export import results_csv
from crm.surveys.models import Survey
from crm.surveys.queries_results import Results
from crm.surveys.results import CAUTION, LOOKS, QuestionResult
from crm.surveys.views import crumbs_of
from crm.words import plural
from reports.charts import draw_svg, shares_spec

pd = lazy.load("pandas")

bp = Blueprint("survey_results", __name__)
#: A single interval is no reason to warn of many.
MANY_LOOKS = 2


@bp.get("/surveys/<int:survey_id>/results")
@requires(Permission.THREAD_VIEW, Survey)
def show(survey: Survey):
    results = queries_results.results_of(survey)
    pair = results.pair(*(request.args.get(name, type=row_key) for name in ("before", "after")))
    compared = results.compared(pair) if pair else []
    looks = sum(one.compared is not None for _, said in compared for one in said)
    return render_template(
        "surveys/results.html",
        survey=survey,
        results=results,
        pictures={one.id: picture(results, one) for one in results.questions},
        pair=pair,
        compared=compared,
        caution=CAUTION,
        looks=LOOKS.format(count=looks) if looks >= MANY_LOOKS else None,
        crumbs=crumbs_of(survey, is_within=True),
    )


def picture(results: Results, question) -> Markup | None:
    """The shares of each answer by wave; None for own words, and where nothing is told."""
    told = tuple(
        (one.label, wave.wave.name, one.share, one.lower, one.upper)
        for wave, found in results.of(question.id)
        for one in _options(found)
    )
    return _drawn(told) if told else None


def _options(found: QuestionResult | None) -> tuple:
    return found.options if found else ()


@lru_cache(maxsize=256)
def _drawn(told: tuple) -> Markup:
    frame = pd.DataFrame(told, columns=["answer", "wave", "share", "lower", "upper"])
    return Markup(draw_svg(shares_spec(frame)))  # noqa: S704 - drawn by us; texts in it are escaped by the drawing


@bp.get("/surveys/<int:survey_id>/results.csv")
@requires(Permission.THREAD_VIEW, Survey)
def download(survey: Survey):
    body, count = results_csv(queries_results.results_of(survey))
    told = f"Answers to “{survey.title}”, {plural(count, 'row')}"
    return handed_out(body, f"plumbline-survey-{survey.id}.csv", CSV, told, survey)
