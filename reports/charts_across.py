"""Charts that set clients side by side: effects with their intervals, and control charts in small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import lazy_loader as lazy

from reports.charts import (
    FONT,
    SCREEN,
    WIDTH,
    Palette,
    Spec,
    _domain,
    _frame_of,
    _line,
    _points,
    _thinned,
    _unit_title,
)

pd = lazy.load("pandas")

#: Panels beside each other, and how large each is without its axes.
_ACROSS, _PANEL_WIDTH, _PANEL_HEIGHT = 4, 158, 84
_LETTERS = 26
_TEXT_ROOM = 172


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else f"{words[: length - 1]}…"


def forest_spec(
    rows: Sequence[Mapping[str, Any]], *, unit: str, is_ratio: bool, palette: Palette = SCREEN
) -> Spec:
    """An interval a row: `name` (none twice), `estimate`, `low`, `high`, `size` (0 to 1), `words` beside it,
    and for what is taken together `is_pooled` and, dashed, `expected` from where to where.

    Ratios lie on a logarithmic axis about 1, differences about 0. Raises ValueError without a row.
    """
    if not rows:
        raise ValueError("There is no effect to draw.")
    names = [row["name"] for row in rows]
    values = [
        {**row, "from": row["expected"][0], "to": row["expected"][1]} if row.get("expected") else dict(row)
        for row in rows
    ]
    scale = {"type": "log", "nice": False} if is_ratio else {"zero": False, "nice": True}
    axis = {"tickCount": 5, "domain": False, "ticks": False, "format": ",~r" if is_ratio else ",~f"}
    x = {"type": "quantitative", "scale": scale, "axis": axis}
    labels = {"labelLimit": 190, "labelColor": palette["ink"], "domain": False, "ticks": False}
    y = {"field": "name", "type": "nominal", "sort": names, "axis": labels}
    return _frame_of(
        palette, title=_unit_title(unit, palette), autosize={"type": "pad", "contains": "padding"},
        width=WIDTH - 190 - _TEXT_ROOM, height={"step": 24}, data={"values": values}, encoding={"y": y},
        layer=_forest_layers(x, palette, null=1 if is_ratio else 0),
        padding={"left": 12, "right": 12, "top": 4, "bottom": 4},
    )  # fmt: skip


def _forest_layers(x: Spec, palette: Palette, *, null: int) -> list[Spec]:
    pooled = "datum.is_pooled"
    tone = {"condition": {"test": pooled, "value": palette["ink"]}, "value": palette["accent"]}
    shape = {"condition": {"test": pooled, "value": "diamond"}, "value": "square"}
    size = {"field": "size", "type": "quantitative", "legend": None,
            "scale": {"domain": [0, 1], "range": [24, 260]}}  # fmt: skip
    words = {"color": palette["ink"], "align": "left", "baseline": "middle", "dx": 12}
    return [
        {
            "data": {"values": [{"null": null}]},
            "mark": {"type": "rule", "color": palette["muted"], "strokeWidth": 1},
            "encoding": {"x": {**x, "field": "null"}, "y": None},
        },
        {
            "transform": [{"filter": "isValid(datum.from)"}],
            "mark": {"type": "rule", "color": palette["muted"], "strokeDash": [3, 3], "strokeWidth": 1.5},
            "encoding": {"x": {**x, "field": "from"}, "x2": {"field": "to"}},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": tone},
        },
        {
            "mark": {"type": "point", "filled": True, "opacity": 1},
            "encoding": {"x": {**x, "field": "estimate"}, "color": tone, "shape": shape, "size": size},
        },
        {
            "mark": {"type": "text", **words},
            "encoding": {"x": {"value": {"expr": "width"}}, "text": {"field": "words"}},
        },
    ]  # fmt: skip


def _panel(title: tuple[str, str], frame: pd.DataFrame, palette: Palette) -> Spec:
    points = _thinned(_points(frame.sort_values("period_on")))
    low, high = _domain(points, None)
    dots = {
        "transform": [{"filter": "datum.signal"}],
        "mark": {"type": "point", "filled": True, "opacity": 1, "shape": "diamond", "size": 60,
                 "color": palette["warn"]},
        "encoding": {"y": {"field": "value", "type": "quantitative"}},
    }  # fmt: skip
    limits = [_line(name, palette["muted"], strokeDash=[4, 3]) for name in ("upper", "lower")]
    layers = [*limits, _line("centre", palette["muted"]), _line("value", palette["accent"], strokeWidth=1.6)]
    layers[0]["encoding"]["y"] |= {
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"tickCount": 3, "domain": False, "ticks": False, "grid": False, "labelFontSize": 10,
                 "minExtent": 30},
    }  # fmt: skip
    ends = sorted({points[0]["on"], points[-1]["on"]})
    axis = {"values": ends, "format": "%b %Y", "grid": False, "labelFlush": True, "labelFontSize": 10}
    head, below = (_cut(words, _LETTERS) for words in title)
    return {
        "title": {
            "text": head, "subtitle": below, "anchor": "start", "color": palette["ink"], "font": FONT,
            "fontSize": 11, "subtitleColor": palette["muted"], "subtitleFont": FONT, "subtitleFontSize": 10,
            "offset": 6,
        },
        "width": _PANEL_WIDTH, "height": _PANEL_HEIGHT, "data": {"values": points},
        "encoding": {"x": {"field": "on", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}},
        "layer": [*layers, dots],
    }  # fmt: skip


def panels_spec(panels: Sequence[tuple[tuple[str, str], pd.DataFrame]], *, palette: Palette = SCREEN) -> Spec:
    """Control charts in small, each with a name in two lines, its own scale and a frame as `xmr_spec` has it.

    Signals are diamonds. Raises ValueError without a panel, or for one without rows.
    """
    if not panels or any(frame.empty for _, frame in panels):
        raise ValueError("There is no control chart to draw.")
    drawn = [_panel(title, frame, palette) for title, frame in panels]
    return _frame_of(palette, columns=_ACROSS, spacing={"row": 18, "column": 14}, concat=drawn)
