from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from crm import clock
from crm.alignment.actions import add
from crm.alignment.models import Goal, Relation, Strategy
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations.models_import import ImportUpload
from crm.versions.receiving import Edit, Plan
from crm.versions.sent import Line

MEND = "Nothing was applied: the file holds cells that cannot be read. Mend them and upload it again."


def apply(plan: Plan, ticked: set[str], engagement: Engagement, *, by) -> Counter[str]:
    """Do what the file says, conflicts only where ticked; marks in the name of whoever uploads.

    How many of each kind was done. All of it or nothing, for it is one transaction.
    """
    if plan.problems:
        raise DomainError(MEND)
    chosen = plan.chosen(ticked)
    with db.session.no_autoflush:
        _Applied(engagement, by).do(chosen)
    db.session.flush()
    return Counter(edit.kind for edit in chosen)


def settle(kept: ImportUpload, engagement: Engagement, done: Counter[str], asked: int) -> None:
    """It is applied: what is left of the file is what came of it."""
    kept.counts = {**done, "asked": asked}
    kept.applied_at, kept.content = clock.now(), b""
    place = engagement.whereabouts
    counts = {kind: [None, count] for kind, count in done.items()}
    record(Entry(Verb.IMPORTED, "relation", name=kept.filename, changes=counts, **place))


class _Applied:
    """The rows that edits are about, loaded once: a whole matrix comes in as quickly as it is read."""

    def __init__(self, engagement: Engagement, by):
        self.engagement, self.by = engagement, by
        self.rows = {
            kind: {row.id: row for row in db.session.scalars(_of(model, engagement))}
            for kind, model in (("goal", Goal), ("strategy", Strategy))
        }
        found = db.session.scalars(_of(Relation, engagement))
        self.relations = {(row.goal_id, row.strategy_id): row for row in found}
        self.made: dict[Line, Goal | Strategy] = {}

    def do(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            if edit.kind == "new":
                self._add(edit.goal or edit.strategy, edit.value)
        db.session.flush()
        for edit in edits:
            if edit.kind in ("name", "weight"):
                row = self._row(edit.goal or edit.strategy)
                setattr(row, "statement" if edit.kind == "name" else "weight", edit.value)
            elif edit.kind in ("mark", "note"):
                relation = self._relation(self._row(edit.goal).id, self._row(edit.strategy).id)
                setattr(relation, edit.kind, edit.value)
                relation.user_id = self.by.id

    def _add(self, line: Line, weight: int) -> None:
        said = {"weight": weight} if line.kind == "goal" else {}
        row = (Goal if line.kind == "goal" else Strategy)(statement=line.statement, **said)
        add(row, self.engagement)
        db.session.flush()  # The next one stands behind it.
        self.made[line] = row

    def _row(self, line: Line) -> Goal | Strategy:
        row = self.made.get(line) or self.rows[line.kind].get(line.key)
        if row is None:
            raise DomainError(f"“{line.statement}” is no longer on the worksheet. Upload the file again.")
        return row

    def _relation(self, goal_id: int, strategy_id: int) -> Relation:
        if relation := self.relations.get((goal_id, strategy_id)):
            return relation
        made = Relation(
            **self.engagement.whereabouts,
            goal_id=goal_id,
            strategy_id=strategy_id,
            mark=0,
        )
        self.relations[goal_id, strategy_id] = made
        db.session.add(made)
        return made


def _of(model, engagement: Engagement) -> sa.Select:
    return sa.select(model).where(model.engagement_id == engagement.id).order_by(model.id)
