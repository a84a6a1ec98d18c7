"""What a report across engagements can be asked for: the same on its form, in its address, by its command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from crm.engagements.models import Stage
from crm.fields import EARLIEST, LATEST
from crm.organisations.models import Kind
from reports.period import Period, before

#: So many days up to today, unless somebody asks for others: thirteen weeks.
USUAL_DAYS = 91
NAMES = ("from", "to", "person", "kind", "state", "tag", "currency", "stage")


@dataclass(frozen=True)
class Asked:
    """A period, and what the engagements or people are narrowed to; None for all."""

    first: date
    last: date
    person: int | None = None
    kind: Kind | None = None
    state: str | None = None
    tag: str | None = None
    currency: str | None = None
    stage: str | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, Any], today: date) -> Asked:
        """What an address or a command says; what cannot be meant is taken as not said."""
        first, last = _day(arguments.get("from")), _day(arguments.get("to"))
        last = last or max(today, first or today)
        first = first or last - timedelta(USUAL_DAYS - 1)
        stage = arguments.get("stage")
        return cls(
            min(first, last),
            last,
            _key(arguments.get("person")),
            Kind(arguments["kind"]) if arguments.get("kind") in Kind._value2member_map_ else None,
            _text(arguments.get("state")),
            _text(arguments.get("tag")),
            _text(arguments.get("currency")),
            stage if stage == "live" or stage in Stage._value2member_map_ else None,
        )

    @cached_property
    def told(self) -> dict[str, str]:
        """The same as an address says it."""
        said = {"from": self.first.isoformat(), "to": self.last.isoformat(), "person": self.person}
        said |= {"kind": self.kind, "state": self.state, "tag": self.tag, "currency": self.currency}
        return {name: str(value) for name, value in (said | {"stage": self.stage}).items() if value}

    def period(self, made_at: datetime, narrowed: str = "") -> Period:
        return Period(self.first, self.last, made_at, narrowed)

    @cached_property
    def before(self) -> tuple[date, date]:
        return before(self.first, self.last)

    @property
    def spans(self) -> dict[str, date]:
        """The days of both periods, as statements name them."""
        return {"first": self.first, "last": self.last, "since": self.before[0]}


def _day(value: str | date | None) -> date | None:
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _key(value: str | int | None) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _text(value: str | None) -> str | None:
    return (value or "").replace("\0", "").strip()[:255] or None
