"""How values read: on a page, in a finding, in a report's sentence. No web, no database."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel.numbers import format_currency

from crm import clock

#: A half goes up, as in the reports, so that a page and its report say the same.
HALF_UP = Context(prec=400, rounding=ROUND_HALF_UP)

#: What no page, sheet or PDF can hold: control characters, but for tab and the ends of lines, and what is
#: no character at all.
UNWRITABLE = dict.fromkeys({*range(32), *range(127, 160), 0xFFFE, 0xFFFF} - {ord(c) for c in "\t\n\r"})

#: A page says the same few days and numbers over and over.
kept = lru_cache(maxsize=4096)


@kept
def day(value: date | datetime | None, missing: str = "–") -> str:
    """3 Mar 2026"""
    return f"{value.day} {value:%b %Y}" if value else missing


@kept
def moment(value: datetime | None, zone: str | None = None) -> str:
    """Tue 3 Mar 2026, 10:00 on the wall clock of `zone`"""
    if value is None:
        return "–"
    wall = clock.local(value, zone)
    return f"{wall:%a} {wall.day} {wall:%b %Y, %H:%M}"


@kept
def elsewhere(value: datetime | None, place: str | None, reader: str | None) -> str:
    """The same instant on the reader's own wall clock; nothing where it shows the same as the place's."""
    if value is None:
        return ""
    there, here = clock.local(value, place), clock.local(value, reader)
    if there.utcoffset() == here.utcoffset():
        return ""
    return f"{here:%a} {here.day} {here:%b}, {here:%H:%M} for you"


@kept
def number(value: float | Decimal | None, digits: int = 1) -> str:
    """12.5, 12, 1,200: at most `digits` decimals and no trailing zeros"""
    if value is None or value != value:
        return "–"
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), context=HALF_UP)
    text = f"{exact:z,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@kept
def plain(name: str) -> str:
    """stage_move as people say it: Stage move"""
    return name.replace("_", " ").capitalize()


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:z.0f} %"


def hours(minutes: int | None) -> str:
    return f"{number((minutes or 0) / 60)} h"


@kept
def money(amount: Decimal | None, currency: str | None) -> str:
    return "–" if amount is None else format_currency(amount, currency, locale="en_GB")


def capped(count: int, cap: int = 1000) -> str:
    """1,000+ where counting on would cost more than it tells"""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


#: What templates know by these names.
FILTERS = (day, moment, elsewhere, number, percent, hours, money, capped, plain, plural)
