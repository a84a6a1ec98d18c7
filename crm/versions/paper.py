"""A worksheet as a report on paper: matrix, findings, goals, strategies and the reasons for the marks."""

from __future__ import annotations

from datetime import date, datetime

import lazy_loader as lazy

from crm.alignment.findings import findings_of
from crm.versions.sheet import Kept, day_of
from crm.words import percent
from reports.model import Column, Fact, Matrix, Report, Table

pd = lazy.load("pandas")

GOALS = (
    Column("goal", "Goal", "text"),
    Column("weight", "Weight", "percent", total=True),
    Column("owner", "Owner", "text"),
    Column("horizon_on", "Horizon", "date"),
    Column("how_measured", "Measured by", "text"),
    Column("smart_text", "SMART restatement", "text"),
)
STRATEGIES = (
    Column("strategy", "Strategy", "text"),
    Column("share", "Carries", "percent", total=True),
    Column("effort_hours", "Effort", "hours", total=True),
    Column("owner", "Owner", "text"),
    Column("audience", "Audience", "text"),
    Column("starts_on", "Start", "date"),
    Column("ends_on", "End", "date"),
)
REASONS = (
    Column("goal", "Goal", "text"),
    Column("strategy", "Strategy", "text"),
    Column("mark", "Mark", "integer"),
    Column("note", "Why", "text"),
    Column("by", "By", "text"),
)
LEGEND = (
    "9: the strategy serves the goal strongly; 3: clearly; 1: weakly; · not at all, or nobody has judged. "
    "Carries: the share of all contributions, each the weighted sum of a strategy's marks. "
    "Coverage: the weight of the goals with a strategy rated 3 or more. Density: the cells above 0."
)


def report_of(
    sheet: Kept, digest: str, *, title: str, client: str, words: str, on: date, at: datetime
) -> Report:
    """The report of one content; `words` say whether it is of today or which version."""
    score = sheet.score
    weights = tuple(map(float, score.weights)) if score else (None,) * len(sheet.goals)
    shares = tuple(map(float, score.shares)) if score else (None,) * len(sheet.strategies)
    return Report(
        name="worksheet",
        title=f"Alignment worksheet: {title}",
        subtitle=f"{client} · {words}",
        as_of=on,
        made_at=at,
        facts=_facts(sheet),
        findings=tuple(found.sentence for found in findings_of(sheet)) if sheet.goals else (),
        tables=(_goals(sheet, weights), _strategies(sheet, shares), _reasons(sheet)),
        matrix=_matrix(sheet, weights, shares),
        notes=(LEGEND, f"SHA-256 of the canonical content: {digest}"),
        is_landscape=True,
    )


def _facts(sheet: Kept) -> tuple[Fact, ...]:
    return (
        Fact("Goals", str(len(sheet.goals))),
        Fact("Strategies", str(len(sheet.strategies))),
        Fact("Coverage", percent(sheet.coverage)),
        Fact("Completeness", percent(sheet.completeness)),
        Fact("Density", percent(sheet.density), "above 60 % nothing was decided"),
    )


def _matrix(sheet: Kept, weights: tuple, shares: tuple) -> Matrix | None:
    if not sheet.goals or not sheet.strategies:
        return None
    return Matrix(
        goals=tuple(goal.statement for goal in sheet.goals),
        weights=weights,
        strategies=tuple(one.statement for one in sheet.strategies),
        relations=tuple(map(tuple, sheet.marks)),
        shares=shares,
    )


def _goals(sheet: Kept, weights: tuple) -> Table:
    rows = [
        (
            goal.statement, weight, goal.owner, day_of(goal.horizon_on), goal.how_measured, goal.smart_text,
        )
        for goal, weight in zip(sheet.goals, weights, strict=True)
    ]  # fmt: skip
    return _table("goals", "Goals", GOALS, rows, "There are no goals.")


def _strategies(sheet: Kept, shares: tuple) -> Table:
    rows = [
        (
            one.statement, share, one.effort_hours, one.owner, one.audience, day_of(one.starts_on),
            day_of(one.ends_on),
        )
        for one, share in zip(sheet.strategies, shares, strict=True)
    ]  # fmt: skip
    return _table("strategies", "Strategies", STRATEGIES, rows, "There are no strategies.")


def _reasons(sheet: Kept) -> Table:
    goals, strategies = sheet.goal_titles, sheet.strategy_titles
    rows = [
        (goals[cell.goal_id], strategies[cell.strategy_id], cell.mark, cell.note, cell.by)
        for cell in sheet.relations.values()
        if cell.note
    ]
    return _table("reasons", "Why these marks", REASONS, rows, "No mark has a note.")


def _table(name: str, title: str, columns: tuple[Column, ...], rows: list[tuple], empty: str) -> Table:
    frame = pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object)
    return Table(name, title, columns, frame, empty)
