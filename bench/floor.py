"""The floor: what any Flask page over the same rows costs.

One Core select on a connection and one Jinja template, autoescaped: as many rows and columns as ours and as
many bytes. No ORM, no sign-in, no CSRF, no permissions, no second statement.
"""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask, request
from jinja2 import Environment

HEAD = '<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{{ title }}</title></head>\n'
FILLER = '<p class="muted">The frame of a page: text that stands in the template and never changes.</p>\n'


def source(columns: list[str], filler: str = "") -> str:
    """A template with one table row for each row: the first column an id, the second the link to it."""
    first, name, *others = columns
    cells = "".join(f"<td>{{{{ row.{column} }}}}</td>" for column in others)
    link = f'<a href="/{{{{ title }}}}/{{{{ row.{first} }}}}">{{{{ row.{name} }}}}</a>'
    rows = f'{{% for row in rows %}}<tr><th scope="row">{link}</th>{cells}</tr>\n{{% endfor %}}'
    return f"{HEAD}<body>\n{filler}<table><tbody>\n{rows}</tbody></table>\n</body>\n</html>\n"


class Floor:
    """A plain Flask app that learns its pages one by one."""

    def __init__(self, address: str):
        self.engine = sa.create_engine(address)
        self.tables = sa.MetaData()
        self.tables.reflect(self.engine)
        self.app = Flask(__name__)
        self.jinja = Environment(autoescape=True)
        self.app.add_url_rule("/<name>", "page", self._page)
        self.pages: dict[str, tuple[sa.Select, Callable]] = {}

    def __getitem__(self, table: str) -> sa.TableClause:
        return self.tables.tables[table].c

    def rows(self, statement: sa.Select) -> list[sa.Row]:
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def add(self, name: str, statement: sa.Select, size: int) -> None:
        """A page of `size` bytes, as near as filling up brings it; a page of ours with less is no case."""
        columns = [column.key for column in statement.selected_columns]
        bare = self.jinja.from_string(source(columns)).render(title=name, rows=self.rows(statement))
        missing = max(size - len(bare.encode()), 0)
        filler = (FILLER * (missing // len(FILLER) + 1))[:missing]
        self.pages[name] = statement, self.jinja.from_string(source(columns, filler)).render

    def _page(self, name: str) -> str:
        statement, render = self.pages[name]
        return render(title=name, rows=self.rows(statement), path=request.path)
