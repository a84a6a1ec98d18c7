from hashlib import sha256

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address

from crm.access import Permission, actor, public, requires
from crm.accounts import queries
from crm.accounts.forms import AccountForm, RemindersForm, UserForm
from crm.accounts.models import User
from crm.extensions import db, limiter
from crm.forms import form_page
from crm.pages import THEMES, came_from

bp = Blueprint("accounts", __name__)


@bp.record_once
def limit_sign_in(state) -> None:
    """A password cannot be guessed by trying: not from one address, and not from many at one account."""
    views, settings = state.app.view_functions, state.app.config
    tries = limiter.limit(settings["SIGN_IN_LIMIT"], key_func=get_remote_address, methods=["POST"])
    guesses = limiter.limit(
        settings["GUESS_LIMIT"], key_func=account_tried, methods=["POST"], deduct_when=is_refused
    )
    views["security.login"] = tries(guesses(views["security.login"]))
    for name in ("security.change_password", "security.verify"):
        views[name] = tries(views[name])


def account_tried() -> str:
    """The account that is tried, told apart from others and not to be read."""
    return sha256(request.form.get("email", "").strip().lower().encode()).hexdigest()


def is_refused(response: Response) -> bool:
    return response.status_code == 200


@bp.route("/account", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def account():
    form = AccountForm(obj=actor())
    if form.validate_on_submit():
        form.populate_obj(actor())
        flash("Your account is saved.", "success")
        return redirect(url_for(".account"))
    return form_page("accounts/account.html", form, reminders=RemindersForm(formdata=None, obj=actor()))


@bp.post("/account/reminders")
@requires(Permission.OWN_ACCOUNT)
def choose_reminders():
    form = RemindersForm()
    if form.validate_on_submit():
        form.populate_obj(actor())
        flash("Your choice of reminders is saved.", "success")
        return redirect(url_for(".account"))
    account = AccountForm(formdata=None, obj=actor())
    return render_template("accounts/account.html", form=account, reminders=form), 422


@bp.post("/theme")
@public
def choose_theme():
    response = redirect(came_from())
    theme = request.form.get("theme", "")
    theme = theme if theme in THEMES else ""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie("theme", theme, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure)
    return response


@bp.get("/settings")
@requires(Permission.USERS_MANAGE)
def users():
    return render_template("accounts/users.html", users=queries.users())


@bp.route("/settings/users/new", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def create():
    return _save(User(), UserForm(by=actor()), "Add a person")


@bp.route("/settings/users/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit(user_id: int):
    user = db.get_or_404(User, user_id)
    return _save(user, UserForm(user=user, by=actor()), user.name)


def _save(user: User, form: UserForm, title: str):
    if form.validate_on_submit():
        form.populate_obj(user)
        db.session.add(user)
        flash(f"{user.name} is saved.", "success")
        return redirect(url_for(".users"))
    crumbs = [(url_for(".users"), "Settings and users")]
    return form_page("form.html", form, title=title, crumbs=crumbs, back=url_for(".users"))
