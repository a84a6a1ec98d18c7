"""What a cell of an imported file means: a clean value, or a sentence that says what is wrong with it."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

import pycountry

from crm.organisations.models import Kind, searchable

#: What files write where nothing is known.
BLANKS = frozenset({"", "-", "\N{EN DASH}", "\N{EM DASH}", "n/a", "#n/a", "not available", "not applicable"})
LONGEST, LONGEST_TEXT, LONGEST_TAG, LONGEST_TAGS = 255, 100_000, 60, 5_000
#: A website that comes bare is given its https://, for which there must be room.
ROOM = {"website": len("https://")}
MOST_BEDS = 1_000_000
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?")
KINDS = {
    "hospital": Kind.HOSPITAL,
    "hospitals": Kind.HOSPITAL,
    "healthsystem": Kind.HEALTH_SYSTEM,
    "system": Kind.HEALTH_SYSTEM,
    "trust": Kind.HEALTH_SYSTEM,
    "nonprofit": Kind.NON_PROFIT,
    "charity": Kind.NON_PROFIT,
    "professionalsociety": Kind.PROFESSIONAL_SOCIETY,
    "society": Kind.PROFESSIONAL_SOCIETY,
    "patientassociation": Kind.PATIENT_ASSOCIATION,
}
HOME_NATIONS = dict.fromkeys(("uk", "england", "scotland", "wales", "northernireland", "greatbritain"), "GB")


def folded(text: str) -> str:
    """Letters and digits only, so that “ZIP Code”, “zip_code” and “ZipCode” are one."""
    return "".join(character for character in searchable(text) if character.isalnum())


def is_blank(text: str) -> bool:
    return text.casefold() in BLANKS


def beds(text: str) -> int:
    plain = text.replace(",", "").removesuffix(".0")
    if not plain.isdecimal() or int(plain) > MOST_BEDS:
        raise ValueError("Beds are a whole number, 0 or more.")
    return int(plain)


def kind(text: str) -> Kind:
    try:
        return KINDS[folded(text)]
    except KeyError:
        raise ValueError("Kind is one of: " + ", ".join(one.label.lower() for one in Kind) + ".") from None


def country(text: str) -> str:
    try:
        return countries()[folded(text)]
    except KeyError:
        raise ValueError(
            "This country was not recognised. Use its name or its two letters, such as US."
        ) from None


@cache
def countries() -> dict[str, str]:
    """The two letters of each country by all that ISO 3166 calls it, and by what people in Britain say."""
    names = ("alpha_2", "alpha_3", "name", "common_name", "official_name")
    said = {folded(getattr(one, name, "")): one.alpha_2 for one in pycountry.countries for name in names}
    return {name: code for name, code in said.items() if name} | HOME_NATIONS


def email(text: str) -> str:
    if not EMAIL.fullmatch(text):
        raise ValueError("This is not a whole e-mail address.")
    return text


def website(text: str) -> str:
    """The address, with https:// before it when it came bare."""
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE)
    address = text if has_scheme else f"https://{text}"
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc) or " " in address:
        raise ValueError("This is not the address of a website, such as https://example.org.")
    return address


@lru_cache(maxsize=1_024)
def tags(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for part in re.split(r"[;|]", text) if (name := " ".join(part.split()))))
    if any(len(name) > LONGEST_TAG for name in names):
        raise ValueError(f"A tag has at most {LONGEST_TAG} characters.")
    return names


READERS: dict[str, Callable[[str], Any]] = {
    "beds": beds,
    "country": country,
    "email": email,
    "kind": kind,
    "tags": tags,
    "website": website,
}


def clean(field: str, text: str) -> Any:
    """What the text means for this field. Raises ValueError with a sentence for the user."""
    longest = LONGEST_TEXT if field == "description" else LONGEST_TAGS if field == "tags" else LONGEST
    if len(text) > longest - ROOM.get(field, 0):
        raise ValueError(f"This is longer than {longest - ROOM.get(field, 0):,} characters.")
    return READERS[field](text) if field in READERS else text
