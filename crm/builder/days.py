"""Days in SQL, the same on both databases: the first of a period, and how many lie between two."""

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

#: What days are put together into, from short to long.
GRAINS = ("day", "week", "month", "quarter", "year")


class period_of(FunctionElement):  # noqa: N801 - it reads as a function of SQL
    """The first day of the week (Monday), month, quarter or year that a day lies in."""

    type = sa.Date()
    inherit_cache = True

    def __init__(self, grain: str, day: sa.ColumnElement):
        super().__init__(sa.literal_column(f"'{grain}'"), day)


_ON_SQLITE = {
    "day": "date({0})",
    "week": "date({0}, '-6 days', 'weekday 1')",
    "month": "date({0}, 'start of month')",
    "quarter": "date({0}, 'start of month', '-' || ((strftime('%m', {0}) - 1) % 3) || ' months')",
    "year": "date({0}, 'start of year')",
}


def _parts(element, compiler, more) -> tuple[str, str]:
    grain, day = element.clauses
    return grain.name.strip("'"), compiler.process(day, **more)


@compiles(period_of, "sqlite")
def _period_on_sqlite(element, compiler, **more) -> str:
    grain, day = _parts(element, compiler, more)
    return _ON_SQLITE[grain].format(day)


@compiles(period_of, "postgresql")
def _period_on_postgresql(element, compiler, **more) -> str:
    grain, day = _parts(element, compiler, more)
    return f"CAST(date_trunc('{grain}', CAST({day} AS timestamp)) AS date)"


class days_between(FunctionElement):  # noqa: N801 - it reads as a function of SQL
    """From the first day to the second; negative where that comes before."""

    type = sa.Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _between_on_sqlite(element, compiler, **more) -> str:
    first, second = (compiler.process(day, **more) for day in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _between_on_postgresql(element, compiler, **more) -> str:
    first, second = (compiler.process(day, **more) for day in element.clauses)
    return f"(CAST({second} AS date) - CAST({first} AS date))"
