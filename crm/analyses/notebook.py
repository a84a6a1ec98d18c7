"""The notebook of a look: its data, its recipe and the numbers that the page shows (nbformat 4.5)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from crm.analyses.models import Look
from crm.analyses.recipes import cells, opening
from crm.analyses.series import Data

_NEEDS = "It needs Python with pandas, numpy, scipy and statsmodels; the data stand inside it."
_IMPORTS = "import io\n\nimport numpy as np\nimport pandas as pd\nimport scipy.stats\n\n"
_PRINT = (
    "for name, value in answer.items():\n"
    "    print(name, '=', None if value is None or value != value else repr(float(value)))"
)


def notebook(look: Look, title: str) -> str:
    """The notebook as JSON: run from top to bottom it prints estimate, interval and p of the look."""
    data, result = Data(look.data, look.settings), look.result
    told = [
        _markdown(
            f"# {title}\n\n{result['board']}\n\n{result['not_shown']}\n\n"
            f"Look {look.number} of {look.looked_at:%Y-%m-%d}; data version `{look.data_version}`. {_NEEDS}"
        ),
        _code(_IMPORTS + _text(data)),
        _code(opening(data)),
        _markdown(f"## Method\n\n{result['method']}"),
        *(_code(one) for one in cells(look.method, look.settings, data, result)),
        _markdown(f"## The numbers of the page\n\n{_said(result)}"),
        _code(_PRINT),
    ]
    return json.dumps(
        {
            "cells": [{"id": f"cell-{place}", **cell} for place, cell in enumerate(told)],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        ensure_ascii=False,
        indent=1,
    )


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


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }
