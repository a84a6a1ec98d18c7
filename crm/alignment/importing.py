"""Goals and strategies out of a list: try it, or do it.

Each row goes through the form that a person would fill in, so the same words refuse it. Trying is the same
code inside a savepoint that is rolled back; created + unchanged + rejected is the rows of the list.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from crm.alignment import actions
from crm.alignment.forms import GoalForm, StrategyForm
from crm.alignment.lists import FIELDS, What
from crm.alignment.models import Goal, Strategy
from crm.audit.models import Verb
from crm.audit.trail import Entry as Happened
from crm.audit.trail import record
from crm.engagements.forms import OwnerField
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.fields import DayField, EnumField, NumberField, WholeField
from crm.forms import Form
from crm.organisations.cells import folded, is_blank
from crm.organisations.importing import Outcome
from crm.organisations.reading import Sheet
from crm.organisations.rows import Entry, rejects

MODELS: dict[What, type] = {What.GOALS: Goal, What.STRATEGIES: Strategy}
FORMS: dict[What, type[Form]] = {What.GOALS: GoalForm, What.STRATEGIES: StrategyForm}


@dataclass(frozen=True)
class Plan:
    """What the rows are, and in which column, by position, each field stands."""

    what: What
    places: dict[str, int]

    def heading(self, sheet: Sheet, name: str) -> str:
        return sheet.columns[self.places[name]] if name in self.places else FIELDS[self.what][name].label


@dataclass
class Row:
    entry: Entry
    #: What it would add; None where it is refused, or there already.
    thing: Goal | Strategy | None = None


def import_rows(sheet: Sheet, plan: Plan, engagement: Engagement, *, dry_run: bool = False) -> Outcome:
    """Put the rows on the worksheet, below what is there. Never commits."""
    rows = _read(sheet, plan, engagement)
    with db.session.begin_nested() as savepoint:
        for row in rows:
            if row.thing:
                actions.add(row.thing, engagement)
        db.session.flush()
        if dry_run:
            savepoint.rollback()
    outcome = _outcome(sheet, rows)
    if not dry_run:
        place = engagement.whereabouts
        counts = {name: [None, count] for name, count in outcome.counts.items()}
        table = MODELS[plan.what].__tablename__
        record(Happened(Verb.IMPORTED, table, name=plan.what.label, changes=counts, **place))
    return outcome


def _outcome(sheet: Sheet, rows: list[Row]) -> Outcome:
    refused = [row.entry for row in rows if row.entry.problems]
    created = sum(row.thing is not None for row in rows)
    return Outcome(
        created=created,
        updated=0,
        unchanged=len(rows) - created - len(refused),
        rejected=len(refused),
        rows=len(rows),
        problems=[problem for entry in refused for problem in entry.problems],
        rejects=rejects(sheet, refused),
    )


def _read(sheet: Sheet, plan: Plan, engagement: Engagement) -> list[Row]:
    model = MODELS[plan.what]
    there = set(db.session.scalars(sa.select(model.statement).where(model.engagement_id == engagement.id)))
    known, seen = {_same(statement) for statement in there}, {}
    form = FORMS[plan.what](formdata=None, engagement=engagement, meta={"csrf": False})
    found, blank = [], _defaults(form)
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        row = Row(Entry(number, cells))
        found.append(row)
        _fill(form, row.entry, sheet, plan, blank)
        if row.entry.problems:
            continue
        key = _same(form.statement.data)
        if key in seen:
            heading = plan.heading(sheet, "statement")
            row.entry.refuse(heading, form.statement.data, f"Row {seen[key]} says the same.")
        elif key not in known:
            row.thing = model()
            form.populate_obj(row.thing)
        seen.setdefault(key, number)
    return found


def _same(statement: str) -> str:
    """What is left of a statement without case, spaces and marks; the statement where that is nothing."""
    return folded(statement) or statement


def _fill(form: Form, entry: Entry, sheet: Sheet, plan: Plan, blank: dict[str, str]) -> None:
    """Type the row into the form, and keep all that is wrong with it."""
    typed = MultiDict(blank)
    for name, place in plan.places.items():
        text = " ".join(entry.cells[place].split()) if place < len(entry.cells) else ""
        if is_blank(text) or name not in form:
            continue
        try:
            typed[name] = _meant(form[name], text)
        except ValueError as error:
            entry.refuse(plan.heading(sheet, name), text, str(error))
    refused = {problem.column for problem in entry.problems}
    form.process(typed)
    if form.validate():
        return
    for name, errors in form.errors.items():
        heading = plan.heading(sheet, name) if name in FIELDS[plan.what] else form[name].label.text
        if heading not in refused:
            entry.refuse(heading, typed.get(name, ""), " ".join(errors))


def _defaults(form: Form) -> dict[str, str]:
    """What the empty form says."""
    return {name: str(form[name].data) for name in ("weight", "currency") if name in form}


def _meant(field, text: str) -> str:
    """What the form would be told for what the cell says."""
    for kind, read in READERS.items():
        if isinstance(field, kind):
            return read(field, text)
    return text.upper() if field.short_name == "currency" else text


def _person(field: OwnerField, text: str) -> str:
    known = [(one.value, one.label) for one in field.choices if one.value]
    found = {key for key, name in known if folded(text) in (folded(name), folded(name.partition(" (")[0]))}
    if len(found) != 1:
        many = "More than one" if found else "Nobody"
        raise ValueError(f"{many} of the team and of the client's people is called so.")
    return found.pop()


def _member(field: EnumField, text: str) -> str:
    for choice in field.choices:
        if choice.value and folded(text) in (folded(choice.value), folded(str(choice.label))):
            return choice.value
    names = ", ".join(str(choice.label).lower() for choice in field.choices if choice.value)
    raise ValueError(f"It is one of: {names}.")


def _day(_field, text: str) -> str:
    return text.removesuffix(" 00:00:00").removesuffix("T00:00:00")


def _number(_field, text: str) -> str:
    return text.removesuffix("%").rstrip()


READERS: dict[type, Callable[..., str]] = {
    OwnerField: _person,
    EnumField: _member,
    DayField: _day,
    WholeField: _number,
    NumberField: _number,
}
