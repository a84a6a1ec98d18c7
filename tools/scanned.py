"""Plumbline as tools/scan attacks it: nobody's tries are counted, and time stands still.

A scanner guesses from two answers that differ. So that ours differ only where the questions did, the
moment of a report and the time in every CSRF token stay what they were at the start.
"""

import time

from itsdangerous import TimestampSigner

from config import Config
from crm import clock, create_app


class Scanned(Config):
    RATELIMIT_ENABLED = False
    LOG_LEVEL = "ERROR"


now, seconds = clock.now(), int(time.time())
clock.now = lambda: now
TimestampSigner.get_timestamp = lambda _signer: seconds
app = create_app(Scanned)
