"""The chain of the audit trail: each entry's digest covers what it says and the digest before it."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

import orjson

#: What the digest covers, in this order, after the digest of the entry before.
COVERED = (
    "happened_at",
    "user_id",
    "who",
    "role",
    "address",
    "request_id",
    "verb",
    "thing",
    "thing_id",
    "name",
    "engagement_id",
    "organisation_id",
    "changes",
)


def digest(previous: str, entry: Mapping) -> str:
    """SHA-256, in hexadecimal, of the digest before and of the entry, as JSON."""
    said = [previous, *(entry[name] for name in COVERED)]
    return sha256(orjson.dumps(said, option=orjson.OPT_UTC_Z)).hexdigest()


def faults(entries: Iterable[Mapping], beginning: str, head: tuple[int, str]) -> Iterator[str]:
    """What is wrong with the entries, given in the order of their positions, and with where they end."""
    position, last, is_after_gap = 0, beginning, False
    for entry in entries:
        here = entry["position"]
        if here > position + 1:
            yield _missing(position + 1, here - 1)
            is_after_gap = True
        if digest(entry["previous"], entry) != entry["digest"]:
            yield f"entry {here} was changed: its words do not give its digest"
        elif entry["previous"] != last and not is_after_gap:
            yield f"entry {here} is out of order: it does not follow what stands before it"
        position, last, is_after_gap = here, entry["digest"], False
    if position < head[0]:
        yield _missing(position + 1, head[0])
    elif (position, last) != head:
        yield f"the chain ends with entry {position}, which is not the end that was kept"


def _missing(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
