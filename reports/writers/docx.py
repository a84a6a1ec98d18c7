"""DOCX: headings, tables whose headings repeat on each page, charts as pictures with alternative text."""

from __future__ import annotations

import io
from datetime import UTC

import lazy_loader as lazy
import vl_convert

from reports import text
from reports.charts import PRINT, draw_svg
from reports.model import Chart, Matrix, Report, Table
from reports.widths import LANDSCAPE, PORTRAIT, needs_landscape, parts_of
from reports.writers.docx_table import MATRIX, matrix_xml, table_xml

docx = lazy.load("docx")

#: Strategies that still fit a page that stands upright.
_UPRIGHT = 7
_LANGUAGE = "en-GB"
_SCALE = 2
_LOGO = 30


def _is_wide(report: Report) -> bool:
    across = len(report.matrix.strategies) if report.matrix else 0
    return report.is_landscape or needs_landscape(report.tables) or across > _UPRIGHT


def _set_page(document, report: Report) -> None:
    page = document.sections[0]
    short, long = docx.shared.Mm(210), docx.shared.Mm(297)
    is_wide = _is_wide(report)
    page.orientation = (
        docx.enum.section.WD_ORIENT.LANDSCAPE if is_wide else docx.enum.section.WD_ORIENT.PORTRAIT
    )
    page.page_width, page.page_height = (long, short) if is_wide else (short, long)
    page.left_margin = page.right_margin = docx.shared.Mm(18)
    page.top_margin = page.bottom_margin = docx.shared.Mm(20)
    page.header.paragraphs[0].add_run(text.clean(report.title)).font.size = docx.shared.Pt(8)
    foot = page.footer.paragraphs[0]
    foot.add_run(f"As of {text.day(report.as_of)} · page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")


def _field(paragraph, code: str) -> None:
    """A number that the word processor fills in."""
    field = docx.oxml.OxmlElement("w:fldSimple")
    field.set(docx.oxml.ns.qn("w:instr"), code)
    run, shown = docx.oxml.OxmlElement("w:r"), docx.oxml.OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)


def _set_style(document) -> None:
    """Our ink and letters, and the language that a screen reader speaks in."""
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = "Calibri"
        style.font.color.rgb = docx.shared.RGBColor.from_string(PRINT["ink"].removeprefix("#").upper())
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(docx.oxml.ns.qn(f"w:{attribute}"), None)
    document.styles["Normal"].font.size = docx.shared.Pt(10)
    for language in document.styles.element.iter(docx.oxml.ns.qn("w:lang")):
        language.set(docx.oxml.ns.qn("w:val"), _LANGUAGE)


def _set_properties(document, report: Report) -> None:
    said, made = document.core_properties, report.made_at.astimezone(UTC).replace(tzinfo=None)
    said.title, said.author, said.language = text.clean(report.title)[:255], "Plumbline", _LANGUAGE
    said.subject = f"As of {text.day(report.as_of)}"
    said.comments, said.last_modified_by, said.revision = "", "Plumbline", 1
    said.created = said.modified = made


def _head(document, report: Report) -> None:
    for logo in report.logos:
        content = vl_convert.svg_to_png(logo.as_svg()) if logo.kind == "svg" else logo.content
        _picture(document, content, logo.alt, docx.shared.Mm(_LOGO))
    document.add_heading(text.clean(report.title), 0)
    document.add_paragraph(text.clean(report.subtitle))
    document.add_paragraph(f"As of {text.day(report.as_of)} · made {text.moment(report.made_at)}")
    for line in report.opening.splitlines():
        document.add_paragraph(text.clean(line))
    for fact in report.facts:
        said = document.add_paragraph()
        said.add_run(f"{text.clean(fact.label)}: ")
        said.add_run(text.clean(fact.value)).bold = True
        said.add_run(f" {text.clean(fact.note)}".rstrip())


def _findings(document, report: Report) -> None:
    if report.findings:
        document.add_heading("What stands out", 1)
    for finding in report.findings:
        document.add_paragraph(text.clean(finding), style="List Bullet")


def _picture(document, content: bytes, alt: str, width) -> None:
    shape = document.add_picture(io.BytesIO(content), width=width)
    shape._inline.docPr.set("descr", text.clean(alt))


def _chart(document, chart: Chart) -> None:
    document.add_heading(text.clean(chart.title), 1)
    document.add_paragraph(text.clean(chart.sentence)).paragraph_format.keep_with_next = True
    drawn = vl_convert.svg_to_png(draw_svg(chart.spec, PRINT), scale=_SCALE)
    _picture(document, drawn, chart.alt, docx.shared.Mm(165))


def _matrix(document, matrix: Matrix, width: float) -> None:
    document.add_heading("Alignment", 1)
    document.add_paragraph(MATRIX)
    _place(document, matrix_xml(matrix, width))


def _place(document, xml: str) -> None:
    document.element.body.insert(-1, docx.oxml.parse_xml(xml))


def _table(document, table: Table, width: float) -> None:
    document.add_heading(text.clean(table.title), 1)
    if not len(table):
        document.add_paragraph(text.clean(table.empty))
        return
    for index, part in enumerate(parts_of(table, width)):
        if index:
            document.add_paragraph(
                f"{text.clean(table.title)}, further columns"
            ).paragraph_format.keep_with_next = True
        _place(document, table_xml(table, part, width))
    document.add_paragraph(text.count(len(table), "row"))


def write_docx(report: Report) -> bytes:
    """The report for a word processor. A roadmap stands in it as its table of milestones."""
    document, width = docx.Document(), LANDSCAPE if _is_wide(report) else PORTRAIT
    _set_style(document)
    _set_page(document, report)
    _set_properties(document, report)
    _head(document, report)
    _findings(document, report)
    if report.matrix:
        _matrix(document, report.matrix, width)
    for chart in report.charts:
        _chart(document, chart)
    for table in report.tables:
        _table(document, table, width)
    for note in report.notes:
        document.add_paragraph(text.clean(note))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
