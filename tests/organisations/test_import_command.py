import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.organisations.models import Organisation

DATA = Path(__file__).parent / "data"


@pytest.fixture
def command(app):
    """`command(path, …)` runs `flask organisations import`."""

    def command(*arguments):
        return app.test_cli_runner().invoke(args=["organisations", "import", *map(str, arguments)])

    return command


@pytest.fixture
def file(tmp_path):
    def file(text: str, name="clients.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return file


def last_line(result) -> str:
    return result.stdout.splitlines()[-1]


def how_many(session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Organisation))


def test_import_ends_with_its_counts(command, session):
    path = DATA / "cms_hgi_2021_excerpt.csv"
    first, second = command(path), command(path)
    assert first.exit_code == second.exit_code == 0
    assert last_line(first) == "created=5 updated=0 unchanged=0 rejected=0 rows=5"
    assert last_line(second) == "created=0 updated=0 unchanged=5 rejected=0 rows=5"
    assert "CMS number: Facility ID" in first.stdout
    assert "Country: always US" in first.stdout
    assert how_many(session) == 5
    assert not path.with_name(f"{path.name}.rejects.csv").exists()


def test_a_dry_run_changes_nothing(command, session):
    result = command(DATA / "nhs_choices_excerpt_tilde.csv", "--dry-run")
    assert last_line(result) == "created=5 updated=0 unchanged=0 rejected=0 rows=5"
    assert "nothing was changed" in result.stdout
    assert how_many(session) == 0


def test_options_are_obeyed(command, file, session):
    path = file("R0A;MANCHESTER;Cobbett House;Oxford Road\nR0B;SUNDERLAND;;Kayll Road\n")
    options = ["--no-header", "--separator", "semicolon", "--encoding", "utf-8", "--match", "ods"]
    maps = ["ods=Column 1", "name=Column 2", "address=Column 3", "address=Column 4"]
    mapped = [part for one in maps for part in ("--map", one)]
    result = command(path, *options, *mapped, "--set", "country=GB", "--set", "kind=health system")
    assert last_line(result) == "created=2 updated=0 unchanged=0 rejected=0 rows=2"
    made = session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
    assert [one.address for one in made] == ["Cobbett House, Oxford Road", "Kayll Road"]
    assert {(one.country, one.kind.value) for one in made} == {("GB", "health_system")}


def test_a_field_is_left_out_by_mapping_it_to_nothing(command, file, session):
    command(file("name,tags,zip\nA,x,01234\n"), "--map", "tags=", "--set", "country=")
    made = session.scalars(sa.select(Organisation)).one()
    assert (made.tags, made.country, made.postcode) == ([], None, "01234")


def test_refused_rows_are_told_and_written_beside_the_file(command, file, session):
    path = file("name,beds\n" + "".join(f"N{number},x\n" for number in range(25)) + "Fine,1\n")
    result = command(path)
    assert result.exit_code == 0
    assert last_line(result) == "created=1 updated=0 unchanged=0 rejected=25 rows=26"
    assert "row 2, beds: 'x': Beds are a whole number" in result.stderr
    assert "and 5 more" in result.stderr
    rejects = path.with_name("clients.csv.rejects.csv")
    assert len(rejects.read_text(encoding="utf-8-sig").splitlines()) == 26


def test_json_tells_all(command, file):
    result = command(file("name;beds\nA;x\nB;1\n"), "--json", "--dry-run")
    told = json.loads(result.stdout)
    assert (told["created"], told["rejected"], told["rows"], told["dry_run"]) == (1, 1, 2, True)
    assert (told["separator"], told["encoding"], told["match"]) == (";", "utf-8", "name")
    assert told["mapping"] == {"name": ["name"], "beds": ["beds"]}
    assert told["errors"][0] == {
        "row": 2,
        "column": "beds",
        "value": "x",
        "reason": "Beds are a whole number, 0 or more.",
    }


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("", [], "is empty"),
        ("name\nA\n", ["--map", "colour=name"], "“colour” is not a field"),
        ("name\nA\n", ["--map", "city=Town"], "There is no column “Town”"),
        ("name\nA\n", ["--map", "city"], "Write it as FIELD="),
        ("name\nA\n", ["--match", "ods"], "say which column holds it"),
        ("name\nA\n", ["--encoding", "klingon"], "is not an encoding"),
        ("colour\nred\n", [], "No column was recognised as the name"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(command, file, session, text, options, sentence):
    result = command(file(text), *options)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert how_many(session) == 0


def test_a_file_that_is_not_there_is_refused(command, tmp_path):
    assert command(tmp_path / "nothing.csv").exit_code == 2
