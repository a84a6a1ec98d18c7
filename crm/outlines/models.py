from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.base import Text, Versioned
from crm.extensions import db


class Outline(Versioned, Guarded, db.Model):
    """A template of an engagement: what of one may serve the next, without the client that it came from.

    `content` is what `crm.outlines.plan.read` gives: texts, hours, and rows whose days count from the start.
    """

    __tablename__ = "outline"
    view_permission = Permission.OUTLINE_VIEW
    throw_permission = Permission.OUTLINE_EDIT

    name: Mapped[str]
    description: Mapped[Text | None]
    is_shared: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)

    user: Mapped[User] = relationship()
