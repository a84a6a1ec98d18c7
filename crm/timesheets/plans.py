"""What a file of a time tracker is taken to mean: its projects, its tasks and its people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from crm.access import Role
from crm.accounts.models import User
from crm.engagements.models import Engagement, ServiceLine
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations.models import Organisation, searchable
from crm.organisations.reading import Sheet
from crm.organisations.rows import Problem
from crm.scopes import team
from crm.sessions.models_time import TimeKind
from crm.timesheets import trackers
from crm.timesheets.trackers import NEEDED, Order, Tracker

LONGEST_SHOWN, LONGEST_NOTE, MOST_PROJECTS = 120, 5_000, 300
Place = tuple[str, str]


@dataclass(frozen=True)
class Plan:
    """Everything that somebody may choose about a file."""

    tracker: Tracker
    order: Order
    engagements: dict[Place, int]
    kinds: dict[str, TimeKind]
    line: ServiceLine = ServiceLine.COACHING
    reason: str | None = None


@dataclass(slots=True, eq=False)
class Row:
    """One row: its cells, what they mean, and what is wrong with them."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    outcome: str = ""

    def refuse(self, column: str, value: str, reason: str) -> None:
        shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
        self.problems.append(Problem(self.number, column, shown, reason))

    @property
    def place(self) -> Place:
        return self.values.get("client", ""), self.values.get("project", "")

    @property
    def label(self) -> str:
        """What says the kind: the task, else the first tag."""
        tags = self.values.get("tags", "").replace(";", ",").split(",")
        return self.values.get("task") or tags[0].strip()

    @property
    def person(self) -> str:
        whole = " ".join(filter(None, (self.values.get("first"), self.values.get("last"))))
        return self.values.get("email") or self.values.get("person") or whole


class File:
    """A sheet as a tracker wrote it."""

    def __init__(self, sheet: Sheet, name: str = "This file"):
        found = trackers.detect(sheet.columns)
        if found is None:
            raise DomainError(
                f"{name} is no detailed export of Toggl Track, Clockify or Harvest. "
                f"Its columns are: {', '.join(sheet.columns[:40])}."
            )
        self.sheet, self.tracker = sheet, found
        self.places = trackers.places(found, sheet.columns)

    def texts(self, name: str) -> list[str]:
        place = self.places.get(name)
        return [] if place is None else [_cell(cells, place) for cells in self.sheet.rows]

    def heading(self, name: str) -> str:
        place = self.places.get(name)
        return name if place is None else self.sheet.columns[place]

    def rows(self, order: Order) -> list[Row]:
        return [
            self._row(Row(number, cells), order)
            for number, cells in zip(self.sheet.numbers, self.sheet.rows, strict=True)
        ]

    def _row(self, row: Row, order: Order) -> Row:
        if surplus := [cell for cell in row.cells[len(self.sheet.columns) :] if cell.strip()]:
            row.refuse(
                "beyond the last column", " ".join(surplus), "The row has more cells than there are columns."
            )
        for name, place in self.places.items():
            if not (text := _cell(row.cells, place)):
                continue
            try:
                row.values[name] = trackers.clean(name, text[:LONGEST_NOTE], order)
            except ValueError as error:
                row.refuse(self.heading(name), text, str(error))
        self._need(row)
        return row

    def _need(self, row: Row) -> None:
        refused = {problem.column for problem in row.problems}
        for name, reason in NEEDED.items():
            if name not in row.values and self.heading(name) not in refused:
                row.refuse(self.heading(name), "", reason)
        lengths = [name for name in ("duration", "hours") if name in self.places]
        if not any(name in row.values for name in lengths) and not refused & {
            self.heading(n) for n in lengths
        }:
            row.refuse(self.heading(lengths[0]), "", "How long it took is missing.")
        if not row.person:
            row.refuse(self.heading("email"), "", "Whose time it is, is missing.")

    @cached_property
    def order(self) -> Order:
        return trackers.guess_order(self.texts("start_on"))

    @cached_property
    def projects(self) -> list[Place]:
        found = zip(self.texts("client") or [""] * len(self.sheet.rows), self.texts("project"), strict=False)
        return sorted({place for place in found if place[1]})[:MOST_PROJECTS]

    @cached_property
    def labels(self) -> list[str]:
        rows = self.rows(self.order)
        return sorted({row.label[:255] for row in rows if row.label})[:MOST_PROJECTS]


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


@dataclass(frozen=True)
class Candidate:
    id: int
    title: str
    client: str


def candidates(file: File, by) -> list[Candidate]:
    """The engagements that the file could mean: of the teams of `by`; to an administrator, those named."""
    e, o = Engagement, Organisation
    mine = e.id.in_(sa.select(team.c.engagement_id).where(team.c.user_id == by.id))
    if by.role is Role.ADMINISTRATOR:
        clients = {searchable(client)[:255] for client, _ in file.projects if client}
        titles = {title.lower() for _, title in file.projects}
        mine = sa.or_(mine, o.search_name.in_(clients), sa.func.lower(e.title).in_(titles))
    found = db.session.execute(
        sa.select(e.id, e.title, o.name)
        .join(o, o.id == e.organisation_id)
        .where(mine, e.visible_to(by))
        .order_by(o.name, e.title, e.id)
        .limit(1_000)
    )
    return [Candidate(*row) for row in found]


def guess_engagement(place: Place, known: Iterable[Candidate]) -> int | None:
    """The engagement of that title and client; else the only one of that title, or of that client."""
    client, title = (searchable(text) for text in place)
    known = list(known)
    of_title = [one for one in known if searchable(one.title) == title]
    of_client = [one for one in known if client and searchable(one.client) == client]
    both = [one for one in of_title if one in of_client]
    for found in (both, of_title if not of_client else [], of_client):
        if len(found) == 1:
            return found[0].id
    return None


def guess(file: File, by, *, reason: str | None = None) -> Plan:
    known = candidates(file, by)
    guessed = {place: guess_engagement(place, known) for place in file.projects}
    return Plan(
        file.tracker,
        file.order,
        {place: key for place, key in guessed.items() if key},
        {label: trackers.guess_kind(label) for label in file.labels},
        reason=reason,
    )


def people_of(rows: Iterable[Row]) -> dict[str, list[int]]:
    """The ids of the people that the rows name, by e-mail or, where there is none, by name."""
    named = {row.person.casefold() for row in rows if row.person}
    found = db.session.execute(
        sa.select(User.id, sa.func.lower(User.email), sa.func.lower(User.name)).where(
            sa.or_(sa.func.lower(User.email).in_(named), sa.func.lower(User.name).in_(named))
        )
    )
    people: dict[str, list[int]] = {}
    for key, email, name in found:
        for said in {email, name} & named:
            people.setdefault(said, []).append(key)
    return people
