"""The queue: Huey over a file of SQLite beside the database, or over Redis where there is one.

What is queued is only the number of a run: see crm.jobs. A queue that is lost loses nothing.
"""

from hashlib import sha256
from pathlib import Path

from flask import Flask, current_app, has_app_context
from huey import Huey
from huey.api import TaskWrapper
from huey.serializer import SignedSerializer
from huey.storage import BaseStorage, MemoryStorage, RedisStorage, SqliteStorage

STORAGE, SERIALIZER = "queue_storage", "queue_serializer"


class Queue(Huey):
    """Unbound until `init_app`. Its storage is opened when it is first used: most commands never do."""

    def __init__(self):
        self.app: Flask | None = None
        #: The one task of Huey's that there is, set by crm.jobs.running.
        self.run_task: TaskWrapper | None = None
        super().__init__("plumbline", results=False)

    def init_app(self, app: Flask) -> None:
        self.app = app
        # What is read back is unpickled: only what an installation has signed itself.
        app.extensions[SERIALIZER] = SignedSerializer(app.config["SECRET_KEY"], "queue")

    def _here(self) -> Flask:
        """The app whose queue it is, where a process holds several."""
        return current_app if has_app_context() else self.app

    def create_storage(self) -> None:
        """None yet: an app has to say where."""

    @property
    def storage(self) -> BaseStorage:
        app = self._here()
        if STORAGE not in app.extensions:
            app.extensions[STORAGE] = _open(app.config)
        return app.extensions[STORAGE]

    @storage.setter
    def storage(self, _none) -> None:
        """Huey sets what `create_storage` gave."""

    @property
    def serializer(self) -> SignedSerializer:
        return self._here().extensions[SERIALIZER]

    @serializer.setter
    def serializer(self, _plain) -> None:
        """Huey sets one that signs nothing."""


def _open(config) -> BaseStorage:
    """One queue for each database, though they share a file or a Redis."""
    name = "plumbline" + sha256(config["SQLALCHEMY_DATABASE_URI"].encode()).hexdigest()[:12]
    if url := config["REDIS_URL"]:
        waits = "&" if "?" in url else "?"
        return RedisStorage(name, url=f"{url}{waits}socket_connect_timeout=5")
    if not config["QUEUE_FILE"]:
        return MemoryStorage(name)
    path = Path(config["QUEUE_FILE"])
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStorage(name, filename=str(path))
