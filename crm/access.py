"""Who may do what. The whole answer is the RULES table.

A view declares one permission with @requires. RULES says, for each role, within which scope it
holds. A scope is one SQL criterion: it filters lists (`Model.visible_to(user)`), loads the subject
named in a URL and answers `can(...)` in templates, so the three cannot disagree.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache, wraps
from typing import ClassVar

import sqlalchemy as sa
from flask import Flask, abort, g, has_request_context, request
from flask_security import current_user

from crm.base import Labelled
from crm.extensions import WRITES, db, security
from crm.readers import become
from crm.scopes import (
    ALL,
    BINNED,
    FOR_ROLE,
    GRANTED,
    OWED,
    OWN,
    OWN_OR_SHARED,
    RATING,
    RATING_GRANTED,
    RATING_TEAM,
    SERVED,
    SHARED,
    SPONSORED,
    TEAM,
    THEIRS,
    UNSEALED,
    UNSEALED_GRANTED,
    UNSEALED_TEAM,
    Scope,
)


class Role(Labelled):
    ADMINISTRATOR = auto()
    MANAGER = auto()
    CONSULTANT = auto()
    CLIENT = auto()
    ADVISER = auto()


class Permission(StrEnum):
    OWN_ACCOUNT = auto()
    OWN_DRAFT = auto()
    USERS_MANAGE = auto()
    MY_DAY = auto()
    PORTFOLIO = auto()
    BOARD_VIEW = auto()
    ORGANISATION_LIST = auto()
    ORGANISATION_CREATE = auto()
    ORGANISATION_VIEW = auto()
    ORGANISATION_EDIT = auto()
    ENGAGEMENT_LIST = auto()
    ENGAGEMENT_CREATE = auto()
    ENGAGEMENT_VIEW = auto()
    ENGAGEMENT_EDIT = auto()
    ENGAGEMENT_ASSIGN = auto()
    ENGAGEMENT_GRANT = auto()
    ENGAGEMENT_PREVIEW = auto()
    ENGAGEMENT_SIGN = auto()
    ENGAGEMENT_CLONE = auto()
    ENGAGEMENT_CLOSE = auto()
    ENGAGEMENT_REOPEN = auto()
    DELIVERABLE_ACCEPT = auto()
    OUTLINE_LIST = auto()
    OUTLINE_VIEW = auto()
    OUTLINE_EDIT = auto()
    HEALTH_OVERRIDE = auto()
    SATISFACTION_VIEW = auto()
    SATISFACTION_GIVE = auto()
    MONEY_VIEW = auto()
    THREAD_VIEW = auto()
    THREAD_EDIT = auto()
    VALUES_APPROVE = auto()
    ROUND_JUDGE = auto()
    JUDGEMENT_VIEW = auto()
    VERSION_ANSWER = auto()
    CHECK_IN = auto()
    SURVEY_ANSWER = auto()
    SESSION_VIEW = auto()
    SESSION_EDIT = auto()
    SESSION_SEARCH = auto()
    SESSION_ACKNOWLEDGE = auto()
    SESSION_UNLOCK = auto()
    PRIVATE_NOTE = auto()
    ACTION_FINISH = auto()
    TIME_VIEW = auto()
    TIME_LOG = auto()
    TIME_EDIT = auto()
    TIME_APPROVE = auto()
    TIME_IMPORT = auto()
    UTILISATION_VIEW = auto()
    RATE_VIEW = auto()
    RATE_MANAGE = auto()
    FINDING_AGREE = auto()
    FINDING_SHARE = auto()
    LIBRARY_VIEW = auto()
    BENCHMARK_AGREE = auto()
    REPORT_LIST = auto()
    PORTFOLIO_REPORT = auto()
    PRACTICE_REPORT = auto()
    COACHING_LOG = auto()
    RUN_OWN = auto()
    SNAPSHOT_VIEW = auto()
    SCHEDULE_MAKE = auto()
    SCHEDULE_OWN = auto()
    BUILDER = auto()
    VIEW_OPEN = auto()
    VIEW_EDIT = auto()
    AUDIT_READ = auto()
    HISTORY_VIEW = auto()
    BIN_LIST = auto()
    BIN_VIEW = auto()
    BIN_RESTORE = auto()
    BIN_EMPTY = auto()
    JOBS_MANAGE = auto()
    MAIL_MANAGE = auto()


A, M, C, K, V = Role.ADMINISTRATOR, Role.MANAGER, Role.CONSULTANT, Role.CLIENT, Role.ADVISER
RULES: dict[Permission, dict[Role, Scope]] = {
    Permission.OWN_ACCOUNT: {A: ALL, M: ALL, C: ALL, K: ALL, V: ALL},
    Permission.OWN_DRAFT: {A: OWN, M: OWN, C: OWN, K: OWN, V: OWN},
    Permission.USERS_MANAGE: {A: ALL},
    Permission.MY_DAY: {A: ALL, M: ALL, C: ALL, K: ALL},
    Permission.PORTFOLIO: {A: ALL, M: ALL},
    Permission.BOARD_VIEW: {A: ALL, M: ALL, V: ALL},
    Permission.ORGANISATION_LIST: {A: ALL, M: ALL, C: ALL},
    Permission.ORGANISATION_CREATE: {A: ALL, M: ALL, C: ALL},
    Permission.ORGANISATION_VIEW: {A: ALL, M: ALL, C: SERVED, K: THEIRS},
    Permission.ORGANISATION_EDIT: {A: ALL, M: ALL, C: SERVED},
    Permission.ENGAGEMENT_LIST: {A: ALL, M: ALL, C: ALL, K: ALL},
    Permission.ENGAGEMENT_CREATE: {A: ALL, M: ALL, C: ALL},
    Permission.ENGAGEMENT_VIEW: {A: ALL, M: ALL, C: TEAM, K: GRANTED},
    Permission.ENGAGEMENT_EDIT: {A: ALL, C: TEAM},
    Permission.ENGAGEMENT_ASSIGN: {A: ALL, M: ALL},
    Permission.ENGAGEMENT_GRANT: {A: ALL, M: ALL, C: TEAM},
    Permission.ENGAGEMENT_PREVIEW: {A: ALL, M: ALL, C: TEAM},
    Permission.ENGAGEMENT_SIGN: {K: SPONSORED},
    Permission.ENGAGEMENT_CLONE: {A: ALL, M: ALL, C: TEAM},
    Permission.ENGAGEMENT_CLOSE: {A: ALL, M: ALL, C: TEAM},
    Permission.ENGAGEMENT_REOPEN: {A: ALL, M: ALL},
    Permission.DELIVERABLE_ACCEPT: {A: ALL, C: TEAM, K: SPONSORED},
    Permission.OUTLINE_LIST: {A: ALL, M: ALL, C: ALL},
    Permission.OUTLINE_VIEW: {A: ALL, M: ALL, C: OWN_OR_SHARED},
    Permission.OUTLINE_EDIT: {A: ALL, M: ALL, C: OWN},
    Permission.HEALTH_OVERRIDE: {A: ALL, M: ALL, C: TEAM},
    Permission.SATISFACTION_VIEW: {A: ALL, M: ALL, C: TEAM, K: SHARED},
    Permission.SATISFACTION_GIVE: {A: ALL, C: TEAM, K: GRANTED},
    Permission.MONEY_VIEW: {A: ALL, M: ALL, C: TEAM},
    Permission.THREAD_VIEW: {A: ALL, M: ALL, C: TEAM, K: GRANTED},
    Permission.THREAD_EDIT: {A: ALL, C: TEAM},
    Permission.VALUES_APPROVE: {A: ALL, M: ALL},
    Permission.ROUND_JUDGE: {A: RATING, C: RATING_TEAM, K: RATING_GRANTED},
    Permission.JUDGEMENT_VIEW: {A: UNSEALED, M: UNSEALED, C: UNSEALED_TEAM, K: UNSEALED_GRANTED},
    Permission.VERSION_ANSWER: {A: ALL, C: TEAM, K: GRANTED},
    Permission.CHECK_IN: {A: ALL, C: TEAM, K: OWED},
    #: No answer is read by anybody: sums of five and more are told, by crm.surveys alone.
    Permission.SURVEY_ANSWER: {},
    Permission.SESSION_VIEW: {A: ALL, M: ALL, C: TEAM, K: SHARED},
    Permission.SESSION_EDIT: {A: ALL, C: TEAM},
    Permission.SESSION_SEARCH: {A: ALL, M: ALL, C: ALL, K: ALL},
    Permission.SESSION_ACKNOWLEDGE: {K: SHARED},
    Permission.SESSION_UNLOCK: {A: ALL, M: ALL},
    Permission.PRIVATE_NOTE: {C: OWN},
    Permission.ACTION_FINISH: {A: ALL, C: TEAM, K: OWED},
    Permission.TIME_VIEW: {A: ALL, M: ALL, C: OWN},
    Permission.TIME_LOG: {A: ALL, C: ALL},
    Permission.TIME_EDIT: {A: ALL, C: OWN},
    Permission.TIME_APPROVE: {A: ALL, M: ALL},
    Permission.TIME_IMPORT: {A: ALL, C: ALL},
    Permission.UTILISATION_VIEW: {A: ALL, M: ALL, C: ALL},
    Permission.RATE_VIEW: {A: ALL, M: ALL, C: OWN},
    Permission.RATE_MANAGE: {A: ALL, M: ALL},
    Permission.FINDING_AGREE: {A: ALL, C: TEAM, K: SPONSORED},
    Permission.FINDING_SHARE: {A: ALL, M: ALL, K: SPONSORED},
    Permission.LIBRARY_VIEW: {A: ALL, M: ALL, C: ALL, K: ALL, V: ALL},
    Permission.BENCHMARK_AGREE: {A: ALL, M: ALL, K: THEIRS},
    Permission.REPORT_LIST: {A: ALL, M: ALL, C: ALL, K: ALL},
    Permission.PORTFOLIO_REPORT: {A: ALL, M: ALL, C: ALL},
    Permission.PRACTICE_REPORT: {A: ALL, M: ALL, C: ALL},
    Permission.COACHING_LOG: {A: ALL, M: ALL, C: ALL},
    Permission.RUN_OWN: {A: OWN, M: OWN, C: OWN, K: OWN},
    Permission.SNAPSHOT_VIEW: {A: ALL, M: ALL, C: TEAM},
    Permission.SCHEDULE_MAKE: {A: ALL, M: ALL, C: ALL},
    Permission.SCHEDULE_OWN: {A: OWN, M: OWN, C: OWN},
    Permission.BUILDER: {A: ALL, M: ALL, C: ALL},
    Permission.VIEW_OPEN: {A: ALL, M: FOR_ROLE, C: FOR_ROLE},
    Permission.VIEW_EDIT: {A: ALL, M: OWN, C: OWN},
    Permission.AUDIT_READ: {A: ALL, M: ALL},
    Permission.HISTORY_VIEW: {A: ALL, M: ALL, C: ALL},
    Permission.BIN_LIST: {A: ALL, M: ALL, C: ALL},
    Permission.BIN_VIEW: {A: ALL, M: ALL, C: BINNED},
    Permission.BIN_RESTORE: {A: ALL, M: OWN, C: BINNED},
    Permission.BIN_EMPTY: {A: ALL},
    Permission.JOBS_MANAGE: {A: ALL},
    Permission.MAIL_MANAGE: {A: ALL},
}


class Guarded:
    """A model that access rules look at. `view_permission` is what seeing a row asks for.

    The guard below the ORM asks for `guarded_by`, where sums over rows are told to more people than the rows.
    """

    view_permission: ClassVar[Permission]
    guarded_by: ClassVar[Permission | None] = None
    #: What throwing a row into the bin asks for; None where rows are not thrown away one by one.
    throw_permission: ClassVar[Permission | None] = None

    @classmethod
    def also_open_to(cls, _reader) -> sa.ColumnElement[bool] | None:
        """Rows that the guard lets through besides: those that are just being made."""
        return None

    @classmethod
    def visible_to(cls, user) -> sa.ColumnElement[bool]:
        """The rows that `user` may see, as a criterion."""
        return within(user, cls.view_permission, cls)


def within(user, permission: Permission, model: type) -> sa.ColumnElement[bool]:
    """The rows of `model` for which `user` holds `permission`."""
    scope = RULES[permission].get(user.role)
    return scope.where(user, model) if scope else sa.false()


def holds(user, permission: Permission) -> bool:
    """Whether the role of `user` holds the permission at all."""
    return user.is_authenticated and user.role in RULES[permission]


def _answers() -> dict[tuple, bool]:
    """What this request has asked of the scopes so far: by user, scope, model and row."""
    return g.setdefault("access_answers", {}) if has_request_context() else {}


def can(user, permission: Permission, subject=None) -> bool:
    """Whether `user` holds the permission, for `subject` where one is given.

    One statement for each scope and subject in a request, none where the scope is everything.
    """
    if not holds(user, permission):
        return False
    scope = RULES[permission][user.role]
    if subject is None or scope is ALL:
        return True
    answers, model = _answers(), getattr(subject, "of_model", type(subject))
    key = (user.id, scope, model, subject.id)
    if key not in answers:
        found = sa.select(model.id).where(model.id == subject.id, scope.where(user, model))
        answers[key] = db.session.scalar(found) is not None
    return answers[key]


@dataclass(frozen=True)
class Operator:
    """Whoever runs a command on the machine itself: sees what an administrator sees."""

    id: int = 0
    name: str = "Command line"
    role: Role = Role.ADMINISTRATOR
    time_zone: str = "UTC"
    is_authenticated: bool = True


@dataclass(frozen=True)
class Reader:
    """Stands for whoever of a role will ask: a statement made for it is put together once.

    It is sent with `reader`, the id of the user who asks.
    """

    role: Role
    id: sa.BindParameter[int] = sa.bindparam("reader", type_=sa.Integer)  # noqa: RUF009 - it never changes


def actor():
    """The signed-in user itself. Flask-Login's `current_user` is a proxy; keep it out of the ORM."""
    return current_user._get_current_object()


def public(view):
    """Mark a view that anyone may see."""
    view.access = "public"
    return view


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def requires(
    permission: Permission,
    model: type | None = None,
    glance: Callable | None = None,
    *,
    takes_turns: bool = True,
):
    """Guard a view. With a model, also load the subject named in the URL and hand it over.

    `/engagements/<int:engagement_id>` with `@requires(..., Engagement)` calls
    `view(engagement=...)`. A subject that does not exist is a 404; so is one the user
    may not see, so that ids leak nothing. One that they see but may not change is a 403.
    Who writes holds the row until they are done, but for a view that says that it takes no turns.
    """

    def decorate(view):
        @wraps(view)
        def guarded(**url):
            if not current_user.is_authenticated:
                return security.login_manager.unauthorized()
            user = actor()
            become(user)
            if model is None:
                if not holds(user, permission):
                    abort(403)
                return view(**url)
            name = snake(model.__name__)
            key = url.pop(f"{name}_id")
            return view(**{name: load(user, permission, model, key, glance, takes_turns=takes_turns)}, **url)

        guarded.access = permission
        guarded.subject = model
        return guarded

    return decorate


def load(
    user,
    permission: Permission,
    model: type,
    key: int,
    glance: Callable | None = None,
    *,
    takes_turns: bool = True,
):
    """The row of `model`, or a `glance` at it, where `user` holds the permission; else 404, or 403 if seen"""
    asked = {"key": key, "reader": user.id}
    wanted = _subject(user.role, permission, model)
    if takes_turns and has_request_context() and request.method in WRITES:
        # Two who write the same thing take turns, and the second sees what the first has saved.
        wanted = wanted.with_for_update(of=model, key_share=True)
    if subject := glance(user.role, permission, asked) if glance else db.session.scalar(wanted, asked):
        _answers()[user.id, RULES[permission][user.role], model, key] = True
        return subject
    seen = permission is not model.view_permission and db.session.scalar(
        _subject(user.role, model.view_permission, model), asked
    )
    return abort(403 if seen else 404)


@cache
def _subject(role: Role, permission: Permission, model: type) -> sa.Select:
    return sa.select(model).where(model.id == sa.bindparam("key"), within(Reader(role), permission, model))


def _open_to_all(endpoint: str) -> bool:
    return endpoint in {"static", "bootstrap.static", "security.login", "security.logout"}


def unguarded(app: Flask) -> list[str]:
    views = app.view_functions.items()
    return [name for name, view in views if not _open_to_all(name) and not hasattr(view, "access")]


def init_app(app: Flask) -> None:
    guard_security(app)
    if names := unguarded(app):
        raise RuntimeError(f"routes without @requires or @public: {names}")
    app.jinja_env.globals.update(can=can, Permission=Permission, Role=Role)


def guard_security(app: Flask) -> None:
    """Flask-Security guards its own views; say in our words what they ask for."""
    for endpoint in ("security.change_password", "security.verify"):
        if view := app.view_functions.get(endpoint):
            view.access = Permission.OWN_ACCOUNT
