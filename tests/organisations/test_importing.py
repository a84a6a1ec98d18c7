from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations import importing, mapping, matching
from crm.organisations.cells import clean
from crm.organisations.importing import import_organisations
from crm.organisations.mapping import guess_constants, guess_mapping, make_plan
from crm.organisations.models import Identifier, Kind, Organisation, Scheme, Tag
from crm.organisations.reading import read
from tests.factories import OrganisationFactory, UserFactory

DATA = Path(__file__).parent / "data"
COUNTS = ("created", "updated", "unchanged", "rejected", "rows")


@pytest.fixture(autouse=True)
def app_context(app, session):
    with app.app_context():
        yield


def run(content: str | bytes, *, match=None, constants=None, by=None, dry_run=False, maps=None, **reading):
    sheet = read(content.encode() if isinstance(content, str) else content, "x.csv", **reading)
    chosen = guess_mapping(sheet.columns) | (maps or {})
    plan = make_plan(sheet.columns, chosen, constants or guess_constants(sheet.columns), match)
    outcome = import_organisations(sheet, plan, by=by, dry_run=dry_run)
    assert outcome.created + outcome.updated + outcome.unchanged + outcome.rejected == outcome.rows
    return outcome


def counts(outcome) -> list[int]:
    return [outcome.counts[name] for name in COUNTS]


def reasons(outcome) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.reason) for problem in outcome.problems]


def organisation(**having) -> Organisation:
    return db.session.scalars(sa.select(Organisation).filter_by(**having)).one()


def known(scheme=Scheme.CMS, value="010001", **fields) -> Organisation:
    made = OrganisationFactory(**fields)
    made.identifiers.append(Identifier(scheme=scheme, value=value))
    sa.orm.object_session(made).flush()
    return made


def how_many(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# What the columns mean


def test_mapping_is_guessed_for_the_american_file():
    sheet = read((DATA / "cms_hgi_2021_excerpt.csv").read_bytes(), "x")
    guess = guess_mapping(sheet.columns)
    assert guess["cms"] == ["Facility ID"]
    assert guess["tags"] == ["Hospital Type"]
    assert (guess["postcode"], guess["county"], guess["phone"]) == (
        ["ZIP Code"],
        ["County Name"],
        ["Phone Number"],
    )
    assert guess_constants(sheet.columns) == {"country": "US"}
    assert mapping.guess_match(guess) == "cms"


def test_mapping_is_guessed_for_the_british_file():
    sheet = read((DATA / "nhs_choices_excerpt_tilde.csv").read_bytes(), "x")
    guess = guess_mapping(sheet.columns)
    assert (guess["ods"], guess["name"]) == (["OrganisationCode"], ["OrganisationName"])
    assert guess["address"] == ["Address1", "Address2", "Address3"]
    assert guess_constants(sheet.columns) == {"country": "GB"}


@pytest.mark.parametrize(
    ("maps", "constants", "match", "sentence"),
    [
        ({"nmae": ["Name"]}, {}, None, "“nmae” is not a field. The fields are: name"),
        ({"name": ["Nane"]}, {}, None, "There is no column “Nane”. Did you mean “Name”?"),
        ({"name": []}, {}, None, "No column was recognised as the name"),
        ({}, {}, "cms", "To match rows by the CMS number, say which column holds it"),
        ({}, {}, "colour", "Rows are matched by one of"),
        ({}, {"cms": "1"}, None, "cannot be the same in all rows"),
        ({}, {"country": "Narnia"}, None, "This country was not recognised"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(maps, constants, match, sentence):
    with pytest.raises(DomainError, match=sentence):
        run("Name,Town\nA,B\n", maps=maps, constants=constants, match=match)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("beds", "1,200", 1200),
        ("beds", "120.0", 120),
        ("kind", "Non-profit", Kind.NON_PROFIT),
        ("kind", "HEALTH SYSTEM", Kind.HEALTH_SYSTEM),
        ("country", "United Kingdom", "GB"),
        ("country", "us", "US"),
        ("country", "USA", "US"),
        ("website", "www.gwh.nhs.uk/x", "https://www.gwh.nhs.uk/x"),
        ("website", "HTTP://example.org", "HTTP://example.org"),
        ("website", "example.org:8080/a", "https://example.org:8080/a"),
        ("tags", "Acute; Rural|Acute", ("Acute", "Rural")),
    ],
)
def test_cells_are_read(field, text, value):
    assert clean(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("beds", "-1"),
        ("beds", "12.5"),
        ("beds", "many"),
        ("beds", "99999999999"),
        ("kind", "school"),
        ("email", "a@b"),
        ("email", "a b@example.org"),
        ("email", "a@example.org; b@example.org"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://example.org"),
        ("website", "no website"),
        ("website", "http://[::1"),
        ("name", "x" * 256),
        ("website", "www.example.org/" + "x" * 240),
        ("tags", "x" * 61),
    ],
)
def test_cells_are_refused(field, text):
    with pytest.raises(ValueError, match=r"[A-Z].*\."):
        clean(field, text)


# What is written


def test_import_creates_organisations():
    outcome = run((DATA / "cms_hgi_2021_excerpt.csv").read_bytes())
    assert counts(outcome) == [5, 0, 0, 0, 5]
    made = organisation(name="PRESBYTERIAN COMMUNITY HOSP")
    assert (made.postcode, made.state, made.country, made.kind) == ("00907", "PR", "US", Kind.HOSPITAL)
    assert made.search_name == "presbyterian community hosp"
    assert [(one.scheme, one.value) for one in made.identifiers] == [(Scheme.CMS, "400001")]
    assert [tag.name for tag in made.tags] == ["Acute Care Hospitals"]
    assert made.created_at is not None
    assert made.keeper_id is None


def test_import_of_the_same_file_again_changes_nothing():
    content = (DATA / "nhs_choices_excerpt_tilde.csv").read_bytes()
    assert counts(run(content)) == [5, 0, 0, 0, 5]
    made = organisation(name="Stockton Hall Hospital")
    assert made.address == "Stockton Hall, The Village, Stockton On The Forest"
    assert organisation(name="Bridgewater Hospital").website == "https://www.bridgewaterhospital.com"
    assert organisation(name="West Midlands Hospital").phone == "01384 560123"
    assert counts(run(content)) == [0, 0, 5, 0, 5]
    assert how_many(Organisation) == 5


def test_import_updates_what_the_file_says_and_erases_nothing(session):
    one = known(name="Old name", city="Dothan", phone="1", state="AL")
    session.expire_all()
    outcome = run("Facility ID,Name,City,Phone,State\n010001,New name,,Not Available,GA\n")
    assert counts(outcome) == [0, 1, 0, 0, 1]
    found = organisation(id=one.id)
    assert (found.name, found.search_name, found.state) == ("New name", "new name", "GA")
    assert (found.city, found.phone) == ("Dothan", "1")


def test_import_adds_tags_and_identifiers_and_takes_none_away(session):
    one = known(name="A")
    one.tags.append(Tag(name="Rural"))
    session.flush()
    outcome = run("cms,name,tags,npi\n010001,A,rural; Acute,99\n")
    assert counts(outcome) == [0, 1, 0, 0, 1]
    found = organisation(id=one.id)
    assert [tag.name for tag in found.tags] == ["Acute", "Rural"]
    assert {one.value for one in found.identifiers} == {"010001", "99"}
    assert counts(run("cms,name,tags,npi\n010001,A,rural; Acute,99\n")) == [0, 0, 1, 0, 1]


def test_a_known_organisation_needs_no_name():
    one = known(name="A")
    assert counts(run("cms,beds\n010001,120\n")) == [0, 1, 0, 0, 1]
    assert organisation(id=one.id).beds == 120
    assert reasons(run("cms,beds\n010002,120\n")) == [(2, "Name", "Name is missing.")]


def test_constants_hold_for_all_rows():
    run("name\nA\nB\n", constants={"country": "France", "kind": "patient association"})
    assert organisation(name="B").country == "FR"
    assert organisation(name="B").kind is Kind.PATIENT_ASSOCIATION


def test_a_dry_run_says_what_would_be_and_writes_nothing():
    known(name="A")
    outcome = run("cms,name,tags\n010001,B,x\n010002,C,y\n010002,D,z\n", dry_run=True)
    assert counts(outcome) == [1, 1, 0, 1, 3]
    assert (how_many(Organisation), how_many(Identifier), how_many(Tag)) == (1, 1, 0)
    assert organisation().name == "A"


# What is refused


def test_every_error_of_every_row_is_told_at_once():
    rows = ("A,x,nobody,javascript:1", ",1,,", "B,2,b@example.org,example.org,too,much", "C,,,")
    outcome = run("name,beds,email,website\n" + "\n".join(rows))
    assert counts(outcome) == [1, 0, 0, 3, 4]
    told = [(problem.row, problem.column, problem.value) for problem in outcome.problems]
    assert told == [
        (2, "email", "nobody"),
        (2, "website", "javascript:1"),
        (2, "beds", "x"),
        (3, "name", ""),
        (4, "beyond the last column", "too much"),
    ]


def test_the_second_row_with_a_key_is_refused():
    outcome = run("cms,name\n1,A\n2,B\n1,C\n")
    assert reasons(outcome) == [(4, "cms", "Row 2 of this file has the same CMS number.")]
    assert counts(run("name,city,state\nÉcole,Paris,\nECOLE,paris,\nEcole,Lyon,\n")) == [2, 0, 0, 1, 3]


def test_a_row_without_the_key_is_refused():
    outcome = run("cms,name\nN/A,A\n")
    assert reasons(outcome) == [(2, "cms", "The CMS number is missing, and rows are matched by it.")]


def test_names_are_matched_by_place():
    OrganisationFactory(name="St Mary's", state="TX", city="Waco")
    OrganisationFactory(name="St. Luke's", state="TX")
    OrganisationFactory(name="General", state="TX")
    OrganisationFactory(name="General", state="CA")
    rows = ("ST MARY'S,TX,waco,1", "St. Luke's,TX,Waco,2", "St Mary's,NY,Utica,3", "General,,,4")
    outcome = run("name,state,city,beds\n" + "\n".join(rows))
    assert counts(outcome) == [1, 2, 0, 1, 4]
    assert "2 organisations in Plumbline have this name" in outcome.problems[0].reason


def test_an_identifier_is_never_replaced_nor_taken():
    known(name="A").identifiers.append(Identifier(scheme=Scheme.NPI, value="11"))
    known(name="B", value="010002")
    run("cms,npi\n010001,11\n")
    outcome = run("cms,name,npi\n010001,A,12\n010002,B,11\n")
    assert [reason for _, _, reason in reasons(outcome)] == [
        "This organisation has the NPI 11. Change that on its own page.",
        "Another organisation in Plumbline has this NPI.",
    ]


def test_a_consultant_keeps_what_they_create_and_changes_only_clients_they_serve():
    consultant = UserFactory(role=Role.CONSULTANT)
    known(name="Not theirs")
    known(name="Theirs", value="010002", keeper_id=consultant.id)
    text = "cms,name\n010001,X\n010002,Y\n010003,New\n"
    outcome = run(text, by=consultant)
    assert counts(outcome) == [1, 1, 0, 1, 3]
    assert "not among the clients that you serve; ask a manager" in outcome.problems[0].reason
    assert organisation(name="New").keeper_id == consultant.id
    assert organisation(name="Not theirs")


def test_a_manager_changes_all_and_keeps_none():
    known(name="A")
    outcome = run("cms,name\n010001,X\n010003,New\n", by=UserFactory(role=Role.MANAGER))
    assert counts(outcome) == [1, 1, 0, 0, 2]
    assert organisation(name="New").keeper_id is None


def test_a_row_that_only_the_database_refuses_is_refused_alone(monkeypatch):
    known(name="A")
    monkeypatch.setattr(matching, "identifier_owners", lambda entries, plan: {})
    outcome = run("cms,name,tags\n010000,B,x\n010001,C,x\n010003,D,y\n")
    assert counts(outcome) == [2, 0, 0, 1, 3]
    assert outcome.problems[0].row == 3
    assert outcome.problems[0].reason == importing.REFUSED
    assert how_many(Organisation) == 3


def test_refused_rows_come_back_as_a_file_to_mend():
    outcome = run("name,beds,phone\nA,1,\nB,x,=1\nC,y,+44 1\n", by=UserFactory(role=Role.MANAGER))
    lines = outcome.rejects.splitlines()
    assert lines[0] == "row,why,name,beds,phone"
    assert lines[1] == '3,"beds: Beds are a whole number, 0 or more.",B,x,\'=1'
    again = run(outcome.rejects)
    assert counts(again) == [0, 0, 0, 2, 2]
    assert again.rejects.splitlines()[0] == lines[0]
    assert counts(run(outcome.rejects.replace(",x,", ",5,").replace(",y,", ",6,"))) == [2, 0, 0, 0, 2]
    assert organisation(name="B").phone == "=1"


def test_chunks_are_one_statement_each(monkeypatch, queries):
    text = "cms,name,tags\n" + "".join(f"{number:06},Name {number},t\n" for number in range(50))
    run(text, dry_run=True)
    few = len(queries)
    queries.clear()
    run(text + "".join(f"{number:06},Name {number},t\n" for number in range(50, 500)), dry_run=True)
    assert len(queries) == few
