"""The tables of an evaluation as CSV, and its charts."""

import csv
import io
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from markupsafe import Markup

from crm.economics.reckoning import Reckoned
from reports.charts import draw_svg
from reports.charts_economics import plane_spec, tornado_spec
from reports.writers.csv import cell


class Table(NamedTuple):
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def assumptions(one: Reckoned) -> Table:
    rows = [
        (line.kind.label, line.words, line.amount, one.evaluation.currency, line.quantity, line.unit,
         line.first_year, line.last_year, one.yearly(line), line.low, line.high, line.source, line.measure)
        for line in one.lines
    ]  # fmt: skip
    columns = ("kind", "words", "amount", "currency", "quantity_a_year", "unit", "first_year", "last_year",
               "money_a_year", "low", "high", "source", "measure")  # fmt: skip
    return Table(columns, rows)


def years(one: Reckoned) -> Table:
    columns = ("year", "cost", "cash_released", "time_freed", "cost_avoided", "balance", "discounted")
    return Table(columns, list(one.table))


def tornado(one: Reckoned) -> Table:
    bars = one.sensitivity.value.bars if one.sensitivity.value else ()
    rows = [(one.words_of(bar.name), *bar[1:]) for bar in bars]
    columns = ("words", "low", "high", "npv_at_low", "npv_at_high", "swing", "sign_turns")
    return Table(columns, rows)


def options(one: Reckoned) -> Table:
    rows = [
        (o.name, o.cost, o.effect, o.status, o.incremental_cost, o.incremental_effect, o.icer,
         o.compared_with, o.words) for o in one.ratios.value or ()
    ]  # fmt: skip
    columns = ("option", "cost", "effect", "status", "more_cost", "more_effect", "icer", "compared_with",
               "words")  # fmt: skip
    return Table(columns, rows)


TABLES = {"assumptions": assumptions, "years": years, "tornado": tornado, "options": options}


def as_csv(one: Reckoned, table: str) -> bytes:
    found, out = TABLES[table](one), io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(found.columns)
    writer.writerows([[cell(value) for value in row] for row in found.rows])
    return out.getvalue().encode()


def tornado_picture(one: Reckoned) -> Markup | None:
    found = one.sensitivity.value
    if found is None:
        return None
    bars = [(one.words_of(bar.name), bar.at_low, bar.at_high) for bar in found.bars]
    return _drawn(tornado_spec(found.result, bars, unit=f"Net present value, {one.evaluation.currency}"))


def plane_picture(one: Reckoned) -> Markup | None:
    if not one.plane:
        return None
    of = one.evaluation
    points = [(at.option.name, at.more_effect, at.more_cost) for at in one.plane]
    worth = None if of.threshold is None else float(of.threshold)
    return _drawn(plane_spec(points, unit=of.currency, effect=of.effect_unit or "effect", threshold=worth))


def _drawn(spec: dict) -> Markup:
    return _kept(orjson.dumps(spec))


@lru_cache(maxsize=128)
def _kept(spec: bytes) -> Markup:
    return Markup(draw_svg(orjson.loads(spec)))  # noqa: S704 - drawn by us; texts in it are escaped by the drawing
