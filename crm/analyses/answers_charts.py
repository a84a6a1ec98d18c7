"""Control chart and run chart of the series, in the phases that its measure names."""

from __future__ import annotations

from typing import Any

from crm.analyses.result import assumed, level, number
from crm.analyses.series import DENOMINATOR, NUMERATOR, PERIODS, VALUE, Data
from crm.methods import spc_phases


def control_chart(data: Data) -> dict[str, Any]:
    columns = [[row[place] for row in data.rows] for place in (VALUE, NUMERATOR, DENOMINATOR)]
    kind = data.settings.get("chart") or data.of.get("chart")
    if kind in spc_phases.RATIOS and not spc_phases.can_be_ratio(*columns[1:]):
        raise ValueError(f"A {kind} chart needs a whole numerator and a denominator for every period.")
    if kind in {None, "", "run"}:
        kind = spc_phases.kind_for(data.of["value_kind"], *columns)[0]
    return _charted(data, kind, columns)


def run_chart(data: Data) -> dict[str, Any]:
    columns = [[row[place] for row in data.rows] for place in (VALUE, NUMERATOR, DENOMINATOR)]
    return _charted(data, "run", columns)


def cuts_of(data: Data) -> list[int]:
    """Positions at which a phase begins; those before the first value cut nothing."""
    days = [row[0] for row in data.rows]
    found = (sum(day < start for day in days) for start, _, _ in data.phases)
    return sorted({cut for cut in found if 0 < cut < len(days)})


def _charted(data: Data, kind: str, columns: list) -> dict[str, Any]:
    m, cuts, n = data.of, cuts_of(data), len(data.rows)
    first, points = (cuts or [n])[0], m["baseline_points"]
    freeze = points if points and points < first else None
    found = spc_phases.phased(
        kind, *columns, scale=data.scale, cuts=cuts, freeze=freeze, target=m["target"],
        rules=data.settings.get("rules") or m["rules"], direction=m["direction"],
    )  # fmt: skip
    chart = found.chart
    lines = [[float(one) for one in line] for line in (chart.centre, chart.lower, chart.upper)]
    return level(
        data,
        method=chart.method,
        design="control_chart",
        n=n,
        lines=[line[-1] for line in lines],
        board=_board(data, found),
        numbers=_numbers(found, cuts, lines, n),
        signals=[{"name": one.name, "sentence": one.sentence} for one in chart.signals],
        assumptions=_assumptions(chart.needs),
        kind=kind,
        cuts=cuts,
        freeze=freeze,
        chart={
            "kind": "control",
            "days": [row[0] for row in data.rows],
            "value": columns[0],
            "centre": lines[0],
            "lower": lines[1],
            "upper": lines[2],
            "is_signal": [bool(one) for one in chart.signalled],
        },
    )


def _board(data: Data, found: spc_phases.Phased) -> str:
    since = f"{data.of['name']}: "
    if data.phases and found.problems[-1] is None and len(found.problems) > 1:
        since += f"since {data.phases[-1][1]}: "
    return since + found.sentence(data.of["unit"] or "", PERIODS[data.frequency])


def _numbers(found: spc_phases.Phased, cuts: list[int], lines: list, n: int) -> list[dict]:
    told = []
    for place, last in enumerate([*(cut - 1 for cut in cuts), n - 1], 1):
        name = f"Phase {place}, last point" if cuts else "Centre line and limits at the last point"
        told.append(number(name, *(line[last] for line in lines)))
    return told


def _assumptions(needs: int) -> list[dict]:
    return [
        assumed(
            "There are enough points for the limits to be relied upon.",
            not needs,
            f"Collect {needs} more; until then read it as a run chart.",
        ),
        assumed(
            "Neighbouring points do not depend on each other.",
            None,
            "Where they do, limits are too narrow: chart longer periods, or use an interrupted series.",
        ),
    ]
