"""A study as a Word document: real headings and header rows, so that it is read aloud as it is meant."""

import io
from datetime import datetime, time

import lazy_loader as lazy

from reports import text
from reports.study import Rows, Study

docx = lazy.load("docx")

_LANGUAGE = "en-GB"


def write_study_docx(study: Study) -> bytes:
    document = docx.Document()
    _dress(document, study)
    document.add_heading(text.clean(study.title), 0)
    document.add_paragraph(text.clean(study.subtitle))
    document.add_heading("Abstract", 1)
    for label, said in study.abstract:
        line = document.add_paragraph()
        line.add_run(f"{label}. ").bold = True
        line.add_run(text.clean(said))
    for section in study.sections:
        document.add_heading(text.clean(section.heading), section.level - 1)
        for said in section.paragraphs:
            document.add_paragraph(text.clean(said))
        if section.table:
            _table(document, section.table)
    for note in study.notes:
        document.add_paragraph(text.clean(note), style="Intense Quote")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _dress(document, study: Study) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", docx.shared.Pt(11)
    language = docx.oxml.OxmlElement("w:lang")
    language.set(docx.oxml.ns.qn("w:val"), _LANGUAGE)
    normal.element.get_or_add_rPr().append(language)
    properties = document.core_properties
    properties.title, properties.author = text.clean(study.title)[:255], "Plumbline"
    properties.language = _LANGUAGE
    # The day alone: the same study, written twice, is the same file.
    properties.created = properties.modified = datetime.combine(study.as_of, time())


def _table(document, table: Rows) -> None:
    document.add_paragraph(text.clean(table.title), style="Caption")
    grid = document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
    for cell, name in zip(grid.rows[0].cells, table.columns, strict=True):
        cell.text = name
    repeated = docx.oxml.OxmlElement("w:tblHeader")
    repeated.set(docx.oxml.ns.qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in table.rows:
        for cell, said in zip(grid.add_row().cells, row, strict=True):
            cell.text = text.clean(said)
    document.add_paragraph()
