"""Reports as of the end of a month, kept by themselves: asked for as of that day, they say the same for ever.

The audit trail cannot give a past day back whole: rows that the database deletes along with another, and what
is written in bulk, stand in it without their values. So what the report said is kept, and not reckoned anew.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.access import Operator
from crm.bin.models import BinItem
from crm.engagements.models import LIVE, Engagement
from crm.extensions import db
from crm.readers import lifted
from crm.reporting.catalogue import CATALOGUE, EVERYTHING, Kept, Request
from crm.runs.keeping import packed, unpacked
from crm.runs.models import ReportSnapshot
from crm.runs.order import reach_of
from crm.store import store
from crm.words import moment
from reports.model import Report

#: The reports that are kept.
KEPT = ("progress", "portfolio")
FOLDER = "snapshots/"
#: So many days after the end of a month it is still kept as of that day; later, too much has gone on.
DAYS_OF_GRACE = 3
SAYS = "It says what stood there when it was kept, {when} UTC, and not what was changed or mended since."


def last_month_end(today: date) -> date | None:
    """The day as of which is to be kept now; None where it lies too far back."""
    last = today.replace(day=1) - timedelta(1)
    return last if (today - last).days <= DAYS_OF_GRACE else None


def still_to_keep(as_of: date) -> Sequence[int | None]:
    """The engagements whose progress is not kept as of this day, and None for the portfolio of all."""
    of = ReportSnapshot.engagement_id
    kept = sa.select(of).where(ReportSnapshot.report == "progress", ReportSnapshot.as_of == as_of)
    live = sa.select(Engagement.id).where(Engagement.stage.in_(sorted(LIVE)), Engagement.starts_on <= as_of)
    wanted = live.where(Engagement.id.not_in(kept.where(of.is_not(None)))).order_by(Engagement.id)
    whole = sa.select(ReportSnapshot.id).where(
        ReportSnapshot.report == "portfolio", ReportSnapshot.as_of == as_of, of.is_(None)
    )
    keys = list(db.session.scalars(wanted))
    return keys if db.session.scalar(whole) else [*keys, None]


def keep_one(as_of: date, engagement_id: int | None) -> bool:
    """Make the report as our own people see it, and keep it; False where somebody was quicker."""
    engagement = engagement_id and db.session.get(Engagement, engagement_id)
    if engagement_id and engagement is None:
        return False
    name = "progress" if engagement else "portfolio"
    report = CATALOGUE[name].make(Request(Operator(), as_of, engagement or None, EVERYTHING))
    data, digest = packed(report)
    file = f"{FOLDER}{as_of:%Y/%m}/{secrets.token_hex(16)}.data"
    try:
        with db.session.begin_nested():
            made = {"report": name, "as_of": as_of, "made_at": report.made_at, "data": file}
            db.session.add(ReportSnapshot(engagement_id=engagement_id, digest=digest, **made))
    except IntegrityError:
        return False
    store().write(file, [data])
    return True


def orphans(today: date) -> list[str]:
    """What was kept of engagements that were deleted for good: no table tells of it any more, and no bin.

    On the days on which reports are kept, one may be there before its line is.
    """
    if last_month_end(today):
        return []
    with lifted():
        told = set(db.session.scalars(sa.select(ReportSnapshot.data)))
        left = [name for name in store().names(FOLDER) if name not in told]
        return [name for name in left if not db.session.scalar(_in_bin(name))]


def _in_bin(name: str) -> sa.Select:
    """Whether what was thrown away, and may be put back, still needs the file."""
    return sa.select(sa.exists().where(sa.cast(BinItem.rows, sa.Text).contains(name)))


def find(name: str, request: Request) -> Report | None:
    """What was kept, where this reader may see it: of the portfolio, who sees all of it."""
    if name not in KEPT or (request.engagement is None) != (name == "portfolio"):
        return None
    if name == "portfolio" and (request.wanted != EVERYTHING or reach_of(request.user)[1] is not None):
        return None
    snapshot = db.session.scalar(
        sa.select(ReportSnapshot)
        .where(
            ReportSnapshot.visible_to(request.user),
            ReportSnapshot.report == name,
            ReportSnapshot.as_of == request.as_of,
            ReportSnapshot.engagement_id.is_not_distinct_from(request.engagement and request.engagement.id),
        )
        .order_by(ReportSnapshot.id)
    )
    return snapshot and read(snapshot)


def read(snapshot: ReportSnapshot) -> Report:
    """The report again, word for word."""
    report = unpacked(snapshot.data, snapshot.digest)
    return replace(report, notes=(*_unspoilt(report), SAYS.format(when=moment(snapshot.made_at))))


def _unspoilt(report: Report) -> Iterator[str]:
    """Its notes, but for the one that says that plans stand as of today: kept, they do not change."""
    return (note for note in report.notes if "as they stand today" not in note)


def days(user, report: str, engagement: Engagement | None) -> Sequence[date]:
    """The days as of which a report is kept for this reader, the latest first."""
    if report not in KEPT or (engagement is None and reach_of(user)[1] is not None):
        return ()
    found = sa.select(ReportSnapshot.as_of).where(
        ReportSnapshot.visible_to(user),
        ReportSnapshot.report == report,
        ReportSnapshot.engagement_id.is_not_distinct_from(engagement and engagement.id),
    )
    return db.session.scalars(found.order_by(ReportSnapshot.as_of.desc()).limit(24)).all()


Kept.find = find
