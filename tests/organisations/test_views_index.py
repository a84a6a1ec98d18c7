"""The list of clients: what it finds, narrows and sorts."""

import pytest

from crm.organisations.models import Kind
from tests import factories as make
from tests.naughty import LONG, NAUGHTY
from tests.organisations.test_views import FIELDS
from tests.reading import main, typed


def test_index_shows_whom_i_serve_and_nobody_else(browser, me, ours):
    make.EngagementFactory(organisation=make.OrganisationFactory(name="By team"), team=[me])
    make.OrganisationFactory(name="Foreign", state="Elsewhere")
    page = main(browser.get("/organisations/").text)
    assert "Kept" in page
    assert "By team" in page
    assert "2 clients" in page
    assert "Foreign" not in page
    assert "Elsewhere" not in page, "the picker of states tells as little as the list"


@pytest.mark.parametrize("path", ["/organisations/", "/engagements/"])
def test_index_costs_the_same_however_long_it_is(browser, me, queries, path):
    def cost() -> int:
        queries.clear()
        browser.get(path)
        return len(queries)

    make.EngagementFactory(organisation=make.OrganisationFactory(keeper=me), team=[me])
    one = cost()
    for _ in range(49):
        make.EngagementFactory(organisation=make.OrganisationFactory(keeper=me), team=[me], lead=me)
    assert cost() == one <= 8


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("100% Care", "100%"),
        ("Ward_7", "ward_"),
        ("Back\\slash", "back\\"),
        ("St Mary's", "mary's"),
        ("Hôpital Necker", "hopital"),
        ("Hopital Nord", "HÔPITAL"),
        ("東京大学病院", "東京"),
        ("社会医療法人大学病院", "大学病院"),
        ("서울병원", "서울"),
        ("Straße Klinik", "strasse"),
        ("Ｗｉｄｅ Clinic", "wide"),
        ("Lakeside General Hospital", "gen lake"),
        ("Fish &amp; Chips <b>", "<b>"),
    ],
)
def test_search_finds_by_name_and_nothing_else(browser, me, name, asked):
    make.OrganisationFactory(name=name, keeper=me)
    make.OrganisationFactory(name="Quite another 1000 Wardx7", keeper=me)
    page = browser.get("/organisations/", query_string={"q": asked}).text
    assert "1 client Name" in main(page)
    assert name in main(page)
    assert typed(page, "q") == asked


@pytest.mark.parametrize(
    "asked", ["%", "_", "\\", "'", "\0", "a\0b", LONG, *NAUGHTY.values()], ids=lambda q: q[:6]
)
@pytest.mark.parametrize("field", ["q", "state", "kind", "tag", "sort", "mine", "at"])
def test_index_takes_anything_that_is_asked(browser, ours, asked, field):
    for path in ("/organisations/", "/engagements/", "/engagements/new"):
        assert browser.get(path, query_string={field: asked}).status_code == 200


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"state": "WI"}, "Small"),
        ({"kind": "non_profit"}, "Large"),
        ({"tag": "pilot"}, "Small"),
        ({"mine": "1"}, "Small"),
        ({"sort": "beds"}, "Large"),
        ({"sort": "newest"}, "Large"),
        ({}, "Alpha"),
    ],
)
def test_index_narrows_and_sorts(browser, me, question, found):
    small = make.OrganisationFactory(name="Small", keeper=me, state="WI", beds=10)
    make.EngagementFactory(organisation=small, team=[me])
    browser.post(
        f"/organisations/{small.id}/edit", data=FIELDS | {"name": "Small", "state": "WI", "tags": "pilot"}
    )
    make.OrganisationFactory(name="Alpha", keeper=me)
    make.OrganisationFactory(name="Large", keeper=me, kind=Kind.NON_PROFIT, beds=900)
    page = browser.get("/organisations/", query_string=question).text
    assert page.split('<th scope="row">')[1].split("</a>")[0].endswith(found)


def test_index_without_anything_says_how_to_begin(browser):
    assert "Import a file" in browser.get("/organisations/").text
    assert "No client matches" in browser.get("/organisations/?q=nothing").text
