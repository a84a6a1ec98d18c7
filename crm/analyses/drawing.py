"""The chart of a look as a frame, and as SVG in the colours of the page."""

from __future__ import annotations

import lazy_loader as lazy
from markupsafe import Markup

from crm.analyses.models import Look
from reports.charts import draw_svg, xmr_spec
from reports.charts_series import groups_spec, series_spec

pd = lazy.load("pandas")


def frame_of(look: Look) -> pd.DataFrame:
    """The numbers behind the chart: a row a period."""
    chart = look.result["chart"]
    if chart["kind"] == "groups":
        long = pd.DataFrame(chart["rows"], columns=["group", "period_on", "value"])
        wide = long.pivot_table(index="period_on", columns="group", values="value").reset_index()
        return wide.reindex(columns=["period_on", "treated", "control"])
    if chart["kind"] == "control":
        names = ("value", "centre", "lower", "upper", "is_signal")
    else:
        names = ("observed", "fitted", "counterfactual")
    days = chart["days"]
    columns = {name: chart[name] or [None] * len(days) for name in names}
    return pd.DataFrame({"period_on": days, **columns})


def drawn(look: Look) -> Markup:
    frame, settings = frame_of(look), look.settings
    chart, unit = look.result["chart"], settings["measure"]["unit"] or ""
    if chart["kind"] == "control":
        name, target = settings["measure"]["name"], settings["measure"]["target"]
        spec = xmr_spec(frame, name=name, unit=unit, target=target)
    else:
        specs = {"groups": groups_spec, "series": series_spec}
        spec = specs[chart["kind"]](frame, unit=unit, start=chart["start"])
    return Markup(draw_svg(spec))  # noqa: S704 - drawn by us; texts in it are escaped by the drawing
