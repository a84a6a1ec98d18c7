"""A report on one page: for a board, which reads what stands out and asks for the rest."""

from collections.abc import Iterable
from dataclasses import replace

from reports import text
from reports.model import Report, Timeline

_FINDINGS, _NOTES = 5, 3
_FINDING, _NOTE, _OPENING = 180, 200, 420
#: Millimetres of an A4 page: what is free of marks, title and facts; a line and its letters; a chart with
#: its sentence; a roadmap beside its rows, and each of these.
_FREE, _LINE, _LETTERS, _CHART, _ROADMAP, _STEP = 188, 5, 95, 85, 26, 7.5


def brief(report: Report) -> Report:
    """Its facts, what stands out first of all, one picture, and the roadmap where there is room for it."""
    short = replace(
        report,
        opening=text.shorten(report.opening, _OPENING),
        findings=_first(report.findings),
        charts=report.charts[:1],
        matrix=None,
        notes=tuple(text.shorten(note, _NOTE) for note in report.notes[:_NOTES]),
        prints_tables=False,
        is_landscape=False,
    )
    return replace(short, timeline=_fitting(short))


def _first(findings: tuple[str, ...]) -> tuple[str, ...]:
    """The first of them; where there are more, the last line says how many."""
    shown = tuple(text.shorten(finding, _FINDING) for finding in findings[:_FINDINGS])
    rest = len(findings) - len(shown)
    return (*shown, f"The full report says {text.whole(rest)} more.") if rest else shown


def _fitting(report: Report) -> Timeline | None:
    if report.timeline is None:
        return None
    lines = _lines([*report.opening.splitlines(), *report.findings, *report.notes])
    room = _FREE - _LINE * lines - _CHART * len(report.charts)
    return report.timeline if _ROADMAP + _STEP * len(report.timeline.rows) <= room else None


def _lines(said: Iterable[str]) -> int:
    return sum(-(-len(one) // _LETTERS) for one in said)
