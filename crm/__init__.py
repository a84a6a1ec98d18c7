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
from crm.extensions import bootstrap, csrf, db, limiter, migrate, queue, security
from crm.home import views as home
from crm.jobs import jobs as housekeeping
from crm.jobs import views as jobs
from crm.mail import jobs as mailing
from crm.mail import server as mail_server
from crm.mail import views as mail
from crm.monitoring import logs
from crm.monitoring import views as monitoring
from crm.organisations import views as organisations
from crm.organisations import views_import
from crm.outcomes import views as outcomes
from crm.reminders import jobs as reminding
from crm.reminders import views as reminders
from crm.reporting import views as reporting
from crm.roadmap import views as roadmap
from crm.sessions import views as sessions
from crm.thread import views as thread

ROOMS = (
    accounts, audit, bin_, jobs, mail, drafts, organisations, views_import, engagements, views_preview,
    alignment, roadmap, sessions, outcomes, thread, reporting, home, monitoring, reminders,
)  # fmt: skip

#: Rooms that have work for the worker: importing them makes it known.
WORK = (housekeeping, mailing, reminding)


def create_app(config: type) -> Flask:
    safety.check(config)
    app = Flask(__name__, template_folder="../templates", static_folder="../static", instance_path=None)
    app.config.from_object(config)
    app.jinja_env.undefined = StrictUndefined
    for part in (logs, headers, db, csrf, limiter, bootstrap, queue, mail_server, transactions, trail, pages):
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
