"""Contents of worksheets, made up: for what is reckoned without a database."""

from crm.versions.content import compose
from tests.versions.rows import rows


def content(goals=2, strategies=2, marks=(), **more) -> dict:
    """Goals 1, 2 … and strategies 101, 102 …; a mark is (goal, strategy, mark) or with a note besides."""
    return compose(7, rows(goals, strategies, marks, **more))
