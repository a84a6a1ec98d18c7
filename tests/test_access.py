"""Properties of the access rules as a whole."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from crm.access import RULES, Guarded, Permission, Role, can, init_app, public, unguarded
from crm.engagements.models import EngagementGrant
from crm.extensions import db
from crm.readers import become
from crm.reporting.views_across import ACROSS
from crm.sessions.models import PrivateNote
from tests.factories import EngagementFactory, UserFactory
from tests.routes import GUARDED, ROUTES, access, address, subject
from tests.threads import member, thread_of

A, M, C, K, V = Role.ADMINISTRATOR, Role.MANAGER, Role.CONSULTANT, Role.CLIENT, Role.ADVISER
P = Permission
#: What a page answers to each role: for a row of their own, for one of somebody else.
SEEN = {A: (200, 200), M: (200, 200), C: (200, 404), K: (200, 404), V: (404, 404)}
CLIENT_READS = SEEN | {K: (403, 404)}
WORKED_ON = CLIENT_READS | {M: (403, 403)}
ANSWERS = {
    P.ORGANISATION_VIEW: SEEN,
    P.ENGAGEMENT_VIEW: SEEN,
    P.THREAD_VIEW: SEEN,
    P.SESSION_VIEW: SEEN,
    P.ORGANISATION_EDIT: CLIENT_READS,
    P.ENGAGEMENT_GRANT: CLIENT_READS,
    P.ENGAGEMENT_PREVIEW: CLIENT_READS,
    P.ENGAGEMENT_EDIT: WORKED_ON,
    P.THREAD_EDIT: WORKED_ON,
    P.SESSION_EDIT: WORKED_ON,
    P.SESSION_ACKNOWLEDGE: {A: (403, 403), M: (403, 403), C: (403, 404), K: (200, 404), V: (404, 404)},
    P.SESSION_UNLOCK: CLIENT_READS | {C: (403, 404)},
    P.VALUES_APPROVE: CLIENT_READS | {C: (403, 404)},
    P.ENGAGEMENT_ASSIGN: CLIENT_READS | {C: (403, 404)},
    P.ACTION_FINISH: WORKED_ON,
    P.DELIVERABLE_ACCEPT: WORKED_ON,
    P.FINDING_AGREE: WORKED_ON,
    P.FINDING_SHARE: CLIENT_READS | {C: (403, 404)},
    P.BENCHMARK_AGREE: SEEN | {C: (403, 404)},
    P.ENGAGEMENT_CLOSE: CLIENT_READS,
    P.ENGAGEMENT_CLONE: CLIENT_READS,
    P.ENGAGEMENT_REOPEN: CLIENT_READS | {C: (403, 404)},
    P.OUTLINE_VIEW: {A: (200, 200), M: (200, 200), C: (200, 404), K: (404, 404), V: (404, 404)},
    P.ROUND_JUDGE: {A: (200, 403), M: (403, 403), C: (200, 404), K: (200, 404), V: (404, 404)},
    P.VERSION_ANSWER: SEEN | {M: (403, 403)},
    P.CHECK_IN: {A: (200, 200), M: (403, 403), C: (200, 404), K: (403, 404), V: (404, 404)},
    P.VIEW_OPEN: {A: (302, 302), M: (302, 404), C: (302, 404), K: (404, 404), V: (404, 404)},
    P.VIEW_EDIT: {A: (200, 200), M: (200, 404), C: (200, 404), K: (404, 404), V: (404, 404)},
    P.OUTLINE_EDIT: {A: (200, 200), M: (200, 200), C: (200, 404), K: (404, 404), V: (404, 404)},
    P.HEALTH_OVERRIDE: CLIENT_READS,
    P.SATISFACTION_GIVE: SEEN | {M: (403, 403)},
    P.MONEY_VIEW: CLIENT_READS,
    P.RATE_MANAGE: CLIENT_READS | {C: (403, 404)},
    P.TIME_VIEW: SEEN | {K: (404, 404)},
    P.TIME_EDIT: SEEN | {M: (403, 403), K: (404, 404)},
    P.TIME_APPROVE: SEEN | {C: (403, 404), K: (404, 404)},
    P.BIN_EMPTY: {A: (200, 200), M: (403, 403), C: (403, 404), K: (404, 404), V: (404, 404)},
    P.BIN_RESTORE: {A: (200, 200), M: (200, 403), C: (200, 404), K: (404, 404), V: (404, 404)},
    P.BIN_LIST: {A: (200, 200), M: (200, 200), C: (403, 404), K: (403, 403), V: (403, 403)},
    P.HISTORY_VIEW: SEEN | {K: (403, 403), V: (403, 403)},
    P.USERS_MANAGE: {A: (200, 200)} | dict.fromkeys((M, C, K, V), (403, 403)),
    P.JOBS_MANAGE: {A: (200, 200)} | dict.fromkeys((M, C, K, V), (404, 404)),
    P.RUN_OWN: dict.fromkeys((A, M, C, K), (200, 404)) | {V: (404, 404)},
    P.SCHEDULE_OWN: dict.fromkeys((A, M, C), (200, 404)) | dict.fromkeys((K, V), (404, 404)),
    P.MAIL_MANAGE: {A: (200, 200)} | dict.fromkeys((M, C, K, V), (404, 404)),
}
#: The import knows its uploads by token; tests/organisations/test_views_import.py walks it. A file is there
#: once it is made; tests/runs/test_runs.py fetches it.
OF_ONE_ROW = [
    rule
    for rule in GUARDED
    if any(name.endswith("_id") for name in rule.arguments) and rule.endpoint != "runs.file"
]
MODELS = sorted(
    (mapper.class_ for mapper in db.Model.registry.mappers if issubclass(mapper.class_, Guarded)),
    key=lambda model: model.__name__,
)


def test_every_permission_has_a_rule():
    assert set(RULES) == set(Permission)


def test_every_rule_gives_an_administrator_all_but_what_is_somebodys_own():
    narrowed = {p for p, roles in RULES.items() if getattr(roles.get(A), "name", None) != "all"}
    assert narrowed == {P.OWN_DRAFT, P.PRIVATE_NOTE, P.ENGAGEMENT_SIGN, P.SESSION_ACKNOWLEDGE} | {
        P.ROUND_JUDGE,
        P.JUDGEMENT_VIEW,
        P.SURVEY_ANSWER,
        P.RUN_OWN,
        P.SCHEDULE_OWN,
    }


def test_every_route_is_guarded(app):
    assert unguarded(app) == []


def test_an_app_with_an_unguarded_route_does_not_start():
    app = Flask("leaky")
    app.add_url_rule("/open", "open", public(lambda: ""))
    init_app(app)
    app.add_url_rule("/leak", "leak", lambda: "")
    with pytest.raises(RuntimeError, match=r"without @requires or @public: \['leak'\]"):
        init_app(app)


def test_anonymous_visitors_are_sent_to_sign_in(client):
    answers = {}
    for rule in GUARDED:
        for method in rule.methods & {"GET", "POST"}:
            response = client.open(address(rule), method=method)
            answers[f"{method} {rule}"] = (response.status_code, (response.location or "").split("?")[0])
    assert set(answers.values()) == {(302, "/login")}, answers


def test_public_routes_are_few_and_known():
    public_ones = {rule.endpoint for rule in ROUTES if access(rule) == "public"}
    assert public_ones == {
        "static",
        "bootstrap.static",
        "security.login",
        "security.logout",
        "accounts.choose_theme",
        "monitoring.alive",
        "monitoring.ready",
        "monitoring.metrics",
        "reminders.unsubscribe",
        "reminders.end",
        "survey_form.welcome",
        "survey_form.start",
        "survey_form.questions",
        "survey_form.answer",
        "survey_form.thanks",
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("own", [True, False], ids=["own", "foreign"])
def test_who_may_open_which_page(sign_in, role, own):
    me, engagement = member(role)
    other = UserFactory()
    rows = thread_of(engagement if own else EngagementFactory(team=[other]), me if own else other)
    keys = {name: row.id for name, row in rows.items()}
    question = {"goal": keys["goal_id"], "strategy": keys["strategy_id"]}
    client, answers, expected = sign_in(me), {}, {}
    for rule in OF_ONE_ROW:
        if "GET" in rule.methods:
            answers[str(rule)] = client.get(address(rule, keys), query_string=question).status_code
            expected[str(rule)] = ANSWERS[access(rule)][role][0 if own else 1]
    assert answers == expected
    assert len(answers) > 25


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("own", [True, False], ids=["own", "foreign"])
def test_who_may_not_press_which_button(sign_in, role, own):
    me, engagement = member(role)
    other = UserFactory()
    rows = thread_of(engagement if own else EngagementFactory(team=[other]), me if own else other)
    keys = {name: row.id for name, row in rows.items()}
    client, answers, expected = sign_in(me), {}, {}
    for rule in OF_ONE_ROW:
        wanted = ANSWERS[access(rule)][role][0 if own else 1]
        if "POST" in rule.methods and wanted != 200:
            answers[str(rule)] = client.post(address(rule, keys)).status_code
            expected[str(rule)] = wanted
    assert answers == expected
    assert role is A or own or len(answers) > 10


@pytest.mark.parametrize("role", Role)
def test_pages_without_a_row_ask_for_the_role(sign_in, role):
    client, answers, expected = sign_in(UserFactory(role=role)), {}, {}
    for rule in GUARDED:
        if "GET" in rule.methods and not rule.arguments:
            answers[str(rule)] = client.get(address(rule), follow_redirects=True).status_code
            expected[str(rule)] = 200 if role in RULES[access(rule)] else 403
    assert answers == expected


@pytest.mark.parametrize("number", [0, 999_999, 2**31, 2**63, 10**30])
def test_a_row_that_does_not_exist_is_a_404(sign_in, number):
    client = sign_in(UserFactory(role=A))
    answers = {}
    for rule in OF_ONE_ROW:
        keys = {name: number for name in rule.arguments if name.endswith("_id")}
        for method in rule.methods & {"GET", "POST"}:
            answers[f"{method} {rule}"] = client.open(address(rule, keys), method=method).status_code
    assert set(answers.values()) <= {404, 405}, {name: code for name, code in answers.items() if code < 400}


def test_the_subject_of_every_route_is_guarded():
    assert {subject(rule) for rule in GUARDED} - {None} <= set(MODELS)


@pytest.mark.parametrize("role", Role)
def test_a_private_note_is_its_authors_alone(app, session, role):
    author, engagement = member(C)
    thread_of(engagement, author)
    reader = UserFactory(role=role)
    note = session.scalars(select(PrivateNote)).one()
    for one in (reader, author):
        with app.app_context():
            become(one)
            assert can(one, P.PRIVATE_NOTE, note) is (one is author)


def test_flask_access_prints_every_route_and_permission(app):
    printed = app.test_cli_runner().invoke(args=["access"]).output
    routes = {line.split()[-1] for line in printed.split("\n\n")[0].splitlines()}
    assert routes == {str(rule) for rule in ROUTES}
    assert "engagement_edit      GET/POST  /engagements/<int:engagement_id>/edit" in printed
    assert all(f"\n{permission:<20} " in printed for permission in Permission)


def test_the_page_of_who_may_do_what_is_current(app):
    written = app.test_cli_runner().invoke(args=["access", "--markdown"]).output
    assert Path("docs/permissions.md").read_text() == written, (
        "write it again: flask --app wsgi access --markdown > docs/permissions.md"
    )
    assert all(f"| `{rule}` |" in written for rule in ROUTES)


def test_a_sponsor_signs_for_what_is_granted_and_nobody_else_does(app, session):
    me, engagement = member(K)
    other = EngagementFactory(organisation=engagement.organisation, granted=[me])
    session.execute(
        update(EngagementGrant).where(EngagementGrant.engagement_id == engagement.id).values(is_sponsor=True)
    )
    with app.app_context():
        become(me)
        assert can(me, P.ENGAGEMENT_SIGN, engagement)
        assert not can(me, P.ENGAGEMENT_SIGN, other)
        assert not can(UserFactory(role=M), P.ENGAGEMENT_SIGN, engagement)


#: Named by something else than a row: what they do is tried in the tests of their rooms, for every role.
BY_NAME = {
    "drafts.keep", "drafts.discard", "reporting.portfolio_file",
    *(f"across.{name.replace('-', '_')}_file" for name in ACROSS),
    "organisation_import.mapping", "organisation_import.rejects", "organisation_import.apply",
    "organisation_import.done", "organisation_import.reading", "jobs.run_now",
    "time_import.preview", "time_import.rejects", "time_import.done",
    "sheet_import.preview", "sheet_import.rejects", "sheet_import.done",
    "observation_import.preview", "observation_import.done", "observation_import.rejects",
    "timesheets.week", "timesheets.save", "timesheets.take_step", "timesheets.export",
    "sheet_upload.preview", "sheet_upload.apply", "lists.sessions", "lists.time", "builder.file", "runs.file",
}  # fmt: skip


def test_no_route_is_left_out():
    by_row = {rule.endpoint for rule in OF_ONE_ROW}
    plain = {rule.endpoint for rule in GUARDED if not rule.arguments}
    rest = {rule.endpoint for rule in GUARDED} - by_row - plain
    assert rest <= BY_NAME
    assert {access(rule) for rule in OF_ONE_ROW} <= set(ANSWERS)


@pytest.mark.parametrize("role", Role)
def test_a_button_without_a_row_asks_for_the_role(sign_in, role):
    client = sign_in(UserFactory(role=role))
    pressed = [rule for rule in GUARDED if "POST" in rule.methods and not rule.arguments]
    answers = {str(rule): client.post(address(rule)).status_code == 403 for rule in pressed}
    assert answers == {str(rule): role not in RULES[access(rule)] for rule in pressed}
