"""The chart of a view: a bar for each group, or a line along its periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import lazy_loader as lazy

from reports import text
from reports.built_cells import ALL, Cell, Cells, Sum, period, unlike
from reports.charts import HEIGHT, SCREEN, WIDTH, Palette, Spec, _frame_of, _unit_title, hours_spec
from reports.figures import MOST_BARS, table
from reports.model import Chart, Column

pd = lazy.load("pandas")

#: Lines that the eye can follow at once.
MOST_LINES = 5
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4])
_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
_COLOURS = ("accent", "info", "warn", "muted", "good")
MOST_PERIODS = 400


def chart_of(cells: Cells, shape: str, sort: str = "") -> tuple[Chart | None, str]:
    """The chart of the sum that rows are sorted by, else of the first, by the first group; or why none is."""
    if not cells.rows:
        return None, ""
    one = cells.sorted_by(sort)
    if one.apart is not None and len(cells.by_key(one.apart)) > 1:
        what = cells.groups[one.apart].label.lower()
        return None, f"There is no chart: the values are of more than one {what}. Filter by one to see it."
    return (_line(cells, one), "") if shape == "line" else (_bars(cells, one), "")


def _first(cells: Cells) -> dict[Any, Cell]:
    """What each key of the first group has in all, in their order."""
    found: dict[Any, Cell] = {}
    for row in cells.rows:
        found.setdefault(row[0], Cell()).add(cells.at(row, ALL))
    return found


def _bars(cells: Cells, one: Sum) -> Chart | None:
    group = cells.groups[0]
    held = [(cells.labels((key,))[0], one.of(cell)) for key, cell in _first(cells).items()]
    held = [(name, value) for name, value in held if value is not None]
    if not group.grain:
        held.sort(key=lambda pair: -pair[1])
    many, held = len(held), held[-MOST_BARS:] if group.grain else held[:MOST_BARS]
    if not any(value for _, value in held):
        return None
    names = unlike([name for name, _ in held])
    values = [float(value) for _, value in held]
    title = f"{one.label} by {group.grain or _lower(group.label)}"
    which = "latest" if group.grain else "greatest"
    sentence = f"The {which} {len(held)} of {many}; the table holds them all." if many > len(held) else ""
    first = text.show(values[0], one.kind)
    alt = f"Bar chart of {text.count(len(held), 'bar')}: {title}. {names[0]} {first}. {sentence}"
    frame = pd.DataFrame({"engagement": names, "used": values, "budget": None})
    drawn = (Column("name", group.label, "text"), Column("used", one.label, one.kind))
    rows = [{"name": name, "used": value} for name, (_, value) in zip(names, held, strict=True)]
    spec = hours_spec(frame, is_limit=False, step=1 if one.kind == "integer" else 0)
    shown = table("bars", title, drawn, rows, "")
    return Chart("bars", title, sentence or f"Each bar is one of {many}.", alt, spec, shown, "column")


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _line(cells: Cells, one: Sum) -> Chart:
    group = cells.groups[0]
    keys = cells.across if 0 < len(cells.across) <= MOST_LINES else [ALL]
    names = cells.labels_across(keys) if keys != [ALL] else [one.label]
    parts: dict[tuple[Any, Any], Cell] = {}
    for row in cells.rows:
        for key in keys:
            parts.setdefault((row[0], key), Cell()).add(cells.at(row, key))
    days = _periods([cells.day(0, row[0]) for row in cells.rows], group.grain)
    by_day = {cells.day(0, row[0]): row[0] for row in cells.rows}
    lines = [
        [one.of(parts.get((by_day.get(day), key), Cell())) or _nothing(one) for day in days] for key in keys
    ]
    title = f"{one.label} by {group.grain or _lower(group.label)}"
    values = [value for line in lines for value in line if value is not None]
    sentence = (
        f"From {period(days[0], group.grain)} to {period(days[-1], group.grain)}, between "
        f"{text.show(min(values), one.kind)} and {text.show(max(values), one.kind)}."
        if values else ""
    )  # fmt: skip
    drawn = (
        Column("on", group.label, "text"),
        *(Column(f"v{at}", name, one.kind) for at, name in enumerate(names)),
    )
    rows = [
        {"on": period(day, group.grain)} | {f"v{at}": line[place] for at, line in enumerate(lines)}
        for place, day in enumerate(days)
    ]
    spec = lines_spec(
        days, dict(zip(names, lines, strict=True)), unit=one.label, legend=cells.groups[-1].label
    )
    shown = table("line", title, drawn, rows, "")
    return Chart("line", title, sentence, f"Line chart: {title}. {sentence}", spec, shown, "lines")


def _nothing(one: Sum) -> int | None:
    """Where no rows are, there are none, and their sum is none; an average is not there."""
    return 0 if one.how in ("count", "sum") else None


def _periods(days: list[date | None], grain: str) -> list[date]:
    """Every period from the first to the last, also those without a row; only these where they are many."""
    known = sorted({day for day in days if day is not None})
    if not known:
        return [date(2000, 1, 1)]
    found = [known[0]]
    while found[-1] < known[-1] and len(found) <= MOST_PERIODS:
        found.append(_next(found[-1], grain))
    return found if len(found) <= MOST_PERIODS else known


def _next(first: date, grain: str) -> date:
    if grain in ("day", "week"):
        return first + timedelta(7 if grain == "week" else 1)
    index = 12 * first.year + first.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return date(index // 12, index % 12 + 1, 1)


def lines_spec(
    days: list[date], lines: dict[str, list], *, unit: str, legend: str = "", palette: Palette = SCREEN
) -> Spec:
    """A line for each name along the days; None leaves a gap. They differ by dash and mark, not only colour.
    `legend` says what the names are of."""
    names = list(lines)
    stamps = [int(pd.Timestamp(day).timestamp() * 1000) for day in days]
    points = [
        {"on": on, "name": name, "value": None if value is None else float(value)}
        for name, line in lines.items()
        for on, value in zip(stamps, line, strict=True)
    ]
    several = len(names) > 1

    def told(channel: list) -> Spec:
        words = {"title": legend or None, "titleColor": palette["muted"], "labelColor": palette["ink"]}
        shown = {"orient": "top", "labelLimit": 200, **words} if several else None
        scale = {"domain": names, "range": channel[: len(names)]}
        return {"field": "name", "type": "nominal", "scale": scale, "legend": shown}

    step = -(-len(stamps) // 8)
    axis = {"values": stamps[::step], "format": "%-d %b %Y" if any(d.day > 1 for d in days) else "%b %Y",
            "grid": False, "labelOverlap": True, "labelFlush": False}  # fmt: skip
    quiet = {"tickCount": 4, "domain": False, "ticks": False, "labelPadding": 6, "format": ",~f"}
    encoding = {
        "x": {"field": "on", "type": "temporal", "scale": {"type": "utc", "padding": 14}, "axis": axis},
        "y": {"field": "value", "type": "quantitative", "axis": quiet},
        "color": told([palette[name] for name in _COLOURS]),
    }
    line = {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"strokeDash": told(list(_DASHES))}}
    dots = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 36},
        "encoding": {"shape": told(list(_SHAPES))},
    }
    return _frame_of(
        palette, title=_unit_title(unit, palette), autosize={"type": "fit", "contains": "padding"},
        padding={"left": 8, "right": 12, "top": 4, "bottom": 4}, width=WIDTH, height=HEIGHT,
        data={"values": points}, encoding=encoding, layer=[line, dots],
    )  # fmt: skip
