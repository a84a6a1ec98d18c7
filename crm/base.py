"""The declarative base and the column types every model shares."""

import enum
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.sql.functions import FunctionElement

from crm import clock
from crm.words import plain


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes; always gives back aware UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(clock.UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=clock.UTC) if value.tzinfo is None else value.astimezone(clock.UTC)


class TenThousandths(sa.TypeDecorator[Decimal]):
    """Money as whole ten-thousandths of the currency, so sums are exact on every backend."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        parts = Decimal(value).scaleb(4)
        if parts != parts.to_integral_value():
            raise ValueError(f"more than four decimal places: {value!r}")
        return int(parts)

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(value).scaleb(-4)


class utc_day(FunctionElement):  # noqa: N801 - it reads as a function of SQL
    """The calendar day of an instant, in UTC."""

    type = sa.Date()
    inherit_cache = True


@compiles(utc_day, "sqlite")
def _day_on_sqlite(element, compiler, **more) -> str:
    return f"date({compiler.process(element.clauses, **more)})"


@compiles(utc_day, "postgresql")
def _day_on_postgresql(element, compiler, **more) -> str:
    return f"CAST(timezone('UTC', {compiler.process(element.clauses, **more)}) AS date)"


def by_day(table: str, name: str, day: str | utc_day) -> tuple[sa.Index, sa.Index]:
    """What a timeline reads the rows of a table by: the days of one engagement, and of one client."""
    return tuple(
        sa.Index(f"ix_{table}_{owner}_{name}", f"{owner}_id", day, "id")
        for owner in ("engagement", "organisation")
    )


Money = Annotated[Decimal, "money"]
Text = Annotated[str, "text"]


class Versioned:
    """What people edit together: no save overwrites a version that it has not seen."""

    version_id: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls):  # noqa: N805
        return {"version_id_col": cls.version_id}


class Base(DeclarativeBase):
    # The map lives on an explicit registry because Flask-SQLAlchemy 3.1 copies this class and
    # a copied `type_annotation_map` is refused (pallets-eco/flask-sqlalchemy#1361).
    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime,
            Money: TenThousandths,
            Text: sa.Text(),
            str: sa.String(255),
            enum.Enum: sa.Enum(
                enum.Enum,
                native_enum=False,
                length=40,
                validate_strings=True,
                values_callable=lambda members: [member.value for member in members],
            ),
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-3)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=-2)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Labelled(enum.StrEnum):
    """An enum that people read: its label is its name in plain words."""

    @property
    def label(self) -> str:
        return plain(self.value)
