"""The page and the files of each report across engagements: one address each, out of the catalogue."""

from flask import Blueprint, request, url_for

from crm import clock
from crm.access import actor, requires
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Entry, Request
from crm.reporting.kept import kept
from crm.reporting.queries_scope import choices
from crm.reporting.reading import read_as_reader
from crm.reporting.views import as_file, as_page
from reports.model import Report

bp = Blueprint("across", __name__)
read_as_reader(bp)
LABELS = {"kind": "Kind of client", "state": "State", "tag": "Tag", "currency": "Currency", "stage": "Stage"}
#: Reports with a page of the kind that is made here.
ACROSS = {name: entry for name, entry in CATALOGUE.items() if entry.asks and not entry.of_engagement}
del ACROSS["portfolio"]


def _asked() -> Asked:
    return Asked.of(request.args, clock.today(actor()))


def _made(name: str, entry: Entry, asked: Asked) -> Report:
    return kept(name, Request(actor(), asked.last, asked=asked), entry.make)


def _fields(entry: Entry) -> list[tuple[str, str, dict[str, str]]]:
    """What the form lets choose: name, label, and the choices; nothing to choose from is left out."""
    labels, offered = {"person": entry.whose, **LABELS}, choices(actor())
    names = [name for name in entry.asks if name in labels]
    return [(name, labels[name], getattr(offered, name)) for name in names if getattr(offered, name)]


def _add(name: str, entry: Entry) -> None:
    """The page of a report, and its files, for whoever holds its permission."""
    endpoint = name.replace("-", "_")

    @requires(entry.permission)
    def page():
        asked = _asked()

        def address(format_, table, **wishes):
            return url_for(f".{endpoint}_file", format_=format_, table=table, **asked.told, **wishes)

        return as_page(
            _made(name, entry, asked),
            address,
            template="reporting/across.html",
            crumbs=[(url_for("reporting.index"), "Reports")],
            engagement=None,
            asked=asked,
            has_period="from" in entry.asks,
            fields=_fields(entry),
        )

    @requires(entry.permission)
    def file(format_: str):
        return as_file(_made(name, entry, _asked()), format_)

    bp.add_url_rule(f"/reports/{name}", endpoint, page)
    bp.add_url_rule(f"/reports/{name}.<format_>", f"{endpoint}_file", file)


for _name, _entry in ACROSS.items():
    _add(_name, _entry)
