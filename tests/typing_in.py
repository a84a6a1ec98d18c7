"""The forms of a page as a browser holds them, and somebody who types into them."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient

from tests.naughty import ALL, kept
from tests.reading import squeezed

PROBE = "Plumb ☃ <b>&amp;"

TEXT = {"text", "search", "email", "url", "tel", "textarea"}
USUAL = {"date": "2027-03-03", "time": "10:00", "number": "10"}
#: What may be ticked only when something else is said.
DEPENDENT = {"is_shared"}
OTHER_OPTIONS = re.compile(r"<option(?![^>]*selected)[^>]*>[^<]*</option>")
#: What a field of this name takes, where it does not take any text.
SPECIAL = {
    "email": "probe@example.org",
    "handle": "@probe",
    "url": "https://example.org/",
    "new_password": "p" * 12,
}


def standing(page: str, name: str) -> str | None:
    """What stands in the text field of this name; None where the page has none."""
    field = re.search(rf'<(input|textarea)\b([^>]*\sname="{re.escape(name)}"[^>]*)>', page)
    if not field:
        return None
    if field[1] == "textarea":
        value = page[field.end() : page.index("</textarea>", field.end())]
    else:
        found = re.search(r'\svalue="([^"]*)"', field[2])
        value = found[1] if found else ""
    return unescape(value).replace("\r\n", "\n").strip()


@dataclass
class Control:
    kind: str
    value: str | None
    longest: int
    is_required: bool


@dataclass
class PageForm:
    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)

    def texts(self) -> list[str]:
        return [name for name, control in self.controls.items() if control.kind in TEXT]

    def kinds(self) -> set[str]:
        """The kinds of its text fields."""
        return {self.controls[name].kind for name in self.texts()}

    def filled(self, text: str) -> dict[str, str]:
        """As somebody would send it who fills in every field; `text` where nothing stands yet."""
        typed = {}
        for name, control in self.controls.items():
            if control.kind in TEXT | {"password"}:
                typed[name] = control.value or (SPECIAL.get(name, text) if control.is_required else "")
            elif control.value and name not in DEPENDENT:
                typed[name] = control.value
            elif control.kind == "number" or (control.is_required and control.kind in USUAL):
                typed[name] = USUAL[control.kind]
        return typed


class Forms(HTMLParser):
    """All forms of a page, and the words of its main part."""

    def __init__(self, page: str, *, with_options: bool = False):
        super().__init__()
        self.forms: list[PageForm] = []
        self.words: list[str] = []
        self.inside = self.select = self.textarea = None
        self.feed(page if with_options else OTHER_OPTIONS.sub("", page))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.inside = PageForm(attributes.get("action") or "", attributes.get("method", "get").lower())
            self.forms.append(self.inside)
        elif self.inside and attributes.get("name") and tag in ("input", "select", "textarea"):
            self._control(tag, attributes)
        elif tag == "option" and self.select:
            value = attributes.get("value", "")
            unset = self.select.value is None or (self.select.is_required and not self.select.value)
            if unset or "selected" in attributes:
                self.select.value = value

    def _control(self, tag, attributes):
        kind = attributes.get("type", "text") if tag == "input" else tag
        value = attributes.get("value")
        if kind in ("checkbox", "radio") and "checked" not in attributes:
            value = None
        control = Control(kind, value, int(attributes.get("maxlength", 0)), "required" in attributes)
        if attributes["name"] not in self.inside.controls or value:
            self.inside.controls[attributes["name"]] = control
        if tag == "select":
            self.select = control
        if tag == "textarea":
            self.textarea, control.value = control, ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.textarea:
            value = self.textarea.value.replace("\r\n", "\n")
            self.textarea.value = value.removeprefix("\n")
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.textarea.value += data
        else:
            self.words.append(data)


class Typist:
    """Types into one form of one page, and looks at what became of it."""

    def __init__(self, client: FlaskClient, where: str, form: PageForm):
        self.client, self.where, self.form = client, where, form
        self.address = form.action or where
        self.usual = form.filled(PROBE)
        self.faults: list[str] = []
        self.saved = 0
        self.free, self.unseen = [], set()
        for name in form.texts():
            answer = self.send({name: PROBE})
            if answer.status_code == 302 and "password" not in name:
                self.free.append(name)
                self.unseen |= self.lost(answer, {name: PROBE})
        self.strict = [name for name in form.texts() if name not in self.free]

    def send(self, texts: dict[str, str]):
        answer = self.client.post(self.address, data=self.usual | texts)
        assert answer.status_code < 500, f"{self.address}: {answer.status} for {texts}"
        return answer

    def lost(self, answer, texts: dict[str, str]) -> set[str]:
        """Which of the texts stand neither in their fields nor on the page that the answer leads to."""
        saved = answer.status_code == 302
        page = self.client.get(self.where).text if saved else answer.text
        missing = {name for name, text in texts.items() if not self._stands(page, name, kept(text))}
        if missing and saved:
            words = squeezed("".join(Forms(self.client.get(answer.location).text).words))
            missing = {name for name in missing if squeezed(kept(texts[name])) not in words}
        return missing

    @staticmethod
    def _stands(page: str, name: str, text: str) -> bool:
        value = standing(page, name)
        return value == text or (name == "email" and value == text.lower())

    def type_all(self, names: list[str], lines: list[str], *, look: bool) -> None:
        """These lines through each of the fields, all fields at once; long texts take all strings, once."""
        areas = {name: text for name in names if self.form.controls[name].kind == "textarea" for text in ALL}
        short = [name for name in names if name not in areas]
        for line in lines if short else lines[:1]:
            texts = dict.fromkeys(short, line)
            if line is lines[0]:
                texts |= areas
            answer = self.send(texts)
            self.saved += answer.status_code == 302
            if look and (lost := self.lost(answer, texts) - self.unseen):
                self.faults.append(f"{self.address} {answer.status} {lost}: {texts}"[:1000])
