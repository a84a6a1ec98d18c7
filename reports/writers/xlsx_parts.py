"""The parts of a workbook that holds one long list, as XML (ECMA-376, part 1).

Cells do not say where they stand, which the standard leaves open: each follows the one before it.
"""

from collections.abc import Sequence
from datetime import UTC
from html import escape

from reports import text
from reports.model import Column, Value
from reports.streams import Stream

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LINKS = f'xmlns:r="{_OFFICE}/relationships"'
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CELL_LIMIT = 32_767
_ABOUT = "About"

#: How each kind looks, and after it the same in bold: the line of sums.
STYLES = {"text": 0, "integer": 1, "number": 2, "percent": 3, "hours": 4, "money": 5, "date": 6}
_BOLD, _HEADING = len(STYLES), 2 * len(STYLES)
_NUMBERS = ("@", "#,##0", "General", "0 %", "#,##0.0", "#,##0.00", "d mmm yyyy")
_CODES = {"@": 0, "General": 0, "#,##0": 3, "0 %": 164, "#,##0.0": 165, "#,##0.00": 4, "d mmm yyyy": 166}
_WIDTHS = {"text": 22, "integer": 10, "number": 12, "percent": 10, "hours": 10, "money": 14, "date": 13}


def text_cell(value: str, style: int) -> str:
    """A cell that is never taken for a formula, a link or a number."""
    said = escape(text.clean(value)[:_CELL_LIMIT], quote=False).replace("\r", "&#13;")
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def number_cell(value: float, style: int) -> str:
    return f'<c s="{style}"><v>{value!r}</v></c>'


def letters(index: int) -> str:
    """The name of a column: A, B, … Z, AA."""
    name = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        name, index = chr(65 + letter) + name, index - 1
    return name


def sheet_path(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def sheet_head(columns: Sequence[Column], *, is_first: bool) -> bytes:
    """Up to the first row of data: how the sheet stands, how wide its columns are, and their headings."""
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{max(_WIDTHS[of.kind], len(of.label) + 4)}" customWidth="1"/>'
        for at, of in enumerate(columns, start=1)
    )
    headings = "".join(text_cell(of.label, _HEADING + of.is_numeric) for of in columns)
    chosen = ' tabSelected="1"' if is_first else ""
    return (
        f'{_HEAD}<worksheet {_MAIN} {_LINKS}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"{chosen}><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData><row>{headings}</row>"
    ).encode()


def sheet_foot(stream: Stream, count: int, sums: Sequence[float]) -> bytes:
    """From the last row of data on: the sums, the filter, and how it is printed."""
    title = escape(text.clean(stream.title).replace("&", "&&")[:120])
    day = text.day(stream.as_of)
    return (
        f"{_sums(stream.columns, count, sums)}</sheetData>"
        f'<autoFilter ref="{_area(stream.columns, count)}"/>'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>&amp;L&amp;9{title}&amp;R&amp;9&amp;A</oddHeader>"
        f"<oddFooter>&amp;L&amp;9As of {day}&amp;R&amp;9Page &amp;P of &amp;N</oddFooter></headerFooter>"
        "</worksheet>"
    ).encode(errors="replace")


def _area(columns: Sequence[Column], count: int) -> str:
    return f"A1:{letters(len(columns) - 1)}{count + 1}"


def _sums(columns: Sequence[Column], count: int, sums: Sequence[float]) -> str:
    if not sums or not count:
        return ""
    told, cells = iter(sums), []
    for at, column in enumerate(columns):
        style = STYLES[column.kind] + _BOLD
        if column.total:
            letter = letters(at)
            cells.append(f'<c s="{style}"><f>SUM({letter}2:{letter}{count + 1})</f><v>{next(told)!r}</v></c>')
        else:
            cells.append(text_cell("Total" if at == 0 else "", style))
    return f"<row>{''.join(cells)}</row>"


def frame(stream: Stream, counts: Sequence[int], sums: Sequence[Sequence[float]]) -> dict[str, str]:
    """All parts but the sheets of rows, which are written by then; by their names."""
    sheets = [sheet_path(number) for number in range(1, len(counts) + 2)]
    return {
        sheets[-1]: _about(stream, counts, sums),
        "xl/workbook.xml": _workbook(stream, counts),
        "xl/_rels/workbook.xml.rels": _relations(
            [*((f"{_OFFICE}/relationships/worksheet", path.removeprefix("xl/")) for path in sheets),
             (f"{_OFFICE}/relationships/styles", "styles.xml")]
        ),
        "xl/styles.xml": _styles(),
        "docProps/core.xml": _properties(stream),
        "_rels/.rels": _relations(
            [(f"{_OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
             (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")]
        ),
        "[Content_Types].xml": _content_types(sheets),
    }  # fmt: skip


def _names(stream: Stream, counts: Sequence[int]) -> list[str]:
    name = text.clean(stream.title)[:20].translate(str.maketrans("[]:*?/\\'", "        ")).strip()
    return [name] if len(counts) == 1 else [f"{name} {number}" for number in range(1, len(counts) + 1)]


def _about(stream: Stream, counts: Sequence[int], sums: Sequence[Sequence[float]]) -> str:
    """The last sheet: how many rows there are, on which sheets, and their sums over all of them."""
    names = _names(stream, counts)
    summed = [column for column in stream.columns if column.total]
    split = [("", "There are more rows than a sheet can hold: they go on from one sheet to the next.")]
    lines: list[tuple[Value, ...]] = [
        (stream.title,),
        ("As of", stream.as_of.isoformat()),
        ("Made at", text.moment(stream.made_at)),
        ("Rows", sum(counts)),
        *[
            (f"{of.label}, total", sum(each))
            for of, each in zip(summed, zip(*sums, strict=True), strict=True)
        ],
        *([*split, *zip((f"Rows on “{name}”" for name in names), counts, strict=True)] if names[1:] else []),
        *[("", note) for note in stream.notes],
    ]
    rows = "".join(
        "".join(
            text_cell(value, 0) if isinstance(value, str) else number_cell(value, 1) for value in line
        ).join(("<row>", "</row>"))
        for line in lines
    )
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{of}" customWidth="1"/>' for at, of in ((1, 28), (2, 60))
    )
    return f"{_HEAD}<worksheet {_MAIN}><cols>{columns}</cols><sheetData>{rows}</sheetData></worksheet>"


def _workbook(stream: Stream, counts: Sequence[int]) -> str:
    names = [*_names(stream, counts), _ABOUT]
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, start=1)
    )
    defined = "".join(
        _defined(stream, at, name, count) for at, (name, count) in enumerate(zip(names, counts, strict=False))
    )
    return (
        f"{_HEAD}<workbook {_MAIN} {_LINKS}><sheets>{sheets}</sheets>"
        f"<definedNames>{defined}</definedNames></workbook>"
    )


def _defined(stream: Stream, at: int, name: str, count: int) -> str:
    """What the filter covers, which row is repeated in print, and what screen readers take for headings."""
    sheet = f"'{escape(name)}'"
    last = letters(len(stream.columns) - 1)
    return (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">'
        f"{sheet}!$A$1:${last}${count + 1}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">{sheet}!$1:$1</definedName>'
        f'<definedName name="ColumnTitleRegion1.A1.{last}{count + 1}.{at + 1}">{sheet}!$A$1</definedName>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _content_types(sheets: Sequence[str]) -> str:
    known = {
        "xl/workbook.xml": f"{_TYPES}.sheet.main+xml",
        "xl/styles.xml": f"{_TYPES}.styles+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        **dict.fromkeys(sheets, f"{_TYPES}.worksheet+xml"),
    }
    parts = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in known.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _properties(stream: Stream) -> str:
    made = f"{stream.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    title, note = escape(text.clean(stream.title)), f"As of {text.day(stream.as_of)}, {stream.rows} rows"
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>Plumbline</dc:creator><dc:description>{note}</dc:description>"
        f'<dc:language>en-GB</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
        "</cp:coreProperties>"
    )


def _styles() -> str:
    """Each kind in plain, then in bold under a line; then headings of text and of numbers."""
    formats = "".join(
        f'<numFmt numFmtId="{code}" formatCode="{shape}"/>' for shape, code in _CODES.items() if code > 163
    )
    codes = [_CODES[shape] for shape in _NUMBERS]
    looks = [(code, 'fontId="0" fillId="0" borderId="0"') for code in codes]
    looks += [(code, 'fontId="1" fillId="0" borderId="1"') for code in codes]
    styles = [f'<xf numFmtId="{code}" {look} xfId="0" applyNumberFormat="1"/>' for code, look in looks]
    styles += [
        f'<xf numFmtId="0" fontId="1" fillId="2" borderId="2" xfId="0" applyAlignment="1">'
        f'<alignment horizontal="{side}"/></xf>'
        for side in ("left", "right")
    ]
    font = '<sz val="11"/><color rgb="FF16302F"/><name val="Calibri"/><family val="2"/>'
    line = '<color rgb="FF0B6E69"/>'
    return (
        f'{_HEAD}<styleSheet {_MAIN}><numFmts count="3">{formats}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFE2F1EF"/></patternFill></fill></fills>'
        '<borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f'<border><left/><right/><top style="thin">{line}</top><bottom/><diagonal/></border>'
        f'<border><left/><right/><top/><bottom style="thin">{line}</bottom><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(styles)}">{"".join(styles)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
