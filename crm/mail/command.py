"""`flask mail test ADDRESS`: whether mail goes out, and what is wrong where it does not."""

import secrets

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import with_appcontext

from crm.extensions import mailman
from crm.mail.letters import Letter, message
from crm.mail.server import SHAPE, Refused, Unreachable, server


@click.group()
def mail() -> None:
    """Mail that goes out."""


@mail.command()
@click.argument("address")
@with_appcontext
def test(address: str) -> None:
    """Send one mail to ADDRESS, and say plainly what is wrong if it does not go."""
    there = server()
    if there is None:
        raise click.ClickException(f"No mail server is set. Set MAIL_URL, such as {SHAPE}")
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise click.ClickException(f"{address} is no e-mail address: {error}") from None
    letter = Letter("Plumbline can send mail", "mail/test.html")
    conversation = mailman.get_connection()
    try:
        said = conversation.hand_over(message(letter, "", address, secrets.token_hex(16)), lambda: None)
    except (Refused, Unreachable) as error:
        raise click.ClickException(str(error)) from None
    finally:
        conversation.close()
    click.echo(f"{there.name} took it from {current_app.config['MAIL_DEFAULT_SENDER']} for {address}: {said}")
