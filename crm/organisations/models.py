from __future__ import annotations

import unicodedata
from datetime import date
from enum import auto

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from crm.access import Guarded, Permission
from crm.accounts.models import User
from crm.base import Labelled, Text, Versioned
from crm.extensions import db
from crm.guard import protect, through
from crm.scopes import among, kept


class Kind(Labelled):
    HOSPITAL = auto()
    HEALTH_SYSTEM = auto()
    NON_PROFIT = auto()
    PROFESSIONAL_SOCIETY = auto()
    PATIENT_ASSOCIATION = auto()

    @property
    def label(self) -> str:
        return "Non-profit" if self is Kind.NON_PROFIT else super().label


class Scheme(Labelled):
    """Who gave an identifier: the register that it is a number of."""

    CMS = auto()
    ODS = auto()
    NPI = auto()
    JP_LIST = auto()
    OTHER = auto()

    @property
    def label(self) -> str:
        return {
            "cms": "CMS number",
            "ods": "ODS code",
            "npi": "NPI",
            "jp_list": "Japanese list number",
            "other": "Other identifier",
        }[self.value]


class Platform(Labelled):
    FACEBOOK = auto()
    INSTAGRAM = auto()
    X = auto()
    YOUTUBE = auto()
    LINKEDIN = auto()
    TIKTOK = auto()
    BLUESKY = auto()
    MASTODON = auto()
    THREADS = auto()
    BLOG = auto()
    OTHER = auto()

    @property
    def label(self) -> str:
        return {"youtube": "YouTube", "linkedin": "LinkedIn", "tiktok": "TikTok"}.get(
            self.value, super().label
        )


def searchable(text: str) -> str:
    """Folded for search: no case, no accents, one kind of width, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


organisation_tag = Table(
    "organisation_tag",
    db.metadata,
    Column("organisation_id", ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Tag(db.Model):
    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str]


class Organisation(Versioned, Guarded, db.Model):
    """A client: a hospital, a health system (parent of others), a non-profit, a society, an association."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("beds >= 0", name="beds_not_negative"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("ix_organisation_search", "search_name", "id"),
        Index("ix_organisation_state", "state", "search_name"),
    )
    view_permission = Permission.ORGANISATION_VIEW
    throw_permission = Permission.ENGAGEMENT_ASSIGN

    name: Mapped[str]
    search_name: Mapped[str]
    kind: Mapped[Kind] = mapped_column(default=Kind.HOSPITAL)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    address: Mapped[str | None]
    city: Mapped[str | None]
    county: Mapped[str | None]
    state: Mapped[str | None]
    postcode: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(doc="ISO 3166-1 alpha-2")
    phone: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    beds: Mapped[int | None]
    ownership: Mapped[str | None]
    description: Mapped[Text | None]

    parent: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")
    keeper: Mapped[User | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=organisation_tag, order_by=Tag.name)
    identifiers: Mapped[list[Identifier]] = relationship(
        cascade="all, delete-orphan", order_by="Identifier.id", back_populates="organisation"
    )

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.search_name = searchable(name)[:255] if name else name
        return name

    @classmethod
    def organisation_key(cls):
        return cls.id

    @classmethod
    def keeper_key(cls, user) -> ColumnElement[bool]:
        return cls.keeper_id == user.id


protect(organisation_tag, through(organisation_tag.c.organisation_id, Organisation))


class OfOrganisation(Guarded):
    """A row that belongs to an organisation and is seen by whoever sees that."""

    view_permission = Permission.ORGANISATION_VIEW

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        return relationship(Organisation)

    @classmethod
    def organisation_key(cls):
        return cls.organisation_id

    @classmethod
    def keeper_key(cls, user) -> ColumnElement[bool]:
        return among(cls.organisation_id, kept.c.id, user, whose="keeper_id")


class Identifier(OfOrganisation, db.Model):
    """A number or code that a register gave: text, for its leading zeros."""

    __tablename__ = "identifier"
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    scheme: Mapped[Scheme]
    value: Mapped[str]

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        return relationship(Organisation, back_populates="identifiers")


class Contact(Versioned, OfOrganisation, db.Model):
    """A person there; may have a sign-in."""

    __tablename__ = "contact"
    throw_permission = Permission.ORGANISATION_EDIT

    name: Mapped[str]
    job_title: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    user: Mapped[User | None] = relationship()


class Channel(OfOrganisation, db.Model):
    """A social presence: platform, handle, dated follower counts."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("organisation_id", "platform", "handle"),)
    throw_permission = Permission.ORGANISATION_EDIT

    platform: Mapped[Platform]
    handle: Mapped[str]
    url: Mapped[str | None]


class ChannelCount(OfOrganisation, db.Model):
    __tablename__ = "channel_count"
    __table_args__ = (
        UniqueConstraint("channel_id", "counted_on"),
        CheckConstraint("followers >= 0", name="followers_not_negative"),
    )

    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id", ondelete="CASCADE"))
    counted_on: Mapped[date]
    followers: Mapped[int]
