from datetime import date

import sqlalchemy as sa

from crm.accounts.models import Rhythm, User
from crm.extensions import db
from crm.mail.outbox import post
from crm.readers import reading_as
from crm.reminders.queries import digest_for

KIND = "reminder"


def remind(user_id: int, day: date) -> bool:
    """Settle, once for the day, whether there is anything to remind somebody of. Whether there was."""
    unsettled = sa.or_(User.reminded_on.is_(None), User.reminded_on < day)
    settled = sa.update(User).where(User.id == user_id, unsettled).values(reminded_on=day)
    if not db.session.execute(settled.execution_options(synchronize_session=False)).rowcount:
        return False
    user = db.session.get(User, user_id)
    with reading_as(user):
        digest = digest_for(user, day)
    if not digest:
        return False
    occasion = f"{KIND}/{day}"
    return post(user, kind=KIND, occasion=occasion, subject=digest.subject, day=str(day)) is not None


def end_reminders(user_id: int) -> None:
    """Whoever it is gets no more of them. That somebody is there is told to nobody."""
    user = db.session.get(User, user_id)
    if user:
        user.reminders = Rhythm.NEVER
