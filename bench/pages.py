"""The pages that are timed: who reads each, at which address, and the select that its floor makes."""

import base64
from dataclasses import dataclass
from functools import cached_property

import orjson
import sqlalchemy as sa

from bench.floor import Floor

ROWS = 40
LIVE = ("agreed", "discovery", "alignment", "implementation", "measurement", "closing")


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    address: str
    floor: sa.Select
    is_list: bool = False


def place(*values) -> str:
    """The name of a place in a listing, as crm.paging writes it."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def cursor(*values) -> str:
    """The address of what follows the row with these keys."""
    return place("a", *values)


class Catalogue:
    """The pages over one large demo."""

    def __init__(self, floor: Floor):
        self.floor = floor

    def _one(self, statement: sa.Select):
        return self.floor.rows(statement.limit(1))[0]

    def ends(self, name: str, who: str, address: str, wanted: sa.Select, *keys, down: bool) -> list[Page]:
        """A list in the order of `keys`: its first page, and the deepest that is full."""
        ordered = wanted.order_by(*(key.desc() if down else key for key in keys))
        total = self._one(sa.select(sa.func.count()).select_from(wanted.subquery()))[0]
        at = self._one(ordered.with_only_columns(*keys).offset(max(total - ROWS - 1, 0)))
        there, here = (
            sa.tuple_(*(sa.literal(value, key.type) for value, key in zip(at, keys, strict=True))),
            sa.tuple_(*keys),
        )
        after = ordered.where(here < there if down else here > there)
        join = "&" if "?" in address else "?"
        return [
            Page(name, who, address, ordered.limit(ROWS), True),
            Page(f"{name}, deepest", who, f"{address}{join}at={cursor(*at)}", after.limit(ROWS), True),
        ]

    def user(self, name: str) -> int:
        u = self.floor["user_account"]
        return self._one(sa.select(u.id).where(u.email == f"{name}@plumbline.example")).id

    @cached_property
    def state(self) -> str:
        """The one with most organisations."""
        o = self.floor["organisation"]
        counted = sa.select(o.state).where(o.state.is_not(None)).group_by(o.state)
        return self._one(counted.order_by(sa.func.count().desc(), o.state)).state

    @cached_property
    def engagement(self) -> sa.Row:
        """The one of the consultant's engagements with most to show."""
        o, e, t = (self.floor[name] for name in ("observation", "engagement", "team_member"))
        most = sa.select(o.engagement_id).group_by(o.engagement_id).order_by(sa.func.count().desc())
        mine = sa.select(t.engagement_id).where(t.user_id == self.user("consultant"))
        found = self._one(most.where(o.engagement_id.in_(mine))).engagement_id
        return self._one(sa.select(e.id, e.organisation_id).where(e.id == found))

    @cached_property
    def longest(self) -> sa.Row:
        """The one of the consultant's engagements with most sessions."""
        s, t = self.floor["coaching_session"], self.floor["team_member"]
        mine = sa.select(t.engagement_id).where(t.user_id == self.user("consultant"))
        counted = sa.select(s.engagement_id.label("id"), s.organisation_id).where(s.engagement_id.in_(mine))
        return self._one(
            counted.group_by(s.engagement_id, s.organisation_id).order_by(sa.func.count().desc())
        )

    @cached_property
    def sheet(self) -> int:
        """The engagement with most goals."""
        g = self.floor["goal"]
        counted = sa.select(g.engagement_id).group_by(g.engagement_id)
        return self._one(counted.order_by(sa.func.count().desc(), g.engagement_id)).engagement_id

    @cached_property
    def measure(self) -> int:
        o = self.floor["observation"]
        counted = sa.select(o.measure_id).where(o.engagement_id == self.engagement.id).group_by(o.measure_id)
        return self._one(counted.order_by(sa.func.count().desc())).measure_id

    @cached_property
    def session(self) -> int:
        a = self.floor["action"]
        counted = sa.select(a.session_id).where(
            a.engagement_id == self.engagement.id, a.session_id.is_not(None)
        )
        return self._one(counted.group_by(a.session_id).order_by(sa.func.count().desc())).session_id

    def _organisations(self) -> sa.Select:
        o = self.floor["organisation"]
        return (
            sa.select(o.id, o.name, o.kind, o.city, o.state, o.beds).order_by(o.search_name, o.id).limit(ROWS)
        )

    def _engagements(self) -> sa.Select:
        e, o, u = (self.floor[name] for name in ("engagement", "organisation", "user_account"))
        return (
            sa.select(
                e.id, e.title, o.name.label("client"), e.stage, u.name.label("lead"), e.starts_on, e.ends_on
            )
            .join(o.id.table, o.id == e.organisation_id)
            .outerjoin(u.id.table, u.id == e.lead_id)
            .order_by(e.starts_on.desc(), e.id.desc())
            .limit(ROWS)
        )

    def lists(self) -> list[Page]:
        o, e, t = (self.floor[name] for name in ("organisation", "engagement", "team_member"))
        plain = self._organisations()
        by_name = sa.select(o.search_name, o.id).order_by(o.search_name, o.id)
        places = {name: self._one(by_name.offset(at)) for name, at in (("second", ROWS - 1), ("deep", 4000))}

        def after(place):
            return plain.where(sa.tuple_(o.search_name, o.id) > sa.tuple_(*place))

        mine = sa.select(t.engagement_id).where(t.user_id == self.user("consultant"))
        found = plain.where((" " + o.search_name).like("% north%"))
        second, deep = (f"/organisations/?at={cursor(*place)}" for place in places.values())
        return [
            Page("organisations", "manager", "/organisations/", plain, True),
            Page("organisations of a consultant", "consultant", "/organisations/", self._served(), True),
            Page("organisations searched", "manager", "/organisations/?q=north", found, True),
            Page(
                "organisations of a state",
                "manager",
                f"/organisations/?state={self.state}",
                self._of_state(),
                True,
            ),
            Page("organisations, second page", "manager", second, after(places["second"]), True),
            Page("organisations, deep page", "manager", deep, after(places["deep"]), True),
            Page("engagements of a manager", "manager", "/engagements/", self._engagements(), True),
            Page(
                "engagements of a consultant",
                "consultant",
                "/engagements/",
                self._engagements().where(e.id.in_(mine)),
                True,
            ),
        ]

    def deepest(self) -> list[Page]:
        o, e = self.floor["organisation"], self.floor["engagement"]
        organisations, engagements = (
            made().limit(None).order_by(None) for made in (self._organisations, self._engagements)
        )
        return [
            *self.ends(
                "organisations", "manager", "/organisations/", organisations, o.search_name, o.id, down=False
            )[1:],
            *self.ends(
                "engagements of a manager",
                "manager",
                "/engagements/",
                engagements,
                e.starts_on,
                e.id,
                down=True,
            )[1:],
        ]

    def _served(self) -> sa.Select:
        o, t = self.floor["organisation"], self.floor["team_member"]
        me = self.user("consultant")
        served = sa.select(t.organisation_id).where(t.user_id == me)
        return self._organisations().where(sa.or_(o.keeper_id == me, o.id.in_(served)))

    def _of_state(self) -> sa.Select:
        return self._organisations().where(self.floor["organisation"].state == self.state)

    def _relations(self, engagement_id: int) -> sa.Select:
        r, g, s = (self.floor[name] for name in ("relation", "goal", "strategy"))
        return (
            sa.select(r.id, g.statement, g.weight, s.statement.label("strategy"), s.effort_hours, r.mark)
            .join(g.id.table, g.id == r.goal_id)
            .join(s.id.table, s.id == r.strategy_id)
            .where(r.engagement_id == engagement_id)
            .order_by(g.position, s.position, r.id)
        )

    def _milestones(self, engagement_id: int) -> sa.Select:
        m, s = self.floor["milestone"], self.floor["strategy"]
        return (
            sa.select(m.id, m.title, s.statement, m.state, m.baseline_on, m.planned_on, m.actual_on)
            .outerjoin(s.id.table, s.id == m.strategy_id)
            .where(m.engagement_id == engagement_id)
            .order_by(m.planned_on, m.id)
        )

    def _sessions(self) -> sa.Select:
        s, u = self.floor["coaching_session"], self.floor["user_account"]
        return (
            sa.select(s.id, s.number, s.starts_at, s.mode, u.name.label("coach"), s.state)
            .join(u.id.table, u.id == s.coach_id)
            .where(s.engagement_id == self.longest.id)
        )

    def _sessions_pages(self) -> list[Page]:
        number = self.floor["coaching_session"].number
        address = f"/engagements/{self.longest.id}/sessions"
        return self.ends("sessions", "consultant", address, self._sessions(), number, down=True)

    def of_engagement(self) -> list[Page]:
        a, m, o, g = (self.floor[name] for name in ("action", "measure", "observation", "goal"))
        e = f"/engagements/{self.engagement.id}"
        actions = sa.select(a.id, a.title, a.due_on, a.state, a.done_on).where(a.session_id == self.session)
        measures = (
            sa.select(m.id, m.name, m.direction, m.unit, g.statement, m.baseline, m.target)
            .outerjoin(g.id.table, g.id == m.goal_id)
            .where(m.engagement_id == self.engagement.id)
        )
        observed = sa.select(o.id, o.period_on, o.value, o.numerator, o.denominator, o.provenance).where(
            o.measure_id == self.measure
        )
        relations, milestones = self._relations(self.engagement.id), self._milestones(self.engagement.id)
        large = self._relations(self.sheet)
        d = self.floor["deliverable"]
        promised = sa.select(
            d.id, d.title, d.acceptance, d.due_on, d.state, d.delivered_on, d.accepted_on
        ).where(d.engagement_id == self.engagement.id)
        return [
            Page("overview", "consultant", e, relations),
            Page("thread", "consultant", f"{e}/thread", milestones),
            Page("worksheet", "consultant", f"{e}/worksheet", relations),
            Page("worksheet 40×60", "consultant", f"/engagements/{self.sheet}/worksheet", large),
            Page("roadmap", "consultant", f"{e}/roadmap", milestones),
            Page("roadmap as a board", "consultant", f"{e}/roadmap?view=board", milestones),
            Page("roadmap of a quarter", "consultant", f"{e}/roadmap?zoom=quarter", milestones),
            Page("statement of work", "consultant", f"{e}/work", promised),
            *self._sessions_pages(),
            Page("session", "consultant", f"/sessions/{self.session}", actions.order_by(a.id)),
            Page("outcomes", "consultant", f"{e}/outcomes", measures.order_by(m.id)),
            Page("measure", "consultant", f"/measures/{self.measure}", observed.order_by(o.period_on)),
        ]

    def _actions(self, criterion, limit: int) -> sa.Select:
        a, e, o = (self.floor[name] for name in ("action", "engagement", "organisation"))
        return (
            sa.select(a.id, a.title, e.title.label("engagement"), o.name.label("client"), a.due_on)
            .join(e.id.table, e.id == a.engagement_id)
            .join(o.id.table, o.id == a.organisation_id)
            .where(criterion, a.state == "open")
            .order_by(a.due_on, a.id)
            .limit(limit)
        )

    def of_people(self) -> list[Page]:
        a, e, u = (self.floor[name] for name in ("action", "engagement", "user_account"))
        g = self.floor["engagement_grant"]
        mine = a.owner_user_id == self.user("consultant")
        of_client = self._engagements().where(e.organisation_id == self.engagement.organisation_id)
        granted = sa.select(e.id).join(g.id.table, g.engagement_id == e.id)
        first = self._one(
            granted.where(g.user_id == self.user("client"), e.stage.in_(LIVE)).order_by(
                e.starts_on.desc(), e.id.desc()
            )
        )
        latest = (
            sa.select(e.id).where(e.stage.in_(LIVE)).order_by(e.starts_on.desc(), e.id.desc()).limit(ROWS)
        )
        live = self._engagements().where(e.id.in_(latest)).add_columns(e.stage_since)
        users = sa.select(u.id, u.name, u.email, u.role, u.active).order_by(u.name, u.id)
        client = f"/organisations/{self.engagement.organisation_id}"
        return [
            Page("client page", "consultant", client, of_client),
            Page("my day", "consultant", "/my-day", self._actions(mine, 44)),
            Page("client's roadmap", "client", "/roadmap", self._milestones(first.id)),
            Page("portfolio", "manager", "/portfolio", live, True),
            Page("users", "admin", "/settings", users, True),
        ]

    def all(self) -> list[Page]:
        return [*self.lists(), *self.deepest(), *self.of_engagement(), *self.of_people()]
