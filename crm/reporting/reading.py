"""Reports in the ways of whoever reads them: their locale holds for all of a request."""

from contextlib import ExitStack

from flask import Blueprint, g, request

from crm.access import actor
from reports.locales import reading_as

#: Files for machines are the same for everybody, their sentences too.
DATA = frozenset({"csv", "json", "parquet"})


def read_as_reader(bp: Blueprint) -> None:
    """Make every page and file of a room so."""

    @bp.before_request
    def begin() -> None:
        g.reading = ExitStack()
        is_data = (request.view_args or {}).get("format_") in DATA
        g.reading.enter_context(reading_as(None if is_data else getattr(actor(), "locale", None)))

    @bp.teardown_request
    def end(_error) -> None:
        if reading := g.pop("reading", None):
            reading.close()
