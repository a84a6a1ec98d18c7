from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Guarded, Permission
from crm.extensions import db


class Draft(Guarded, db.Model):
    """What somebody has typed into a long form and not yet saved. Nobody else ever sees it."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "form"),)
    view_permission = Permission.OWN_DRAFT

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    form: Mapped[str]
    fields: Mapped[list] = mapped_column(JSON)
