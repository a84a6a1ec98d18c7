"""PDF by typst: tagged, with the title, language and alternative texts that PDF/UA-1 asks for."""

import itertools
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from reports import text
from reports.brief import brief
from reports.charts import PRINT, draw_svg
from reports.model import Chart, Matrix, Report, Table
from reports.timeline import Layout, layout
from reports.widths import LANDSCAPE, PORTRAIT, grown_of, laid_out, needs_landscape, parts_of

_ROOT = Path(__file__).parents[2]
_TIMEOUT = 120
#: Strategies side by side on a page; more than these few have their names turned, and cut at so many letters.
_ACROSS_PORTRAIT, _ACROSS_LANDSCAPE = 14, 22
_UPRIGHT, _TURNED = 7, 44
#: What is no text, and what was cleaned before it was measured.
_CLEAN = ("svg", "rows")
_ENDLESS_WORD = re.compile(r"(\S{24})(?=\S)")


class TypesettingError(RuntimeError):
    """The child process that draws the PDF failed; the message is what it said."""


def _sums(table: Table) -> list[str]:
    totals = table.totals
    shown = [text.show(totals[of.name], of.kind) if of.total else "" for of in table.columns]
    return ["Total" if totals else "", *shown[1:]]


def _table(table: Table, width: float) -> dict[str, Any]:
    rows = [
        [cleaned(text.show(value, of.kind)) for value, of in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    sums = _sums(table)
    parts = [_part(table, part, rows, sums, width) for part in (parts_of(table, width) if rows else [])]
    return {"title": table.title, "count": text.count(len(rows), "row"), "empty": table.empty, "parts": parts}


def _part(
    table: Table, part: list[int], rows: list[list[str]], sums: list[str], width: float
) -> dict[str, Any]:
    """Some columns of a table: laid out, or with the shares by which typst gives long texts their room."""
    columns = [table.columns[index] for index in part]
    shown = [[row[index] for index in part] for row in rows]
    below = [sums[index] for index in part]
    widths, heights = laid_out(columns, shown, below, width) or (None, [])
    return {
        "columns": [{"label": of.label, "number": of.is_numeric} for of in columns],
        "widths": widths,
        "grows": None if widths else grown_of(columns, [*zip(*shown, strict=True)]),
        "rows": shown,
        "heights": heights,
        "sums": below if any(below[1:]) else [],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    svg = draw_svg(chart.spec, PRINT)
    said = {"title": chart.title, "sentence": chart.sentence, "alt": chart.alt}
    return {**said, "svg": svg, "wide": bool(chart.panels)}


def _roadmap(roadmap: Layout) -> dict[str, Any]:
    tracks = [
        {
            "title": track.step.title, "state": track.step.state, "tone": track.step.tone, "bar": track.bar,
            "baseline": track.baseline, "planned": track.planned, "actual": track.actual,
        }
        for track in roadmap.tracks
    ]  # fmt: skip
    return {"ticks": roadmap.ticks, "today": roadmap.today, "tracks": tracks}


def _matrix(report: Report, is_wide: bool) -> dict[str, Any] | None:
    if report.matrix is None:
        return None
    matrix = report.matrix
    return {
        "goals": matrix.goals,
        "weights": [text.show(weight, "percent") for weight in matrix.weights],
        "parts": _strips(matrix, _ACROSS_LANDSCAPE if is_wide else _ACROSS_PORTRAIT),
    }


def _strips(matrix: Matrix, most: int) -> list[dict[str, Any]]:
    """The strategies in strips of even width that fit the page; where they are many, by shorter names."""
    count = len(matrix.strategies)
    strips = max(1, -(-count // most))
    ends = [count * number // strips for number in range(strips + 1)]
    is_narrow = count > _UPRIGHT
    return [
        {
            "strategies": [
                text.shorten(name, _TURNED) if is_narrow else name for name in matrix.strategies[start:end]
            ],
            "relations": [row[start:end] for row in matrix.relations],
            "shares": [text.show(share, "percent") for share in matrix.shares[start:end]],
            "first": start + 1,
            "last": end,
            "narrow": is_narrow,
        }
        for start, end in itertools.pairwise(ends)
    ]


def cleaned(node: Any) -> Any:
    """The content without unprintable characters, and with places to break words that are too long."""
    if isinstance(node, str):
        return _ENDLESS_WORD.sub("\\1\u200b", text.clean(node))
    if isinstance(node, dict):
        return {key: value if key in _CLEAN else cleaned(value) for key, value in node.items()}
    return [cleaned(item) for item in node] if isinstance(node, (list, tuple)) else node


def _content(report: Report, *, one_page: bool) -> dict[str, Any]:
    tables = report.tables if report.prints_tables else ()
    is_wide = report.is_landscape or needs_landscape(tables)
    roadmap = layout(report.timeline) if report.timeline else None
    content = {
        "title": report.title,
        "subtitle": report.subtitle,
        "logos": [{"svg": logo.as_svg(), "alt": logo.alt} for logo in report.logos],
        "opening": [line for line in report.opening.splitlines() if line.strip()],
        "as_of": text.day(report.as_of),
        "made_at": text.moment(report.made_at),
        "landscape": is_wide,
        "one_page": one_page,
        "facts": [asdict(fact) for fact in report.facts],
        "findings": report.findings,
        "matrix": _matrix(report, is_wide),
        "roadmap": _roadmap(roadmap) if roadmap else None,
        "has_outcomes": any(chart.shape == "line" for chart in report.charts),
        "charts": [_chart(chart) for chart in report.charts],
        "tables": [_table(table, LANDSCAPE if is_wide else PORTRAIT) for table in tables],
        "notes": report.notes,
        "colours": PRINT,
    }
    return cleaned(content)


def write_pdf(report: Report, *, one_page: bool = False) -> bytes:
    """The report on A4, in full or on one page for a board.

    Raises TypesettingError where typst refuses, TimeoutExpired after two minutes.
    """
    report = brief(report) if one_page else report
    return typeset("report", _content(report, one_page=one_page), int(report.made_at.timestamp()))


def typeset(template: str, content: dict[str, Any], made_at: int) -> bytes:
    """The template of this name, filled. Raises as `write_pdf` does."""
    job = {"report": orjson.dumps(content).decode(), "made_at": made_at, "template": template}
    done = subprocess.run(
        [sys.executable, "-m", "reports.typesetting"],
        input=orjson.dumps(job), capture_output=True, cwd=_ROOT, timeout=_TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise TypesettingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout
