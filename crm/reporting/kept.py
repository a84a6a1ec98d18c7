"""Reports that were made already, kept by the version of the data that they rest on.

The version is the end of the audit trail: whatever changes a row moves it on in the same transaction, so
where it stands as it stood, nothing has changed. It is read before the rows are: a report may be younger than
what it is kept under, and is never older. Each reader has their own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import sqlalchemy as sa
from flask import current_app

from crm import clock
from crm.audit.models import audit_head
from crm.extensions import db
from reports.model import Report

#: Rows of all tables of all that is kept; a report of more is not kept at all.
MOST_ROWS = 300_000
EXTENSION = "reports_kept"


class Kept:
    """The reports that were asked for last, as many as `most`."""

    def __init__(self, most: int):
        self.most = most
        self._reports: OrderedDict[Hashable, tuple[tuple, Report]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, version: tuple) -> Report | None:
        with self._lock:
            found = self._reports.get(key)
            if found is None or found[0] != version:
                return None
            self._reports.move_to_end(key)
            return found[1]

    def add(self, key: Hashable, version: tuple, report: Report) -> None:
        with self._lock:
            self._reports[key] = version, report
            self._reports.move_to_end(key)
            while len(self._reports) > self.most or self._rows() > MOST_ROWS:
                self._reports.popitem(last=False)

    def _rows(self) -> int:
        return sum(sum(report.row_counts.values()) for _, report in self._reports.values())


def kept(name: str, request, make: Callable[..., Report]) -> Report:
    """The report as `make` makes it of `request`, or as it was made for the same reader of the same data."""
    most = current_app.config["REPORTS_KEPT"]
    if not most:
        return make(request)
    store = current_app.extensions.setdefault(EXTENSION, Kept(most))
    of = request.engagement and request.engagement.id
    asked = request.as_of, clock.today(request.user), request.wanted, request.asked
    key, version = (name, request.user.id, request.user.role, of, *asked), _version()
    report = store.find(key, version)
    if report is None:
        report = make(request)
        store.add(key, version, report)
    return report


def _version() -> tuple:
    return tuple(db.session.execute(sa.select(audit_head.c.position, audit_head.c.digest)).one())
