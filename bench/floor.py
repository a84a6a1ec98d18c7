"""The floor: what any Flask page over the same rows costs.

One Core select on a connection and one Jinja template, autoescaped, as many bytes as ours. No ORM, no
sign-in, no CSRF, no permissions, no second statement.

The head is text of the template; the body is table rows that Jinja renders, for that is how a page comes by
its bytes: the rows of the select, fetched once a request, begin again until the page is as long as ours, and
less than one row of static text makes it exact. A select that finds nothing leaves static text alone.
"""

from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import NamedTuple
from warnings import catch_warnings

import sqlalchemy as sa
from flask import Flask, request
from jinja2 import Environment

from config import Config

HEAD = '<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{{ title }}</title></head>\n'
FILLER = '<p class="muted">The frame of a page: text that stands in the template and never changes.</p>\n'


def source(columns: list[str], filler: str = "") -> str:
    """A template with one table row for each row: the first column an id, the second the link to it."""
    first, name, *others = columns
    cells = "".join(f"<td>{{{{ row.{column} }}}}</td>" for column in others)
    link = f'<a href="/{{{{ title }}}}/{{{{ row.{first} }}}}">{{{{ row.{name} }}}}</a>'
    rows = f'{{% for row in rows %}}<tr><th scope="row">{link}</th>{cells}</tr>\n{{% endfor %}}'
    return f"{HEAD}<body>\n{filler}<table><tbody>\n{rows}</tbody></table>\n</body>\n</html>\n"


def repeated(rows: Sequence, count: int) -> Sequence:
    """The first rows, beginning again until there are `count`."""
    return rows[:count] if count <= len(rows) else list(islice(cycle(rows), count))


class FloorPage(NamedTuple):
    statement: sa.Executable
    render: Callable[..., str]
    count: int


class Floor:
    """A plain Flask app that learns its pages one by one.

    With `static`, a page is filled up with text of the template instead of rows.
    """

    def __init__(self, address: str, *, static: bool = False):
        self.static = static
        self.engine = sa.create_engine(address)
        self.tables = sa.MetaData()
        with catch_warnings(action="ignore"):  # Of indexes over what is reckoned: not asked for.
            self.tables.reflect(self.engine)
        self.app = Flask(__name__)
        self.app.config["STATEMENT_SECONDS"] = Config.STATEMENT_SECONDS  # crm.deadlines asks every app.
        self.jinja = Environment(autoescape=True)
        self.app.add_url_rule("/<name>", "page", self._page)
        self.pages: dict[str, FloorPage] = {}

    def __getitem__(self, table: str) -> sa.TableClause:
        return self.tables.tables[table].c

    def rows(self, statement: sa.Select) -> list[sa.Row]:
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def add(self, name: str, statement: sa.Executable, size: int) -> None:
        """A page of `size` bytes, as near as filling up brings it; more rows are fetched for nothing."""
        with self.engine.connect() as connection:
            found = connection.execute(statement)
            columns, rows = list(found.keys()), found.all()
        bare = self.jinja.from_string(source(columns))

        def missing(count: int) -> int:
            return size - len(bare.render(title=name, rows=repeated(rows, count)).encode())

        count = bisect(range(1, len(rows) + 1), False, key=lambda count: missing(count) < 0)
        while rows and not self.static and missing(count + 1) >= 0:
            count += 1
        short = max(missing(count), 0)
        filler = (FILLER * (short // len(FILLER) + 1))[:short]
        self.pages[name] = FloorPage(statement, self.jinja.from_string(source(columns, filler)).render, count)

    def _page(self, name: str) -> str:
        page = self.pages[name]
        rows = repeated(self.rows(page.statement), page.count)
        return page.render(title=name, rows=rows, path=request.path)
