"""The worksheet read as a house, a heat map, an X-matrix, a map, a logic model, a list; and what if."""

from datetime import date
from html import unescape

import pytest

from crm.access import Role
from crm.alignment.models import Objective, Perspective
from crm.alignment.models_sheet import GoalCause, StrategyTie
from crm.outcomes.models import MeasureKind
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    EngagementGrantFactory,
    FreeTimeFactory,
    GoalCauseFactory,
    GoalFactory,
    MeasureFactory,
    MilestoneFactory,
    RelationFactory,
    StrategyFactory,
    StrategyTieFactory,
    UserFactory,
)

READINGS = ("house", "heat", "x-matrix", "map", "logic-model", "list", "findings", "what-if")


class Sheet:
    """Two goals, two strategies: the first serves the first goal, the second serves both a little."""

    def __init__(self, me):
        self.engagement = EngagementFactory(team=[me])
        on = {"engagement": self.engagement}
        self.first = GoalFactory(
            statement="Fewer missed", weight=30, position=1, perspective=Perspective.PATIENTS, **on
        )
        self.second = GoalFactory(
            statement="Staff who stay", weight=10, position=2, perspective=Perspective.LEARNING, **on
        )
        self.stories = StrategyFactory(
            statement="Stories", position=1, effort_hours=30, objective=Objective.PROMPT_BEHAVIOUR,
            key_message="Come when called", audience="Parents", **on,
        )  # fmt: skip
        self.films = StrategyFactory(statement="Films", position=2, **on)
        for goal, strategy, mark in (
            (self.first, self.stories, 9),
            (self.first, self.films, 1),
            (self.second, self.films, 3),
        ):
            RelationFactory(goal_id=goal.id, strategy_id=strategy.id, mark=mark, **on)
        self.address = f"/engagements/{self.engagement.id}/worksheet"


@pytest.fixture
def sheet(me):
    return Sheet(me)


@pytest.mark.parametrize("reading", READINGS)
def test_an_empty_worksheet_says_what_is_missing(browser, me, reading):
    engagement = EngagementFactory(team=[me])
    answer = browser.get(f"/engagements/{engagement.id}/worksheet/{reading}")
    assert answer.status_code == 200
    assert "Add a goal" in answer.text or "To the worksheet" in answer.text or "Add the first" in answer.text


@pytest.mark.parametrize("reading", READINGS)
def test_a_stranger_cannot_read(sign_in, sheet, reading):
    assert sign_in(UserFactory()).get(f"{sheet.address}/{reading}").status_code == 404


@pytest.mark.parametrize("reading", READINGS)
def test_a_client_reads_and_changes_nothing(sign_in, sheet, reading):
    guest = UserFactory(role=Role.CLIENT)
    ContactFactory(organisation=sheet.engagement.organisation, user=guest)

    EngagementGrantFactory(engagement=sheet.engagement, user=guest)
    page = sign_in(guest).get(f"{sheet.address}/{reading}")
    assert page.status_code == 200
    assert "/edit" not in page.text
    assert "/roof" not in page.text


def test_house_shows_marks_shares_and_the_roof(browser, sheet):
    StrategyTieFactory(
        engagement=sheet.engagement, strategy_id=sheet.stories.id, other_id=sheet.films.id, strength=-2
    )
    page = browser.get(f"{sheet.address}/house").text
    assert "“Stories” and “Films” hinder each other much." in page
    # T = 30·9 and 30·1 + 10·3: 270 and 60 of 330.
    assert "82 %" in page
    assert "18 %" in page


def test_tie_saves_changes_and_takes_away(browser, session, sheet):
    def tie(strength):
        fields = {"strategy_id": sheet.films.id, "other_id": sheet.stories.id, "strength": strength}
        return browser.post(f"{sheet.address}/roof", data=fields | {"note": "Same people"})

    assert tie(2).status_code == 302
    found = session.query(StrategyTie).one()
    assert (found.strategy_id, found.other_id, found.strength) == (sheet.stories.id, sheet.films.id, 2)
    tie(-1)
    session.expire_all()
    assert session.query(StrategyTie).one().strength == -1
    tie(0)
    assert session.query(StrategyTie).count() == 0


def test_tie_refuses_a_strategy_with_itself_and_a_foreign_one(browser, session, sheet):
    fields = {"strategy_id": sheet.films.id, "other_id": sheet.films.id, "strength": 1}
    page = browser.post(f"{sheet.address}/roof", data=fields, follow_redirects=True)
    assert "Choose two different strategies." in page.text
    fields["other_id"] = StrategyFactory().id
    assert browser.post(f"{sheet.address}/roof", data=fields).status_code == 422
    assert session.query(StrategyTie).count() == 0


def test_heat_shows_each_cell_as_a_share_of_the_whole(browser, sheet):
    page = browser.get(f"{sheet.address}/heat").text
    assert ">82<" in page  # 270 of 330
    assert ">9<" in page  # 30 of 330, twice


def test_x_matrix_ties_measures_and_owners(browser, session, me, sheet):
    MeasureFactory(
        engagement=sheet.engagement, goal_id=sheet.first.id, name="No-show rate", owner_user_id=me.id
    )
    sheet.first.owner_user_id = me.id
    session.flush()
    page = browser.get(f"{sheet.address}/x-matrix").text
    assert "No-show rate" in page
    assert me.name in page
    assert (
        page.count("●") >= 4
    )  # Stories serve the measured goal; the goal's and the measure's owner; the lead.


def test_map_shows_arrows_in_lanes(browser, sheet):
    GoalCauseFactory(engagement=sheet.engagement, goal_id=sheet.second.id, effect_id=sheet.first.id)
    page = browser.get(f"{sheet.address}/map").text
    assert "“Staff who stay” helps to reach “Fewer missed”." in page
    assert page.index("Patients</text>") < page.index("Learning and growth</text>")


def test_lead_to_saves_once_and_part_takes_away(browser, session, sheet):
    fields = {"goal_id": sheet.second.id, "effect_id": sheet.first.id, "note": "They explain why"}
    for _ in range(2):
        assert browser.post(f"{sheet.address}/arrow", data=fields).status_code == 302
    assert session.query(GoalCause).one().note == "They explain why"
    browser.post(f"{sheet.address}/arrow/take-away", data=fields)
    assert session.query(GoalCause).count() == 0


def test_lead_to_refuses_a_circle_with_its_way(browser, session, sheet):
    third = GoalFactory(engagement=sheet.engagement, statement="Reach")
    for cause, effect in ((sheet.first, sheet.second), (sheet.second, third)):
        GoalCauseFactory(engagement=sheet.engagement, goal_id=cause.id, effect_id=effect.id)
    fields = {"goal_id": third.id, "effect_id": sheet.first.id, "note": ""}
    page = unescape(browser.post(f"{sheet.address}/arrow", data=fields, follow_redirects=True).text)
    assert "This arrow would close a circle" in page
    assert "“Fewer missed” → “Staff who stay” → “Reach” → “Fewer missed”" in page
    fields["effect_id"] = third.id
    page = browser.post(f"{sheet.address}/arrow", data=fields, follow_redirects=True).text
    assert "A goal cannot lead to itself." in page
    assert session.query(GoalCause).count() == 2


def test_logic_reads_from_inputs_to_outcomes(browser, sheet):
    MilestoneFactory(engagement=sheet.engagement, strategy_id=sheet.stories.id, title="Launch")
    for kind, name in ((MeasureKind.PROCESS, "Told"), (MeasureKind.OUTCOME, "No-show rate")):
        MeasureFactory(engagement=sheet.engagement, goal_id=sheet.first.id, name=name, kind=kind)
    page = browser.get(f"{sheet.address}/logic-model").text
    row = page[page.index("<tbody>") :]
    places = [row.index(word) for word in ("30 hours", "Launch", "Told", "Fewer missed", "No-show rate")]
    assert places == sorted(places)


def test_list_answers_the_questions_and_says_what_is_open(browser, sheet):
    page = browser.get(f"{sheet.address}/list").text
    assert "Come when called" in page
    assert "Prompt behaviour" in page
    assert "Fewer missed: 9" in page
    assert "Not said yet" in page


def test_findings_tells_hours_that_went_elsewhere(browser, me, sheet):

    on = {"engagement": sheet.engagement, "user_id": me.id}
    for day in range(1, 11):
        FreeTimeFactory(strategy_id=sheet.films.id, worked_on=date(2026, 2, day), minutes=120, **on)
    milestone = MilestoneFactory(engagement=sheet.engagement, strategy_id=sheet.stories.id)
    FreeTimeFactory(milestone_id=milestone.id, worked_on=date(2026, 2, 20), minutes=300, **on)
    page = browser.get(f"{sheet.address}/findings").text
    assert "80 % of the hours went to “Films”, which carries 18 % of the goals." in page


def test_findings_tells_who_owns_nearly_everything(browser, me, sheet):
    for thing in (sheet.first, sheet.second, sheet.stories, sheet.films):
        thing.owner_user_id = me.id
    contact = ContactFactory(organisation=sheet.engagement.organisation)
    for _ in range(2):
        MilestoneFactory(engagement=sheet.engagement, owner_contact_id=contact.id)
    page = browser.get(f"{sheet.address}/findings").text
    assert f"{me.name} owns 4 of the 6 goals, strategies and open milestones" in page


def test_what_if_moves_the_ranking_and_saves_nothing(browser, session, sheet):
    page = browser.get(
        f"{sheet.address}/what-if?w-{sheet.first.id}=0&m-{sheet.second.id}-{sheet.stories.id}=1"
    ).text
    assert "The ranking as it would be" in page
    assert page.index("Films</th>") < page.index("Stories</th>")
    assert "75 %" in page  # 3 of 4, where only the second goal weighs.
    session.expire_all()
    assert sheet.first.weight == 30
    assert "The ranking as it is" in browser.get(f"{sheet.address}/what-if").text


def test_what_if_says_what_it_cannot_read(browser, sheet):
    first, second, films = sheet.first.id, sheet.second.id, sheet.films.id
    page = browser.get(f"{sheet.address}/what-if?w-{first}=101&m-{first}-{films}=5&w-{second}=x").text
    assert "101 is no weight from 0 to 100." in page
    assert "5 is no mark: 0, 1, 3 or 9." in page
    assert "“x” is no whole number." in page


def test_what_if_answers_a_script_with_the_ranking_alone(browser, sheet):
    part = browser.get(f"{sheet.address}/what-if", headers={"Accept": "application/json"}).json["ranking"]
    assert part.startswith("<section")
    assert "“Stories” comes first." in part
