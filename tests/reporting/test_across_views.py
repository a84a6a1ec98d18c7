"""The catalogue, and the pages and files of its reports: the same rows everywhere, for those who may."""

import io
import zipfile

import pytest

from crm.access import RULES, Role
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE
from crm.reporting.views_across import ACROSS
from reports.writers import FORMATS
from tests import factories as make
from tests.reading import addresses, main, typed
from tests.reporting.expected import Said, check_page
from tests.reporting.random_practice import FIRST, LAST, NOW, SPAN, Practice
from tests.scene import everything

QUERY = "&".join(f"{name}={value}" for name, value in SPAN.items())


@pytest.fixture
def practice(session, clock_at):
    clock_at(NOW)
    return Practice(7)


@pytest.fixture
def command(app, tmp_path):
    """`command(name, format, ...)`: the file that `flask report` writes."""

    def command(name, format_, *options):
        out = tmp_path / f"{name}.{format_}"
        arguments = ["report", name, "--format", format_, "--out", str(out), *map(str, options)]
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return out.read_bytes()

    return command


@pytest.mark.parametrize("name", ACROSS)
def test_a_report_says_the_same_on_its_page_as_by_its_command(name, practice, sign_in, command):
    coach = practice.coaches[0]
    person = coach.id if name == "coaching-letter" else None
    query = QUERY + (f"&person={person}" if person else "")
    options = ["--from", FIRST, "--to", LAST, *(["--person", person] if person else [])]
    client = sign_in(make.UserFactory(role=Role.ADMINISTRATOR))
    said = Said(client.get(f"/reports/{name}.json?{query}").data)
    assert any(said.counts.values())

    check_page(client.get(f"/reports/{name}?{query}").text, said)
    assert Said(command(name, "json", *options)).tables == said.tables


@pytest.mark.parametrize("name", ACROSS)
def test_a_report_of_nothing_says_so(name, session, sign_in):
    client = sign_in(make.UserFactory(role=Role.MANAGER))
    page = client.get(f"/reports/{name}")
    assert page.status_code == 200
    assert set(Said(client.get(f"/reports/{name}.json").data).counts.values()) <= {0, 2}
    for format_ in FORMATS:
        if format_ != "pdf":
            assert client.get(f"/reports/{name}.{format_}").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_the_catalogue_lists_what_the_reader_may_run_and_no_more(session, sign_in, role):
    client = sign_in(make.UserFactory(role=role))
    page = client.get("/reports")
    runs = {n for n, e in CATALOGUE.items() if not e.of_engagement and role in RULES[e.permission]}
    offered = addresses(page.text) if page.status_code == 200 else set()
    for name, entry in CATALOGUE.items():
        if entry.of_engagement:
            continue
        assert (f"/reports/{name}" in offered) is (name in runs)
        for address in (f"/reports/{name}", f"/reports/{name}.csv"):
            assert client.get(address).status_code == (200 if name in runs else 403)
    assert bool(runs) is (role in (Role.ADMINISTRATOR, Role.MANAGER, Role.CONSULTANT))


def test_the_form_keeps_what_was_asked_and_the_files_ask_the_same(practice, sign_in):
    page = sign_in(practice.manager).get(f"/reports/hours?{QUERY}&kind=hospital&tag=rural&stage=nonsense")
    assert (typed(page.text, "from"), typed(page.text, "to")) == (SPAN["from"], SPAN["to"])
    assert '<option value="hospital" selected>' in page.text
    assert '<option value="rural" selected>' in page.text
    assert "Hospital · rural" in page.text
    assert f"/reports/hours.xlsx?{QUERY}&kind=hospital&tag=rural" in addresses(page.text)


def test_a_consultant_is_offered_no_colleagues(practice, sign_in):
    page = sign_in(practice.coaches[0]).get("/reports/hours")
    assert 'name="person"' not in page.text
    assert practice.coaches[2].name not in main(page.text)


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=0001-01-01&to=9999-12-31", "person=x&kind=x&stage=x", "tag=%00"]
)
def test_what_cannot_be_meant_is_taken_as_not_said(practice, sign_in, query):
    client = sign_in(practice.manager)
    assert client.get(f"/reports/hours.json?{query}").data == client.get("/reports/hours.json").data


def test_days_the_wrong_way_round_are_one_day():
    asked = Asked.of({"from": "2026-03-05", "to": "2026-03-01"}, NOW.date())
    assert (asked.first, asked.last) == (asked.last, asked.last)


@pytest.mark.parametrize("ending", [".odt", ".csv?table=secrets", ".py"])
def test_a_report_refuses_a_format_or_a_table_that_it_has_not(session, sign_in, ending):
    assert sign_in(make.UserFactory(role=Role.MANAGER)).get(f"/reports/hours{ending}").status_code == 404


@pytest.mark.parametrize("name", ACROSS)
def test_no_report_tells_a_private_note(session, clock_at, sign_in, name):
    clock_at(NOW)
    everything(make.UserFactory())
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        answer = sign_in(make.UserFactory(role=role)).get(f"/reports/{name}.json?{QUERY}")
        assert "Between me and myself" not in answer.text


def test_a_letter_names_whoever_draws_it_up_and_nobody_by_command(practice, sign_in, command):
    coach = practice.coaches[0]
    page = sign_in(coach).get(f"/reports/coaching-letter?{QUERY}")
    assert f"Drawn up by {coach.name} on 15 Apr 2026." in main(page.text)
    letter = command("coaching-letter", "json", "--from", FIRST, "--to", LAST, "--person", coach.id)
    assert "Drawn up on 15 Apr 2026." in Said(letter).content["opening"]


def test_a_reader_has_numbers_and_days_in_their_own_way(practice, sign_in):
    practice.manager.locale = "de-DE"
    make.session.flush()
    client = sign_in(practice.manager)
    page = client.get(f"/reports/hours?{QUERY}")
    assert "01.01.2026" in main(page.text)
    assert "31.03.2026" in main(page.text)
    assert b"dd.mm.yyyy" in styles_of(client.get(f"/reports/hours.xlsx?{QUERY}").data)
    assert client.get(f"/reports/hours.json?{QUERY}").json["subtitle"] == "1 Jan 2026 to 31 Mar 2026"
    other = sign_in(make.UserFactory(role=Role.MANAGER))
    assert "1 Jan 2026" in main(other.get(f"/reports/hours?{QUERY}").text)


def styles_of(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/styles.xml")


def test_the_account_says_how_reports_are_written(session, sign_in):
    user = make.UserFactory(role=Role.MANAGER)
    client = sign_in(user)
    assert typed(client.get("/account").text, "locale") == "en-GB"
    said = {"name": user.name, "time_zone": "UTC", "locale": "fr-FR"}
    assert client.post("/account", data=said).status_code == 302
    make.session.refresh(user)
    assert user.locale == "fr-FR"
    assert client.post("/account", data=said | {"locale": "xx"}).status_code == 422
