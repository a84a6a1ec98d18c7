"""The real server, as a process that can be killed, and somebody who is signed in to it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from config import DEMO_PASSWORD
from tests.drill.places import ROOT, environment

GRANIAN = Path(sys.executable).with_name("granian")
OPTIONS = "--interface wsgi --host 127.0.0.1 --blocking-threads 8 --backpressure 64 --no-ws --log-level error"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"|name="csrf_token"[^>]* value="([^"]+)"')
STARTING = 60


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    def __init__(self, address: str, log: Path):
        self.port, self.log, self.address = free_port(), log, address

    def start(self) -> None:
        command = [GRANIAN, *OPTIONS.split(), "--port", str(self.port), "wsgi:app"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(self.address),
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTING
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.kill()

    def kill(self) -> None:
        """`kill -9` for the server and its workers, all at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Visitor:
    """Signed in as somebody of the demo. `again` has the same cookie, and a connection of its own."""

    def __init__(self, server: Server, cookie: str = "", token: str = ""):
        self.server, self.cookie, self.token = server, cookie, token
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._is_settled = False

    @classmethod
    def sign_in(cls, server: Server, who: str) -> "Visitor":
        visitor = cls(server)
        visitor._look("/login")
        status, _ = visitor.post("/login", email=f"{who}@plumbline.example", password=DEMO_PASSWORD)
        if status != 302:
            raise RuntimeError(f"{who} could not sign in: {status}")
        visitor._look("/account")
        return visitor

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_) -> None:
        self._connection.close()

    def again(self) -> "Visitor":
        return Visitor(self.server, self.cookie, self.token)

    def _look(self, path: str) -> None:
        """Open a page for the token that it holds."""
        if found := TOKEN.search(self.get(path)[1]):
            self.token = found[1] or found[2]

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except HTTPException as error:
            raise ConnectionError(type(error).__name__) from None
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            if cookie.startswith("session=") and not self._is_settled:
                self.cookie = cookie.partition(";")[0]
        return answer.status, text

    def settle(self) -> "Visitor":
        """Keep this cookie from now on: what pages flash would make it longer with every write."""
        self._is_settled = True
        return self
