"""`python -m bench.exports`: files of all sessions, and their floors, at 10 k, 100 k and 1 M sessions.

The floor of CSV is a cursor of sqlite3 with the same joins, its rows handed as they come to csv.writer; that
of XLSX is rustpy-xlsxwriter, the fastest writer of sheets that we know, alone on rows that are there already.
Each is timed in a process of its own: seconds, milliseconds to the first byte, and by how many megabytes its
memory grew at the peak. Numbers as arguments are other sizes.
"""

import csv
import gc
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import batched, chain
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
