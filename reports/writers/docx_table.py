"""A table of a word processor, written as one piece of XML: cell by cell takes a hundred times as long."""

from collections.abc import Sequence
from html import escape

from reports import text
from reports.charts import PRINT
from reports.model import Matrix, Table
from reports.widths import width_of

MATRIX = "How strongly each strategy serves each goal: 9 strong, 3 medium, 1 weak, a dot for none."
_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: Twentieths of a point in a millimetre.
_TWIPS = 56.7
_LINE, _ACCENT = (PRINT[name].removeprefix("#").upper() for name in ("line", "accent"))


def _cell(said: str, *, right: bool = False, bold: bool = False) -> str:
    side = '<w:jc w:val="right"/>' if right else ""
    strong = "<w:b/>" if bold else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(
        escape(line, quote=False) for line in text.clean(said).splitlines() or [""]
    )
    return (
        f'<w:tc><w:tcPr/><w:p><w:pPr><w:spacing w:after="0"/>{side}</w:pPr><w:r><w:rPr>{strong}'
        f'<w:sz w:val="16"/></w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r></w:p></w:tc>'
    )


def _row(cells: Sequence[str], right: Sequence[bool], *, bold: bool = False, is_head: bool = False) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    told = "".join(_cell(said, right=side, bold=bold) for said, side in zip(cells, right, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{told}</w:tr>"


def _whole(title: str, widths: Sequence[float], width: float, rows: Sequence[str]) -> str:
    named = escape(text.clean(title))
    scale = width / sum(widths) * _TWIPS
    grid = "".join(f'<w:gridCol w:w="{of * scale:.0f}"/>' for of in widths)
    return (
        f'<w:tbl {_SPACE}><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>'
        f'<w:top w:val="single" w:sz="8" w:color="{_ACCENT}"/>'
        f'<w:bottom w:val="single" w:sz="8" w:color="{_ACCENT}"/>'
        f'<w:insideH w:val="single" w:sz="4" w:color="{_LINE}"/></w:tblBorders><w:tblCellMar>'
        '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:firstRow="1" w:firstColumn="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{named}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def table_xml(table: Table, part: Sequence[int], width: float) -> str:
    """These columns of its rows as they read on a page, with their headings and the line of totals."""
    columns, totals = [table.columns[index] for index in part], table.totals
    right = [column.is_numeric for column in columns]
    rows = [_row([column.label for column in columns], right, bold=True, is_head=True)]
    for row in table.rows:
        rows.append(_row([text.show(row[at], of.kind) for at, of in zip(part, columns, strict=True)], right))
    if totals:
        sums = [text.show(totals[of.name], of.kind) if of.total else "" for of in columns]
        rows.append(_row(["Total", *sums[1:]], right, bold=True))
    return _whole(table.title, [width_of(table, column) for column in columns], width, rows)


def matrix_xml(matrix: Matrix, width: float) -> str:
    """Goals by strategies, with the weight of each goal and the share that each strategy carries."""
    right = [False, True, *[True for _ in matrix.strategies]]
    rows = [_row(["Goal", "Weight", *matrix.strategies], right, bold=True, is_head=True)]
    for goal, weight, relations in zip(matrix.goals, matrix.weights, matrix.relations, strict=True):
        marks = [str(mark) if mark else "·" for mark in relations]
        rows.append(_row([goal, text.show(weight, "percent"), *marks], right))
    shares = [text.show(share, "percent") for share in matrix.shares]
    rows.append(_row(["Carries", "", *shares], right, bold=True))
    return _whole("Alignment", [3, *[1 for _ in right[1:]]], width, rows)
