"""Those with a sign-in: seven for whoever tries the demo, forty more who lead the bulk of the large one."""

import re
from typing import NamedTuple

from crm.access import Role
from crm.accounts.models import User
from crm.demo.rows import Rows
from crm.organisations.models import searchable

DOMAIN = "plumbline.example"


class Person(NamedTuple):
    key: str
    name: str
    role: Role
    time_zone: str

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


SIGN_INS = (
    Person("admin", "Ruth Adeyemi", Role.ADMINISTRATOR, "America/Chicago"),
    Person("manager", "Helen Whitcombe", Role.MANAGER, "Europe/London"),
    Person("consultant", "Daniel Okafor", Role.CONSULTANT, "America/Chicago"),
    Person("consultant2", "Priya Raman", Role.CONSULTANT, "Europe/London"),
    Person("client", "Maria Delgado", Role.CLIENT, "America/Chicago"),
    Person("client2", "Gareth Pugh", Role.CLIENT, "Europe/London"),
    Person("adviser", "Noriko Hayashi", Role.ADVISER, "Asia/Tokyo"),
)

GIVEN = (
    "Amara", "Tomasz", "Leila", "Henrik", "Mei", "Joaquín", "Siobhan", "Kofi", "Anneliese", "Ravi", "Yuki",
    "Catarina", "Emeka", "Freya", "Hassan", "Ingrid", "Jamal", "Katarzyna", "Lucía", "Malik", "Nadia",
    "Owen", "Parisa", "Quentin", "Rosa", "Sanjay", "Tamsin", "Ulrich", "Vera", "Wanjiru", "Xiaoming",
    "Yusuf", "Zofia", "Aroha", "Björn", "Chidi", "Dalia", "Efua", "Farid", "Greta",
)  # fmt: skip
FAMILY = (
    "Abara", "Nowicki", "Haddad", "Lindqvist", "Tanaka", "Serrano", "Gallagher", "Mensah", "Brandt", "Iyer",
    "Morimoto", "Figueiredo", "Obi", "Ashworth", "Karimi", "Solberg", "Freeman", "Wójcik", "Paredes",
    "Hussain", "Petrova", "Bevan", "Rostami", "Lefèvre", "Bianchi", "Mehta", "Trevelyan", "Vogel", "Novak",
    "Kamau", "Liu", "Demir", "Zielińska", "Parata", "Eklund", "Eze", "Mansour", "Asante", "Nasser", "Holm",
)  # fmt: skip
ZONES = (
    "America/Chicago",
    "America/New_York",
    "Europe/London",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Asia/Tokyo",
)


def address(name: str) -> str:
    """The part before the @: no accents, no titles, dots between."""
    return ".".join(re.findall(r"[a-z]+", searchable(name).removeprefix("dr ")))


def colleagues() -> list[Person]:
    names = (f"{given} {family}" for given, family in zip(GIVEN, FAMILY, strict=True))
    return [
        Person(address(name), name, Role.CONSULTANT, ZONES[number % len(ZONES)])
        for number, name in enumerate(names)
    ]


def add_people(rows: Rows, people, password: str) -> dict[str, int]:
    """The ids of the people by key. They all share one hash, for hashing is meant to be slow."""
    return {
        person.key: rows.add(
            User,
            name=person.name,
            email=person.email,
            password=password,
            role=person.role,
            time_zone=person.time_zone,
        )
        for person in people
    }
