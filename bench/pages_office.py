"""What the office reads: time, approvals, utilisation, jobs, mail, templates and the audit trail."""

from datetime import timedelta

import sqlalchemy as sa

from bench.pages import ROWS, Catalogue, Page

WEEK = timedelta(days=6)
#: The weeks of each state that the approvals show.
SHEETS = 200


def pages(catalogue: Catalogue) -> list[Page]:
    return [*_time(catalogue), *_utilisation(catalogue), *_machinery(catalogue), *_texts(catalogue)]


def _entries(catalogue: Catalogue) -> sa.Select:
    t, e, o, u = (
        catalogue.floor[name] for name in ("time_entry", "engagement", "organisation", "user_account")
    )
    return (
        sa.select(
            t.id, e.title, o.name.label("client"), u.name.label("person"), t.kind, t.worked_on, t.minutes,
            t.state, t.note,
        )
        .join(e.id.table, e.id == t.engagement_id)
        .join(o.id.table, o.id == t.organisation_id)
        .join(u.id.table, u.id == t.user_id)
    )  # fmt: skip


def _time(catalogue: Catalogue) -> list[Page]:
    t, sheet, u = (catalogue.floor[name] for name in ("time_entry", "timesheet", "user_account"))
    me, plain = catalogue.user("consultant"), _entries(catalogue)
    mine = plain.where(t.user_id == me)
    latest = sa.select(sheet.week_on).where(sheet.user_id == me).order_by(sheet.week_on.desc()).offset(1)
    first = catalogue.floor.rows(latest.limit(1))[0].week_on
    waiting = (
        sa.select(sheet.id, u.name, sheet.week_on, u.weekly_minutes, sheet.state)
        .join(u.id.table, u.id == sheet.user_id)
        .where(sheet.state.in_(("submitted", "approved")))
        .order_by(sheet.week_on, u.name)
        .limit(2 * SHEETS)
    )
    keys = (t.worked_on, t.id)
    return [
        Page(
            "timesheet", "consultant", f"/time/{first}", mine.where(t.worked_on.between(first, first + WEEK))
        ),
        Page("approvals", "manager", "/time/approvals", waiting),
        *catalogue.ends("time entries", "consultant", "/time/entries", mine, *keys, down=True),
        *catalogue.ends("everybody's time entries", "manager", "/time/entries", plain, *keys, down=True),
    ]


def _utilisation(catalogue: Catalogue) -> list[Page]:
    """Over the eight whole weeks before this one, as the page does."""
    t, u, sheet = (catalogue.floor[name] for name in ("time_entry", "user_account", "timesheet"))
    last = catalogue.floor.rows(sa.select(sa.func.max(sheet.week_on).label("day")))[0].day
    worked = (
        sa.select(u.id, u.name, sa.func.sum(t.minutes).label("minutes"))
        .join(u.id.table, u.id == t.user_id)
        .where(t.worked_on.between(last - timedelta(weeks=8), last - timedelta(days=1)))
        .group_by(u.id, u.name)
        .order_by(u.name)
    )
    mine = worked.where(u.id == catalogue.user("consultant"))
    return [
        Page("utilisation", "manager", "/time/utilisation", worked),
        Page("utilisation of a consultant", "consultant", "/time/utilisation", mine),
    ]


def _machinery(catalogue: Catalogue) -> list[Page]:
    r, m, u, x = (catalogue.floor[name] for name in ("job_run", "mail", "user_account", "audit_entry"))
    runs = sa.select(r.id, r.task, r.state, r.created_at, r.started_at, r.tries, r.seconds, r.outcome)
    mails = sa.select(m.id, m.subject, m.state, m.queued_at, m.sent_at, m.address, u.name).join(
        u.id.table, u.id == m.user_id
    )
    trail = sa.select(x.position, x.who, x.happened_at, x.verb, x.thing, x.name, x.changes, x.address)
    return [
        *catalogue.ends("jobs", "admin", "/jobs", runs, r.id, down=True),
        *catalogue.ends("mail", "admin", "/mail", mails, m.id, down=True),
        *catalogue.ends("audit trail", "manager", "/audit", trail, x.position, down=True),
    ]


def _texts(catalogue: Catalogue) -> list[Page]:
    o, u = catalogue.floor["outline"], catalogue.floor["user_account"]
    outlines = sa.select(o.id, o.name, o.description, o.content, u.name.label("who")).join(
        u.id.table, u.id == o.user_id
    )
    return [Page("templates", "manager", "/templates", outlines.order_by(o.name).limit(ROWS * 5))]
