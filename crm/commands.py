"""The `flask` command line."""

from flask import Flask

from crm.audit.command import audit
from crm.backup.command import backup, backup_verify, restore
from crm.builder.command import view
from crm.demo.command import demo
from crm.jobs.command import worker
from crm.mail.command import mail
from crm.matrix import print_table
from crm.organisations.command import organisations
from crm.reporting.command import export, report
from crm.timesheets.command import time

COMMANDS = (
    audit, backup, backup_verify, demo, export, mail, organisations, print_table, report, restore, time,
    view, worker,
)  # fmt: skip


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
