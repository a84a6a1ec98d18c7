"""Which column of a file holds which field: guessed from the headings, corrected by the user."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from crm.errors import DomainError
from crm.organisations.cells import clean, folded, is_blank
from crm.organisations.models import Scheme

BY_NAME = "name"
SCHEMES = tuple(scheme.value for scheme in Scheme)
#: The headings, folded, under which files keep each field; the likeliest first.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": ("name", "facilityname", "organisationname", "organizationname", "hospitalname", "providername"),
    "kind": ("kind", "organisationkind", "organizationkind"),
    "cms": (
        "cms",
        "cmsnumber",
        "facilityid",
        "cmscertificationnumber",
        "ccn",
        "providerid",
        "providernumber",
    ),
    "ods": ("ods", "odscode", "organisationcode", "orgcode"),
    "npi": ("npi", "npinumber"),
    "jp_list": ("jplist", "japaneselistnumber", "医療機関コード"),
    "other": ("otheridentifier",),
    "address": ("address", "address1", "addressline1", "streetaddress", "street", "住所", "所在地"),
    "city": ("city", "citytown", "town", "towncity"),
    "county": ("county", "countyname", "countyparish"),
    "state": ("state", "stateprovince", "stateorregion", "province", "都道府県"),
    "postcode": ("postcode", "zip", "zipcode", "postcodeorzip", "postalcode", "postalnum", "郵便番号"),
    "country": ("country", "countrycode"),
    "phone": ("phone", "phonenumber", "telephone", "telephonenumber", "tel", "電話番号"),
    "email": ("email", "emailaddress"),
    "website": ("website", "web", "url", "webaddress", "homepage"),
    "beds": ("beds", "bedcount", "numberofbeds", "totalbeds", "sickbednum", "病床数"),
    "ownership": ("ownership", "hospitalownership", "sector", "開設者"),
    "tags": ("tags", "tag", "hospitaltype"),
    "description": ("description", "aboutthem", "about"),
}
FURTHER_ADDRESS = ("address2", "address3", "address4", "address5", "addressline2", "addressline3")
FIELDS = tuple(SYNONYMS)
LABELS = {scheme.value: scheme.label for scheme in Scheme} | {
    "address": "Address",
    "email": "E-mail",
    "postcode": "Postcode or ZIP",
    "state": "State or region",
    "description": "About them",
}


def label(field: str) -> str:
    return LABELS.get(field, field.capitalize())


@dataclass(frozen=True)
class Plan:
    """Where each field comes from: columns, by position, or one value for all rows; and the match key."""

    columns: tuple[str, ...]
    sources: dict[str, tuple[int, ...]]
    constants: dict[str, Any]
    match: str

    @cached_property
    def fields(self) -> list[str]:
        return [field for field in FIELDS if field in self.sources or field in self.constants]

    @cached_property
    def schemes(self) -> list[Scheme]:
        return [Scheme(field) for field in self.fields if field in SCHEMES]

    def heading(self, field: str) -> str:
        """The column, or the columns, that hold the field, as the file calls them."""
        return " + ".join(self.columns[at] for at in self.sources.get(field, ())) or label(field)


def guess_mapping(columns: Iterable[str]) -> dict[str, list[str]]:
    """The columns that hold each field, going by their headings. No column is taken twice."""
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(folded(column), column)
    guess = {}
    for field, synonyms in SYNONYMS.items():
        if found := next((known[synonym] for synonym in synonyms if synonym in known), None):
            guess[field] = [found]
    if "address" in guess:
        guess["address"] += [known[further] for further in FURTHER_ADDRESS if further in known]
    return guess


def guess_constants(columns: Iterable[str]) -> dict[str, str]:
    """The country that the headings give away, where no column says it."""
    known = {folded(column) for column in columns}
    if known & {"country", "countrycode"}:
        return {}
    if known & {"facilityid", "zip", "zipcode", "ccn", "cmscertificationnumber"}:
        return {"country": "US"}
    return {"country": "GB"} if known & {"odscode", "organisationcode"} else {}


def guess_match(mapping: Mapping[str, Any]) -> str:
    return next((scheme for scheme in SCHEMES if scheme in mapping), BY_NAME)


def make_plan(
    columns: tuple[str, ...],
    mapping: Mapping[str, Iterable[str]],
    constants: Mapping[str, str],
    match: str | None = None,
) -> Plan:
    """Check a mapping of fields to headings. Raises DomainError with what to say instead."""
    for field in (*mapping, *constants):
        _known_field(field)
    sources = {field: tuple(_position(columns, one) for one in names) for field, names in mapping.items()}
    sources = {field: positions for field, positions in sources.items() if positions}
    values = {field: _constant(field, text) for field, text in constants.items() if text.strip()}
    plan = Plan(columns, sources, values, match or guess_match(sources))
    _check_match(plan)
    return plan


def _known_field(field: str) -> None:
    if field not in SYNONYMS:
        raise DomainError(f"“{field}” is not a field. The fields are: {', '.join(FIELDS)}.")


def _position(columns: tuple[str, ...], name: str) -> int:
    """Where the column stands: by its very heading, else by the same letters."""
    if name in columns:
        return columns.index(name)
    alike = [position for position, column in enumerate(columns) if folded(column) == folded(name)]
    if len(alike) == 1:
        return alike[0]
    near = get_close_matches(name, columns, 1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The columns are: {', '.join(columns[:60])}."
    raise DomainError(f"There is no column “{name}”. {hint}")


def _constant(field: str, text: str) -> Any:
    text = " ".join(text.split())
    if field in SCHEMES or field == "name":
        raise DomainError(f"{label(field)} cannot be the same in all rows. Choose a column for it.")
    if is_blank(text):
        raise DomainError(f"{label(field)} cannot be set to “{text}”, which stands for nothing.")
    try:
        return clean(field, text)
    except ValueError as error:
        raise DomainError(f"{label(field)} “{text}”: {error}") from None


def _check_match(plan: Plan) -> None:
    if plan.match not in (BY_NAME, *SCHEMES):
        raise DomainError(
            f"Rows are matched by one of: {', '.join((BY_NAME, *SCHEMES))}; not by “{plan.match}”."
        )
    if plan.match in plan.sources:
        return
    if plan.match == BY_NAME:
        raise DomainError(
            "No column was recognised as the name. Say which one it is (such as --map name=COLUMN). "
            f"The columns are: {', '.join(plan.columns[:60])}."
        )
    raise DomainError(f"To match rows by the {label(plan.match)}, say which column holds it.")
