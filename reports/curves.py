"""A curve of power or precision as a Vega-Lite spec."""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts import FONT, HEIGHT, SCREEN, WIDTH, Palette, Spec, _frame_of


def curve_spec(
    points: Sequence[tuple[float, float]], *, x_title: str, y_title: str, wanted: float | None = None,
    palette: Palette = SCREEN,
) -> Spec:  # fmt: skip
    """A line with its points; `wanted` is drawn across, in units of y. Raises ValueError without points."""
    if not points:
        raise ValueError("There is no curve to draw.")
    rows = [{"x": float(x), "y": float(y)} for x, y in points]
    axis = {
        "titleColor": palette["muted"], "titleFont": FONT, "titleFontSize": 11, "titleFontWeight": "normal",
        "domain": False, "ticks": False,
    }  # fmt: skip
    x = {"field": "x", "type": "quantitative", "scale": {"zero": False, "padding": 10},
         "axis": axis | {"title": x_title, "grid": False, "format": ",~r"}}  # fmt: skip
    y = {"field": "y", "type": "quantitative", "axis": axis | {"title": y_title, "tickCount": 5}}
    mark = {"type": "line", "color": palette["accent"], "strokeWidth": 2, "interpolate": "monotone",
            "point": {"color": palette["accent"], "filled": True, "size": 36}}  # fmt: skip
    layers: list[Spec] = [{"mark": mark, "encoding": {"x": x, "y": y}}]
    if wanted is not None:
        rule = {"type": "rule", "color": palette["info"], "strokeDash": [5, 4]}
        layers.append({"mark": rule, "encoding": {"y": {"datum": wanted}}})
    return _frame_of(
        palette, autosize={"type": "fit", "contains": "padding"}, width=WIDTH, height=HEIGHT,
        padding={"left": 8, "right": 20, "top": 6, "bottom": 4}, data={"values": rows}, layer=layers,
    )  # fmt: skip
