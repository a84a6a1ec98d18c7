"""Every process of an installation on several machines, on this one: and each can be killed by itself."""

import os
import secrets
import shlex
import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import orjson
import psutil

from config import ROOT
from crm.store import opened
from tests.mail.servers import MailServer
from tests.servers import Postgresql, Server, free_port, redis_server, redis_url, s3_environment, s3_server

BIN = Path(sys.executable).parent


class Worker(Server):
    """A process that listens nowhere: it is there when it is said to be started."""

    def start(self, patience: float = 60) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip


class Web(Server):
    def __init__(self, *args):
        super().__init__(*args)
        self.folder = ROOT


def _procfile() -> dict[str, str]:
    lines = (line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines())
    return {name: command.strip() for name, _, command in lines}


class House:
    """Primary and replica, Redis, S3, a mail server, two web processes and two workers."""

    def __init__(self, folder: Path, settings: dict[str, str]):
        self.folder, self.stack = folder, ExitStack()
        self.primary = Postgresql(folder / "primary").make()
        self.copy = Postgresql(folder / "copy")
        for name in ("redis", "s3", "processes"):
            (folder / name).mkdir()
        self.redis, self.s3, self.mail = (
            redis_server(folder / "redis"),
            s3_server(folder / "s3"),
            MailServer(),
        )
        self.environment = self._environment() | settings
        self.webs: list[Web] = []
        self.workers: list[Worker] = []

    def _environment(self) -> dict[str, str]:
        secret = secrets.token_urlsafe(40)
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | s3_environment(self.s3) | {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "DATABASE_URL": self.primary.url,
            "REPORTS_DATABASE_URL": self.copy.url,
            "REDIS_URL": redis_url(self.redis),
            "FILES_URL": "s3://plumbline/files",
            "MAIL_URL": self.mail.url,
            "MAIL_FROM": "Plumbline <crm@plumbline.example>",
            "SECRET_KEY": secret,
            "SECURITY_PASSWORD_SALT": secret,
            "LOG_LEVEL": "INFO",
            "PYTHONWARNINGS": "ignore",
        }  # fmt: skip

    def __enter__(self) -> "House":
        with self.stack:
            for one in (self.primary, self.redis, self.s3, self.mail):
                self.stack.enter_context(one)
            os.environ.update(s3_environment(self.s3))
            opened(self.environment["FILES_URL"]).write("begun", [b"."])  # It makes the bucket.
            self.flask("db", "upgrade")
            self.flask("demo", *self.environment.pop("DEMO", "").split())
            self.stack.enter_context(self.copy.copy(self.primary))
            self._start_ours()
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self.stack.close()

    def _start_ours(self) -> None:
        lines = _procfile()
        for kind, made, add in (("web", self.webs, Web), ("worker", self.workers, Worker)):
            for _ in range(2):
                port = free_port()
                command = ["/bin/sh", "-c", f"exec {lines[kind]}"]
                one = add(self.folder / "processes", command, port, None)
                one.environment = self.environment | {"PORT": str(port)}
                one.log = self.folder / "processes" / f"{kind}-{len(made) + 1}.log"
                made.append(self.stack.enter_context(one))
        self.wait_until_well()

    def flask(self, *arguments: str) -> str:
        command = [str(BIN / "flask"), "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    @property
    def parts(self) -> dict[str, Server]:
        ours = {f"web {at}": one for at, one in enumerate(self.webs, 1)}
        ours |= {f"worker {at}": one for at, one in enumerate(self.workers, 1)}
        return {"primary": self.primary, "replica": self.copy, "redis": self.redis, "s3": self.s3} | ours

    def is_well(self) -> bool:
        """Every process is there, and both web processes say that all they use is."""
        there = all(one.process.poll() is None for one in self.parts.values())
        return there and all(_ready(web.port) for web in self.webs)

    def wait_until_well(self, patience: float = 120) -> float:
        """How many seconds it took."""
        began = time.monotonic()
        while not self.is_well():
            assert time.monotonic() - began < patience, [_told(web.port) for web in self.webs]
            time.sleep(0.1)
        return time.monotonic() - began

    def uses(self) -> dict[str, tuple[float, float]]:
        """For each part, its memory in MB (shared pages by their share) and the CPU seconds it has taken."""
        return {name: _use(one.pid) for name, one in self.parts.items()}


def _use(pid: int) -> tuple[float, float]:
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0, 0
    memory = seconds = 0.0
    for one in family:
        try:
            memory += one.memory_full_info().pss / 2**20
            spent = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += spent.user + spent.system
        if one.pid == pid:
            seconds += spent.children_user + spent.children_system
    return memory, seconds


def _told(port: int) -> dict | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return orjson.loads(connection.getresponse().read())
    except (OSError, HTTPException, orjson.JSONDecodeError):
        return None
    finally:
        connection.close()


def _ready(port: int) -> bool:
    """All is `ok`; of a replica that is a moment behind it is enough that it answers."""
    told = _told(port)
    if not told:
        return False
    copy = told.pop("replica", "ok")
    return set(told.values()) == {"ok"} and (copy == "ok" or copy.startswith("ends at"))
