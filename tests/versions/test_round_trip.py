"""The workbook goes out, is filled in somewhere, and comes back."""

import random
import time

import pytest

from crm.errors import DomainError
from crm.versions.content import canonical, digest_of
from crm.versions.receiving import plan_of, read_back
from crm.versions.sheet import Kept
from crm.versions.workbook import workbook_of
from tests.naughty import STRINGS
from tests.versions.contents import content
from tests.versions.filled import fill, swap_rows
from tests.versions.rows import goal, relation, strategy

pytestmark = pytest.mark.no_database
MARKS = [(1, 101, 9, "Pilots halved them"), (1, 102, 1), (2, 102, 3), (2, 101, 0)]
#: In the matrix: goals from row 3, strategies from column D; goal 1 is row 3, strategy 101 is column D.
SMALL = content(3, 3, MARKS)


def big() -> dict:
    rng = random.Random(40)  # noqa: S311
    cells = [(g, 100 + s) for g in range(1, 41) for s in range(1, 61)]
    marks = [(*cell, rng.choice((0, 1, 3, 9)), f"Why {cell}") for cell in cells if rng.random() < 0.6]
    return content(40, 60, marks)


def workbook(said: dict) -> bytes:
    text = canonical(said)
    return workbook_of(Kept(said), text, digest_of(text), "Access")


def plan(file: bytes, today: dict):
    return plan_of(read_back(file, "sheet.xlsx"), today, "sheet.xlsx")


def sentences(found) -> list[str]:
    return [edit.sentence for edit in found.edits]


def test_unchanged_it_says_that_nothing_changed():
    for said in (SMALL, big(), content(0, 0), content(2, 0), content(0, 2)):
        found = plan(workbook(said), said)
        assert (found.edits, found.problems, found.warnings) == ([], [], [])


def test_five_edits_come_back_as_exactly_these_five():
    said = big()
    cells = {"D3": 9, "E4": 0, "BK42": 3, "C5": 77, "B6": "A better goal"}
    was = Kept(said)
    marks = {"D3": was.mark(1, 101), "E4": was.mark(2, 102), "BK42": was.mark(40, 160)}
    for address, mark in marks.items():
        cells[address] = next(one for one in (9, 1) if one != mark)
    found = plan(fill(workbook(said), cells), said)
    assert found.problems == []
    assert {edit.kind for edit in found.edits} == {"mark", "weight", "name"}
    assert len(found.plain) == len(found.edits) == 5
    assert {edit.key for edit in found.edits} == {
        "mark:1:101", "mark:2:102", "mark:40:160", "weight:3", "name:goal:4",
    }  # fmt: skip
    assert "“Goal 3” weighs 77 instead of 10." in sentences(found)
    assert "Goal “Goal 4” is renamed “A better goal”." in sentences(found)


BAD = {
    5: "Matrix!F4 holds “5”: a mark is 0, 1, 3 or 9.",
    "x": "Matrix!F4 holds “x”: a mark is 0, 1, 3 or 9.",
    3.5: "Matrix!F4 holds “3.5”: a mark is 0, 1, 3 or 9.",
    -1: "Matrix!F4 holds “-1”: a mark is 0, 1, 3 or 9.",
    1e300: "Matrix!F4 holds “1e+300”: a mark is 0, 1, 3 or 9.",
}


@pytest.mark.parametrize("value", BAD)
def test_a_bad_value_is_a_sentence_naming_the_cell(value):
    found = plan(fill(workbook(SMALL), {"F4": value, "D4": 9}), SMALL)
    assert found.problems == [BAD[value]]


def test_every_bad_cell_is_named_at_once():
    file = fill(workbook(SMALL), {"F4": "x", "C3": 101, "C4": "many", "D9": 3, "C10": 5, "B5": "x" * 256})
    assert plan(file, SMALL).problems == [
        "Matrix!C3 holds “101”: a weight is a whole number from 0 to 100.",
        "Matrix!C4 holds “many”: a weight is a whole number from 0 to 100.",
        "Matrix!B5 is longer than 255 characters.",
        "Matrix!C10 has a weight, but its row has no goal.",
        "Matrix!F4 holds “x”: a mark is 0, 1, 3 or 9.",
        "Matrix!D9 has a mark, but its row is not named.",
    ]


def test_numbers_are_read_however_they_were_written():
    file = fill(workbook(SMALL), {"F3": 3.0, "F4": "9", "F5": " 1 ", "C3": "40"})
    found = plan(file, SMALL)
    assert found.problems == []
    assert [(edit.kind, edit.value) for edit in found.edits] == [
        ("weight", 40), ("mark", 3), ("mark", 9), ("mark", 1),
    ]  # fmt: skip


def test_a_blank_cell_erases_nothing():
    file = fill(workbook(SMALL), {"D3": None, "C3": None, "B3": None, "D2": None, "E4": ""})
    assert plan(file, SMALL).edits == []
    assert plan(fill(workbook(SMALL), {"E2": None}, sheet=2), SMALL).edits == []


def test_rows_that_were_sorted_are_still_known():
    file = swap_rows(fill(workbook(SMALL), {"D5": 3, "B5": "Last goal"}), 3, 5)
    found = plan(file, SMALL)
    assert sentences(found) == [
        "Goal “Goal 3” is renamed “Last goal”.",
        "“Strategy 101” for “Last goal”: not judged → 3.",
    ]


def test_a_cell_that_somebody_changed_meanwhile_is_a_conflict():
    file = fill(workbook(SMALL), {"E4": 9, "D3": 3, "C3": 50, "B4": "Mine"})
    today = content(
        [goal(1, weight=20), goal(2, statement="Theirs"), goal(3)], 3,
        [(1, 101, 9, "Pilots halved them"), (1, 102, 1), (2, 102, 1), (2, 101, 0)],
    )  # fmt: skip
    found = plan(file, today)
    assert [(edit.key, edit.theirs, edit.yours) for edit in found.conflicts] == [
        ("weight:1", "20", "50"), ("name:goal:2", "Theirs", "Mine"), ("mark:2:102", "1", "9"),
    ]  # fmt: skip
    assert sentences(found)[2] == "“Strategy 101” for “Goal 1”: 9 → 3."
    assert [edit.key for edit in found.plain] == ["mark:1:101"]


def test_what_others_changed_and_the_file_did_not_touch_is_left_alone():
    today = content([goal(1, weight=99), goal(2), goal(3)], 3, [(1, 101, 1), (3, 103, 9)])
    assert plan(workbook(SMALL), today).edits == []


def test_what_both_changed_alike_is_nothing_to_do():
    today = content(3, 3, [*MARKS[:2], (2, 102, 9), MARKS[3]])
    assert plan(fill(workbook(SMALL), {"E4": 9}), today).edits == []


def test_goals_and_strategies_added_by_hand_come_as_new():
    file = fill(workbook(SMALL), {"B6": "A new goal", "C6": 25, "G2": "A new strategy", "D6": 3, "G6": 9})
    found = plan(file, SMALL)
    assert sentences(found) == [
        "New goal “A new goal”, with weight 25.",
        "New strategy “A new strategy”.",
        "“Strategy 101” for “A new goal”: not judged → 3.",
        "“A new strategy” for “A new goal”: not judged → 9.",
    ]
    assert found.warnings == ["“A new strategy” for “A new goal” is a 9 without a note that says why."]


def test_notes_come_along_by_what_they_are_about():
    file = fill(workbook(SMALL), {"E2": "Three pilots", "C3": "Goal 2", "D3": "Strategy 103", "E3": "New"}, 2)
    found = plan(fill(file, {"F4": 9}), SMALL)
    assert sentences(found) == [
        "“Strategy 103” for “Goal 2”: not judged → 9.",
        "The note on “Strategy 101” for “Goal 1” says: “Three pilots”",
        "The note on “Strategy 103” for “Goal 2” says: “New”",
    ]
    assert found.warnings == []
    found = plan(fill(workbook(SMALL), {"C4": "Goal 9", "D4": "Strategy 101", "E4": "Lost"}, 2), SMALL)
    assert found.problems == [
        "Notes!E4: choose the goal that this note is about; none, or more than one, is called so."
    ]


def test_a_goal_that_is_gone_is_told_where_the_file_changed_it():
    today = content(2, 3, MARKS)
    file = fill(workbook(SMALL), {"D5": 9})
    found = plan(file, today)
    assert found.edits == []
    assert found.warnings == [
        "“Goal 3” (Matrix!B5) is no longer on the worksheet: what was changed there (1) is left out."
    ]
    assert plan(workbook(SMALL), today).warnings == []


def test_a_copied_row_is_asked_about():
    file = fill(workbook(SMALL), {"A6": "G1", "B6": "Goal 1"})
    assert plan(file, SMALL).problems == [
        "Matrix!B6 is a copy of Matrix!B3: which one is meant? A new goal takes an empty one."
    ]


def test_without_its_hidden_sheet_it_is_compared_with_today():
    file = fill(workbook(SMALL), {"D3": 3})
    file = fill(file, {"B4": "no content"}, sheet=4)
    found = plan(file, SMALL)
    assert sentences(found) == ["“Strategy 101” for “Goal 1”: 9 → 3."]
    assert "no longer says what it was made from" in found.warnings[0]


def test_the_worksheet_of_another_engagement_is_refused():
    with pytest.raises(DomainError, match="another engagement"):
        plan(workbook(SMALL), SMALL | {"engagement": 8})


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04 no", b"%PDF-1.7", b"a,b\n1,2\n"])
def test_what_is_no_worksheet_is_refused_in_words(file):
    with pytest.raises(DomainError, match="sheet"):
        read_back(file, "sheet.xlsx")


def test_every_string_goes_out_and_comes_back_the_same():
    texts = [text[:255] for text in STRINGS if text.strip()]
    said = content(
        [goal(place, statement=text) for place, text in enumerate(texts, 1)],
        [strategy(1000 + place, statement=text) for place, text in enumerate(texts[:90], 1)],
        relations=[relation(place, 1001, 9, text * 3) for place, text in enumerate(texts, 1)],
    )
    found = plan(workbook(said), said)
    assert (sentences(found)[:3], found.problems[:3], found.warnings[:3]) == ([], [], [])


def test_forty_goals_by_sixty_strategies_are_quick():
    said = big()
    begun = time.perf_counter()
    found = plan(fill(workbook(said), {"D3": 9}), said)
    assert len(found.edits) <= 1
    assert time.perf_counter() - begun < 2
