from datetime import date

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.outcomes.models import Measure, MeasureKind
from crm.outcomes.models_plan import Design, EthicsDetermination, Hypothesis, OutcomesPlan
from crm.plans.models import GuidelineMark, PowerKind, PowerPlan
from tests import factories as make
from tests.reading import main, panes, typed


def at(engagement, page: str = "plan") -> str:
    return f"/engagements/{engagement.id}/{page}"


def test_show_says_what_is_missing_in_plain_words(sign_in, me, engagement):
    make.OutcomesPlanFactory(engagement=engagement, population="Out-patients")
    found = panes(sign_in(me).get(at(engagement)).text)
    assert "It does not say what is done." in found["Question: PICO(T)"]
    assert "There is no hypothesis." in found["Hypotheses"]
    assert "Nobody has determined whether this is research." in found["Ethics"]
    assert "No hypothesis is the primary one." in found["Register"]


def test_show_counts_the_sections_that_are_filled(sign_in, me, engagement, hypothesis):
    said = main(sign_in(me).get(at(engagement)).text)
    assert "4 of 8 sections filled" in said  # Question, hypotheses, design and analysis.
    assert "It can be registered." in said


@pytest.mark.parametrize("part", ["design", "analysis", "size", "running"])
def test_section_opens_its_short_form(sign_in, me, engagement, plan, part):
    page = sign_in(me).get(at(engagement, f"plan/edit/{part}"))
    assert page.status_code == 200
    assert page.text.count('class="field') <= 8


def test_section_saves_its_own_fields_alone(sign_in, session, me, engagement, plan):
    fields = {"analysis": "XmR chart", "missing_data": "Left open"}
    sign_in(me).post(at(engagement, "plan/edit/analysis"), data=fields)
    session.expire_all()
    assert (plan.analysis, plan.missing_data, plan.population) == ("XmR chart", "Left open", "Out-patients")


def test_section_refuses_an_end_before_the_start(sign_in, me, engagement, plan):
    fields = {"design": "survey", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
    answer = sign_in(me).post(at(engagement, "plan/edit/design"), data=fields)
    assert answer.status_code == 422
    assert "The last day comes before the first." in answer.text


def test_section_asks_for_the_question_first(sign_in, me, engagement):
    answer = sign_in(me).get(at(engagement, "plan/edit/design"), follow_redirects=True)
    assert "There is no plan yet: write its question first." in answer.text


def test_a_section_that_is_none_is_not_found(sign_in, me, engagement, plan):
    assert sign_in(me).get(at(engagement, "plan/edit/nothing")).status_code == 404


def test_design_suggests_and_is_used(sign_in, session, me, engagement, plan):
    client = sign_in(me)
    said = panes(client.get(at(engagement, "plan/design") + "?lot=yes&groups=yes&staggered=yes").text)
    assert "The lot says in which order the groups begin" in said["Stepped wedge"]
    assert said["All designs"].count("Use this design") == 11
    client.post(at(engagement, "plan/design"), data={"design": "stepped_wedge"})
    session.expire_all()
    assert plan.design is Design.STEPPED_WEDGE
    assert client.post(at(engagement, "plan/design"), data={"design": "magic"}).status_code == 404


def hypothesis_form(**fields) -> dict:
    return {"statement": "It falls", "direction": "decrease", "smallest_difference": "2", **fields}


def test_the_first_hypothesis_is_primary_and_another_takes_its_place(sign_in, session, me, engagement, plan):
    client, address = sign_in(me), at(engagement, "hypotheses/new")
    client.post(address, data=hypothesis_form(measure_id=""))
    client.post(address, data=hypothesis_form(statement="It stays so", is_primary="y", measure_id=""))
    session.expire_all()
    rows = session.scalars(sa.select(Hypothesis).order_by(Hypothesis.position)).all()
    assert [(one.statement, one.is_primary, one.position) for one in rows] == [
        ("It falls", False, 0), ("It stays so", True, 1),
    ]  # fmt: skip
    client.post(f"/hypotheses/{rows[0].id}/primary")
    session.expire_all()
    assert [one.is_primary for one in rows] == [True, False]


def test_hypotheses_are_edited_moved_and_thrown_away(sign_in, session, me, engagement, hypothesis, plan):
    other = make.HypothesisFactory(engagement=engagement, plan_id=plan.id, position=1, statement="Second")
    client = sign_in(me)
    client.post(f"/hypotheses/{other.id}/move", data={"to": "up"})
    session.expire_all()
    assert (other.position, hypothesis.position) == (0, 1)
    fields = hypothesis_form(statement="Better", measure_id=hypothesis.measure_id, is_primary="y")
    client.post(f"/hypotheses/{other.id}/edit", data=fields)
    session.expire_all()
    assert (other.statement, other.is_primary, hypothesis.is_primary) == ("Better", True, False)
    client.post(f"/hypotheses/{other.id}/delete")
    assert session.scalars(sa.select(Hypothesis.id)).all() == [hypothesis.id]


def test_hypothesis_refuses_no_statement_and_no_size(sign_in, me, engagement, plan):
    answer = sign_in(me).post(
        at(engagement, "hypotheses/new"), data=hypothesis_form(statement=" ", smallest_difference="-1")
    )
    assert answer.status_code == 422
    assert "Write the hypothesis." in answer.text
    assert "Give a number above 0." in answer.text


def test_library_is_searched_and_fills_the_form(sign_in, session, me, engagement):
    client = sign_in(me)
    said = main(client.get(at(engagement, "plan/library") + "?q=no-show").text)
    assert "1 of 35" in said
    page = client.get(at(engagement, "measures/new") + "?ready=no-show").text
    assert typed(page, "numerator") == "Appointments missed without a word"
    assert typed(page, "ceiling") in ("100", "100.0")
    assert client.get(at(engagement, "plan/library") + "?q=zebra").text.count("No ready measure") == 1


def test_the_plan_asks_for_a_balancing_measure(sign_in, me, engagement, measure, plan):
    client = sign_in(me)
    assert "Add a balancing measure" in panes(client.get(at(engagement)).text)["Measures"]
    make.MeasureFactory(engagement=engagement, kind=MeasureKind.BALANCING)
    assert "Add a balancing measure" not in panes(client.get(at(engagement)).text)["Measures"]


def test_a_group_takes_over_the_definition(sign_in, session, me, measure):
    fields = {"group_name": "Ward 2", "is_comparison": "y", "source": "Its own list"}
    answer = sign_in(me).post(f"/measures/{measure.id}/groups/new", data=fields)
    group = session.scalars(sa.select(Measure).where(Measure.series_of_id == measure.id)).one()
    assert answer.location == f"/measures/{group.id}"
    assert (group.name, group.group_name, group.is_comparison) == ("No-show rate", "Ward 2", True)
    assert (group.numerator, group.ceiling, group.source) == ("Missed", 100.0, "Its own list")


def test_power_answers_draws_and_is_kept(sign_in, session, me, hypothesis):
    client, address = sign_in(me), f"/hypotheses/{hypothesis.id}/power"
    answer = client.post(
        f"{address}?kind=proportions",
        data={"p1": "10", "p2": "5", "formula": "fleiss", "available": "200"}, follow_redirects=True,
    )  # fmt: skip
    said = panes(answer.text)["Answer"]
    assert "435 people in each group are needed, 870 in all." in said
    assert "the smallest effect you could see is a change from 10 % to" in said
    assert "Fleiss: pooled variance" in said
    assert "<svg" in answer.text
    kept = session.scalars(sa.select(PowerPlan)).one()
    assert (kept.kind, kept.settings["p2"]) == (PowerKind.PROPORTIONS, 5.0)
    assert "435 people" in main(client.get(at(hypothesis.engagement)).text)


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("means", {"difference": "5", "sd": "10"}, "64 people in each group"),
        ("paired", {"difference": "5", "sd": "10"}, "34 pairs are needed."),
        (
            "clusters",
            {"p1": "10", "p2": "5", "formula": "fleiss", "size": "20", "icc": "0.02"},
            "30 clusters",
        ),
        ("precision", {"p1": "50", "margin": "5"}, "385 answers are needed."),
        (
            "series",
            {"before": "12", "after": "12", "sd": "2"},
            "the smallest effect you could see is a step of",
        ),
        ("counts", {"before": "24", "after": "12", "count": "80", "dispersion": "2"}, "a fall of"),
    ],
)
def test_power_knows_each_kind_of_comparison(sign_in, me, hypothesis, kind, fields, said):
    answer = sign_in(me).post(
        f"/hypotheses/{hypothesis.id}/power?kind={kind}", data=fields, follow_redirects=True
    )
    assert said in panes(answer.text)["Answer"]


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("proportions", {"p1": "10", "p2": "10", "formula": "fleiss"}, "no difference to see"),
        ("means", {"difference": "0", "sd": "1"}, "Give a number above 0."),
        ("means", {"difference": "nan", "sd": "1e400"}, "Give a number above 0."),
        ("series", {"before": "2", "after": "12", "sd": "1"}, "Give from 3 to 2,000."),
    ],
)
def test_power_refuses_what_cannot_be_planned(sign_in, session, me, hypothesis, kind, fields, said):
    answer = sign_in(me).post(f"/hypotheses/{hypothesis.id}/power?kind={kind}", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(sa.select(PowerPlan)).all() == []


def ethics_form(**fields) -> dict:
    plain = {"kind": "exempt", "determined_by": "Board", "consent": "informed"}
    return {**plain, "determined_on": "2026-01-05", **fields}


def test_ethics_saves_and_warns_when_it_expired(sign_in, session, me, engagement, plan):
    client = sign_in(me)
    client.post(at(engagement, "plan/ethics"), data=ethics_form(expires_on="2026-02-01"))
    assert session.scalars(sa.select(EthicsDetermination)).one().determined_by == "Board"
    assert "The determination expired on 1 Feb 2026." in panes(client.get(at(engagement)).text)["Ethics"]


def test_ethics_says_in_time_that_it_will_expire(sign_in, me, engagement, plan):
    make.EthicsDeterminationFactory(engagement=engagement, expires_on=date(2026, 4, 2))
    said = panes(sign_in(me).get(at(engagement)).text)["Ethics"]
    assert "2 Apr 2026: renew it in time, 30 days left" in said


def test_ethics_refuses_an_end_before_the_beginning(sign_in, me, engagement):
    answer = sign_in(me).post(at(engagement, "plan/ethics"), data=ethics_form(expires_on="2026-01-01"))
    assert answer.status_code == 422


@pytest.mark.parametrize("expires_on", [None, date(2026, 3, 2)])
def test_no_data_are_collected_without_leave(sign_in, session, me, engagement, measure, plan, expires_on):
    plan.publication_intended = True
    if expires_on:
        make.EthicsDeterminationFactory(engagement=engagement, expires_on=expires_on)
    session.flush()
    client, fields = sign_in(me), {"period_on": "2026-02-01", "value": "9.4"}
    assert "no data may be collected" in client.get(f"/measures/{measure.id}").text
    answer = client.post(f"/measures/{measure.id}/observations", data=fields, follow_redirects=True)
    assert "no data may be collected" in answer.text
    count = sa.select(sa.func.count()).select_from(sa.table("observation"))
    assert session.scalar(count) == 0
    client.post(at(engagement, "plan/ethics"), data=ethics_form(expires_on="2026-03-03"))
    client.post(f"/measures/{measure.id}/observations", data=fields)
    assert session.scalar(count) == 1


def test_a_guideline_is_filled_by_the_plan_and_by_people(sign_in, session, me, engagement, hypothesis):
    client, address = sign_in(me), at(engagement, "plan/guidelines/squire")
    said = main(client.get(address).text)
    assert "8 of 18 items settled" in said
    client.post(f"{address}/mark?item=18", data={"state": "done", "place": "Page 9"})
    assert "9 of 18 items settled" in main(client.get(address).text)
    assert session.scalars(sa.select(GuidelineMark)).one().place == "Page 9"
    client.post(f"{address}/mark?item=18", data={"state": "", "place": ""})
    assert session.scalars(sa.select(GuidelineMark)).all() == []


def test_a_mark_says_where_or_why(sign_in, me, engagement, plan):
    address = at(engagement, "plan/guidelines/consort/mark?item=11a")
    answer = sign_in(me).post(address, data={"state": "not_applicable", "place": ""})
    assert answer.status_code == 422
    assert "Say where it stands, or why it does not apply." in answer.text
    assert sign_in(me).get(address.replace("11a", "99")).status_code == 404
    assert sign_in(me).get(at(engagement, "plan/guidelines/nothing")).status_code == 404


def test_a_client_reads_the_plan_and_changes_nothing(sign_in, engagement, hypothesis):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    client = sign_in(guest)
    page = client.get(at(engagement)).text
    assert "Out-patients" in page
    assert "Add a hypothesis" not in page
    assert client.post(at(engagement, "plan/edit/analysis"), data={"analysis": "x"}).status_code == 403
    assert client.get(f"/hypotheses/{hypothesis.id}/power").status_code == 200


def test_the_question_saves_once(sign_in, session, me, engagement):
    client = sign_in(me)
    for question in ("Does it?", "Does it help?"):
        client.post(at(engagement, "outcomes/plan"), data={"question": question})
    assert session.scalars(sa.select(OutcomesPlan)).one().question == "Does it help?"
