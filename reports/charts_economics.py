"""Charts of an economic evaluation: what its result hangs on, and where its options lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.charts import HEIGHT, SCREEN, WIDTH, Palette, Spec, _frame_of, _unit_title

_LABELS = 42


def _short(words: str) -> str:
    return words if len(words) <= _LABELS else f"{words[: _LABELS - 1]}…"


def _unlike(names: Sequence[str]) -> list[str]:
    """Names cut to fit, none the same as another."""
    found: list[str] = []
    for name in map(_short, names):
        found.append(name if name not in found else f"{name} ({len(found) + 1})")
    return found


def tornado_spec(
    result: float, bars: Sequence[tuple[str, float, float]], *, unit: str, palette: Palette = SCREEN
) -> Spec:
    """A bar for each assumption, (words, result at its low, result at its high), the widest first.

    Bars to the side of the high end are filled, those to the low end are outlined: not told apart by colour
    alone. Raises ValueError without a bar.
    """
    if not bars:
        raise ValueError("There is no range to draw.")
    names = _unlike([name for name, _, _ in bars])
    rows = [
        {"name": name, "from": result, "to": end, "side": side}
        for name, (_, low, high) in zip(names, bars, strict=True)
        for side, end in (("fewest", low), ("most", high))
    ]
    axis = {"tickCount": 5, "domain": False, "ticks": False, "format": "~s"}
    labels = {"labelLimit": 260, "labelColor": palette["ink"], "domain": False, "ticks": False}
    fill = {"condition": {"test": "datum.side == 'most'", "value": palette["accent"]}, "value": palette["r1"]}
    body = {
        "mark": {"type": "bar", "height": 14, "stroke": palette["accent"], "strokeWidth": 1},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "axis": axis, "scale": {"zero": False}},
            "x2": {"field": "to"},
            "color": fill,
        },
    }
    rule = {
        "data": {"values": [{"x": result}]},
        "mark": {"type": "rule", "color": palette["ink"], "strokeWidth": 1.5},
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": None},
    }
    y = {"field": "name", "type": "nominal", "sort": names, "axis": labels}
    return _frame_of(
        palette, title=_unit_title(unit, palette), autosize={"type": "fit-x", "contains": "padding"},
        width=WIDTH, height={"step": 26}, data={"values": rows}, encoding={"y": y}, layer=[body, rule],
        padding={"left": 12, "right": 16, "top": 4, "bottom": 4},
    )  # fmt: skip


def _zero(field: str, palette: Palette) -> Spec:
    other = "y" if field == "x" else "x"
    return {
        "data": {"values": [{field: 0}]},
        "mark": {"type": "rule", "color": palette["muted"], "strokeWidth": 1},
        "encoding": {field: {"field": field, "type": "quantitative"}, other: None},
    }


def plane_spec(
    points: Sequence[tuple[str, float, float]], *, unit: str, effect: str,
    threshold: float | None = None, palette: Palette = SCREEN,
) -> Spec:  # fmt: skip
    """The cost-effectiveness plane: (name, more effect, more cost) against an option that lies at 0 and 0.

    With `threshold`, the line under which an option is worth its cost. Raises ValueError without a point.
    """
    if not points:
        raise ValueError("There is no option to draw.")
    rows = [{"name": _short(name), "effect": gain, "cost": cost} for name, gain, cost in points]
    reach = {name: 1.25 * (max(abs(row[name]) for row in rows) or 1.0) for name in ("effect", "cost")}
    quiet = {"tickCount": 5, "domain": False, "ticks": False, "format": "~s"}

    def along(name: str, axis: dict[str, Any]) -> Spec:
        scale = {"domain": [-reach[name], reach[name]], "nice": False}
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}

    place = {
        "x": along("effect", quiet | {"title": f"More {effect} →", "titleColor": palette["muted"]}),
        "y": along("cost", quiet),
    }
    dots = {"mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "color": palette["accent"]}}
    words = {
        "mark": {"type": "text", "align": "left", "dx": 9, "dy": -8, "color": palette["ink"]},
        "encoding": {"text": {"field": "name"}},
    }
    layers = [{**_zero("x", palette)}, {**_zero("y", palette)}]
    if threshold is not None:
        layers.append(_worth(reach, threshold, palette))
    layers += [{**dots, "encoding": place}, {**words, "encoding": {**place, **words["encoding"]}}]
    return _frame_of(
        palette, title=_unit_title(f"More cost, {unit}", palette), width=WIDTH, height=HEIGHT + 80,
        autosize={"type": "fit", "contains": "padding"}, data={"values": rows}, layer=layers,
        padding={"left": 8, "right": 26, "top": 4, "bottom": 4},
    )  # fmt: skip


def _worth(reach: dict[str, float], threshold: float, palette: Palette) -> Spec:
    """The threshold as a line through the origin, cut where it leaves the plane."""
    end = min(reach["effect"], reach["cost"] / threshold) if threshold else reach["effect"]
    ends = [{"effect": side * end, "cost": side * end * threshold} for side in (-1, 1)]
    return {
        "data": {"values": ends},
        "mark": {"type": "line", "color": palette["good"], "strokeDash": [5, 4], "strokeWidth": 1.5},
        "encoding": {"x": {"field": "effect", "type": "quantitative"},
                     "y": {"field": "cost", "type": "quantitative"}},
    }  # fmt: skip
