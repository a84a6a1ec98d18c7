"""Effects of one measure at several clients as forest plots: side by side, and together where enough."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import lazy_loader as lazy

from reports import text
from reports.charts_across import forest_spec
from reports.figures import Row, records, table
from reports.model import Chart, Column, Table

pd = lazy.load("pandas")

EFFECTS = (
    Column("measure", "Measure", "text"),
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("scale", "Effect", "text"),
    Column("unit", "Unit", "text"),
    Column("design", "Design", "text"),
    Column("looked_on", "Kept on", "date"),
    Column("n", "n", "integer"),
    Column("estimate", "Estimate", "number"),
    Column("low", "From", "number"),
    Column("high", "To", "number"),
    Column("weight", "Weight", "percent"),
)
POOLED = (
    Column("measure", "Measure", "text"),
    Column("scale", "Effect", "text"),
    Column("unit", "Unit", "text"),
    Column("clients", "Clients", "integer"),
    Column("estimate", "Together", "number"),
    Column("low", "From", "number"),
    Column("high", "To", "number"),
    Column("expected_low", "Next client from", "number"),
    Column("expected_high", "Next client to", "number"),
    Column("between", "Varies by (τ)", "number"),
    Column("i2", "Between clients (I²)", "percent"),
    Column("method", "How", "text"),
)
_DRAWN = (
    Column("name", "Client", "text"),
    Column("estimate", "Estimate", "number"),
    Column("low", "From", "number"),
    Column("high", "To", "number"),
    Column("weight", "Weight", "percent"),
)
MOST_FORESTS = 6
TOGETHER = "Together"
NOTE = (
    "Effects are those of analyses that were kept, one a client: the plan's primary analysis where it has "
    "told an effect, else the last look. They are set side by side only for the same measure, unit, "
    "direction and kind of effect, and taken together only from three clients on. Clients chose to measure; "
    "what was never analysed is not here. Effects of weaker designs are no proof, however many they are."
)


def tables(effects: pd.DataFrame, pooled: pd.DataFrame) -> tuple[Table, Table]:
    """Each effect, and what those of one measure come to together."""
    none = "No analysis of an effect has been kept yet."
    few = "No measure has effects of three clients or more that may be taken together."
    return (
        table("effects", "Effects", EFFECTS, records(effects), none, keys=2),
        table("pooled", "Effects taken together", POOLED, records(pooled), few),
    )


def forests(effects: pd.DataFrame, pooled: pd.DataFrame) -> tuple[Chart, ...]:
    """A forest plot for each measure of two clients or more, those of most clients first.

    `effects`: the columns of EFFECTS and `key`, in the order of which they come; `pooled`: those of
    POOLED and `key`.
    """
    together = {row["key"]: row for row in records(pooled)}
    groups = [(key, list(rows)) for key, rows in groupby(records(effects), key=itemgetter("key"))]
    several = sorted((one for one in groups if len(one[1]) > 1), key=lambda one: -len(one[1]))
    return tuple(_forest(rows, together.get(key)) for key, rows in several[:MOST_FORESTS])


def left_out(effects: pd.DataFrame) -> str:
    """A sentence where there are more measures than are drawn."""
    count = sum(len(list(rows)) > 1 for _, rows in groupby(records(effects), key=itemgetter("key")))
    more = count - MOST_FORESTS
    return (
        f"{text.count(more, 'further measure')} of several clients stand in the table alone."
        if more > 0
        else ""
    )


def _forest(rows: list[Row], together: Row | None) -> Chart:
    first = rows[0]
    lines = [_line(name, row) for name, row in zip(_names(rows), rows, strict=True)]
    if together:
        expected = together["expected_low"], together["expected_high"]
        lines.append(_line(TOGETHER, together | {"weight": None}) | {"is_pooled": True, "size": 0.5})
        lines[-1]["expected"] = expected
    unit = first["scale"] + (f", {first['unit']}" if first["unit"] else "")
    spec = forest_spec(lines, unit=unit, is_ratio=first["scale"] == "Rate ratio")
    sentence = _sentence(rows, together)
    alt = f"Forest plot of {first['measure']} at {text.count(len(rows), 'client')}. " + " ".join(
        f"{line['name']}: {line['words']}." for line in lines
    )
    name, title = f"forest-{first['key']}", f"{first['measure']}: effects"
    drawn = table(name, title, _DRAWN, lines, "")
    return Chart(name, title, sentence, alt, spec, drawn, "forest")


def _names(rows: list[Row]) -> list[str]:
    """Clients, none twice: two of one name are numbered."""
    found: list[str] = []
    for row in rows:
        name = row["client"]
        found.append(name if name not in found else f"{name} ({len(found) + 1})")
    return found


def _line(name: str, row: Row) -> Row:
    weight = row.get("weight")
    said = f"{_interval(row)}, {text.show(weight, 'percent')}" if weight is not None else _interval(row)
    return {
        "name": name, "estimate": row["estimate"], "low": row["low"], "high": row["high"], "weight": weight,
        "size": 0.25 if weight is None else weight, "is_pooled": False, "words": said,
    }  # fmt: skip


def _interval(row: Row) -> str:
    estimate, low, high = (text.show(row[name], "number") for name in ("estimate", "low", "high"))
    return f"{estimate} ({low} to {high})"


def _sentence(rows: list[Row], together: Row | None) -> str:
    designs = sorted({row["design"].lower() for row in rows})
    rests = f"It rests on {text.count(len(rows), 'analysis', 'analyses')}: {', '.join(designs)}."
    if together is None:
        return f"{text.count(len(rows), 'client')} side by side, too few to take together. {rests}"
    unit = f" {together['unit']}" if together["unit"] and together["scale"] != "Rate ratio" else ""
    expected = [text.show(together[name], "number") for name in ("expected_low", "expected_high")]
    between = text.show(together["i2"], "percent")
    return (
        f"Together {_interval(together)}{unit} over {text.count(together['clients'], 'client')}; at one more "
        f"like them {expected[0]} to {expected[1]} is to be expected. {between} of the variance lies between "
        f"clients. {rests}"
    )
