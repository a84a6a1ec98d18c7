"""No page holds what the policy of its own headers forbids: a script, a style or a handler within."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from crm.accounts.models import User
from tests.crawler import Walk

PEOPLE = {"admin": 50, "manager": 35, "consultant": 50, "client": 15, "adviser": 3}
FILES = re.compile(r"\.(csv|xlsx|pdf|json|html|zip)$")
OF_EACH = 2
#: Pages; no policy reaches the mail, which has to bring its own style along.
TEMPLATES = [
    path
    for path in (Path(__file__).parent.parent / "templates").rglob("*.html")
    if path.parent.name != "mail" or path.name == "index.html"
]


@dataclass
class Frugal(Walk):
    """Reads a few pages of each shape, and no files."""

    shapes: Counter = field(default_factory=Counter)

    def _key(self, address: str):
        parts = urlsplit(address)
        if FILES.search(parts.path):
            return None
        shape = re.sub(r"\d+", "0", parts.path), tuple(sorted(name for name, _ in parse_qsl(parts.query)))
        self.shapes[shape] += 1
        return (address, shape) if self.shapes[shape] <= OF_EACH else shape

    def _open(self, address: str) -> list[str]:
        return [] if FILES.search(urlsplit(address).path) else super()._open(address)


def forbidden(page: str) -> list[str]:
    """What a browser that keeps to the policy would refuse to run or to load."""
    found = []
    for element in html.document_fromstring(page).iter(html.etree.Element):
        kind, attributes = element.tag, element.attrib
        if kind == "style" or (kind == "script" and (not attributes.get("src") or element.text)):
            found.append(f"<{kind}>")
        found += [f"{kind} {name}=" for name in attributes if name == "style" or name.startswith("on")]
        found += [
            f"{kind} {name}={value[:40]}"
            for name, value in attributes.items()
            if value.strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
        ]
        loaded = attributes.get("href" if kind == "link" else "src", "/")
        if not re.match(r"/(?!/)|data:image", loaded):
            found.append(f"{kind} from {loaded[:40]}")
    return found


@pytest.mark.no_database
@pytest.mark.parametrize(
    "page",
    [
        "<p style='color:red'>x",
        "<style>p {}</style>",
        "<script>1</script>",
        "<script type=module src=//evil.example/x.js></script>",
        "<svg><g onload='x'></g></svg>",
        "<a href=' JavaScript:x'>y</a>",
        "<link rel=stylesheet href=https://cdn.example/x.css>",
        "<img src=http://evil.example/x.png>",
    ],
)
def test_these_tests_know_what_is_forbidden(page):
    assert len(forbidden(page)) == 1


@pytest.fixture
def demo(app, session):
    assert app.test_cli_runner().invoke(args=["demo", "--as-of", "2026-03-03"]).exit_code == 0
    return session


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_of_the_demo_holds_what_is_forbidden(app, demo, who):
    client = FlaskClient(app, app.response_class)
    with client.session_transaction() as cookie:
        user = demo.scalar(select(User).where(User.email == f"{who}@plumbline.example"))
        cookie["_user_id"], cookie["_fresh"] = user.fs_uniquifier, True
    read = Frugal(client, "a").all().answers
    faults = {address: found for address, page in read.items() if (found := forbidden(page))}
    assert faults == {}
    assert len(read) >= PEOPLE[who]


@pytest.mark.no_database
@pytest.mark.parametrize("path", ["/login", "/no/such/page"])
def test_no_page_for_strangers_holds_what_is_forbidden(client, path):
    assert forbidden(client.get(path).text) == []


@pytest.mark.no_database
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_holds_what_is_forbidden(path):
    source = path.read_text()
    written = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)
    assert not re.search(r"""<style|\sstyle=|\son\w+=|javascript:""", written)
    assert len(re.findall("<script", source)) == len(
        re.findall(r'<script type="module" src="{{ asset\(', source)
    )
    assert "|safe" not in source.replace(" ", "")
