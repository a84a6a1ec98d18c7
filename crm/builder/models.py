from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.access import Guarded, Permission, Role
from crm.accounts.models import User
from crm.base import Versioned
from crm.extensions import db


class SavedView(Versioned, Guarded, db.Model):
    """A view of the builder, or a report with what it was asked for, under a name. Whoever opens it reads it
    with their own eyes: what it holds is the question, never the answer.

    `what` is what `crm.builder.kept` writes.
    """

    __tablename__ = "saved_view"
    __table_args__ = (CheckConstraint("name <> ''", name="has_a_name"),)
    view_permission = Permission.VIEW_OPEN
    throw_permission = Permission.VIEW_EDIT

    name: Mapped[str]
    what: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    for_consultants: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    for_managers: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    for_administrators: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: Whether it comes first in every list that it stands in.
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    user: Mapped[User] = relationship()

    @classmethod
    def is_for(cls, role: str) -> sa.ColumnElement[bool]:
        """Whether it is shared with this role."""
        return getattr(cls, SHARED_BY[role]) if role in SHARED_BY else sa.false()

    @property
    def span(self) -> str:
        """The period of a report that goes on with the days; empty where it has none."""
        return self.what.get("span", "")

    @span.setter
    def span(self, name: str) -> None:
        rest = {key: value for key, value in self.what.items() if key != "span"}
        if name:
            asked = {key: value for key, value in rest.get("asked", {}).items() if key not in ("from", "to")}
            rest |= {"asked": asked, "span": name}
        self.what = rest

    @property
    def roles(self) -> list[Role]:
        """With whom it is shared."""
        return [role for role, column in SHARED_BY.items() if getattr(self, column)]

    @roles.setter
    def roles(self, roles: list[Role]) -> None:
        for role, column in SHARED_BY.items():
            setattr(self, column, role in roles)


SHARED_BY = {
    Role.CONSULTANT: "for_consultants",
    Role.MANAGER: "for_managers",
    Role.ADMINISTRATOR: "for_administrators",
}
