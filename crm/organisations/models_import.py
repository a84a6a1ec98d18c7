import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.access import Guarded, Permission
from crm.extensions import db


class ImportUpload(Guarded, db.Model):
    """A file that waits for its mapping, seen by its uploader only; its content goes once it is applied."""

    __tablename__ = "import_upload"
    __table_args__ = (UniqueConstraint("token"),)
    view_permission = Permission.OWN_DRAFT

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(default=lambda: secrets.token_urlsafe(24))
    #: What is in it: one room does not read what was sent to another.
    subject: Mapped[str] = mapped_column(default="organisations", server_default="organisations")
    filename: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    separator: Mapped[str | None]
    encoding: Mapped[str | None]
    has_header: Mapped[bool]
    rejects: Mapped[str] = mapped_column(Text, default="")
    #: What the import did, once it is applied: created, updated, unchanged, rejected, rows.
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    applied_at: Mapped[datetime | None]
