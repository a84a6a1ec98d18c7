"""Real worker processes, quickly: this one puts Plumbline together once, and forks a worker for each line.

    python -m tests.jobs.nursery '{"SQLALCHEMY_DATABASE_URI": …}'

Each line on stdin starts a worker, whose number is printed.
"""

import gc
import json
import os
import signal
import sys

from flask.cli import ScriptInfo

from config import TestConfig
from crm import create_app

#: So that a test waits for moments and not for minutes.
QUICK = {"HEARTBEAT_SECONDS": 0.2, "MAIL_LEASE_SECONDS": 1, "MAIL_RETRY_SECONDS": 0.5, "LOG_LEVEL": "INFO"}


def main() -> None:
    settings = QUICK | json.loads(sys.argv[1])
    app = create_app(type("Settings", (TestConfig,), settings))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    print("ready", flush=True)  # noqa: T201
    for _ in sys.stdin:
        if worker := os.fork():
            print(worker, flush=True)  # noqa: T201
        else:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            here = ScriptInfo(create_app=lambda: app)
            sys.exit(app.cli.main(["worker", "--patience", "5"], standalone_mode=False, obj=here))


if __name__ == "__main__":
    main()
