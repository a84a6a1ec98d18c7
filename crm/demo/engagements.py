"""The story of one engagement as rows: agreement, worksheet, roadmap, outcomes. Sessions: see there."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from crm.alignment.models import Goal, Relation, Strategy
from crm.alignment.models_sheet import CheckIn, GoalCause, SheetSetup, StrategyTie
from crm.demo import days
from crm.demo.contentment import add_contentment
from crm.demo.scene import Scene
from crm.demo.sessions import add_sessions
from crm.demo.story import Gauge, Series, Step
from crm.demo.time import add_engagement_rate
from crm.demo.work import add_work, agreed
from crm.engagements.models import Budget, Engagement, EngagementGrant, StageMove, TeamMember
from crm.outcomes.models import Measure, Observation, RuleSet, ValueKind
from crm.outcomes.models_plan import OutcomesPlan
from crm.roadmap.models import Milestone, MilestoneNeed, MilestoneState


def add_engagement(scene: Scene) -> Scene:
    story = scene.story
    scene.engagement_id = scene.rows.add(
        Engagement,
        title=story.title.format(year=scene.rows.as_of.year),
        organisation_id=scene.client.id,
        stage=story.stage,
        stage_since=scene.day(story.moves[-1].day),
        starts_on=scene.day(story.starts),
        ends_on=scene.day(story.ends),
        scope=story.scope,
        fee=None if story.fee is None else Decimal(story.fee),
        currency=story.currency,
        lead_id=scene.lead,
        **agreed(scene),
    )
    _agreement(scene)
    add_work(scene)
    _worksheet(scene)
    for step in story.steps:
        scene.steps.append(_milestone(scene, step))
    _needs(scene)
    _outcomes(scene)
    add_sessions(scene)
    add_engagement_rate(scene)
    add_contentment(scene)
    return scene


def _agreement(scene: Scene) -> None:
    story = scene.story
    for key in story.team:
        scene.add(TeamMember, user_id=scene.users[key])
    if story.sponsor:
        scene.add(EngagementGrant, user_id=scene.users[story.sponsor], is_sponsor=True)
    for line, hours in story.budget:
        scene.add(Budget, service_line=line, hours=hours)
    before = None
    for move in story.moves:
        scene.add(
            StageMove,
            from_stage=before,
            to_stage=move.stage,
            moved_on=scene.day(move.day),
            reason=move.reason,
            user_id=scene.lead,
        )
        before = move.stage


def _worksheet(scene: Scene) -> None:
    for position, aim in enumerate(scene.story.goals):
        goal = scene.add(
            Goal,
            statement=aim.statement,
            weight=aim.weight,
            perspective=aim.perspective,
            horizon_on=scene.day(aim.horizon),
            smart_text=aim.smart,
            position=position,
            **_way(scene, position),
            **scene.owner(aim.owner),
        )
        scene.goals.append(goal)
    for position, means in enumerate(scene.story.strategies):
        strategy = scene.add(
            Strategy,
            statement=means.statement,
            effort_hours=means.effort,
            audience=means.audience,
            channels=means.channels,
            position=position,
            **_reach(scene, position),
            **scene.owner(means.owner),
        )
        scene.strategies.append(strategy)
    _relations(scene)
    _check_ins(scene)
    if scene.story.review is not None:
        scene.add(SheetSetup, review_on=scene.day(scene.story.review))
    _drawn(scene)


def _drawn(scene: Scene) -> None:
    """The roof of the house, and the arrows of the map."""
    for one, other, strength, note in scene.story.ties:
        pair = {"strategy_id": scene.strategies[one], "other_id": scene.strategies[other]}
        scene.add(StrategyTie, strength=strength, note=note, user_id=scene.lead, **pair)
    for cause, effect, note in scene.story.causes:
        scene.add(GoalCause, goal_id=scene.goals[cause], effect_id=scene.goals[effect], note=note)


def _way(scene: Scene, position: int) -> dict:
    if position >= len(scene.story.ways):
        return {}
    said = scene.story.ways[position]._asdict()
    return {name: value for name, value in said.items() if name != "stands"}


def _reach(scene: Scene, position: int) -> dict:
    if position >= len(scene.story.reaches):
        return {}
    one = scene.story.reaches[position]
    return {
        "starts_on": scene.day(one.starts),
        "ends_on": scene.day(one.ends),
        "objective": one.objective,
        "audience_needs": one.needs,
        "key_message": one.message,
    }


def _check_ins(scene: Scene) -> None:
    for goal, way in zip(scene.goals, scene.story.ways, strict=False):
        for stand in way.stands:
            day = scene.day(stand.day)
            scene.add(
                CheckIn,
                goal_id=goal,
                checked_on=day,
                value=stand.value,
                confidence=stand.confidence,
                note=stand.note,
                user_id=scene.lead,
                **scene.rows.made_on(day),
            )


def _relations(scene: Scene) -> None:
    """A dot in the marks is a cell that nobody has rated."""
    notes = {(goal, strategy): note for goal, strategy, note in scene.story.notes}
    for row, marks in enumerate(scene.story.marks):
        for column, mark in enumerate(marks.split()):
            if mark != ".":
                scene.add(
                    Relation,
                    goal_id=scene.goals[row],
                    strategy_id=scene.strategies[column],
                    mark=int(mark),
                    note=notes.get((row, column)),
                    user_id=scene.lead,
                )


def _milestone(scene: Scene, step: Step) -> int:
    return scene.add(
        Milestone,
        title=step.title,
        strategy_id=None if step.strategy is None else scene.strategies[step.strategy],
        state=step.state if step.actual is None else MilestoneState.DONE,
        baseline_on=scene.day(step.baseline),
        planned_on=scene.day(step.planned),
        actual_on=scene.day(step.actual),
        description=step.description,
        phase=step.phase,
        takes_days=step.takes,
        **scene.owner(step.owner),
    )


def _needs(scene: Scene) -> None:
    for place, step in enumerate(scene.story.steps):
        for need in step.needs:
            scene.add(MilestoneNeed, milestone_id=scene.steps[place], needs_id=scene.steps[need])


def _outcomes(scene: Scene) -> None:
    if plan := scene.story.plan:
        scene.add(OutcomesPlan, **plan._asdict())
    for gauge in scene.story.gauges:
        measure = _measure(scene, gauge)
        scene.measures.append(measure)
        if gauge.series:
            _observations(scene, measure, gauge.series, gauge.source)


def _measure(scene: Scene, gauge: Gauge) -> int:
    return scene.add(
        Measure,
        name=gauge.name,
        goal_id=None if gauge.goal is None else scene.goals[gauge.goal],
        kind=gauge.kind,
        direction=gauge.direction,
        unit=gauge.unit,
        value_kind=ValueKind.PROPORTION if gauge.series and gauge.series.size else ValueKind.NUMBER,
        per=1.0,
        rules=RuleSet.NHS,
        numerator=gauge.numerator,
        denominator=gauge.denominator,
        frequency=gauge.frequency,
        source=gauge.source,
        baseline=gauge.baseline,
        target=gauge.target,
        baseline_points=gauge.series.baseline if gauge.series else None,
        **scene.owner(gauge.owner),
    )


def _observations(scene: Scene, measure: int, series: Series, source: str) -> None:
    """Months up to the last whole one. A share is its count over its size, in per cent."""
    by = Random(series.seed) if series.seed else scene.rng  # noqa: S311 - a story, no secret
    for number in range(series.months):
        level = series.before if number < (series.baseline or series.months) else series.after
        value = max(0.0, by.gauss(level + series.drift * number, series.spread))
        value, numerator, size = _share(scene, value, series)
        period_on = days.month(scene.rows.as_of, series.months - number)
        scene.add(
            Observation,
            measure_id=measure,
            period_on=period_on,
            value=round(value, series.places if size is None else 2),
            numerator=numerator,
            denominator=size,
            provenance=source,
            user_id=scene.lead,
            **scene.rows.made_on(period_on + timedelta(days=40)),
        )


def _share(scene: Scene, value: float, series: Series) -> tuple[float, int | None, int | None]:
    if series.size is None:
        return value, None, None
    size = round(scene.rng.gauss(series.size, series.size / 20))
    numerator = min(size, round(value / 100 * size))
    return 100 * numerator / size, numerator, size
