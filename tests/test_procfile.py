"""What stands in the Procfile starts, listens where it is told, and ends together."""

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import orjson
import psutil
import pytest

from tests.jobs.workers import wait_for
from tests.servers import free_port

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.no_database


def told(port: int) -> dict:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return orjson.loads(connection.getresponse().read())
    except OSError:
        return {}
    finally:
        connection.close()


def test_web_and_worker_start_out_of_the_procfile(tmp_path):
    port, here = free_port(), str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{here}:{os.environ['PATH']}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'plumbline.db'}",
        "FILES_URL": str(tmp_path / "files"),
        "PORT": str(port),
        "WEB_THREADS": "2",
        "MAIL_URL": "",
    }
    command = [f"{here}/honcho", "-f", str(ROOT / "Procfile"), "-d", str(ROOT), "-e", os.devnull, "start"]
    with (tmp_path / "log").open("wb") as log:
        both = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: told(port).get("files") == "ok")
        wait_for(lambda: len(psutil.Process(both.pid).children(recursive=True)) >= 2)
    finally:
        children = psutil.Process(both.pid).children(recursive=True)
        both.send_signal(signal.SIGTERM)
        both.wait(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    log = (tmp_path / "log").read_text()
    assert "web.1" in log
    assert "worker.1" in log
