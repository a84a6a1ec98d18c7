"""A report on one page: for a board, which reads what stands out and asks for the rest."""

from dataclasses import replace

from reports import text
from reports.model import Report

_FINDINGS, _STEPS, _NOTES = 5, 8, 3
_FINDING, _OPENING = 240, 600


def brief(report: Report) -> Report:
    """Its facts, what stands out first of all, and one picture; the tables are in the full report."""
    return replace(
        report,
        opening=text.shorten(report.opening, _OPENING),
        findings=_first(report.findings),
        charts=report.charts[:1],
        matrix=None,
        timeline=report.timeline if report.timeline and len(report.timeline.rows) <= _STEPS else None,
        notes=tuple(text.shorten(note, _FINDING) for note in report.notes[:_NOTES]),
        prints_tables=False,
    )


def _first(findings: tuple[str, ...]) -> tuple[str, ...]:
    """The first of them; where there are more, the last line says how many."""
    shown = tuple(text.shorten(finding, _FINDING) for finding in findings[:_FINDINGS])
    rest = len(findings) - len(shown)
    return (*shown, f"The full report says {rest:,} more.") if rest else shown
