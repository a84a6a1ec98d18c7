"""The shape of the codebase itself. When one of these fails, split the file or name the exception."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_database
ROOT = Path(__file__).parent.parent
SOURCES = [p for d in ("crm", "reports", "tests") for p in (ROOT / d).rglob("*.py")]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))


def test_no_file_outgrows_its_reader():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}
    assert len(lengths) > 500


def test_every_template_is_used_and_every_used_template_exists():
    code = [p for p in [ROOT / "config.py", *(ROOT / "crm").rglob("*.py"), *TEMPLATES]]
    used = set(re.findall(r"""["']([\w/]+\.html)["']""", "".join(p.read_text() for p in code)))
    assert used == {str(p.relative_to(ROOT / "templates")) for p in TEMPLATES}


def test_tests_mirror_rooms():
    rooms = {p.parent.name for p in (ROOT / "crm").glob("*/views.py")}
    tested = {p.parent.name for p in (ROOT / "tests").glob("*/test_views.py")}
    assert tested <= rooms
