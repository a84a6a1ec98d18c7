"""Charts of an interrupted series and of groups set side by side, as Vega-Lite specs."""

from __future__ import annotations

from typing import Any

import lazy_loader as lazy

from reports.charts import (
    HEIGHT,
    SCREEN,
    WIDTH,
    Palette,
    Spec,
    _frame_of,
    _line,
    _milliseconds,
    _month_axis,
    _unit_title,
)
from reports.model import plain

pd = lazy.load("pandas")


def series_spec(
    frame: pd.DataFrame, *, unit: str, start: str | None = None, palette: Palette = SCREEN
) -> Spec:
    """Observed values, what was fitted, and what was to be expected without the change (dashed).

    `frame`: a row a period, with the columns period_on, observed, fitted and counterfactual (may be empty),
    all in `unit`; `start`: the day from which the change was in force, drawn as an upright line.
    Raises ValueError for a frame without rows.
    """
    points = _rows(frame, ("observed", "fitted", "counterfactual"))
    dots = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 30, "color": palette["accent"]},
        "encoding": {"y": {"field": "observed", "type": "quantitative"}},
    }
    expected = _line("counterfactual", palette["warn"], strokeDash=[5, 4], strokeWidth=2)
    began = _milliseconds(pd.Series([start]))[0] if start else None
    for point in points:
        point["side"] = point["counterfactual"] is not None or (began is not None and point["on"] >= began)
    fitted = _line("fitted", palette["ink"], strokeWidth=2)
    fitted["encoding"]["detail"] = {"field": "side", "type": "nominal"}
    layers = [fitted, expected, dots]
    words = {"fitted": "fitted", "counterfactual": "expected without the change"}
    labels = _labels(points, words)
    return _drawn(points, layers, labels, unit, start, palette)


def groups_spec(
    frame: pd.DataFrame, *, unit: str, start: str | None = None, palette: Palette = SCREEN
) -> Spec:
    """The mean of the group and of those it is compared with, by period.

    `frame`: columns period_on, treated and control, in `unit`, empty where a group has no value then.
    Raises ValueError for a frame without rows.
    """
    points = _rows(frame, ("treated", "control"))
    layers = [
        _line("treated", palette["accent"], strokeWidth=2, point={"color": palette["accent"], "size": 30}),
        _line("control", palette["warn"], strokeWidth=2, strokeDash=[5, 4],
              point={"color": palette["warn"], "size": 30, "shape": "diamond"}),
    ]  # fmt: skip
    labels = _labels(points, {"treated": "with the change", "control": "comparison"})
    return _drawn(points, layers, labels, unit, start, palette)


def _rows(frame: pd.DataFrame, names: tuple[str, ...]) -> list[dict[str, Any]]:
    if frame.empty:
        raise ValueError("There is nothing to draw.")
    frame = frame.sort_values("period_on")
    columns = [[plain(value, "number") for value in frame[name]] for name in names]
    rows = zip(_milliseconds(frame["period_on"]), *columns, strict=True)
    return [dict(zip(("on", *names), row, strict=True)) for row in rows]


def _labels(points: list[dict[str, Any]], words: dict[str, str]) -> list[dict[str, Any]]:
    """A name at the end of each line, above or below by which is higher."""
    ends = []
    for name, word in words.items():
        known = [point for point in points if point[name] is not None]
        if known:
            ends.append({"on": known[-1]["on"], "y": known[-1][name], "text": word})
    ends.sort(key=lambda one: one["y"])
    return ends


def _drawn(points, layers, labels, unit: str, start: str | None, palette: Palette) -> Spec:
    values = [
        v for point in points for name, v in point.items() if name not in {"on", "side"} and v is not None
    ]
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    layers[0]["encoding"]["y"] |= {
        "scale": {"domain": [low - margin, high + margin], "nice": False, "zero": False},
        "axis": {"tickCount": 4, "domain": False, "ticks": False, "labelPadding": 6},
    }
    layers += [_words(label, place, len(labels), palette) for place, label in enumerate(labels)]
    if start:
        layers.append(_upright(start, palette))
    x = {
        "field": "on", "type": "temporal", "scale": {"type": "utc", "padding": 10},
        "axis": _month_axis(points),
    }  # fmt: skip
    return _frame_of(
        palette, title=_unit_title(unit or "value", palette), autosize={"type": "fit", "contains": "padding"},
        padding={"left": 8, "right": 12, "top": 4, "bottom": 4}, width=WIDTH, height=HEIGHT,
        data={"values": points}, encoding={"x": x}, layer=layers,
    )  # fmt: skip


def _words(label: dict[str, Any], place: int, many: int, palette: Palette) -> Spec:
    offset = 14 if place == 0 and many > 1 else -12
    return {
        "data": {"values": [label]},
        "mark": {"type": "text", "align": "right", "dy": offset, "color": palette["ink"]},
        "encoding": {"y": {"field": "y", "type": "quantitative"}, "text": {"field": "text"}},
    }


def _upright(start: str, palette: Palette) -> Spec:
    return {
        "data": {"values": [{"on": _milliseconds(pd.Series([start]))[0]}]},
        "mark": {"type": "rule", "color": palette["muted"], "strokeDash": [2, 3]},
    }
