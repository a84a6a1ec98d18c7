"""Which organisation in Plumbline each row of a file is, and what in it would change."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice

import sqlalchemy as sa

from crm.access import Permission, within
from crm.extensions import db
from crm.organisations.mapping import BY_NAME, SCHEMES, Plan, label
from crm.organisations.models import Identifier, Organisation, Scheme, Tag, organisation_tag, searchable
from crm.organisations.rows import Entry, refuse_nameless

#: How many values one statement asks for: well under what SQLite and PostgreSQL take.
AT_ONCE = 2_000
NOT_YOURS = "This is already in Plumbline, but not among the clients that you serve; ask a manager."
PLACES = ("state", "city")
folded_tag = lru_cache(maxsize=4_096)(searchable)


def match(entries: list[Entry], plan: Plan, *, by) -> None:
    """Find each row's organisation, say what would change, and refuse what cannot be told or may not be."""
    owners = identifier_owners(entries, plan)
    if plan.match == BY_NAME:
        _match_names(entries, plan)
    else:
        _match_identifiers(entries, plan, owners)
    _refuse_repeated_identifiers(entries, plan)
    _refuse_identifiers_of_others(entries, plan, owners)
    _compare(entries, plan, by)
    for entry in entries:
        refuse_nameless(entry, plan)


def some(values: Collection) -> Iterator[list]:
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def identifier_owners(entries: list[Entry], plan: Plan) -> dict[tuple[str, str], int]:
    """The organisation of every identifier in the file that is known."""
    owners = {}
    for scheme in plan.schemes:
        values = {entry.values[scheme]: None for entry in entries if scheme in entry.values}
        for part in some(values):
            known = sa.select(Identifier.value, Identifier.organisation_id).where(
                Identifier.scheme == scheme, Identifier.value.in_(part)
            )
            owners.update({(scheme.value, value): owner for value, owner in db.session.execute(known)})
    return owners


def _match_identifiers(entries: list[Entry], plan: Plan, owners: dict[tuple[str, str], int]) -> None:
    for entry in entries:
        value = entry.values.get(plan.match)
        if value is None:
            reason = f"The {label(plan.match)} is missing, and rows are matched by it."
            entry.refuse(plan.heading(plan.match), "", reason)
        else:
            entry.organisation_id = owners.get((plan.match, value))


def _match_names(entries: list[Entry], plan: Plan) -> None:
    names = {entry: searchable(entry.values["name"])[:255] for entry in _named(entries)}
    known = defaultdict(list)
    for part in some(dict.fromkeys(names.values())):
        o = Organisation
        found = sa.select(o.id, o.search_name, o.state, o.city).where(o.search_name.in_(part)).order_by(o.id)
        for row in db.session.execute(found):
            known[row.search_name].append(row)
    first: dict[tuple, int] = {}
    for entry, name in names.items():
        place = _place(entry.values)
        number = first.setdefault((name, *place), entry.number)
        if number != entry.number:
            entry.refuse(plan.heading("name"), entry.values["name"], _same_as(number))
        _choose(entry, plan, known[name], place)
    _refuse_second_of_same(list(names), plan)


def _named(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if "name" in entry.values]


def _same_as(number: int) -> str:
    return f"This is the same organisation as row {number:,} of this file."


def _place(values) -> tuple[str, ...]:
    return tuple(searchable(values.get(part) or "") for part in PLACES)


def _choose(entry: Entry, plan: Plan, known: list, place: tuple[str, ...]) -> None:
    """The one in the very same place; else the one whose place, as far as both say it, is the same."""
    exact = [row for row in known if _place(row._mapping) == place]
    agrees = [
        row
        for row in known
        if all(
            not ours or not theirs or ours == theirs
            for ours, theirs in zip(place, _place(row._mapping), strict=True)
        )
    ]
    candidates = exact or agrees
    if len(candidates) == 1:
        entry.organisation_id = candidates[0].id
    elif candidates:
        reason = (
            f"{len(candidates)} organisations in Plumbline have this name. Match by an identifier instead."
        )
        entry.refuse(plan.heading("name"), entry.values["name"], reason)


def _refuse_second_of_same(entries: list[Entry], plan: Plan) -> None:
    first: dict[int, int] = {}
    for entry in entries:
        if entry.organisation_id is not None and not entry.problems:
            number = first.setdefault(entry.organisation_id, entry.number)
            if number != entry.number:
                entry.refuse(plan.heading("name"), entry.values["name"], _same_as(number))


def _refuse_repeated_identifiers(entries: list[Entry], plan: Plan) -> None:
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        for scheme in plan.schemes:
            if scheme in entry.values:
                value = entry.values[scheme]
                number = first.setdefault((scheme, value), entry.number)
                if number != entry.number:
                    reason = f"Row {number:,} of this file has the same {scheme.label}."
                    entry.refuse(plan.heading(scheme), value, reason)


def _refuse_identifiers_of_others(
    entries: list[Entry], plan: Plan, owners: dict[tuple[str, str], int]
) -> None:
    others = [scheme for scheme in plan.schemes if scheme != plan.match]
    for entry in entries:
        for scheme in others:
            value = entry.values.get(scheme)
            owner = owners.get((scheme, value), entry.organisation_id)
            if owner != entry.organisation_id:
                reason = f"Another organisation in Plumbline has this {scheme.label}."
                entry.refuse(plan.heading(scheme), value, reason)


def _compare(entries: list[Entry], plan: Plan, by) -> None:
    known = {entry.organisation_id: entry for entry in entries if not entry.is_new}
    columns = [getattr(Organisation, name) for name in plan.fields if name not in (*SCHEMES, "tags")]
    may_edit = sa.true() if by is None else within(by, Permission.ORGANISATION_EDIT, Organisation)
    identifiers, tags = _identifiers(known, plan), _tags(known, plan)
    rows = {}
    for part in some(known):
        wanted = sa.select(Organisation.id, may_edit.label("may_edit"), *columns).where(
            Organisation.id.in_(part)
        )
        rows.update({row.id: row for row in db.session.execute(wanted)})
    for entry in entries:
        if entry.is_new:
            entry.new_identifiers = [(one, entry.values[one]) for one in plan.schemes if one in entry.values]
            entry.new_tags = entry.values.get("tags", ())
        elif not rows[entry.organisation_id].may_edit:
            entry.refuse(plan.heading(plan.match), entry.values[plan.match], NOT_YOURS)
        else:
            _compare_one(entry, plan, rows[entry.organisation_id]._asdict(), identifiers, tags)


def _compare_one(entry: Entry, plan: Plan, row, identifiers, tags) -> None:
    for name, value in entry.values.items():
        if name in row and row[name] != value:
            entry.before[name], entry.changes[name] = row[name], value
    for scheme in plan.schemes:
        value, held = entry.values.get(scheme), identifiers[entry.organisation_id, scheme]
        if value is None or value in held:
            continue
        entry.new_identifiers.append((scheme, value))
        if held and scheme is not Scheme.OTHER:
            reason = f"This organisation has the {scheme.label} {held[0]}. Change that on its own page."
            entry.refuse(plan.heading(scheme), value, reason)
    held = tags[entry.organisation_id]
    entry.new_tags = tuple(tag for tag in entry.values.get("tags", ()) if folded_tag(tag) not in held)


def _identifiers(known: Collection[int], plan: Plan) -> dict[tuple[int, str], list[str]]:
    held = defaultdict(list)
    for part in some(known):
        wanted = sa.select(Identifier.organisation_id, Identifier.scheme, Identifier.value).where(
            Identifier.organisation_id.in_(part), Identifier.scheme.in_(plan.schemes)
        )
        for owner, scheme, value in db.session.execute(wanted.order_by(Identifier.id)):
            held[owner, scheme].append(value)
    return held


def _tags(known: Collection[int], plan: Plan) -> dict[int, set[str]]:
    held = defaultdict(set)
    link = organisation_tag.c
    for part in some(known) if "tags" in plan.fields else ():
        wanted = sa.select(link.organisation_id, Tag.name).join(Tag, Tag.id == link.tag_id)
        for owner, name in db.session.execute(wanted.where(link.organisation_id.in_(part))):
            held[owner].add(folded_tag(name))
    return held
