"""Run by tools/drill: back up under load and restore, then cut the power again and again."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.drill.places import PLACES, fill, flask
from tests.drill.power_cut import WRITES, cuts
from tests.drill.under_load import back_up, restored


def tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def drill_backups(places: list, folder: Path, times: int) -> list[str]:
    """Each backup goes into a place of every kind."""
    faults = []
    for place in places:
        tell(f"== Backups of {place.name} while four people write")
        for path in back_up(place, folder, times, tell):
            for target in places:
                tell(f"  into {target.name}:")
                faults += restored(path, place.address, target.empty(), tell)
    return faults


def drill_power(place, folder: Path, rounds: int) -> list[str]:
    tell(f"== {rounds} power cuts on {place.name}, each within {WRITES} writes")
    started, faults, acknowledged, found = time.monotonic(), [], 0, 0
    for number, cut in enumerate(cuts(place, folder / f"{place.name}.log", rounds), 1):
        acknowledged, found = acknowledged + cut.acknowledged, found + cut.found
        faults += cut.faults
        if number % 10 == 0 or number == rounds:
            minutes = (time.monotonic() - started) / 60
            tell(
                f"  {number} cuts in {minutes:.1f} min: {acknowledged} writes acknowledged, {found} there, "
                f"{len(faults)} lost or half"
            )
    tell(f"  {flask(place.address, 'audit', 'verify')}")
    return faults


def main(arguments: argparse.Namespace) -> int:
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        places = [PLACES[name](Path(folder)) for name in arguments.database or PLACES]
        for place in places:
            fill(place.address)
        faults += drill_backups(places, Path(folder), arguments.backups)
        for place in places:
            faults += drill_power(place, Path(folder), arguments.rounds)
        for place in places:
            place.stop()
    for fault in faults:
        tell(f"!! {fault}")
    tell("The drill failed." if faults else "The drill went well: nothing lost, nothing half.")
    return bool(faults)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="power cuts on each database")
    parser.add_argument("--backups", type=int, default=3, help="backups under load of each database")
    parser.add_argument("--database", action="append", choices=PLACES, help="only this one")
    sys.exit(main(parser.parse_args()))
