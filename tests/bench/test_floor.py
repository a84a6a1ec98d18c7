"""The floor that `make bench` measures against: a page as long as ours, with the rows asked for."""

import pytest
import sqlalchemy as sa

from bench.floor import Floor

pytestmark = pytest.mark.no_database
ROW = '<a href="/places/1">A &amp; B</a></th><td>Madison</td>'


@pytest.fixture
def floor(tmp_path):
    """Called with `static` or not: a floor over one table of two places."""
    made = []

    def floor(*, static: bool = False) -> Floor:
        made.append(Floor(f"sqlite:///{tmp_path}/rows.db", static=static))
        with made[-1].engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE place (id INTEGER, name TEXT, city TEXT)")
            connection.exec_driver_sql("INSERT INTO place VALUES (1, 'A & B', 'Madison'), (2, 'C', 'Ames')")
        made[-1].tables.reflect(made[-1].engine)
        return made[-1]

    yield floor
    for one in made:
        one.engine.dispose()


def page_of(floor: Floor, *criteria) -> str:
    place = floor["place"]
    floor.add("places", sa.select(place.id, place.name, place.city).where(*criteria), 5_000)
    return floor.app.test_client().get("/places").text


def test_a_floor_page_is_as_long_as_ours_and_made_of_its_rows(floor):
    page = page_of(floor())

    assert len(page) == 5_000
    assert page.count(ROW) > 20
    assert page.count("<tr>") - 2 * page.count(ROW) in {-1, 0}
    assert page.count("The frame of a page") <= 1


def test_a_floor_page_without_rows_is_text(floor):
    page = page_of(floor(), sa.false())

    assert len(page) == 5_000
    assert "<tr>" not in page


def test_a_static_floor_shows_each_row_once(floor):
    page = page_of(floor(static=True))

    assert len(page) == 5_000
    assert page.count(ROW) == 1
