"""People at work, each with a cookie of a real sign-in, spread over web processes as a load balancer does.

What a process does not take, because nobody listens there any more, goes to the other one. A page whose
answer breaks off is asked for once more; a form that was sent is not sent again: its sender sees an error.
"""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode

from bench.scale_house import House
from config import DEMO_PASSWORD
from tests.drill.server import TOKEN
from tests.drill.writes import fields

#: Of a hundred things: pages read, sessions logged, reports opened, files taken, runs asked for.
MIX = (("page", 74), ("session", 10), ("report", 12), ("file", 2), ("run", 2))
WHO = {
    "consultant": ("/my-day", "/engagements/", "/organisations/", "/actions", "/sessions/search?q=goal"),
    "consultant2": ("/my-day", "/engagements/", "/actions"),
    "manager": ("/portfolio", "/board", "/engagements/", "/roadmap", "/time/approvals"),
    "client": ("/", "/engagements/"),
    "admin": ("/organisations/", "/jobs", "/audit"),
}
REPORTS = (
    "portfolio",
    "utilisation",
    "hours",
    "milestones",
    "actions",
    "alignment",
    "satisfaction",
    "pipeline",
)
#: Downloads are limited to thirty a minute for each reader.
FILES_A_MINUTE = 20


@dataclass
class Answer:
    kind: str
    at: float
    seconds: float
    status: int
    tries: int
    process: int


@dataclass
class Person:
    name: str
    cookie: str = ""
    token: str = ""


@dataclass
class Load:
    house: House
    threads: int
    #: Who logs sessions: their sign-in, their number, and the engagements that they serve.
    writers: list[tuple[str, int, list[int]]]
    mix: tuple[tuple[str, int], ...] = MIX
    began: float = 0
    answers: list[Answer] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    runs_asked: int = 0
    _numbers: count = field(default_factory=count)
    _turn: count = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def sign_in(self) -> None:
        self.people = {name: self._signed_in(name) for name in WHO}

    def _signed_in(self, name: str) -> Person:
        person = Person(name)
        for method, path, form in (
            ("GET", "/login", None),
            ("POST", "/login", {"email": f"{name}@plumbline.example", "password": DEMO_PASSWORD}),
            ("GET", "/account", None),
        ):
            status, text, cookie = self._once(self.house.webs[0].port, method, path, person, form)
            assert status in (200, 302), (name, path, status)
            person.cookie = cookie or person.cookie
            if found := TOKEN.search(text):
                person.token = found[1] or found[2]
        return person

    def warm_up(self) -> None:
        """Every address once in every process: when first used, statements are made and libraries loaded."""
        asked = [(name, path) for name, paths in WHO.items() for path in paths]
        asked += [("manager", f"/reports/{name}") for name in REPORTS]
        for web in self.house.webs:
            for name, path in asked:
                status, *_ = self._once(web.port, "GET", path, self.people[name], None)
                assert status in (200, 302), (name, path, status)

    def start(self) -> None:
        self.began = time.monotonic()
        self._crowd = [threading.Thread(target=self._work, args=(at,)) for at in range(self.threads)]
        for one in self._crowd:
            one.start()

    def stop(self) -> None:
        self._is_over.set()
        for one in self._crowd:
            one.join()

    def _work(self, at: int) -> None:
        dice = random.Random(at)
        while not self._is_over.is_set():
            kinds, weights = zip(*self.mix, strict=True)
            kind = dice.choices(kinds, weights)[0]
            if kind == "file" and not self._may_download():
                kind = "report"
            getattr(self, f"_{kind}")(dice, at)

    def _may_download(self) -> bool:
        with self._lock:
            taken = sum(one.kind == "file" for one in self.answers)
            return taken < FILES_A_MINUTE * (time.monotonic() - self.began) / 60

    def _page(self, dice: random.Random, _at: int) -> None:
        name = dice.choice(tuple(WHO))
        self._ask("page", "GET", dice.choice(WHO[name]), self.people[name])

    def _report(self, dice: random.Random, _at: int) -> None:
        self._ask("report", "GET", f"/reports/{dice.choice(REPORTS)}", self.people["manager"])

    def _file(self, dice: random.Random, _at: int) -> None:
        path = dice.choice(("/reports/sessions.csv", "/reports/portfolio.xlsx", "/reports/time.csv"))
        self._ask("file", "GET", path, self.people["manager"])

    def _run(self, _dice: random.Random, _at: int) -> None:
        if self._ask("run", "POST", "/jobs/tasks/jobs.tidy/run", self.people["admin"], {}) == 302:
            with self._lock:
                self.runs_asked += 1

    def _session(self, _dice: random.Random, at: int) -> None:
        """Time is entered by person, one after another; so the people at work are several here too."""
        mark = f"scale {next(self._numbers)}."
        who, me, engagements = self.writers[at % len(self.writers)]
        path = f"/engagements/{engagements[at // len(self.writers) % len(engagements)]}/sessions/new"
        status = self._ask("session", "POST", path, self.people[who], fields(mark, me))
        with self._lock:
            if status == 302:
                self.acknowledged.add(mark)
            else:
                self.unsure.add(mark)

    def _ask(self, kind: str, method: str, path: str, who: Person, form: dict | None = None) -> int:
        began, first = time.monotonic(), next(self._turn)
        status = tries = at = 0
        for tries in (1, 2):
            at = (first + tries) % len(self.house.webs)
            try:
                status, *_ = self._once(self.house.webs[at].port, method, path, who, form)
            except ConnectionRefusedError:
                status = 0
                continue
            except (OSError, HTTPException):
                status = 0
                if method == "POST":
                    break
                continue
            if status not in (502, 503) or method == "POST":
                break
        answer = Answer(kind, began - self.began, time.monotonic() - began, status, tries, at)
        with self._lock:
            self.answers.append(answer)
        return status

    def _once(
        self, port: int, method: str, path: str, who: Person, form: dict | None
    ) -> tuple[int, str, str]:
        headers = {"Cookie": who.cookie, "X-CSRFToken": who.token}
        body = None if form is None else urlencode(form)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            cookies = (one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or ())
            return answer.status, text, next((one for one in cookies if one.startswith("session=")), "")
        finally:
            connection.close()

    def errors(self) -> Counter:
        """What people saw that was no answer: by what they did, and its status (0 where nothing came)."""
        return Counter((one.kind, one.status) for one in self.answers if one.status == 0 or one.status >= 400)
