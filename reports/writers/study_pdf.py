"""A study as a tagged PDF."""

from reports import text
from reports.charts import PRINT
from reports.study import Study
from reports.writers.pdf import cleaned, typeset


def write_study_pdf(study: Study) -> bytes:
    """Raises TypesettingError where typst refuses, TimeoutExpired after two minutes."""
    content = {
        "title": study.title,
        "subtitle": study.subtitle,
        "as_of": text.day(study.as_of),
        "abstract": [{"label": label, "text": said} for label, said in study.abstract],
        "sections": [
            section._asdict() | {"table": section.table._asdict() if section.table else None}
            for section in study.sections
        ],
        "notes": study.notes,
        "colours": PRINT,
    }
    return typeset("study", cleaned(content), int(study.made_at.timestamp()))
