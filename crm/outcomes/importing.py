"""Values out of a table: try it, or do it. Either every row that is meant comes in, or none does.

Trying is the same code, the same judges and the same constraints inside a savepoint that is rolled back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.audit.models import Verb
from crm.audit.trail import Entry as Happened
from crm.audit.trail import record
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations.reading import Sheet
from crm.organisations.rows import Problem, rejects
from crm.outcomes import queries_collect, values
from crm.outcomes.actions_collect import Kept, Source, differs, observe
from crm.outcomes.doubts import Doubt, doubts
from crm.outcomes.models import Measure
from crm.outcomes.tables import PERIOD, Plan, Table, origin_of, read

#: More than a daily series of ten years by week, month or quarter can be.
MOST_LINES = 5_000
SHOWN = 5


@dataclass(frozen=True)
class Brought:
    """What an import did, or would do."""

    kept: Kept
    rows: int
    left_out: int
    silent: int
    refused: int
    problems: list[Problem] = field(default_factory=list)
    rejects: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    #: How days within a period were read, in a sentence.
    moved: str | None = None
    first: Sequence[values.Line] = ()

    @property
    def lines(self) -> int:
        return sum(self.kept)

    @property
    def counts(self) -> dict[str, int]:
        return {**self.kept._asdict(), "refused": self.refused, "left_out": self.left_out, "rows": self.rows}


def import_values(
    sheet: Sheet, plan: Plan, measure: Measure, name: str, *, by, today: date, is_pasted: bool, dry_run: bool
) -> Brought:
    """Never commits; writes nothing where a row is refused."""
    known, table = queries_collect.standing(measure.id), read(sheet, plan, measure, today)
    _refuse_settled(table, known, sheet, plan)
    if len(table.lines) > MOST_LINES:
        raise DomainError(f"This makes {len(table.lines):,} values; {MOST_LINES:,} can come in at once.")
    origin = origin_of(sheet, is_pasted=is_pasted)
    kept = Kept(0, 0, 0)
    if not table.refused:
        with db.session.begin_nested() as savepoint:
            kept = observe(measure, table.lines, Source(origin, name, f"Imported from {name}"), by=by)
            if dry_run:
                savepoint.rollback()
    brought = _brought(sheet, table, kept, known, measure)
    if not dry_run and not brought.refused:
        place = measure.whereabouts
        changes = {word: [None, count] for word, count in brought.counts.items()}
        record(Happened(Verb.IMPORTED, "measure", measure.id, measure.name, changes=changes, **place))
    return brought


def _refuse_settled(table: Table, known: Sequence, sheet: Sheet, plan: Plan) -> None:
    approved = {one.period_on: one for one in known if one.approved_at}
    for line in table.lines:
        there = approved.get(line.period_on)
        if there is not None and differs(there, line):
            said = "This period is approved: have it opened again first, with a reason."
            place = plan.places[PERIOD]
            table.by_period[line.period_on].refuse(sheet.columns[place], str(line.period_on), said)


def _brought(sheet: Sheet, table: Table, kept: Kept, known: Sequence, measure: Measure) -> Brought:
    refused = table.refused
    return Brought(
        kept=kept,
        rows=table.rows,
        left_out=table.left_out,
        silent=table.silent,
        refused=len(refused),
        problems=[problem for entry in refused for problem in entry.problems],
        rejects=rejects(sheet, refused),
        doubts=doubts(known, table.lines) if not refused else [],
        moved=values.moved(table.lines, measure.frequency),
        first=table.lines[:SHOWN],
    )
