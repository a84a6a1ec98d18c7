"""Pages and files read back as a person would read them: the words, the tables, the links."""

import io
import json
import re
import zipfile
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element

import docx
import html5lib
import pandas as pd
import pypdf
from arro3 import core as arrow
from arro3 import io as arrow_files
from python_calamine import CalamineWorkbook


@lru_cache(maxsize=8)
def _parsed(html: str) -> tuple[Element, list]:
    """The tree of a page, and what is wrong with it as HTML; read once, however often it is looked at."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(html), parser.errors


def tree(html: str) -> Element:
    return _parsed(html)[0]


def sound(html: str) -> Element:
    """The tree of a page, which has to be well-formed HTML."""
    found, faults = _parsed(html)
    if faults:
        lines = html.splitlines()
        shown = [f"{code} {data} at {where}: {lines[where[0] - 1][:200]}" for where, code, data in faults]
        raise AssertionError("malformed HTML:\n" + "\n".join(shown[:5]))
    return found


def words(element: Element) -> str:
    """The text of an element, its pieces a space apart."""
    return " ".join(" ".join(element.itertext()).split())


def main(html: str) -> str:
    """The words of the page without its navigation."""
    return words(tree(html).find(".//main"))


def addresses(html: str) -> set[str]:
    """Every address that a link of the page leads to."""
    return {link.get("href") for link in tree(html).iter("a") if link.get("href")}


def panes(html: str) -> dict[str, str]:
    """The words of each pane by its heading; what stands in a pane within another is in both."""
    found = [pane for tag in ("section", "details") for pane in tree(html).iter(tag)]
    return {words(pane.find(".//h2")): words(pane) for pane in found if pane.find(".//h2") is not None}


def tables(html: str) -> dict[str, tuple[list[str], list[list[str]]]]:
    """The header and the rows of each captioned table, by its caption; the line of totals left out."""
    found = {}
    for table in tree(html).iter("table"):
        caption = table.find("caption")
        if caption is None:
            continue
        head = [words(cell) for cell in table.findall("thead/tr/th")]
        found[words(caption)] = head, [[words(cell) for cell in row] for row in table.findall("tbody/tr")]
    return found


def feet(html: str) -> dict[str, list[str]]:
    """The line of totals of each captioned table that has one, by its caption."""
    found = {}
    for table in tree(html).iter("table"):
        caption, foot = table.find("caption"), table.find("tfoot/tr")
        if caption is not None and foot is not None:
            found[words(caption)] = [words(cell) for cell in foot]
    return found


def typed(html: str, name: str) -> str | None:
    """What stands in the named field of the page's form."""
    for tag in ("input", "textarea", "select"):
        for field in tree(html).iter(tag):
            if field.get("name") != name:
                continue
            if tag == "select":
                chosen = [one.get("value") for one in field.iter("option") if "selected" in one.attrib]
                return chosen[0] if chosen else None
            return field.get("value") if tag == "input" else "".join(field.itertext())
    return None


def csv_rows(content: bytes) -> tuple[list[str], list[list[str]]]:
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return list(frame.columns), frame.to_numpy().tolist()


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def pdf_words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def parquet(content: bytes) -> arrow.Table:
    return arrow_files.read_parquet(io.BytesIO(content)).read_all()


def docx_tables(content: bytes) -> dict[str, list[list[list[str]]]]:
    """The rows of each table of a Word file by its caption, in parts where it is split by columns."""
    found = {}
    for table in docx.Document(io.BytesIO(content)).element.body.iter(_word("tbl")):
        rows = [
            ["".join(node.text or "" for node in cell.iter(_word("t"))) for cell in row.iter(_word("tc"))]
            for row in table.iter(_word("tr"))
        ]
        found.setdefault(table.find(f".//{_word('tblCaption')}").get(_word("val")), []).append(rows)
    return found


def _word(name: str) -> str:
    return docx.oxml.ns.qn(f"w:{name}")


def docx_words(content: bytes) -> str:
    """All that a Word file says, its head and foot too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    return unescape(" ".join(parts))


def squeezed(text: str) -> str:
    """Without any white space: lines and columns break where they must."""
    return re.sub(r"\s", "", text)


#: What lies in an archive, by the end of its name.
KINDS = {
    "pdf": "application/pdf",
    "xlsx": "spreadsheet",
    "csv": "text/csv",
    "html": "text/html",
    "txt": "text/plain",
    "docx": "wordprocessing",
    "parquet": "parquet",
}


def decoded(content: bytes, mimetype: str) -> str:
    """All that a page or a file says, whatever its format."""
    if mimetype == "application/pdf":
        return pdf_words(content)
    if "spreadsheet" in mimetype:
        return repr(sheets(content))
    if "wordprocessing" in mimetype:
        whole = docx_words(content)
        return " ".join([*re.findall(r'descr="([^"]*)"', whole), *re.split(r"<[^>]*>", whole)])
    if "parquet" in mimetype:
        table = parquet(content)
        return repr([table.schema, *(table.column(name).to_pylist() for name in table.column_names)])
    if mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            kinds = {name: KINDS[name.rpartition(".")[2]] for name in archive.namelist()}
            return "\n".join(decoded(archive.read(name), kind) for name, kind in kinds.items())
    if mimetype == "application/json":
        return json.dumps(json.loads(content), ensure_ascii=False)
    return content.decode()
