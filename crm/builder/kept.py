"""What a saved view holds: a definition of the builder, or a report with what it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from crm.access import Permission, holds
from crm.builder import spans
from crm.builder.definition import Definition, RefusedError
from crm.builder.fields import Sort
from crm.builder.queries_choices import title_of
from crm.builder.reading import of_address, of_document
from crm.fields import EARLIEST
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, PERIOD, Entry
from crm.reporting.queries import Wanted

#: The reports that a view can be of: those across engagements.
REPORTS = {name: entry for name, entry in CATALOGUE.items() if not entry.of_engagement}
PORTFOLIO = "portfolio"
UNKNOWN = "This view is of a report that is not there."


@dataclass(frozen=True)
class Kept:
    """One of the two: `definition`, or `report` with `asked` and, where its days go on, their `span`."""

    definition: Definition | None = None
    report: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    span: str = ""

    @property
    def entry(self) -> Entry | None:
        return REPORTS.get(self.report)

    @property
    def title(self) -> str:
        return self.entry.title if self.entry else title_of(self.definition)

    @property
    def has_period(self) -> bool:
        return bool(self.entry and "from" in self.entry.asks and self.report != PORTFOLIO)

    @property
    def document(self) -> dict[str, Any]:
        if self.definition:
            return {"builder": self.definition.document}
        said = {"report": self.report, "asked": dict(self.asked)}
        return said | ({"span": self.span} if self.span else {})

    @property
    def names_texts(self) -> bool:
        """Whether it holds words of a client, which whoever opens it would read."""
        if not self.definition:
            return False
        asked, filters = self.definition.base.asked, self.definition.filters
        return any(asked[one.on].sort is Sort.TEXT and one.asks in ("has", "lacks") for one in filters)

    def may(self, user) -> bool:
        """Whether somebody may see what it is of."""
        return holds(user, self.entry.permission if self.entry else Permission.BUILDER)

    def query(self, today: date) -> str:
        """What an address says of it, seen from today."""
        if self.definition:
            return self.definition.address
        return urlencode(self.arguments(today))

    def arguments(self, today: date) -> dict[str, str]:
        """What a report is asked for, its days seen from today."""
        days = [day.isoformat() for day in spans.days(self.span, today)] if self.span else []
        return dict(self.asked) | dict(zip(PERIOD, days, strict=False))

    def place(self) -> str:
        return f"/reports/{self.report}" if self.entry else "/builder"


def of_what(what: Any) -> Kept:
    """What was kept. Raises RefusedError where it cannot be meant any more."""
    if isinstance(what, Mapping) and set(what) == {"builder"}:
        return Kept(of_document(what["builder"]))
    if not isinstance(what, Mapping) or not {"report"} <= set(what) <= {"report", "asked", "span"}:
        raise RefusedError("This is no view.")
    if not isinstance(what["report"], str) or not isinstance(what.get("asked", {}), Mapping):
        raise RefusedError("This is no view.")
    span = what.get("span", "")
    if span and not (isinstance(span, str) and spans.is_span(span)):
        raise RefusedError("This view names no period.")
    return _of_report(what["report"], what.get("asked", {}), span, days=not span)


def of_arguments(arguments, today: date, beside: tuple[str, ...] = ()) -> Kept:
    """What an address says, be it of the builder or of a report. Raises RefusedError."""
    name = arguments.get("report")
    if name is None:
        return Kept(of_address(arguments, beside))
    asked = Asked.of(arguments, today)
    span = spans.named(asked.first, asked.last, today) or ""
    found = _of_report(name, {**arguments, **asked.told}, span, days=not span)
    return found if found.has_period else replace(found, span="")


def _of_report(name: str, arguments: Mapping[str, Any], span: str, *, days: bool) -> Kept:
    if name not in REPORTS:
        raise RefusedError(UNKNOWN)
    said = {key: value for key, value in arguments.items() if isinstance(value, str) and value}
    if name == PORTFOLIO:
        told = Wanted.of(said).asked
        return Kept(None, name, tuple(sorted((key, value[:40]) for key, value in told.items())))
    wanted = set(REPORTS[name].asks) - (set() if days else set(PERIOD))
    told = Asked.of(said, EARLIEST).told
    # Days that nobody named are not kept: they are those of whoever opens it, when they do.
    kept = {key: told[key] for key in wanted & told.keys() if key not in PERIOD or key in said}
    return Kept(None, name, tuple(sorted(kept.items())), span)
