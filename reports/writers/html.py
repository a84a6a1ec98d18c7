"""HTML: a fragment for the application's own page, and a page that stands alone."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import text
from reports.charts import draw_svg
from reports.model import Chart, Column, Report, Table
from reports.timeline import layout

TEMPLATES = Path(__file__).parents[1] / "templates"
#: Letters from which a text is a sentence rather than a name.
_SENTENCE = 60


def _draw(chart: Chart) -> Markup:
    return Markup(draw_svg(chart.spec, label=text.clean(chart.alt)))  # noqa: S704  vl_convert escapes the text


def _is_wordy(table: Table, column: Column, most: int | None) -> bool:
    """Whether sentences are shown in it: squeezed between figures, they would make a row of many lines."""
    return column.kind == "text" and any(
        len(said or "") > _SENTENCE for said in table.values(column.name, most)
    )


def _finalise(value: object) -> object:
    return text.clean(value) if type(value) is str else value


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalise,
    )
    environment.filters |= {"show": text.show, "day": text.day, "moment": text.moment, "draw": _draw}
    environment.filters["is_wordy"] = _is_wordy
    environment.globals |= {"count": text.count}
    return environment


_PAGES = _environment()


def _context(report: Report, table_link: Callable[[str], str] | None = None, most: int | None = None) -> dict:
    return {
        "report": report,
        "table_link": table_link,
        "most": most,
        "roadmap": layout(report.timeline) if report.timeline else None,
    }


def fragment(report: Report, table_link: Callable[[str], str] | None = None, most: int | None = None) -> str:
    """The body of the report, headings from h2 on, in the classes of theme.css.

    Nothing inline that a strict CSP refuses. `table_link` gives the address of a table's CSV by its name.
    `most` rows of a table are shown, or all without it; totals are always of all.
    """
    return _PAGES.get_template("report.html").render(_context(report, table_link, most))


def write_html(report: Report) -> bytes:
    """A page that stands alone, with its own style sheet for screen, dark screen and paper."""
    return _PAGES.get_template("page.html").render(_context(report)).encode()
