"""The measures as a REDCap data dictionary: a form for each measure, a row for each field. Pure.

Columns in the order that REDCap's own template has; names of variables are lower-case letters, digits and
underscores, begin with a letter, and are unique in the project.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from crm.canonical import Content

COLUMNS = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?",
    "Branching Logic (Show field only if...)", "Required Field?", "Custom Alignment",
    "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?", "Field Annotation",
)  # fmt: skip
LONGEST = 26
#: What a spreadsheet would take for a formula: a blank before it, and it is a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def dictionary(content: Content) -> str:
    """The whole file as CSV, with the line ends that REDCap writes."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: safe(value) for name, value in row.items()} for row in _rows(content))
    return out.getvalue()


def safe(text: str) -> str:
    """Texts that people typed, so that no spreadsheet reckons them; numbers stay numbers."""
    if not text.startswith(FORMULA) or re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    return f" {text}"


def variable(text: str, taken: set[str], longest: int = LONGEST) -> str:
    """A valid name that nobody has taken yet; it is taken from then on."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    stem = (plain if plain[:1].isalpha() else f"m_{plain}")[:longest].strip("_")
    name, place = stem, 1
    while name in taken:
        place += 1
        name = f"{stem[: longest - len(str(place)) - 1]}_{place}"
    taken.add(name)
    return name


def _field(name: str, form: str, label: str, **more: str) -> dict[str, str]:
    said = {"Variable / Field Name": name, "Form Name": form, "Field Type": "text", "Field Label": label}
    return said | more


def _number(low: float | None, high: float | None, *, is_required: bool, note: str = "") -> dict[str, str]:
    return {
        "Text Validation Type OR Show Slider Number": "number",
        "Text Validation Min": "" if low is None else f"{low:g}",
        "Text Validation Max": "" if high is None else f"{high:g}",
        "Required Field?": "y" if is_required else "",
        "Field Note": note,
    }


def _rows(content: Content) -> Iterator[dict[str, str]]:
    taken, forms = {"record_id"}, set()
    head = content["measures"][0] if content["measures"] else None
    first = variable(_called(head), forms) if head else "measures"
    yield _field("record_id", first, "Record")
    for place, measure in enumerate(content["measures"]):
        form = first if place == 0 else variable(_called(measure), forms)
        yield from _of_measure(measure, form, taken)


def _called(measure: Content) -> str:
    return f"{measure['name']} {measure['group_name'] or ''}".strip()


def _of_measure(one: Content, form: str, taken: set[str]) -> Iterator[dict[str, str]]:
    stem = variable(_called(one), taken, 20)
    period = {"Text Validation Type OR Show Slider Number": "date_ymd", "Required Field?": "y"}
    yield _field(f"{stem}_on", form, "First day of the period", **period, **{"Section Header": _called(one)})
    if one["denominator"] or one["value_kind"] in ("proportion", "rate"):
        asked = (
            ("_num", one["numerator"] or "Numerator", "0"),
            ("_den", one["denominator"] or "Denominator", "1"),
        )
        for end, label, low in asked:
            yield _field(f"{stem}{end}", form, label, **_number(float(low), None, is_required=True))
    unit = f"Unit: {one['unit']}." if one["unit"] else ""
    limits = _number(one["lowest"], one["ceiling"], is_required=not one["denominator"], note=unit)
    yield _field(f"{stem}_value", form, _called(one), **limits)
    yield _field(f"{stem}_from", form, "Where it comes from", **{"Field Annotation": one["source"] or ""})
