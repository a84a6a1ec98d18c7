"""Plumbline: the consulting-engagement CRM for people who coach hospitals."""

from flask import Flask
from jinja2 import StrictUndefined

from crm import access, commands, headers, pages, safety, transactions
from crm.accounts import views as accounts
from crm.accounts.sign_in import datastore, need_nothing
from crm.alignment import views as alignment
from crm.audit import trail
from crm.audit import views as audit
from crm.bin import views as bin_
from crm.drafts import views as drafts
from crm.engagements import views as engagements
from crm.engagements import views_preview
from crm.extensions import bootstrap, csrf, db, limiter, migrate, security
from crm.home import views as home
from crm.monitoring import logs
from crm.monitoring import views as monitoring
from crm.organisations import views as organisations
from crm.organisations import views_import
from crm.outcomes import views as outcomes
from crm.reporting import views as reporting
from crm.roadmap import views as roadmap
from crm.sessions import views as sessions
from crm.thread import views as thread
from crm.timesheets import views as timesheets
from crm.timesheets import views_approval, views_money
from crm.timesheets import views_import as views_time_import

ROOMS = (
    accounts, audit, bin_, drafts, organisations, views_import, engagements, views_preview, alignment,
    roadmap, sessions, timesheets, views_approval, views_money, views_time_import, outcomes, thread,
    reporting, home, monitoring,
)  # fmt: skip


def create_app(config: type) -> Flask:
    safety.check(config)
    app = Flask(__name__, template_folder="../templates", static_folder="../static", instance_path=None)
    app.config.from_object(config)
    app.jinja_env.undefined = StrictUndefined
    for part in (logs, headers, db, csrf, limiter, bootstrap, transactions, trail, pages):
        part.init_app(app)
    migrate.init_app(app, db)
    security.init_app(app, datastore)
    need_nothing(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    commands.init_app(app)
    access.init_app(app)  # Last: it refuses to start an app with an unguarded route.
    safety.check_people(app)
    return app
