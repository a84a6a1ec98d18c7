"""The rows of a demo: plain dicts by table, their ids given beforehand, to compare and to send in bulk."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from functools import cache

import sqlalchemy as sa

from crm.extensions import db

CHUNK = 5_000


@cache
def _blank(table: sa.Table) -> dict:
    """A row that says nothing: None or the plain default of each column; called defaults come later."""
    blank = {}
    for column in table.columns:
        if column.default is None:
            blank[column.name] = None
        elif column.default.is_scalar:
            blank[column.name] = column.default.arg
    return blank


class Rows:
    """What the demo will hold. `add` gives the id of a new row; `send` writes and forgets what gathered."""

    def __init__(self, as_of: date):
        self.as_of = as_of
        self.made_at = datetime.combine(as_of, time(), UTC)
        self.tables: dict[sa.Table, list[dict]] = defaultdict(list)
        self.counts: Counter[sa.Table] = Counter()

    def add(self, model, **said) -> int:
        table = model.__table__
        self.counts[table] += 1
        key = self.counts[table]
        row = {**_blank(table), "id": key, "created_at": self.made_at, "updated_at": self.made_at, **said}
        if "created_at" not in table.columns:  # An answer of a survey does not tell when it was given.
            del row["created_at"], row["updated_at"]
        self.tables[table].append(row)
        return key

    def made_on(self, day: date) -> dict[str, datetime]:
        """What a row says that was made on a day before the demo."""
        at = min(datetime.combine(day, time(17), UTC), self.made_at)
        return {"created_at": at, "updated_at": at}

    def pair(self, table: sa.Table, **said) -> None:
        """A row of a table that only joins two others."""
        self.counts[table] += 1
        self.tables[table].append(said)

    def of(self, model) -> list[dict]:
        return self.tables[model.__table__]

    def send(self) -> None:
        for table in db.metadata.sorted_tables:
            rows = self.tables.pop(table, [])
            for start in range(0, len(rows), CHUNK):
                db.session.execute(sa.insert(table), rows[start : start + CHUNK])

    def settle(self) -> None:
        """PostgreSQL counts ids by itself: tell it where we stopped."""
        if db.session.get_bind().dialect.name != "postgresql":
            return
        for table, last in self.counts.items():
            if "id" in table.columns:
                sequence = sa.func.pg_get_serial_sequence(table.name, "id")
                db.session.execute(sa.select(sa.func.setval(sequence, last)))
