from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.extensions import db


class BinItem(Guarded, db.Model):
    """Something that was thrown away, whole: its row and all rows that hung on it, ready to be put back."""

    __tablename__ = "bin_item"
    view_permission = Permission.BIN_VIEW

    thing: Mapped[str]
    thing_id: Mapped[int]
    name: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    engagement_id: Mapped[int | None] = mapped_column(index=True)
    #: Rows by table, in the order in which they can be put back.
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: When a copy was taken: before that, nothing is deleted for good.
    copied_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()

    @classmethod
    def engagement_key(cls):
        return cls.engagement_id
