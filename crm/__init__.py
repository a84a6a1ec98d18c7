"""Plumbline: the consulting-engagement CRM for people who coach hospitals."""

from flask import Flask
from jinja2 import StrictUndefined

from crm import access, commands, pages, safety, transactions
from crm.accounts import views as accounts
from crm.accounts.sign_in import datastore, need_nothing
from crm.alignment import views as alignment
from crm.drafts import views as drafts
from crm.engagements import views as engagements
from crm.extensions import bootstrap, csrf, db, limiter, migrate, security
from crm.home import views as home
from crm.organisations import views as organisations
from crm.organisations import views_import
from crm.outcomes import views as outcomes
from crm.reporting import views as reporting
from crm.roadmap import views as roadmap
from crm.sessions import views as sessions
from crm.thread import views as thread

ROOMS = (
    accounts,
    drafts,
    organisations,
    views_import,
    engagements,
    alignment,
    roadmap,
    sessions,
    outcomes,
    thread,
    reporting,
    home,
)


def create_app(config: type) -> Flask:
    safety.check(config)
    app = Flask(__name__, template_folder="../templates", static_folder="../static", instance_path=None)
    app.config.from_object(config)
    app.jinja_env.undefined = StrictUndefined
    for extension in (db, csrf, limiter, bootstrap):
        extension.init_app(app)
    migrate.init_app(app, db)
    security.init_app(app, datastore)
    need_nothing(app)
    transactions.init_app(app)
    pages.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    commands.init_app(app)
    access.init_app(app)  # Last: it refuses to start an app with an unguarded route.
    safety.check_people(app)
    return app
