"""One form of writing for what is kept for good: canonical JSON (RFC 8785) and its SHA-256. Pure.

Texts are as they were typed, days are ISO 8601, money is a decimal in a string, an enum is its value. The
same content twice is the same text, byte for byte, and has the same digest.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

import rfc8785

_EXACT = 2**53 - 1
Row = Mapping[str, Any]
Content = dict[str, Any]


def said(row: Row, names: tuple[str, ...]) -> Content:
    """What a row says under these names, as JSON can hold it."""
    return {name: _plain(row[name]) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def canonical(content: Content) -> str:
    """The one text of this content: keys sorted, no blanks, numbers as RFC 8785 writes them."""
    return rfc8785.dumps(content).decode()


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def parse(text: str) -> Content:
    """The content again. A text that is none is empty: its digest gives it away."""
    try:
        content = json.loads(text, parse_int=_whole)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _whole(digits: str) -> int | float:
    """A number without a point. Beyond 2 to the 53rd it was a float, written out in full."""
    number = int(digits)
    return number if abs(number) <= _EXACT else float(digits)
