"""Charts as Vega-Lite specs, and their drawing to SVG.

A spec names its colours as the CSS variables of SCREEN, so that one drawing serves both themes of a page;
`draw_svg` swaps them for fixed colours where there is no style sheet, as in a PDF.
"""

import functools
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import orjson
import pandas as pd
import vl_convert

PRINT = {
    "ink": "#16302f", "muted": "#526766", "line": "#dfe7e5", "paper": "#ffffff", "ground": "#f5f8f7",
    "accent": "#0b6e69", "accent-soft": "#e2f1ef", "good": "#1a7f4b", "warn": "#955e00", "bad": "#b3261e",
    "info": "#1f5fa8", "r1": "#d5ebe8", "r3": "#7cbfb8", "r9": "#0b6e69",
}  # fmt: skip
SCREEN = {name: f"var(--pl-{name})" for name in PRINT}

Palette = Mapping[str, str]
Spec = dict[str, Any]

FONT = "Inter, system-ui, sans-serif"
WIDTH, HEIGHT = 520, 170
_LABEL_GAP = 13
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def _frame_of(palette: Palette, **parts: Any) -> Spec:
    axis = {
        "labelColor": palette["muted"], "gridColor": palette["line"], "tickColor": palette["line"],
        "domainColor": palette["line"], "labelFont": FONT, "labelFontSize": 11, "title": None,
    }  # fmt: skip
    config = {
        "aria": False, "axis": axis, "view": {"stroke": None}, "font": FONT,
        "text": {"font": FONT, "fontSize": 11},
    }  # fmt: skip
    return {"$schema": _SCHEMA, "background": None, "padding": 4, "config": config, **parts}


def _milliseconds(days: pd.Series) -> list[int]:
    stamps = pd.to_datetime(days)
    return [int(stamp.timestamp() * 1000) for stamp in stamps]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _points(frame: pd.DataFrame) -> list[dict[str, Any]]:
    numbers = {name: [_number(value) for value in frame[name]] for name in ("value", "centre", "lower", "upper")}
    signals = [bool(pd.notna(flag) and flag) for flag in frame["is_signal"]]
    rows = zip(_milliseconds(frame["period_on"]), *numbers.values(), signals, strict=True)
    return [dict(zip(("on", *numbers, "signal"), row, strict=True)) for row in rows]


def _domain(points: list[dict[str, Any]], target: float | None) -> tuple[float, float]:
    names = ("value", "centre", "lower", "upper")
    values = [point[name] for point in points for name in names if point[name] is not None]
    values += [] if target is None else [target]
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def _end_labels(last: dict[str, Any], target: float | None, domain: tuple[float, float]) -> list[dict[str, Any]]:
    """The words at the right end of each line, moved apart where two would overlap."""
    wanted = {"upper limit": last["upper"], "mean": last["centre"], "lower limit": last["lower"], "target": target}
    labels = [{"y": y, "text": f"{word} {y:,.4g}"} for word, y in wanted.items() if y is not None]
    labels.sort(key=lambda label: label["y"])
    gap = (domain[1] - domain[0]) * _LABEL_GAP / HEIGHT
    for below, label in zip(labels, labels[1:], strict=False):
        label["y"] = max(label["y"], below["y"] + gap)
    return [{**label, "on": last["on"]} for label in labels]


def _ticks(points: list[dict[str, Any]]) -> list[int]:
    step = -(-len(points) // 8)
    return [point["on"] for point in points[::step]]


def _month_axis(points: list[dict[str, Any]]) -> Spec:
    monthly = all(pd.Timestamp(point["on"], unit="ms").day == 1 for point in points)
    return {
        "values": _ticks(points), "format": "%b %Y" if monthly else "%-d %b %Y", "grid": False,
        "labelOverlap": True, "labelFlush": False,
    }  # fmt: skip


def _line(field: str, colour: str, **mark: Any) -> Spec:
    return {
        "mark": {"type": "line", "color": colour, "strokeWidth": 1, **mark},
        "encoding": {"y": {"field": field, "type": "quantitative"}},
    }


def _xmr_layers(labels: list[dict[str, Any]], palette: Palette, target: float | None) -> list[Spec]:
    dots = {"condition": {"test": "datum.signal", "value": palette["warn"]}, "value": palette["accent"]}
    shape = {"condition": {"test": "datum.signal", "value": "diamond"}, "value": "circle"}
    size = {"condition": {"test": "datum.signal", "value": 110}, "value": 36}
    rule = {
        "data": {"values": [{"y": target}]},
        "mark": {"type": "rule", "color": palette["good"], "strokeDash": [2, 3], "strokeWidth": 1.5},
        "encoding": {"x": None, "y": {"field": "y", "type": "quantitative"}},
    }
    words = {
        "data": {"values": labels},
        "mark": {"type": "text", "align": "left", "dx": 10, "baseline": "middle", "color": palette["muted"]},
        "encoding": {"y": {"field": "y", "type": "quantitative"}, "text": {"field": "text"}},
    }
    value = {"field": "value", "type": "quantitative"}
    marks = {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {"y": value, "color": dots, "shape": shape, "size": size},
    }
    limits = [_line(name, palette["muted"], strokeDash=[5, 4]) for name in ("upper", "lower")]
    layers = [*limits, _line("centre", palette["muted"]), _line("value", palette["accent"], strokeWidth=2)]
    return [*layers, marks, words] if target is None else [*layers, rule, marks, words]


def xmr_spec(
    frame: pd.DataFrame, *, name: str, unit: str, palette: Palette = SCREEN, target: float | None = None
) -> Spec:
    """A control chart of one measure.

    `frame` has one row a period and the columns period_on, value, centre, lower, upper (all in `unit`) and
    is_signal. Raises ValueError for a frame without rows. Signals differ by shape and size, not only colour.
    """
    if frame.empty:
        raise ValueError(f"There are no observations of {name} to draw.")
    points = _points(frame.sort_values("period_on"))
    domain = _domain(points, target)
    x = {"field": "on", "type": "temporal", "scale": {"type": "utc", "padding": 10}, "axis": _month_axis(points)}
    labels = _end_labels(points[-1], target, domain)
    y_axis = {"tickCount": 4, "domain": False, "ticks": False, "grid": False, "labelPadding": 6}
    layers = _xmr_layers(labels, palette, target)
    layers[0]["encoding"]["y"] |= {"scale": {"domain": list(domain), "nice": False, "zero": False}, "axis": y_axis}
    return _frame_of(
        palette,
        title={"text": f"{name}, {unit}" if unit else name, "anchor": "start", "color": palette["muted"],
               "font": FONT, "fontSize": 11, "fontWeight": "normal", "offset": 8, "limit": 600},
        width=WIDTH, height=HEIGHT, data={"values": points}, encoding={"x": x}, layer=layers,
    )  # fmt: skip


def hours_spec(frame: pd.DataFrame, *, palette: Palette = SCREEN) -> Spec:
    """Hours used (bars) against budget (ticks): columns engagement (unique), used, budget (hours or missing)."""
    rows = [
        {"engagement": name, "used": _number(used) or 0.0, "budget": _number(budget)}
        for name, used, budget in zip(frame["engagement"], frame["used"], frame["budget"], strict=True)
    ]
    over = {"test": "datum.budget !== null && datum.used > datum.budget", "value": palette["warn"]}
    y_axis = {"labelLimit": 230, "labelColor": palette["ink"], "domain": False, "ticks": False}
    y = {"field": "engagement", "type": "nominal", "sort": None, "axis": y_axis}
    x_axis = {"tickCount": 5, "domain": False, "ticks": False, "format": ",~f"}
    bar = {
        "mark": {"type": "bar", "height": 11, "cornerRadiusEnd": 2},
        "encoding": {"x": {"field": "used", "type": "quantitative", "axis": x_axis},
                     "color": {"condition": over, "value": palette["accent"]}},
    }  # fmt: skip
    budget = {
        "mark": {"type": "tick", "color": palette["ink"], "thickness": 2, "size": 18},
        "encoding": {"x": {"field": "budget", "type": "quantitative"}},
    }
    parts = {"height": {"step": 24}, "encoding": {"y": y}, "layer": [bar, budget]}
    return _frame_of(palette, width=WIDTH - 60, data={"values": rows}, **parts)


@functools.lru_cache(maxsize=256)
def _drawing(spec: bytes) -> str:
    return vl_convert.vegalite_to_svg(spec.decode())


def draw_svg(spec: Mapping[str, Any], palette: Palette = SCREEN, label: str | None = None) -> str:
    """The chart as an SVG that scales to its box: role img under the label, hidden from readers without one."""
    svg = _drawing(orjson.dumps(spec, option=orjson.OPT_SORT_KEYS))
    svg = re.sub(r'="var\(--pl-([a-z0-9-]+)\)"', lambda found: f'="{palette[found[1]]}"', svg)
    size = re.search(r' width="([\d.]+)" height="([\d.]+)"', svg)
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    if palette is PRINT:
        return svg
    return svg.replace(size[0], ' width="100%"', 1).replace("<svg ", f"<svg {named} ", 1)
