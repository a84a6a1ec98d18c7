"""Workbooks (XLSX, XLS, XLSB, ODS): the first sheet that is shown and is not empty, as lines of text."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time
from io import BytesIO
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from crm.errors import DomainError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A locked XLSX is an OLE file with this part; a locked XLS has a FILEPASS record after its first one.
LOCKED = re.compile(
    re.escape("EncryptedPackage".encode("utf-16-le")) + rb"|\x09\x08\x10\0\0\x06\x05\0.{12}\x2f\0", re.DOTALL
)
#: What a workbook may unpack to: a small file that unpacks to more was made to do harm.
MOST_UNPACKED = 400 * 1024 * 1024


Cells = TypeVar("Cells")


def is_workbook(content: bytes) -> bool:
    return content.startswith((ZIP, OLE))


def workbook_lines(content: bytes, filename: str) -> Iterator[tuple[int, list[str]]]:
    """Each line of the sheet with its number in the workbook."""
    for number, cells in enumerate(_opened(content, filename, _first_sheet), 1):
        yield number, [_text(cell) for cell in cells]


def named_sheets(content: bytes, filename: str, names: tuple[str, ...]) -> dict[str, list[list]]:
    """Those of the named sheets that are there, hidden ones too: from A1 on, cells as they were typed."""

    def cells_of(content: bytes) -> dict[str, list[list]]:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        there = [name for name in names if name in book.sheet_names]
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in there}

    return _opened(content, filename, cells_of)


def _opened(content: bytes, filename: str, cells_of: Callable[[bytes], Cells]) -> Cells:
    """What `cells_of` reads out of the workbook; DomainError where it cannot be read."""
    _refuse_bomb(content, filename)
    if content.startswith(OLE) and LOCKED.search(content):
        raise _locked(filename)
    try:
        return cells_of(content)
    except PasswordError:
        raise _locked(filename) from None
    except BaseException as error:
        # On some damaged files calamine panics, and its panic is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise DomainError(f"“{filename}” is damaged, or is not a workbook.") from None
        raise


def _first_sheet(content: bytes) -> list[list]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = (book.get_sheet_by_name(one.name) for one in book.sheets_metadata if _is_shown(one))
    return next((list(sheet.iter_rows()) for sheet in sheets if sheet.height), [])


def _is_shown(one) -> bool:
    return one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet


def _locked(filename: str) -> DomainError:
    return DomainError(f"“{filename}” is locked with a password. Save it without one, and try again.")


def _refuse_bomb(content: bytes, filename: str) -> None:
    if not content.startswith(ZIP):
        return
    try:
        unpacked = sum(part.file_size for part in ZipFile(BytesIO(content)).infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        raise DomainError(f"“{filename}” is damaged, or is not a workbook.") from None
    if unpacked > MOST_UNPACKED:
        raise DomainError(f"“{filename}” unpacks to more than a table could be. Save the table as CSV.")


def _text(cell) -> str:
    """A cell as people read it: 123 and not 123.0, 2026-03-31 and not a moment at midnight."""
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
