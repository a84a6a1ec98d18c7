import sqlalchemy as sa

from crm.drafts.models import Draft
from crm.extensions import db


def find_draft(user, form: str) -> Draft | None:
    """What `user` typed into `form` and has not saved."""
    if not user.is_authenticated:
        return None
    return db.session.scalar(sa.select(Draft).where(Draft.visible_to(user), Draft.form == form))
