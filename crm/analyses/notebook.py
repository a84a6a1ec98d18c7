"""The notebook of a look: its data, its recipe and the numbers that the page shows (nbformat 4.5)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from crm.analyses.models import Look
from crm.analyses.recipes import cells, opening
from crm.analyses.series import Data
from reports.notebook import Cell, words, write_notebook

_NEEDS = "It needs Python with pandas, numpy, scipy and statsmodels; the data stand inside it."
_IMPORTS = "import io\n\nimport numpy as np\nimport pandas as pd\nimport scipy.stats\n\n"
_PRINT = (
    "for name, value in answer.items():\n"
    "    print(name, '=', None if value is None or value != value else repr(float(value)))"
)


def notebook(look: Look, title: str) -> bytes:
    """The notebook as a file: run from top to bottom it prints estimate, interval and p of the look."""
    data, result = Data(look.data, look.settings), look.result
    told = [
        words(
            f"# {title}\n\n{result['board']}\n\n{result['not_shown']}\n\n"
            f"Look {look.number} of {look.looked_at:%Y-%m-%d}; data version `{look.data_version}`. {_NEEDS}"
        ),
        Cell(_IMPORTS + _text(data)),
        Cell(opening(data)),
        words(f"## Method\n\n{result['method']}"),
        *(Cell(one) for one in cells(look.method, look.settings, data, result)),
        words(f"## The numbers of the page\n\n{_said(result)}"),
        Cell(_PRINT),
    ]
    return write_notebook(told)


def recipe(look: Look) -> str:
    """The code of the notebook that stands between the data and the numbers, to show on the page."""
    data = Data(look.data, look.settings)
    return "\n\n".join([opening(data), *cells(look.method, look.settings, data, look.result)])


def _said(result: Mapping[str, Any]) -> str:
    names = ("estimate", "low", "high", "p")
    return "\n".join(f"- {name}: {result[name]!r}" for name in names if result[name] is not None)


def _text(data: Data) -> str:
    """The series as CSV, a line of code for each of its lines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["series", "name", "is_comparison", "period_on", "value", "numerator", "denominator"])
    for place, group in enumerate(data.groups):
        for row in group["rows"]:
            writer.writerow([place, group["name"], group["is_comparison"], *row])
    lines = "\n".join(f"    {line!r}" for line in out.getvalue().splitlines(keepends=True))
    return f"TEXT = (\n{lines}\n)"
