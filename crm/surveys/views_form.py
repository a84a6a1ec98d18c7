"""What strangers see: the form of the link that they hold. No sign-in, no script, no trace of who answered.

Cookies are refused by some browsers. Then nothing can be kept, and the page says why with the answers still
in it: so the form looks after its own token, where everywhere else a bad one ends in an error page.
"""

import re
import secrets
from datetime import timedelta
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask_limiter.util import get_remote_address

from crm.access import public
from crm.extensions import csrf, limiter
from crm.surveys import actions_answer, queries
from crm.surveys.forms_answer import AnswerForm, StartForm, answer_form, given_in
from crm.surveys.queries import Standing
from crm.transactions import once_read

bp = Blueprint("survey_form", __name__, url_prefix="/s")
limited = limiter.limit(lambda: current_app.config["SURVEY_LIMIT"], key_func=get_remote_address)
COOKIE, KEPT_FOR = "survey", timedelta(days=30)
MADE_BY_US = re.compile(r"[A-Za-z0-9_-]{22}")


@bp.after_request
def unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _browser() -> str | None:
    """The dice that this browser was given; they say nothing about who holds it."""
    given = request.cookies.get(COOKIE, "")
    return given if MADE_BY_US.fullmatch(given) else None


def _digest(wave, browser: str) -> str:
    return sha256(f"{wave.token}/{browser}".encode()).hexdigest()


def _wave(token: str, *, to_write: bool = False):
    return queries.find_by_token(token.replace("\0", "")[:255], to_write=to_write) or abort(404)


def _shut(wave, status: int = 200):
    """The page of a survey that nobody can answer now; None for one that they can."""
    standing = queries.standing(wave)
    if standing is Standing.OPEN:
        return None
    return render_template("surveys/shut.html", wave=wave, is_ahead=standing is Standing.NOT_YET), status


def _with_cookie(response: Response, wave, browser: str) -> Response:
    path = address_of(".welcome", token=wave.token, _external=False)
    response.set_cookie(
        COOKIE, browser, max_age=KEPT_FOR, path=path, httponly=True, samesite="Lax",
        secure=current_app.config["TLS"],
    )  # fmt: skip
    return response


def _has_answered(wave, browser: str | None) -> bool:
    visit = queries.find_visit(wave.id, _digest(wave, browser)) if browser else None
    return visit is not None and visit.is_finished


@bp.get("/<token>")
@public
@limited
def welcome(token: str):
    wave = _wave(token)
    if shut := _shut(wave):
        return shut
    known = _browser()
    if _has_answered(wave, known):
        return redirect(address_of(".thanks", token=token))
    if request.method == "GET":
        once_read(lambda: actions_answer.count_view(wave.id, is_new=known is None))
    page = _welcome(wave, StartForm())
    return _with_cookie(make_response(page), wave, known or secrets.token_urlsafe(16))


def _welcome(wave, form: StartForm):
    count = len(queries.asked_of_strangers(wave.survey_id))
    page = render_template("surveys/welcome.html", wave=wave, form=form, count=count)
    return page, 422 if form.errors else 200


@bp.post("/<token>")
@csrf.exempt
@public
@limited
def start(token: str):
    wave = _wave(token, to_write=True)
    if shut := _shut(wave, 409):
        return shut
    form = StartForm()
    if not form.validate_on_submit():
        return _welcome(wave, form)
    browser = _browser() or secrets.token_urlsafe(16)
    actions_answer.begin(wave, _digest(wave, browser))
    return _with_cookie(redirect(address_of(".questions", token=token)), wave, browser)


@bp.get("/<token>/questions")
@public
@limited
def questions(token: str):
    wave, browser = _wave(token), _browser()
    if shut := _shut(wave):
        return shut
    visit = queries.find_visit(wave.id, _digest(wave, browser)) if browser else None
    if visit is None or visit.is_finished:
        return redirect(address_of(".thanks" if visit else ".welcome", token=token))
    asked = queries.asked_of_strangers(wave.survey_id)
    return _questions(wave, asked, answer_form(asked))


def _questions(wave, asked, form: AnswerForm):
    page = render_template("surveys/questions.html", survey=wave, asked=asked, form=form, is_preview=False)
    return page, 422 if form.errors else 200


@bp.post("/<token>/questions")
@csrf.exempt
@public
@limited
def answer(token: str):
    """Whoever sends it twice has answered once, and is thanked twice."""
    wave = _wave(token, to_write=True)
    if shut := _shut(wave, 409):
        return shut
    asked = queries.asked_of_strangers(wave.survey_id)
    form = answer_form(asked)
    if not form.validate_on_submit():
        return _questions(wave, asked, form)
    browser = _browser() or secrets.token_urlsafe(16)
    actions_answer.answer(wave, _digest(wave, browser), given_in(form, asked))
    return _with_cookie(redirect(address_of(".thanks", token=token)), wave, browser)


@bp.get("/<token>/thanks")
@public
@limited
def thanks(token: str):
    wave = _wave(token)
    if not _has_answered(wave, _browser()):
        return _shut(wave) or redirect(address_of(".welcome", token=token))
    return render_template("surveys/thanks.html", wave=wave)
