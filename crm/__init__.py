"""Plumbline: the consulting-engagement CRM for people who coach hospitals."""

from flask import Flask
from jinja2 import StrictUndefined

from crm import access, commands, headers, lazily, pages, replica, safety, transactions
from crm.accounts.sign_in import datastore, need_nothing
from crm.audit import trail
from crm.extensions import bootstrap, csrf, db, limiter, migrate, queue, security
from crm.mail import server as mail_server
from crm.monitoring import logs
from crm.rooms import ROOMS


def create_app(config: type) -> Flask:
    safety.check(config)
    lazily.by_one()
    app = Flask(__name__, template_folder="../templates", static_folder="../static", instance_path=None)
    app.config.from_object(config)
    app.jinja_env.undefined = StrictUndefined
    for part in (logs, headers, db, csrf, limiter, bootstrap, queue, mail_server):
        part.init_app(app)
    for part in (replica, transactions, trail, pages):
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
