"""Notebooks as files: cells of words and of Python, in the format that Jupyter reads (nbformat 4.5)."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson


class Cell(NamedTuple):
    """Words in Markdown, or Python to run."""

    text: str
    is_code: bool = True


def words(text: str) -> Cell:
    return Cell(text, is_code=False)


def write_notebook(cells: Sequence[Cell]) -> bytes:
    """The file: no cell has run yet. Values that go into code are the caller's to quote, with `repr`."""
    body = {
        "cells": [_cell(number, cell) for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return orjson.dumps(body, option=orjson.OPT_INDENT_2)


def _cell(number: int, cell: Cell) -> dict:
    common = {"id": f"cell-{number}", "metadata": {}, "source": cell.text.splitlines(keepends=True)}
    if not cell.is_code:
        return {"cell_type": "markdown", **common}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **common}
