"""What a filter can name, and a view in words."""

from __future__ import annotations

import sqlalchemy as sa

from crm.access import Role
from crm.accounts.models import User
from crm.builder.definition import Definition, Filter
from crm.builder.fields import FILLED, WORDS, Sort
from crm.builder.values import said
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.organisations.models import Organisation, Tag, organisation_tag

e, o, tag, u = (columns(model) for model in (Engagement, Organisation, Tag, User))


def title_of(definition: Definition) -> str:
    """What a view is about, where nobody gave it a name: milestones by state and by quarter."""
    fields, label = definition.base.fields, definition.base.label
    keys = (one for one in (*definition.groups, definition.pivot) if one)
    by = [one.grain or fields[one.on].label.lower() for one in keys]
    last = " and ".join(by[-2:])
    return f"{label} by {', '.join([*by[:-2], last])}" if by else label


def filter_words(one: Filter, definition: Definition, people: dict[str, str]) -> str:
    of = definition.base.asked[one.on]
    if one.asks == FILLED:
        return f"{of.label} {'is filled in' if one.values[0] == 'yes' else 'is empty'}"
    values = " or ".join(said(of, one.asks, value, people) for value in one.values)
    return f"{of.label} {WORDS[one.asks]} {values}"


def names_of(filters: tuple[Filter, ...], definition: Definition) -> dict[str, str]:
    """Whom the filters name; nothing is asked where they name nobody."""
    asked = definition.base.asked
    keys = {int(v) for f in filters if asked[f.on].sort is Sort.PERSON and f.asks != FILLED for v in f.values}
    if not keys:
        return {}
    rows = db.session.execute(sa.select(u.id, u.name).where(u.id.in_(sorted(keys))))
    return {str(key): name for key, name in rows}


def people() -> dict[str, str]:
    """Who leads, coaches or works: whom a filter may name."""
    who = u.role.in_((Role.CONSULTANT, Role.MANAGER, Role.ADMINISTRATOR))
    rows = db.session.execute(sa.select(u.id, u.name).where(who).order_by(u.name, u.id))
    return {str(key): name for key, name in rows}


def words_there(user, name: str) -> dict[str, str]:
    """The states, countries, currencies or tags of what the reader may see."""
    seen = o.visible_to(user)
    tied = organisation_tag.c
    found = {
        "client-state": sa.select(o.state).where(seen, o.state != ""),
        "client-country": sa.select(o.country).where(seen, o.country != ""),
        "engagement-currency": sa.select(e.currency).where(e.visible_to(user), e.currency.is_not(None)),
        "client-tag": sa.select(tag.name)
        .join(tied.tag_id.table, tied.tag_id == tag.id)
        .join(o.table, o.id == tied.organisation_id)
        .where(seen),
    }[name]
    names = db.session.scalars(found.distinct().order_by(found.selected_columns[0])).all()
    return {one: one for one in names}
