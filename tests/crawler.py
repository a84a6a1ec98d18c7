"""Walks every link, every search box and every download that a reader is offered."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests.reading import decoded

START = "http://crm.test/"
#: Slow to draw and the same for every query string: fetched once for each path.
SLOW = (".docx", ".pdf", ".xlsx", ".zip")
#: Names what is picked out of a list that comes with Plumbline: its pages differ in our own words alone.
PICKED, OF_EACH = frozenset({"item", "ready"}), 3


class Offers(HTMLParser):
    """The links of a page, and its search forms as addresses: `word` in every box, nothing or all ticked."""

    def __init__(self, word: str):
        super().__init__()
        self.word, self.links, self.form = word, [], None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        elif tag == "form":
            self.form = None if attributes.get("method", "get").lower() == "post" else {}
            self.ticks, self.action = {}, attributes.get("action", "")
        elif tag == "input" and self.form is not None and attributes.get("name"):
            kind = attributes.get("type")
            if kind == "checkbox":
                self.ticks[attributes["name"]] = attributes["value"]
            elif kind != "date":
                self.form[attributes["name"]] = self.word if kind == "search" else attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form" and self.form is not None:
            self.links += [f"{self.action}?{urlencode(self.form | ticks)}" for ticks in ({}, self.ticks)]
            self.form = None


@dataclass
class Walk:
    """What was read: the words of every answer by its address."""

    client: object
    word: str
    answers: dict[str, str] = field(default_factory=dict)

    def all(self) -> "Walk":
        waiting, seen, picked = ["/"], set(), Counter()
        while waiting:
            address = waiting.pop()
            if (key := self._key(address)) not in seen:
                seen.add(key)
                picked[path := self._picked(address)] += 1
                if path is None or picked[path] <= OF_EACH:
                    waiting.extend(self._open(address))
        return self

    @staticmethod
    def _picked(address: str) -> str | None:
        """Where something is picked out of a list of ours; None where nothing is."""
        parts = urlsplit(address)
        return parts.path if PICKED & dict(parse_qsl(parts.query)).keys() else None

    @staticmethod
    def _key(address: str):
        parts = urlsplit(address)
        quick = not parts.path.endswith(SLOW)
        return parts.path, tuple(sorted(parse_qsl(parts.query))) if quick else ()

    def _open(self, address: str) -> list[str]:
        answer = self.client.get(address)
        assert answer.status_code < 400, f"{address} is offered, yet answers {answer.status}"
        if answer.status_code in (301, 302, 308):
            return self._within(address, [answer.location])
        self.answers[address] = decoded(answer.data, answer.mimetype).casefold()
        if answer.mimetype != "text/html":
            return []
        offers = Offers(self.word)
        offers.feed(answer.text)
        return self._within(address, offers.links)

    @staticmethod
    def _within(address: str, links: list[str]) -> list[str]:
        whole = [urlsplit(urljoin(urljoin(START, address), link)) for link in links]
        ours = [part for part in whole if part.netloc in ("", "crm.test") and part.scheme.startswith("http")]
        return [f"{part.path}?{part.query}" if part.query else part.path for part in ours]

    def saying(self, word: str) -> list[str]:
        """The addresses whose answers hold `word`."""
        return [address for address, said in self.answers.items() if word.casefold() in said]
