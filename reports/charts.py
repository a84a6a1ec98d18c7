"""Charts as Vega-Lite specs, and their drawing to SVG.

A spec names its colours as the CSS variables of SCREEN, so that one drawing serves both themes of a page;
`draw_svg` swaps them for fixed colours where there is no style sheet, as in a PDF.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from html import escape
from itertools import pairwise
from typing import Any

import lazy_loader as lazy
import orjson
import vl_convert
from fontpkg_inter import ROOT as INTER

from reports.locales import USUAL, ways
from reports.model import plain

pd = lazy.load("pandas")

PRINT = {
    "ink": "#16302f", "muted": "#526766", "line": "#dfe7e5", "paper": "#ffffff", "ground": "#f5f8f7",
    "accent": "#0b6e69", "accent-soft": "#e2f1ef", "good": "#1a7f4b", "warn": "#955e00", "bad": "#b3261e",
    "info": "#1f5fa8", "r1": "#d5ebe8", "r3": "#7cbfb8", "r9": "#0b6e69",
}  # fmt: skip
SCREEN = {name: f"var(--pl-{name})" for name in PRINT}

FONTS = INTER / "files"
vl_convert.register_font_directory(str(FONTS))

Palette = Mapping[str, str]
Spec = dict[str, Any]

FONT = "Inter, system-ui, sans-serif"
WIDTH, HEIGHT = 640, 200
_LABEL_GAP = 13
#: Of more points than this a chart draws the extremes of each stretch, or its file would be large.
MOST_POINTS = 240
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


def _points(frame: pd.DataFrame) -> list[dict[str, Any]]:
    numbers = {
        name: [plain(value, "number") for value in frame[name]]
        for name in ("value", "centre", "lower", "upper")
    }
    signals = [bool(pd.notna(flag) and flag) for flag in frame["is_signal"]]
    rows = zip(_milliseconds(frame["period_on"]), *numbers.values(), signals, strict=True)
    return [dict(zip(("on", *numbers, "signal"), row, strict=True)) for row in rows]


def _thinned(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a long series the lowest and the highest of each stretch: more the eye cannot tell apart."""
    if len(points) <= MOST_POINTS:
        return points
    size = -(-len(points) * 2 // MOST_POINTS)
    kept = []
    for start in range(0, len(points), size):
        part = range(start, min(start + size, len(points)))
        kept += {min(part, key=lambda at: points[at]["value"]), max(part, key=lambda at: points[at]["value"])}
    return [points[at] for at in sorted({0, *kept, len(points) - 1})]


def _domain(points: list[dict[str, Any]], target: float | None) -> tuple[float, float]:
    names = ("value", "centre", "lower", "upper")
    values = [point[name] for point in points for name in names if point[name] is not None]
    values += [] if target is None else [target]
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def _end_labels(
    last: dict[str, Any], target: float | None, domain: tuple[float, float]
) -> list[dict[str, Any]]:
    """The words at the right end of each line, moved apart where two would overlap."""
    wanted = {
        "upper limit": last["upper"],
        "mean": last["centre"],
        "lower limit": last["lower"],
        "target": target,
    }
    labels = [
        {"y": y, "text": f"{word} {ways().number(f'{y:,.4g}')}"}
        for word, y in wanted.items()
        if y is not None
    ]
    labels.sort(key=lambda label: label["y"])
    gap = (domain[1] - domain[0]) * _LABEL_GAP / HEIGHT
    for below, label in pairwise(labels):
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
        "mark": {"type": "text", "align": "left", "dx": 15, "baseline": "middle", "color": palette["muted"]},
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


def _unit_title(words: str, palette: Palette) -> Spec:
    return {
        "text": words, "anchor": "start", "color": palette["muted"], "font": FONT, "fontSize": 11,
        "fontWeight": "normal", "offset": 8, "limit": 500,
    }  # fmt: skip


def xmr_spec(
    frame: pd.DataFrame, *, name: str, unit: str, palette: Palette = SCREEN, target: float | None = None
) -> Spec:
    """A control chart of one measure.

    `frame` has one row a period and the columns period_on, value, centre, lower, upper (all in `unit`) and
    is_signal. Raises ValueError for a frame without rows. Signals differ by shape and size, not only colour.
    Of more than 240 rows the extremes of each stretch are drawn, without a dot but for signals.
    """
    if frame.empty:
        raise ValueError(f"There are no observations of {name} to draw.")
    points = _thinned(_points(frame.sort_values("period_on")))
    domain = _domain(points, target)
    layers = _xmr_layers(_end_labels(points[-1], target, domain), palette, target)
    if len(frame) > MOST_POINTS:
        layers[-2]["transform"] = [{"filter": "datum.signal"}]
    layers[0]["encoding"]["y"] |= {
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {"tickCount": 4, "domain": False, "ticks": False, "grid": False, "labelPadding": 6},
    }
    x_scale = {"type": "utc", "padding": 10}
    x = {"field": "on", "type": "temporal", "scale": x_scale, "axis": _month_axis(points)}
    return _frame_of(
        palette, title=_unit_title(unit or name, palette), autosize={"type": "fit", "contains": "padding"},
        padding={"left": 8, "right": 26, "top": 4, "bottom": 4}, width=WIDTH, height=HEIGHT,
        data={"values": points}, encoding={"x": x}, layer=layers,
    )  # fmt: skip


def _hours_layers(palette: Palette, *, is_limit: bool, step: float) -> list[Spec]:
    test = "datum.budget !== null && datum.used > datum.budget" if is_limit else "false"
    over = {"test": test, "value": palette["warn"]}
    axis = {"tickCount": 5, "tickMinStep": step, "domain": False, "ticks": False, "format": ",~f"}
    used = {
        "mark": {"type": "bar", "height": 9, "cornerRadiusEnd": 2},
        "encoding": {"x": {"field": "used", "type": "quantitative", "axis": axis},
                     "color": {"condition": over, "value": palette["accent"]}},
    }  # fmt: skip
    budget = {
        "mark": {"type": "tick", "color": palette["ink"], "thickness": 2, "size": 14},
        "encoding": {"x": {"field": "budget", "type": "quantitative"}},
    }
    return [used, budget]


def hours_spec(
    frame: pd.DataFrame, *, palette: Palette = SCREEN, is_limit: bool = True, step: float = 0
) -> Spec:
    """Hours used (bars) against budget (ticks): columns engagement (unique), used and budget in hours.

    A bar beyond its tick stands out, where the tick `is_limit`. The axis counts in steps of at least `step`.
    """
    rows = [
        {"engagement": name, "used": plain(used, "hours") or 0.0, "budget": plain(budget, "hours")}
        for name, used, budget in zip(frame["engagement"], frame["used"], frame["budget"], strict=True)
    ]
    axis = {"labelLimit": 290, "labelColor": palette["ink"], "domain": False, "ticks": False}
    y = {"field": "engagement", "type": "nominal", "sort": None, "axis": axis}
    return _frame_of(
        palette, autosize={"type": "fit-x", "contains": "padding"}, width=WIDTH, height={"step": 17},
        padding={"left": 36, "right": 12, "top": 4, "bottom": 4}, data={"values": rows}, encoding={"y": y},
        layer=_hours_layers(palette, is_limit=is_limit, step=step),
    )  # fmt: skip


def _share_layers(waves: list[str], palette: Palette) -> list[Spec]:
    several = len(waves) > 1
    colours = (
        [palette[name] for name in ("r3", "accent", "info", "muted")] if several else [palette["accent"]]
    )
    legend = {"orient": "top", "title": None, "labelColor": palette["ink"], "symbolType": "square"}
    axis = {"tickCount": 5, "domain": False, "ticks": False, "labelExpr": "datum.label + ' %'"}
    colour = {
        "field": "wave", "type": "nominal", "scale": {"domain": waves, "range": colours},
        "legend": legend if several else None,
    }  # fmt: skip
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {"field": "share", "type": "quantitative", "axis": axis, "scale": {"domain": [0, 100]}},
            "color": colour,
        },
    }
    reach = {"x": {"field": "lower", "type": "quantitative"}, "x2": {"field": "upper"}}
    rules = [
        {"mark": {"type": "rule", "color": palette[name], "strokeWidth": width}, "encoding": reach}
        for name, width in (("paper", 4), ("ink", 1.5))
    ]
    return [bars, *rules]


def shares_spec(frame: pd.DataFrame, *, palette: Palette = SCREEN) -> Spec:
    """How often each answer was given, in percent: a bar with its interval for each wave that answered.

    Columns answer and wave (each in its order), share, lower and upper (0 to 1). A legend names the waves.
    """
    names = ("answer", "wave", "share", "lower", "upper")
    answers, waves = (list(dict.fromkeys(frame[name])) for name in names[:2])
    shares = (100 * frame[name] for name in names[2:])
    rows = [
        dict(zip(names, row, strict=True))
        for row in zip(frame["answer"], frame["wave"], *shares, strict=True)
    ]
    axis = {"labelLimit": 210, "labelColor": palette["ink"], "domain": False, "ticks": False}
    encoding = {"y": {"field": "answer", "type": "nominal", "sort": answers, "axis": axis}}
    step = {"step": 20}
    if len(waves) > 1:
        encoding["yOffset"] = {"field": "wave", "type": "nominal", "sort": waves}
        step = {"step": 14 * len(waves)}
    return _frame_of(
        palette, autosize={"type": "fit-x", "contains": "padding"}, width=WIDTH, height=step,
        padding={"left": 24, "right": 12, "top": 4, "bottom": 10}, data={"values": rows},
        encoding=encoding, layer=_share_layers(waves, palette),
    )  # fmt: skip


@functools.lru_cache(maxsize=256)
def _drawing(spec: bytes, locale: str) -> str:
    """Axes count and name days as the reader does; Vega knows no British ways, but writes them anyway."""
    if locale == USUAL:
        return vl_convert.vegalite_to_svg(spec.decode())
    return vl_convert.vegalite_to_svg(spec.decode(), format_locale=locale, time_format_locale=locale)


def draw_svg(spec: Mapping[str, Any], palette: Palette = SCREEN, label: str | None = None) -> str:
    """The chart as an SVG that scales to its box: an image under its label, hidden without one."""
    svg = _drawing(orjson.dumps(spec, option=orjson.OPT_SORT_KEYS), ways().name)
    svg = re.sub(r'="var\(--pl-([a-z0-9-]+)\)"', lambda found: f'="{palette[found[1]]}"', svg)
    svg = re.sub(r' width="[\d.]+" height="[\d.]+"', "", svg, count=1)
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)  # The whole is one image; its marks are not.
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return svg.replace("<svg ", f"<svg {named} ", 1)
