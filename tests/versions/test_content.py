"""The same content has the same text and the same digest, wherever and in whatever order it was read."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.versions.content import Rows, canonical, compose, digest_of, parse
from crm.versions.queries import content_of
from tests.versions.contents import content
from tests.versions.rows import cause, comparison, rows, tie

MARKS = [(1, 101, 9, "Why é"), (1, 102, 1), (2, 102, 3), (3, 103, 0)]
FULL = rows(
    3, 3, MARKS, ties=[tie(101, 102, 1), tie(101, 103, -2)], causes=[cause(1, 2), cause(2, 3)],
    comparisons=[comparison(1, 2, 3), comparison(1, 3, -5)], parents=[{"goal_id": 2, "parent_id": 1}],
    origins=[{"goal_id": 3}],
    channels=[{"strategy_id": 101, "channel": "x"}, {"strategy_id": 101, "channel": "a"}],
)  # fmt: skip


@pytest.mark.no_database
@given(some.data())
def test_the_order_of_rows_in_the_database_does_not_matter(data):
    shuffled = {
        name: value if name == "setup" else data.draw(some.permutations(list(value)))
        for name, value in FULL._asdict().items()
    }
    assert canonical(compose(7, Rows(**shuffled))) == canonical(compose(7, FULL))


@pytest.mark.no_database
@given(
    some.text(some.characters(exclude_categories=["Cs"])),
    some.floats(allow_nan=False, allow_infinity=False),
    some.integers(0, 100),
)
def test_what_is_written_is_read_again_exactly(text, value, weight):
    said = content(1, 0)
    said["goals"][0] |= {"statement": text, "target_value": value, "weight": weight}
    text = canonical(said)
    assert parse(text) == said
    assert canonical(parse(text)) == text


@pytest.mark.no_database
def test_it_is_written_as_rfc_8785_has_it():
    text = canonical({"b": 1.0, "a": 'é\u2028"', "c": [1e21, 0.002, None, True]})
    assert text == '{"a":"é\u2028\\"","b":1,"c":[1e+21,0.002,null,true]}'
    assert digest_of(text) == sha256(text.encode()).hexdigest()


@pytest.mark.no_database
def test_every_field_is_part_of_the_digest():
    one = compose(7, FULL)
    seen = {digest_of(canonical(one))}
    for name in ("goals", "strategies", "relations", "ties", "causes", "comparisons"):
        for field in one[name][0]:
            other = json.loads(canonical(one))
            other[name][0][field] = "otherwise"
            seen.add(digest_of(canonical(other)))
    assert len(seen) == 1 + sum(
        len(one[name][0]) for name in ("goals", "strategies", "relations", "ties", "causes", "comparisons")
    )


@pytest.mark.no_database
@pytest.mark.parametrize("text", ["", "no json", "[]", "3"])
def test_a_text_that_is_none_is_an_empty_worksheet(text):
    assert parse(text) == {}


def test_the_rows_of_the_database_make_the_content_on_either_database(app, sheet, me):
    with app.app_context():
        said = content_of(sheet.engagement.id)
    goals, strategies = sheet.goals, sheet.strategies
    assert [goal["statement"] for goal in said["goals"]] == ["Fewer no-shows", "More trust"]
    assert said["goals"][0]["owner"] == me.name
    assert said["goals"][0]["horizon_on"] == "2026-09-30"
    assert said["relations"][0] == {
        "goal_id": goals[0].id, "strategy_id": strategies[0].id, "mark": 9,
        "note": "Two pilots halved them", "by": me.name,
    }  # fmt: skip
    assert said["ties"][0]["strength"] == 1
    assert said["causes"] == [{"goal_id": goals[0].id, "effect_id": goals[1].id, "note": None}]
    fixed = fixed_ids(said, sheet, me)
    # The same on SQLite and on PostgreSQL, for it is written here.
    assert digest_of(canonical(fixed)) == DIGEST


def fixed_ids(said: dict, sheet, me) -> dict:
    """The content with ids and a name that do not depend on the test before."""
    keys = [sheet.engagement, *sheet.goals, *sheet.strategies]
    goals = {goal.id: place for place, goal in enumerate(sheet.goals, 1)}
    strategies = {strategy.id: place for place, strategy in enumerate(sheet.strategies, 101)}
    assert said["engagement"] == keys[0].id
    told = json.loads(canonical(said).replace(me.name, "Ada")) | {"engagement": 7}
    for name, kept in (("goals", goals), ("strategies", strategies)):
        for line in told[name]:
            line["id"] = kept[line["id"]]
    for row in (*told["relations"], *told["causes"], *told["ties"]):
        for name in row.keys() & {"goal_id", "effect_id", "strategy_id", "other_id"}:
            row[name] = (goals if name in ("goal_id", "effect_id") else strategies)[row[name]]
    return told


DIGEST = "ac7a08062289190b75cb2b3c6aaa70d37c9a45ed8115da3c6a520fdc0e1d4407"
