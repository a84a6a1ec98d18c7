"""What the worksheet says: each sentence where it is due, and not where it is not."""

import pytest

from crm.alignment.findings import findings_of
from crm.alignment.queries import Worksheet
from tests.alignment.sheets import sheet


def labels(*args, **kwargs) -> list[str]:
    return [finding.label for finding in findings_of(sheet(*args, **kwargs))]


def only(label: str, found: Worksheet):
    (finding,) = [one for one in findings_of(found) if one.label == label]
    return finding


def test_without_a_goal_nothing_else_is_said():
    assert labels([]) == ["No goal"]
    assert labels([], strategies=2) == ["No goal"]


def test_without_any_weight_nothing_can_be_scored():
    finding = only("No weights", sheet([[9]], weights=[0]))
    assert (finding.level, finding.endpoint) == ("bad", "alignment.worksheet")


def test_an_orphan_goal_is_bad_and_says_its_weight():
    finding = only("Orphan goal", sheet([[9], [0]], weights=[75, 25]))
    assert finding.sentence == "Goal “Goal 1” has no strategy rated 3 or more. It carries 25 % of the weight."
    assert (finding.level, finding.endpoint) == ("bad", "alignment.create_strategy")


def test_a_goal_without_any_strategy_is_an_orphan():
    assert labels([[]], weights=[10]) == ["Orphan goal"]


def test_a_weak_goal_is_no_orphan():
    said = labels([[1]])
    assert "Weak goal" in said
    assert "Orphan goal" not in said


@pytest.mark.parametrize(("row", "is_single"), [([3, 0, 0], True), ([3, 3, 0], False), ([9, 1, 0], True)])
def test_a_goal_on_one_strategy_alone(row, is_single):
    assert ("Single point" in labels([row, [3, 3, 3]])) == is_single


def test_an_orphan_strategy_names_itself():
    finding = only("Orphan strategy", sheet([[9, 0]]))
    assert finding.sentence == "Strategy “Strategy 1” serves no goal."
    assert finding.parts == {"strategy_id": 101}


@pytest.mark.parametrize(
    ("nines", "is_said"), [([9, 9, 9, 0], True), ([9, 9, 0, 0], False), ([9, 9, 3, 1], False)]
)
def test_over_claimed_means_more_than_half(nines, is_said):
    assert ("Over-claimed" in labels([[mark, 0] for mark in nines])) == is_said


@pytest.mark.parametrize(
    ("marks", "is_said"),
    [
        ([[3, 3], [3, 0]], True),
        ([[3, 0], [3, 0]], False),
        ([[3, 3]], False),
        ([[3], [3]], False),
        ([[1, 1, 1, 0, 0], [1, 1, 1, 0, 0]], False),
    ],
)
def test_too_dense_means_more_than_60_percent_of_a_real_grid(marks, is_said):
    assert ("Too dense" in labels(marks)) == is_said


def test_a_misfit_of_effort_says_both_shares():
    finding = only("Effort misfit", sheet([[9, 1]], efforts=[10, 90]))
    assert (
        finding.sentence == "90 % of the effort is planned for “Strategy 1”, which carries 10 % of the goals."
    )


@pytest.mark.parametrize("efforts", [[90, 10], [None, None], [0, 0], [80, 20]])
def test_effort_that_fits_or_is_not_known_is_no_misfit(efforts):
    assert "Effort misfit" not in labels([[9, 1]], efforts=efforts)


def test_a_nine_without_a_reason_is_counted():
    finding = only("9 without a reason", sheet([[9, 9], [9, 3]]))
    assert finding.sentence == "The 9 of “Strategy 0” for “Goal 0”, and 2 more, has no note that says why."
    assert finding.parts == {"engagement_id": 7, "goal": 1, "strategy": 100}


def test_a_nine_with_its_reason_is_silent():
    assert "9 without a reason" not in labels([[9]], note="Two pilots")


def test_the_worst_stands_first():
    levels = [finding.level for finding in findings_of(sheet([[9, 0], [0, 0]]))]
    assert levels == sorted(levels, key=["bad", "warn", "info"].index)
    assert set(levels) == {"bad", "warn", "info"}


def test_every_finding_leads_to_a_page_that_exists(app):
    sheets = [
        sheet([]),
        sheet([[9]], weights=[0]),
        sheet([[9, 0], [0, 0]]),
        sheet([[9, 9], [9, 3], [1, 0]], efforts=[1, 99]),
    ]
    with app.test_request_context():
        adapter = app.create_url_adapter(None)
        for finding in (one for each in sheets for one in findings_of(each)):
            assert adapter.build(finding.endpoint, finding.parts, method="GET")


def test_a_worksheet_on_which_all_is_well_says_nothing():
    marks = [[9, 3, 0, 0], [0, 9, 3, 0], [0, 0, 9, 3], [3, 0, 0, 9]]
    assert labels(marks, note="Because", efforts=[1, 1, 1, 1]) == []
