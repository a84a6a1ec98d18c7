"""A plan on paper: the same content as Markdown and as a report that is set as a tagged PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import lazy_loader as lazy

from crm.canonical import Content
from crm.outcomes.models_plan import Design
from crm.plans import progress
from crm.plans.osf import definition
from reports.model import Column, Fact, Report, Table

pd = lazy.load("pandas")

WORDS = (Column("what", "What", "text"), Column("said", "Said", "text"))
HYPOTHESES = (
    Column("hypothesis", "Hypothesis", "text"),
    Column("rank", "Rank", "text"),
    Column("measure", "Measure", "text"),
    Column("way", "Direction", "text"),
    Column("least", "Smallest difference", "number"),
)
MEASURES = (Column("measure", "Measure", "text"), Column("definition", "Definition", "text"))
POWER = (
    Column("hypothesis", "Hypothesis", "text"),
    Column("says", "Answer", "text"),
    Column("formula", "Formula", "text"),
    Column("assumptions", "Assumptions", "text"),
)


def report_of(content: Content, digest: str, *, client: str, words: str, on: date, at: datetime) -> Report:
    """The report of one content; `words` say whether it is of today or which registration."""
    plan = content["plan"]
    design = Design(plan["design"]) if plan["design"] else None
    found = progress.sections(content, on)
    return Report(
        name="plan",
        title=f"Outcomes plan: {content['title']}",
        subtitle=f"{client} · {words}",
        as_of=on,
        made_at=at,
        facts=(
            Fact("Design", design.label if design else "Not chosen"),
            Fact("Hypotheses", str(len(content["hypotheses"]))),
            Fact("Measures", str(len(content["measures"]))),
            Fact("Sections filled", f"{sum(one.is_filled for one in found)} of {len(found)}"),
        ),
        findings=tuple(sentence for one in found for sentence in one.missing),
        tables=tuple(_tables(content, found)),
        notes=(*((design.claim,) if design else ()), f"SHA-256 of the canonical content: {digest}"),
    )


def _tables(content: Content, found: tuple[progress.Section, ...]) -> Iterator[Table]:
    for one in found:
        if one.key == "hypotheses":
            yield _table("hypotheses", one.title, HYPOTHESES, _hypotheses(content), "There is no hypothesis.")
            yield _table("power", "Power of each hypothesis", POWER, _powers(content), "Nothing is reckoned.")
        elif one.key == "measures":
            rows = [(row["name"], definition(row)) for row in content["measures"]]
            yield _table("measures", one.title, MEASURES, rows, "There is no measure.")
        else:
            rows = [(label, text or "Not said yet") for label, text in one.said]
            yield _table(one.key, one.title, WORDS, rows, "Nothing is said yet.")


def _hypotheses(content: Content) -> list[tuple]:
    names = {row["id"]: row["name"] for row in content["measures"]}
    return [
        (
            one["statement"], "Primary" if one["is_primary"] else "Secondary", names.get(one["measure_id"]),
            progress.way(one), one["smallest_difference"],
        )
        for one in content["hypotheses"]
    ]  # fmt: skip


def _powers(content: Content) -> list[tuple]:
    return [
        (
            one["statement"], one["power"].get("says") or one["power"].get("problem"),
            one["power"].get("formula"), " ".join(one["power"].get("assumptions", ())),
        )
        for one in content["hypotheses"]
        if one["power"]
    ]  # fmt: skip


def _table(name: str, title: str, columns: tuple[Column, ...], rows: list[tuple], empty: str) -> Table:
    frame = pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object)
    return Table(name, title, columns, frame, empty)


def markdown_of(report: Report) -> str:
    """The same report as Markdown: what people typed is never taken for its marks."""
    lines = [f"# {_plain(report.title)}", "", _plain(report.subtitle), ""]
    lines += [f"- {_plain(fact.label)}: {_plain(fact.value)}" for fact in report.facts]
    for table in report.tables:
        lines += ["", f"## {_plain(table.title)}", ""]
        lines += list(_written(table)) if len(table) else [table.empty]
    if report.findings:
        lines += ["", "## Still missing", "", *(f"- {_plain(one)}" for one in report.findings)]
    return "\n".join([*lines, "", *(_plain(note) + "\n" for note in report.notes)])


def _written(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(_plain(column.label) for column in table.columns) + " |"
    yield "|" + " --- |" * len(table.columns)
    for row in table.rows:
        yield "| " + " | ".join("–" if cell is None else _plain(str(cell)) for cell in row) + " |"


def _plain(text: str) -> str:
    marked = "".join(f"\\{one}" if one in "\\`*_[]<>#|" else one for one in text)
    return " ".join(marked.split())
