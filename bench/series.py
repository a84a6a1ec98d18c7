"""`python -m bench.series [FILE]`: the page of a measure of 2,000 points, and of a year of one real trust.

FILE is `ae_attendances.csv` of NHSRdatasets; without it, the excerpt of the tests stands in. Each page is
asked for as XmR and as its values ask for, by turns with its floor: one select of the same values, and a
template of as many bytes. First without, then with what earlier readers left drawn.
"""

import csv
import gc
import logging
import os
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

gc.disable()  # As wsgi.py does.
from bench.__main__ import Page, Settings, ask, environ, signed_in, time_page  # noqa: E402
from bench.floor import Floor  # noqa: E402
from config import ROOT  # noqa: E402
from crm import create_app  # noqa: E402
from crm.engagements.models import Engagement  # noqa: E402
from crm.extensions import db  # noqa: E402
from crm.outcomes.models import Direction, Frequency, Measure, Observation, ValueKind  # noqa: E402
from crm.readers import lifted  # noqa: E402

POINTS, TRUST = 2000, "RF4"
EXCERPT = ROOT / "tests" / "outcomes" / "data" / "ae_rf4.csv"


def measure(name: str, frequency: Frequency, values: list[tuple[date, float, float]]) -> int:
    """A share with its numerators and denominators, on the first engagement of the demo."""
    of = db.session.get_one(Engagement, 1)
    place = {"engagement_id": of.id, "organisation_id": of.organisation_id}
    said = {"value_kind": ValueKind.PROPORTION, "unit": "%", "direction": Direction.DECREASE}
    one = Measure(name=name, frequency=frequency, **said, **place)
    db.session.add(one)
    db.session.flush()
    rows = [
        dict(period_on=day, value=100 * top / bottom, numerator=top, denominator=bottom, **place)
        for day, top, bottom in values
    ]
    rows = [row | {"measure_id": one.id} for row in rows]
    db.session.execute(sa.insert(Observation), rows)
    return one.id


def weekly() -> list[tuple[date, float, float]]:
    first = date(1988, 1, 4)
    return [(first + timedelta(7 * at), 90 + (at * 7919) % 41, 1000 + (at * 31) % 97) for at in range(POINTS)]


def of_trust(path: Path) -> list[tuple[date, float, float]]:
    """Those who stayed longer than four hours, out of all who came, by month."""
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("org_code", TRUST) == TRUST]
    told = (row for row in rows if row.get("type", "1") == "1")
    return sorted(
        (date.fromisoformat(row["period"]), float(row["breaches"]), float(row["attendances"])) for row in told
    )


def main(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/plumbline.db"
        app = create_app(type("Here", (Settings,), {"SQLALCHEMY_DATABASE_URI": address}))
        for handler in logging.getLogger().handlers:
            handler.setStream(open(os.devnull, "w"))  # noqa: SIM115 - written as ever, and read by nobody
        with app.app_context(), lifted():
            db.create_all()
            assert app.test_cli_runner().invoke(args=["demo"]).exit_code == 0
            series = {"2,000 weeks": (Frequency.WEEKLY, weekly()), TRUST: (Frequency.MONTHLY, of_trust(path))}
            keys = {name: measure(name, *said) for name, said in series.items()}
            db.session.commit()
            engine = db.engine
        floor, cookie = Floor(address), signed_in(app, "consultant")
        o = floor["observation"]
        print(f"{'page':<22}  first ms  p50 ms  p90 ms   floor  times   bytes  SQL")
        for name, key in keys.items():
            for chart in ("", "?chart=i"):
                where = f"/measures/{key}{chart}"
                first, _, status = ask(app, environ(where, cookie))
                assert status == "200 OK", status
                select = sa.select(o.id, o.period_on, o.value, o.numerator, o.denominator)
                page = Page(f"{name}{chart}", "consultant", where, select.where(o.measure_id == key))
                one = time_page(app, engine, floor, page, cookie)
                print(
                    f"{page.name:<22} {first / 1e6:>9.0f} {one.p50:>7.2f} {one.p90:>7.2f} {one.floor:>7.2f} "
                    f"{one.times:>6.2f} {one.size:>7,} {one.statements:>4}",
                    flush=True,
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else EXCERPT)
