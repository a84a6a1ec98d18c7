"""The floor that `make bench` measures against: a page as long as ours, with the rows asked for."""

import pytest
import sqlalchemy as sa

from bench.floor import Floor

pytestmark = pytest.mark.no_database


def test_a_floor_page_is_as_long_as_ours_and_shows_its_rows(tmp_path):
    floor = Floor(f"sqlite:///{tmp_path}/rows.db")
    with floor.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE place (id INTEGER, name TEXT, city TEXT)")
        connection.exec_driver_sql("INSERT INTO place VALUES (1, 'A & B', 'Madison')")
    floor.tables.reflect(floor.engine)
    place = floor["place"]

    floor.add("places", sa.select(place.id, place.name, place.city), 5_000)

    page = floor.app.test_client().get("/places")
    assert len(page.data) == 5_000
    assert '<a href="/places/1">A &amp; B</a></th><td>Madison</td>' in page.text
    floor.engine.dispose()
