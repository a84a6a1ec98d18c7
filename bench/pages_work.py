"""The boards, the actions, the search and the timelines."""

from datetime import timedelta

import sqlalchemy as sa

from bench.pages import ROWS, Catalogue, Page, place

CARDS = 15
ENDS = ("follow_up", "lost", "cancelled")
SEARCHED = "signature"


def pages(catalogue: Catalogue) -> list[Page]:
    return [*_boards(catalogue), *_actions(catalogue), *_searches(catalogue), *_timelines(catalogue)]


def _boards(catalogue: Catalogue) -> list[Page]:
    e, t = catalogue.floor["engagement"], catalogue.floor["team_member"]
    mine = e.id.in_(sa.select(t.engagement_id).where(t.user_id == catalogue.user("consultant")))
    going = _cards(catalogue, e.stage.not_in(ENDS))
    return [
        Page("board", "manager", "/engagements/board", going),
        Page("board, ended ones too", "manager", "/engagements/board?all=1", _cards(catalogue)),
        Page("board of a consultant", "consultant", "/engagements/board", going.where(mine)),
    ]


def _cards(catalogue: Catalogue, *criteria) -> sa.Select:
    """As many as the board shows, longest in their stage first."""
    e, o, u = (catalogue.floor[name] for name in ("engagement", "organisation", "user_account"))
    return (
        sa.select(e.id, e.title, o.name.label("client"), e.stage, e.stage_since, u.name.label("lead"))
        .join(o.id.table, o.id == e.organisation_id)
        .outerjoin(u.id.table, u.id == e.lead_id)
        .where(*criteria)
        .order_by(e.stage, e.stage_since, e.id)
        .limit(CARDS * (14 if not criteria else 11))
    )


def _actions(catalogue: Catalogue) -> list[Page]:
    a, e, o = (catalogue.floor[name] for name in ("action", "engagement", "organisation"))
    plain = (
        sa.select(a.id, a.title, e.title.label("engagement"), o.name.label("client"), a.due_on, a.done_on)
        .join(e.id.table, e.id == a.engagement_id)
        .join(o.id.table, o.id == a.organisation_id)
    )
    still = plain.where(a.state == "open", a.due_on.is_not(None))
    mine = still.where(a.owner_user_id == catalogue.user("consultant"))
    done, everybody = plain.where(a.state == "done"), "/actions?whose=all"
    return [
        *catalogue.ends("actions", "consultant", "/actions", mine, a.due_on, a.id, down=False),
        *catalogue.ends("everybody's actions", "manager", everybody, still, a.due_on, a.id, down=False),
        *catalogue.ends(
            "actions done", "manager", f"{everybody}&state=done", done, a.done_on, a.id, down=True
        ),
    ]


def _searches(catalogue: Catalogue) -> list[Page]:
    s, e, o = (catalogue.floor[name] for name in ("coaching_session", "engagement", "organisation"))
    found = (
        sa.select(s.id, s.number, s.starts_at, e.title, o.name, s.summary)
        .join(e.id.table, e.id == s.engagement_id)
        .join(o.id.table, o.id == s.organisation_id)
        .where(s.coach_id == catalogue.user("consultant"), s.summary.like(f"%{SEARCHED}%"))
    )
    address = f"/sessions/search?q={SEARCHED}"
    return catalogue.ends("sessions searched", "consultant", address, found, s.id, down=True)


def _timelines(catalogue: Catalogue) -> list[Page]:
    one = catalogue.longest
    s = catalogue.floor["coaching_session"]
    of_one, of_client = s.engagement_id == one.id, s.organisation_id == one.organisation_id
    return [
        *_timeline(catalogue, "timeline", f"/engagements/{one.id}/timeline", of_one),
        *_timeline(
            catalogue, "timeline of a client", f"/organisations/{one.organisation_id}/timeline", of_client
        ),
    ]


def _timeline(catalogue: Catalogue, name: str, address: str, criterion) -> list[Page]:
    """The floor reads the sessions alone: the least that a page of events could do."""
    s, u = catalogue.floor["coaching_session"], catalogue.floor["user_account"]
    held = (
        sa.select(s.id, s.number, s.starts_at, s.state, u.name, s.summary)
        .join(u.id.table, u.id == s.coach_id)
        .where(criterion, s.state == "held")
    )
    latest = held.order_by(s.starts_at.desc(), s.id.desc()).limit(ROWS)
    first_days = held.order_by(None).order_by(s.starts_at)
    deep = catalogue.floor.rows(first_days.limit(1).offset(ROWS // 4))[0].starts_at
    day = (deep + timedelta(days=1)).date()
    before = f"{address}?at={place(day.isoformat(), '', 0)}"
    return [
        Page(name, "consultant", address, latest, True),
        Page(f"{name}, deepest", "consultant", before, latest.where(s.starts_at <= deep), True),
    ]
