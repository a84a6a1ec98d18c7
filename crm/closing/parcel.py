"""The hand-over parcel: everything of one engagement that its reader may see, as files in one archive."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache

import sqlalchemy as sa

from crm import clock
from crm.access import Guarded, Permission, can
from crm.accounts.models import User
from crm.base import Labelled, TenThousandths
from crm.engagements.models import Engagement, OnThread
from crm.extensions import db
from crm.guard import models
from crm.organisations.models import Contact
from crm.reporting.catalogue import CATALOGUE, Request
from reports.writers import FORMATS
from reports.writers.csv import cell

#: What is in no file that leaves the building, or is the centre's own affair.
KEPT_BACK = frozenset(
    {
        "private_note", "engagement_grant", "bin_item", "audit_entry",
        "health_override", "satisfaction_score",
    }
)  # fmt: skip
NOT_TOLD = frozenset({"version_id", "organisation_id", "engagement_id", "closed_on"})
REPORT_FORMATS = ("pdf", "html", "xlsx")
ROWS_AT_ONCE = 500


def parcel(engagement: Engagement, user) -> tuple[bytes, dict[str, int]]:
    """The archive, and how many rows each of its tables holds."""
    out = io.BytesIO()
    counts: dict[str, int] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        report = CATALOGUE["progress"].make(Request(user, clock.today(user), engagement))
        for name in REPORT_FORMATS:
            archive.writestr(f"final-report.{FORMATS[name].extension}", FORMATS[name].write(report))
        for name, model in _tables():
            if rows := _write(archive, name, model, engagement, user):
                counts[name] = rows
        archive.writestr("README.txt", _read_me(engagement, user, counts))
    return out.getvalue(), counts


@cache
def _tables() -> tuple[tuple[str, type[Guarded]], ...]:
    """The tables that hang on an engagement, and the people of the client, by name."""
    wanted = {name: model for name, model in models().items() if issubclass(model, OnThread)}
    wanted |= {"engagement": Engagement, "contact": Contact}
    return tuple(sorted((name, model) for name, model in wanted.items() if name not in KEPT_BACK))


def _write(archive: zipfile.ZipFile, name: str, model, engagement: Engagement, user) -> int:
    told = [column for column in model.__table__.columns if _is_told(column, engagement, user)]
    statement = sa.select(*(_said(column) for column in told)).where(
        _here(model, engagement), model.visible_to(user)
    )
    rows = db.session.execute(statement.order_by(model.id).execution_options(yield_per=ROWS_AT_ONCE))
    first = next(rows, None)
    if first is None:
        return 0
    count = 0
    with archive.open(f"data/{name}.csv", "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([column.name.removesuffix("_user_id").removesuffix("_id") for column in told])
        for row in _all(first, rows):
            writer.writerow([cell(_plain(value)) for value in row])
            count += 1
    return count


def _all(first, rows) -> Iterator:
    yield first
    yield from rows


def _here(model, engagement: Engagement) -> sa.ColumnElement[bool]:
    if model is Contact:
        return model.organisation_id == engagement.organisation_id
    return model.engagement_key() == engagement.id


def _is_told(column: sa.Column, engagement: Engagement, user) -> bool:
    if column.name in NOT_TOLD:
        return False
    is_money = isinstance(column.type, TenThousandths) or column.name in ("currency", "fee_basis")
    return not is_money or can(user, Permission.MONEY_VIEW, engagement)


def _said(column: sa.Column) -> sa.ColumnElement:
    """People by their names; everything else as it is kept."""
    for key in column.foreign_keys:
        if key.target_fullname == "user_account.id":
            named = User.__table__.alias()
            return sa.select(named.c.name).where(named.c.id == column).scalar_subquery().label(column.name)
        if key.target_fullname == "contact.id":
            named = Contact.__table__.alias()
            return sa.select(named.c.name).where(named.c.id == column).scalar_subquery().label(column.name)
    return column


def _plain(value):
    if isinstance(value, Labelled):
        return value.label
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if not isinstance(value, dict):
        return value
    if all(isinstance(more, int) for more in value.values()):
        return "; ".join(f"{key} {more:+d}" for key, more in value.items())
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _read_me(engagement: Engagement, user, counts: dict[str, int]) -> str:
    lines = [
        f"{engagement.title}, {engagement.organisation.name}",
        f"Packed for {user.name} on {clock.today(user).isoformat()} by Plumbline.",
        "",
        "It holds everything of this engagement that you may see: the report as it stands (PDF, HTML, XLSX)",
        "and in data/ one CSV file a table (UTF-8, comma, a header, ISO 8601 days, times in UTC).",
        "Rows name each other by their column id: goal, strategy, session and so on name the id of a row.",
        "",
        *(f"data/{name}.csv: {rows} rows" for name, rows in sorted(counts.items())),
        "",
    ]
    return "\r\n".join(lines)
