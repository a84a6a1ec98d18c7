"""Sums with days that both databases do."""

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class SixDaysAfter(FunctionElement):
    """The Sunday of the week that begins on this Monday."""

    type = sa.Date()
    inherit_cache = True


@compiles(SixDaysAfter)
def _whole(element, compiler, **more) -> str:
    return f"({compiler.process(element.clauses, **more)} + 6)"


@compiles(SixDaysAfter, "sqlite")
def _text(element, compiler, **more) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+6 days')"


def six_days_after(day) -> SixDaysAfter:
    return SixDaysAfter(day)
