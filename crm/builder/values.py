"""The values of a filter: whether they can be meant, what they are to the database, how they are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa

from crm.builder import spans
from crm.builder.fields import FILLED, YES, Field, Many, Sort
from crm.pages import row_key
from crm.words import UNWRITABLE

LONGEST = 255
#: Numbers beyond this are no hours, days or amounts that anybody could mean.
GREATEST = 10**12


def checked(of: Field | Many, asks: str, values: list[str]) -> list[str]:
    """A sentence for each value that cannot be meant."""
    return [wrong for value in values if (wrong := _checked(of, asks, value))]


def _checked(of: Field | Many, asks: str, value: str) -> str | None:
    if asks == FILLED or of.sort is Sort.YES:
        return None if value in YES else f"“{of.label}”: choose yes or no."
    judge = {
        Sort.CHOICE: lambda: value in of.words,
        Sort.PERSON: lambda: _is_key(value),
        Sort.DATE: lambda: spans.is_span(value) if asks == "within" else spans.a_day(value) is not None,
        Sort.TEXT: lambda: _is_text(value),
        Sort.WORD: lambda: _is_text(value),
    }.get(of.sort, lambda: amount(value) is not None)
    if judge():
        return None
    wanted = {
        Sort.CHOICE: "choose one of what is offered.",
        Sort.PERSON: "choose one of what is offered.",
        Sort.DATE: "enter a day as year-month-day, between 1990 and 2100, or choose a period.",
        Sort.TEXT: f"write something, in up to {LONGEST} characters that can be written.",
        Sort.WORD: "choose one of what is offered.",
    }.get(of.sort, "enter a number, such as 12.5.")
    return f"“{of.label}”: {wanted}"


def _is_key(value: str) -> bool:
    try:
        return value.isascii() and row_key(value) > 0
    except ValueError:
        return False


def _is_text(value: str) -> bool:
    is_written = value.translate(UNWRITABLE) == value and not any("\ud800" <= c <= "\udfff" for c in value)
    return len(value.strip()) > 0 and len(value) <= LONGEST and is_written


def amount(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    is_meant = number.is_finite() and abs(number) < GREATEST and number == round(number, 4)
    return number if is_meant and value.isascii() else None


def criterion(of: Field | Many, asks: str, values: tuple[str, ...], today: date) -> sa.ColumnElement[bool]:
    """The rows that a filter lets through."""
    if isinstance(of, Many):
        found = of.among(_keys(of, values))
        return found if asks == "any" else sa.not_(found)
    if asks == FILLED:
        is_there = of.value.is_not(None)
        return is_there if values[0] == "yes" else sa.not_(is_there)
    return _OF_SORT.get(of.sort, _of_number)(of, asks, values, today)


def _keys(of: Field | Many, values: tuple[str, ...]) -> list:
    return [int(value) for value in values] if of.sort is Sort.PERSON else list(values)


def _of_choice(of, asks, values, _today):
    among = of.key.in_(_keys(of, values))
    return among if asks == "any" else sa.or_(sa.not_(among), of.key.is_(None))


def _of_text(of, asks, values, _today):
    found = sa.or_(*(of.value.icontains(value.strip(), autoescape=True) for value in values))
    return found if asks == "has" else sa.or_(sa.not_(found), of.value.is_(None))


def _of_yes(of, _asks, values, _today):
    return sa.or_(*(of.value.is_(sa.true() if value == "yes" else sa.false()) for value in values))


def _of_day(of, asks, values, today):
    if asks == "within":
        return sa.or_(*(of.value.between(*spans.days(value, today)) for value in values))
    days = [date.fromisoformat(value) for value in values]
    return of.value >= max(days) if asks == "since" else of.value <= min(days)


def _of_number(of, asks, values, _today):
    numbers = [amount(value) for value in values]
    bound = max(numbers) if asks == "least" else min(numbers)
    if of.sort is Sort.HOURS:
        bound *= 60
    plain = bound if of.sort is Sort.MONEY else sa.literal(float(bound), sa.Float)
    return of.value >= plain if asks == "least" else of.value <= plain


_OF_SORT = {
    Sort.CHOICE: _of_choice, Sort.WORD: _of_choice, Sort.PERSON: _of_choice, Sort.TEXT: _of_text,
    Sort.YES: _of_yes, Sort.DATE: _of_day,
}  # fmt: skip


def said(of: Field | Many, asks: str, value: str, people: Mapping[str, str]) -> str:
    """One value as a sentence names it."""
    if asks == FILLED or of.sort is Sort.YES:
        return YES[value].lower()
    if of.sort is Sort.PERSON:
        return people.get(value, "somebody")
    if of.sort is Sort.DATE:
        return spans.words(value).lower() if asks == "within" else value
    return of.words.get(value, value)


__all__ = ["amount", "checked", "criterion", "said"]
