"""A workbook filled in by somebody: the cells that they touched, all else as Plumbline wrote it."""

import io
import re
import zipfile
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ElementTree.register_namespace("", NS[1:-1])


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def fill(content: bytes, cells: dict[str, object], sheet: int = 1) -> bytes:
    """The workbook with these cells of a sheet as typed: a text is a text, a number is written as 3.0."""
    return edited(content, f"xl/worksheets/sheet{sheet}.xml", lambda tree: _type(tree, cells))


def swap_rows(content: bytes, one: int, other: int) -> bytes:
    """Two rows of the matrix trade places, hidden column and all, as when somebody sorts."""

    def swap(tree) -> None:
        rows = {int(row.get("r")): row for row in tree.iter(f"{NS}row")}
        mine, theirs = list(rows[one]), list(rows[other])
        for row, cells in ((rows[one], theirs), (rows[other], mine)):
            row[:] = cells
            for cell in cells:
                cell.set("r", re.sub(r"\d+", row.get("r"), cell.get("r")))

    return edited(content, "xl/worksheets/sheet1.xml", swap)


def edited(content: bytes, part: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                tree = ElementTree.fromstring(data)  # noqa: S314 - written by Plumbline a moment ago
                change(tree)
                data = ElementTree.tostring(tree)
            new.writestr(name, data)
    return out.getvalue()


def _type(tree, cells: dict[str, object]) -> None:
    rows = {int(row.get("r")): row for row in tree.iter(f"{NS}row")}
    for address, value in cells.items():
        cell = _cell(rows, tree, address)
        cell[:] = []
        cell.attrib.pop("t", None)
        if value is None:
            continue
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            ElementTree.SubElement(ElementTree.SubElement(cell, f"{NS}is"), f"{NS}t").text = value
        else:
            ElementTree.SubElement(cell, f"{NS}v").text = repr(float(value))


def _cell(rows: dict, tree, address: str):
    number = int(re.sub(r"\D", "", address))
    if number not in rows:
        data = next(tree.iter(f"{NS}sheetData"))
        rows[number] = ElementTree.SubElement(data, f"{NS}row", {"r": str(number)})
    for cell in rows[number]:
        if cell.get("r") == address:
            return cell
    return ElementTree.SubElement(rows[number], f"{NS}c", {"r": address})
