"""Bars made of parts, beside the line that they have to reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports import text
from reports.charts import SCREEN, WIDTH, Palette, Spec, _frame_of
from reports.figures import MOST_BARS, Row, _told_apart, table
from reports.model import Chart, Column

_COLOURS = ("accent", "r3", "r1")


def stack_spec(
    rows: Sequence[Row], parts: Sequence[Column], *, limit: float, palette: Palette = SCREEN
) -> Spec:
    """A bar for each row, `name` (none twice), of at most three parts; `limit` is an upright line.

    Raises ValueError without a row.
    """
    if not rows:
        raise ValueError("There is no bar to draw.")
    names, labels = [row["name"] for row in rows], [part.label for part in parts]
    values: list[dict[str, Any]] = []
    for row in rows:
        start = 0.0
        for part in parts:
            amount = row[part.name] or 0.0
            values.append({"name": row["name"], "part": part.label, "from": start, "to": start + amount})
            start += amount
    axis = {"tickCount": 5, "domain": False, "ticks": False, "format": ",~f"}
    legend = {"orient": "top", "title": None, "labelColor": palette["ink"], "symbolType": "square"}
    scale = {"domain": labels, "range": [palette[name] for name in _COLOURS[: len(labels)]]}
    bars = {
        "mark": {"type": "bar", "height": 14, "stroke": palette["accent"], "strokeWidth": 0.8},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "axis": axis, "scale": {"zero": True}},
            "x2": {"field": "to"},
            "color": {"field": "part", "type": "nominal", "scale": scale, "legend": legend},
        },
    }
    rule = {
        "data": {"values": [{"limit": limit}]},
        "mark": {"type": "rule", "color": palette["ink"], "strokeWidth": 1.5},
        "encoding": {"x": {"field": "limit", "type": "quantitative"}, "y": None},
    }
    names_axis = {"labelLimit": 290, "labelColor": palette["ink"], "domain": False, "ticks": False}
    y = {"field": "name", "type": "nominal", "sort": names, "axis": names_axis}
    return _frame_of(
        palette, autosize={"type": "fit-x", "contains": "padding"}, width=WIDTH, height={"step": 26},
        padding={"left": 36, "right": 16, "top": 4, "bottom": 4}, data={"values": values},
        encoding={"y": y}, layer=[bars, rule],
    )  # fmt: skip


def stacked(
    name: str, title: str, sentence: str, rows: Sequence[Row], columns: Sequence[Column], *, limit: float
) -> Chart | None:
    """The first of the rows as such bars: `columns` are their name and the parts. None of nothing."""
    named, *parts = columns
    shown = list(rows[:MOST_BARS])
    if not shown:
        return None
    labels = _told_apart([row[named.name] for row in shown])
    shown = [row | {named.name: label} for row, label in zip(shown, labels, strict=True)]
    said = "; ".join(
        f"{row[named.name]}: "
        + ", ".join(f"{part.label.lower()} {text.show(row[part.name], part.kind)}" for part in parts)
        for row in shown
    )
    alt = f"Bar chart of {text.count(len(shown), 'bar')} in parts. {said}. {sentence}"
    drawn = stack_spec(shown, parts, limit=limit)
    return Chart(name, title, sentence, alt, drawn, table(name, title, columns, shown, ""), "stack")
