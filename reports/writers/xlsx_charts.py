"""Native charts of a workbook, fed from a sheet of the numbers they are drawn from."""

from collections.abc import Sequence

from xlsxwriter.chart import Chart as NativeChart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports import text
from reports.charts import PRINT
from reports.model import Chart
from reports.writers.xlsx_cells import Styles, write_cell

_SHEETS = {
    "line": "Observations", "column": "Chart data", "lines": "Lines drawn", "stack": "Parts drawn",
    "forest": "Effects drawn",
}  # fmt: skip
_ROWS_PER_CHART = 18
_LINES = {
    "value": {"color": PRINT["accent"], "width": 2},
    "centre": {"color": PRINT["muted"], "width": 1},
    "lower": {"color": PRINT["muted"], "width": 1, "dash_type": "dash"},
    "upper": {"color": PRINT["muted"], "width": 1, "dash_type": "dash"},
}


#: Lines beside each other differ by dash as well as by colour.
_TOLD_APART = (
    ("accent", "solid"), ("info", "dash"), ("warn", "square_dot"), ("muted", "dash_dot"),
    ("good", "long_dash"),
)  # fmt: skip


def _write_numbers(sheet: Worksheet, charts: Sequence[Chart], styles: Styles) -> dict[str, tuple[int, int]]:
    """Write the numbers of all the charts below each other; give the first and last row of each."""
    columns = charts[0].table.columns
    place = ["Place"] if charts[0].shape == "forest" else []
    sheet.write_row(0, 0, ["Series", *(column.label for column in columns), *place], styles.head)
    row, spans = 1, {}
    for chart in charts:
        spans[chart.name] = (row, row + len(chart.table) - 1)
        for values in chart.table.rows:
            write_cell(sheet, row, 0, chart.title, styles.kinds["text"])
            for index, (value, column) in enumerate(zip(values, columns, strict=True), start=1):
                write_cell(sheet, row, index, value, styles.kinds[column.kind])
            if chart.shape == "forest":
                write_cell(
                    sheet, row, len(columns) + 1, row - spans[chart.name][0] + 1, styles.kinds["integer"]
                )
            row += 1
    sheet.set_column(0, 1, 32)
    sheet.set_column(2, len(columns), 14)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, row - 1, len(columns))
    return spans


def _series(chart: Chart, name: str, span: tuple[int, int]) -> dict:
    names = [column.name for column in chart.table.columns]
    index, (first, last), sheet = names.index(name) + 1, span, _SHEETS[chart.shape]
    series = {
        "name": [sheet, 0, index],
        "categories": [sheet, first, 1, last, 1],
        "values": [sheet, first, index, last, index],
    }
    if chart.shape == "line":
        marker = {"type": "circle", "size": 5, "fill": {"color": PRINT["accent"]}, "border": {"none": True}}
        return series | {"line": _LINES[name], "marker": marker if name == "value" else {"type": "none"}}
    if chart.shape == "stack":
        colour = ("accent", "r3", "r1")[names.index(name) - 1]
        return series | {"fill": {"color": PRINT[colour]}, "border": {"color": PRINT["accent"]}, "gap": 60}
    if chart.shape == "lines":
        colour, dash = _TOLD_APART[index - 2]
        line = {"color": PRINT[colour], "width": 2, "dash_type": dash}
        return series | {"line": line, "marker": {"type": "automatic", "size": 5}}
    return series | {"fill": {"color": PRINT["accent" if name == "used" else "r3"]}, "gap": 60}


def _dress(native: NativeChart, chart: Chart) -> None:
    font = {"color": PRINT["muted"], "size": 9}
    native.set_title(
        {"name": text.clean(chart.title), "name_font": {"size": 12, "color": PRINT["ink"]}, "overlay": False}
    )
    dated = {"date_axis": True, "num_format": "mmm yyyy"} if chart.shape == "line" else {}
    native.set_x_axis({"num_font": font, "line": {"color": PRINT["line"]}, **dated})
    native.set_y_axis(
        {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": PRINT["line"]}}}
    )
    native.set_legend({"position": "bottom", "font": font})
    native.show_blanks_as("gap")
    native.set_size({"width": 860, "height": 330})


def _forest(book: Workbook, chart: Chart, span: tuple[int, int]) -> NativeChart:
    """Points with their intervals below each other, in the order of the rows; a number stands for a name."""
    names = [column.name for column in chart.table.columns]
    rows = chart.table.rows
    middle, low, high = (chart.table.values(name) for name in ("estimate", "low", "high"))
    index, (first, last) = names.index("estimate") + 1, span
    native = book.add_chart({"type": "scatter"})
    native.add_series({
        "name": text.clean(chart.title),
        "categories": [_SHEETS["forest"], first, index, last, index],
        "values": [_SHEETS["forest"], first, len(names) + 1, last, len(names) + 1],
        "marker": {"type": "square", "size": 7, "fill": {"color": PRINT["accent"]}, "border": {"none": True}},
        "data_labels": {"custom": [{"value": text.clean(row[0])} for row in rows], "value": True,
                        "position": "above", "font": {"color": PRINT["ink"], "size": 9}},
        "x_error_bars": {
            "type": "custom", "line": {"color": PRINT["accent"]},
            "plus_values": [at - of for at, of in zip(high, middle, strict=True)],
            "minus_values": [of - at for at, of in zip(low, middle, strict=True)],
        },
    })  # fmt: skip
    _dress(native, chart)
    font = {"color": PRINT["muted"], "size": 9}
    native.set_x_axis({"num_font": font, "label_position": "low", "major_gridlines": {"visible": False}})
    native.set_y_axis({"visible": False, "reverse": True, "min": 0, "max": len(rows) + 1,
                       "major_gridlines": {"visible": False}})  # fmt: skip
    native.set_legend({"none": True})
    return native


def _native(book: Workbook, chart: Chart, span: tuple[int, int]) -> NativeChart:
    if chart.shape == "forest":
        return _forest(book, chart, span)
    kinds = {"stack": {"type": "bar", "subtype": "stacked"}, "lines": {"type": "line"}}
    native = book.add_chart(kinds.get(chart.shape, {"type": chart.shape}))
    there = [column.name for column in chart.table.columns[1:]]
    wanted = {"line": list(_LINES), "column": ["used", "budget"]}.get(chart.shape, there)
    for name in wanted:
        if name in there:
            native.add_series(_series(chart, name, span))
    _dress(native, chart)
    if chart.shape == "stack":
        native.set_y_axis({"reverse": True, "num_font": {"color": PRINT["ink"], "size": 9}})
    return native


def write_charts(book: Workbook, charts: Sequence[Chart], styles: Styles) -> None:
    """A sheet 'Charts' with a native chart for each, and a sheet of numbers for each shape of chart."""
    single = [one for chart in charts for one in chart.panels or (chart,)]
    charts = [chart for chart in single if chart.table is not None and len(chart.table)]
    if not charts:
        return
    canvas = book.add_worksheet("Charts")
    canvas.hide_gridlines(2)
    shapes = {chart.shape: [like for like in charts if like.shape == chart.shape] for chart in charts}
    spans = {}
    for shape, alike in shapes.items():
        spans |= _write_numbers(book.add_worksheet(_SHEETS[shape]), alike, styles)
    for position, chart in enumerate(charts):
        native = _native(book, chart, spans[chart.name])
        canvas.insert_chart(position * _ROWS_PER_CHART, 0, native, {"description": text.clean(chart.alt)})
