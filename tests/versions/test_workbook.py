"""The workbook's live formulas say what Plumbline says, and text in it is never a formula."""

import re
from itertools import pairwise

import numpy as np
import pytest

from crm.methods.alignment import score
from crm.versions.content import canonical, digest_of
from crm.versions.sheet import Kept
from crm.versions.workbook import workbook_of
from tests.versions.contents import content
from tests.versions.filled import NS, edited, sheets
from tests.versions.rows import goal
from tests.versions.test_round_trip import big, workbook

pytestmark = pytest.mark.no_database


def cells(file: bytes, sheet: int = 1) -> dict[str, tuple[str | None, str | None]]:
    """The formula and the value of each cell, by its address."""
    found = {}

    def look(tree) -> None:
        for cell in tree.iter(f"{NS}c"):
            formula, value = cell.find(f"{NS}f"), cell.find(f"{NS}v")
            found[cell.get("r")] = (
                formula.text if formula is not None else None,
                value.text if value is not None else None,
            )

    edited(file, f"xl/worksheets/sheet{sheet}.xml", look)
    return found


def formulas(file: bytes) -> dict[str, tuple[str, float]]:
    return {at: (formula, float(value)) for at, (formula, value) in cells(file).items() if formula}


WEIGHED = content(
    [goal(1, weight=5), goal(2, weight=3), goal(3, weight=2)], 4,
    [(1, 101, 9), (1, 102, 3), (2, 101, 1), (2, 102, 9)],
)  # fmt: skip


def test_the_published_example_is_cached_as_it_is_reckoned():
    """METHODS.md: weights 5, 3, 2 give shares 53.3 % and 46.7 %, coverage 0.80 and density 4/12."""
    found = formulas(workbook(WEIGHED))
    # Three goals and six empty rows from row 3: T stands in row 12, shares in 13, coverage and density below.
    assert [found[at][1] for at in ("D12", "E12", "F12", "G12")] == pytest.approx([4.8, 4.2, 0, 0])
    assert [found[at][1] for at in ("D13", "E13")] == pytest.approx([48 / 90, 42 / 90])
    assert (found["D14"][1], found["D15"][1]) == pytest.approx((0.8, 4 / 12))
    assert [found[at][1] for at in ("L3", "M3", "N3", "M4", "N5")] == pytest.approx([0.5, 12, 9, 10, 0])


def test_every_cached_value_equals_our_own_numbers():
    said = big()
    sheet, found = Kept(said), formulas(workbook(said))
    ours = score([line.weight for line in sheet.goals], sheet.marks)
    t, shares = (row_of(found, number) for number in (49, 50))
    np.testing.assert_allclose(t[:60], ours.contributions, rtol=1e-12)
    np.testing.assert_allclose(shares[:60], ours.shares, rtol=1e-12)
    assert t[60:] == shares[60:] == [0.0] * 4
    assert found["D51"][1] == pytest.approx(ours.coverage, rel=1e-12)
    assert found["D52"][1] == pytest.approx(ours.density, rel=1e-12)


def row_of(found: dict, number: int) -> list[float]:
    """The values of a row, from column D on."""
    here = {at: value for at, (_, value) in found.items() if re.fullmatch(rf"[A-Z]+{number}", at)}
    return [here[at] for at in sorted(here, key=lambda at: (len(at), at))]


def evaluated(formula: str, file: bytes) -> float:
    """What a formula gives, reckoned by numpy from the cells alone: an own reading of the seven forms."""
    grid = sheets(file)["Matrix"]

    def area(name: str) -> np.ndarray:
        (column, row), (last_column, last_row) = (
            (number_of(letters), int(digits))
            for letters, digits in re.findall(r"([A-Z]+)(\d+)", name.replace("$", ""))
        )
        rows = grid[row - 1 : last_row]
        return np.array(
            [[one if one != "" else 0 for one in line[column - 1 : last_column]] for line in rows]
        )

    names = {"SUM": np.sum, "MAX": np.max, "SUMPRODUCT": lambda *all_: np.sum(np.prod(all_, axis=0))}
    names |= {
        "COUNTA": lambda cells: np.count_nonzero(cells != "0") if cells.dtype.kind in "UO" else 0,
        "COUNTIF": lambda cells, _: np.count_nonzero(cells > 0),
        "SUMIF": lambda cells, _, weights: np.sum(weights[cells >= 3]),
        "IF": lambda test, one, other: one if test else other(),
    }  # fmt: skip
    python = re.sub(r"\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+", lambda at: f"area('{at[0]}')", formula.lstrip("="))
    python = re.sub(
        r"(?<![A-Z$'])(\$?[A-Z]{1,2}\$?\d+)(?![\d:'])", lambda at: f"area('{at[0]}:{at[0]}').item()", python
    )
    test = re.fullmatch(r"IF\((.*?)=0,0,(.*)\)", python)
    if test:
        python = f"IF(({test[1]})==0,0,lambda: {test[2]})"
    return float(eval(python, names | {"area": area}))  # noqa: S307 - formulas that we wrote


def number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def test_the_formulas_reckon_what_is_cached():
    file = workbook(WEIGHED)
    for at, (formula, value) in formulas(file).items():
        assert evaluated(formula, file) == pytest.approx(value), (at, formula)


def test_the_formulas_reach_over_every_row_and_column():
    said = big()
    found = formulas(workbook(said))
    assert found["D49"][0] == "IF(SUM($C$3:$C$48)=0,0,SUMPRODUCT($C$3:$C$48,D$3:D$48)/SUM($C$3:$C$48))"
    assert found["BO50"][0] == "IF(SUM($D$49:$BO$49)=0,0,BO$49/SUM($D$49:$BO$49))"
    assert found["BQ3"][0] == "SUM($D3:$BO3)"


def test_a_worksheet_without_weight_or_without_rows_is_written_too():
    for said in (content([goal(1, weight=0)], 2, [(1, 101, 9)]), content(0, 3), content(3, 0), content(0, 0)):
        found = formulas(workbook(said))
        assert found
        assert all(np.isfinite(value) for _, value in found.values())


def test_text_is_never_a_formula():
    texts = ("=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "https://example.org", "3", "2026-03-01")
    said = content([goal(place, statement=text) for place, text in enumerate(texts, 1)], 1)
    shared = edited(workbook(said), "xl/worksheets/sheet1.xml", lambda tree: None)
    for row, text in enumerate(texts, 3):
        formula, _ = cells(shared)[f"B{row}"]
        assert formula is None
        assert sheets(shared)["Matrix"][row - 1][1] == text.strip() or text == "\t=1"


def test_cells_are_validated_panes_frozen_and_marks_stand_out():
    seen = {}

    def look(tree) -> None:
        rules = tree.iter(f"{NS}dataValidation")
        seen["valid"] = {
            rule.get("sqref"): (rule.get("type", "any"), rule.findtext(f"{NS}formula1")) for rule in rules
        }
        pane = next(tree.iter(f"{NS}pane"))
        seen["pane"] = pane.get("topLeftCell")
        seen["looks"] = [rule.findtext(f"{NS}formula") for rule in tree.iter(f"{NS}cfRule")]

    edited(workbook(WEIGHED), "xl/worksheets/sheet1.xml", look)
    assert seen["valid"] == {"D3:K11": ("list", '"0,1,3,9"'), "C3:C11": ("whole", "0")}
    assert seen["pane"] == "D3"
    assert seen["looks"] == ["9", "3", "1"]


def test_it_says_how_to_fill_it_in_and_hides_what_it_was_made_from():
    text = canonical(WEIGHED)
    file = workbook_of(Kept(WEIGHED), text, digest_of(text), "Access")
    found = sheets(file)
    assert list(found) == ["Matrix", "Notes", "How to fill this in", "Plumbline"]
    assert found["How to fill this in"][0] == ["How to fill this in"]
    assert found["Plumbline"][2] == ["digest", digest_of(text)]
    assert [row[0] for row in found["Matrix"]][:5] == ["plumbline", "Key", "G1", "G2", "G3"]
    assert all(len(one) == 2 for one, _ in pairwise(found["Plumbline"]))
