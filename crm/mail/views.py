"""The outbox, for administrators: what waits, what went, what failed. Never what a mail says."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm.access import Permission, requires
from crm.mail import actions, queries
from crm.mail.models import CAN_BE_SENT_AGAIN, Mail, MailState
from crm.mail.server import server

bp = Blueprint("mail", __name__, url_prefix="/mail")


@bp.get("")
@requires(Permission.MAIL_MANAGE)
def index():
    asked = request.args.get("state", "")
    state = MailState(asked) if asked in MailState._value2member_map_ else None
    return render_template(
        "mail/index.html",
        page=queries.mails_page(state, request.args.get("at")),
        state=state,
        states=MailState,
        server=server(),
        again=CAN_BE_SENT_AGAIN,
    )


@bp.post("/<int:mail_id>/send-again")
@requires(Permission.MAIL_MANAGE, Mail)
def send_again(mail: Mail):
    actions.send_again(mail)
    flash("It is sent again.", "success")
    return redirect(url_for(".index"))
