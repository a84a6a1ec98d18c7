"""One row of everything that an access rule looks at, hung on one engagement."""

from datetime import UTC, date, datetime
from decimal import Decimal

from crm.access import Role
from crm.bin.models import BinItem
from crm.drafts.models import Draft
from crm.engagements.models import Stage, StageMove
from crm.evidence.models import FindingState
from crm.jobs.models import JobRun
from crm.judging.models import RoundState
from crm.mail.models import Mail
from crm.organisations.models_import import ImportUpload
from crm.sessions.models_time import Override
from crm.surveys.models import Told
from tests import factories as f
from tests.factories_analyses import AnalysisFactory, LookFactory
from tests.factories_runs import ReportRunFactory, ReportScheduleFactory, ReportSnapshotFactory


def thread_of(engagement, by) -> dict[str, object]:
    """The rows, by the name that a URL gives their key; those that are somebody's own belong to `by`."""
    on = {"engagement": engagement}
    goal, strategy = f.GoalFactory(**on), f.StrategyFactory(**on)
    session = f.CoachingSessionFactory(coach=by, is_shared=True, **on)
    measure = f.MeasureFactory(goal_id=goal.id, **on)
    contact = f.ContactFactory(organisation=engagement.organisation)
    channel = f.ChannelFactory(organisation=engagement.organisation)
    organisation_id = engagement.organisation_id
    f.RelationFactory(goal_id=goal.id, strategy_id=strategy.id, **on)
    other_goal, other_strategy = f.GoalFactory(**on), f.StrategyFactory(**on)
    other_strategy.own_channels = [channel]
    f.SheetSetupFactory(**on)
    f.GoalParentFactory(goal_id=goal.id, parent_id=other_goal.id, **on)
    f.GoalOriginFactory(goal_id=other_goal.id, origin_id=f.GoalFactory(**on).id, **on)
    f.GoalComparisonFactory(goal_id=goal.id, other_id=other_goal.id, **on)
    f.GoalCauseFactory(goal_id=goal.id, effect_id=other_goal.id, **on)
    f.StrategyTieFactory(strategy_id=strategy.id, other_id=other_strategy.id, **on)
    round_ = f.RoundFactory(state=RoundState.CLOSED, closed_at=datetime(2026, 2, 1, tzinfo=UTC), **on)
    f.RaterFactory(round_id=round_.id, user=by, **on)
    f.JudgementFactory(
        round_id=round_.id, user_id=by.id, goal_id=goal.id, strategy_id=strategy.id, is_revealed=True, **on
    )
    version = f.VersionFactory(**on)
    f.TurnFactory(version_id=version.id, **on)
    milestone = f.MilestoneFactory(strategy_id=strategy.id, **on)
    f.MilestoneNeedFactory(milestone_id=milestone.id, needs_id=f.MilestoneFactory(**on).id, **on)
    for touched in ({"goal_id": goal.id}, {"strategy_id": strategy.id}, {"milestone_id": milestone.id}):
        f.SessionTouchFactory(session=session, **touched)
    f.PrivateNoteFactory(session=session)
    f.RecordStepFactory(session=session)
    f.TimerFactory(user_id=by.id, **on)
    logged = f.TimeEntryFactory(session=session)
    links = {"strategy_id": strategy.id, "milestone_id": milestone.id}
    time = f.FreeTimeFactory(user_id=by.id, imported_key=f"toggl-{session.id}", **links, **on)
    f.TimeOverrideFactory(time=time)
    f.TimeOverrideFactory(time=logged, what=Override.RATE, rate=Decimal(90), currency="USD")
    timesheet = f.TimesheetFactory(user_id=by.id, week_on=date.fromordinal(736_695 + 7 * session.id))
    f.TimesheetStepFactory(sheet=timesheet)
    f.PersonRateFactory(user_id=by.id)
    f.EngagementRateFactory(**on)
    f.BudgetFactory(**on)
    f.SatisfactionScoreFactory(**on)
    f.HealthOverrideFactory(**on)
    plan = f.OutcomesPlanFactory(starts_on=date(2026, 1, 5), **on)
    judged = f.MeasureFactory(**on)  # One that was looked at stays: nobody throws it away.
    hypothesis = f.HypothesisFactory(plan_id=plan.id, measure_id=judged.id, **on)
    f.PowerPlanFactory(hypothesis_id=hypothesis.id, **on)
    f.HypothesisFactory(plan_id=plan.id, **on)
    registration = f.RegistrationFactory(plan_id=plan.id, **on)
    f.AmendmentFactory(plan_id=plan.id, **on)
    deviation = f.DeviationFactory(plan_id=plan.id, **on)
    f.DeviationFactory(plan_id=plan.id, corrects_id=deviation.id, **on)
    f.GuidelineMarkFactory(plan_id=plan.id, item=str(engagement.id), **on)
    analysis = AnalysisFactory(hypothesis_id=hypothesis.id, measure_id=judged.id, **on)
    look = LookFactory(analysis_id=analysis.id, **on)
    f.EthicsDeterminationFactory(**on)
    phase = f.PhaseFactory(measure_id=measure.id, **on)
    f.MeasureFactory(series_of_id=measure.id, group_name="Ward 2", starts_on=date(2026, 1, 5), lowest=0, **on)
    survey = f.SurveyFactory(**on)
    question = f.SurveyQuestionFactory(survey=survey, measure_id=measure.id, told_as=Told.MEAN)
    wave = f.SurveyWaveFactory(survey=survey)
    f.SurveyVisitFactory(wave=wave)
    f.SurveyAnswerFactory(wave=wave, question_id=question.id)
    evaluation = f.EvaluationFactory(**on)
    f.BenchmarkConsentFactory(organisation=engagement.organisation)
    f.FindingFactory(
        state=FindingState.SHARED, agreed_at=datetime(2026, 3, 4, tzinfo=UTC),
        shared_id=f.SharedFindingFactory().id, evaluation_id=evaluation.id, **on,
    )  # fmt: skip
    f.TeamMemberFactory(**on)
    f.EngagementGrantFactory(**on)
    f.IdentifierFactory(organisation=engagement.organisation)
    f.ChannelCountFactory(organisation=engagement.organisation, channel_id=channel.id)
    observation = f.ObservationFactory(measure=measure, period_on=date.fromordinal(730_000 + measure.id))
    f.CorrectionFactory(observation_id=observation.id, **on)
    f.session.add_all(
        [
            StageMove(
                engagement_id=engagement.id,
                organisation_id=organisation_id,
                to_stage=Stage.AGREED,
                moved_on=date(2026, 1, 5),
            ),
            Draft(user_id=by.id, form="session", fields=[]),
            ImportUpload(user_id=by.id, filename="a.csv", content=b"", has_header=True),
        ]
    )
    bin_item = BinItem(
        thing="goal", thing_id=10**6 + goal.id, name="Gone", user_id=by.id, rows={},
        engagement_id=engagement.id, organisation_id=organisation_id,
    )  # fmt: skip
    now = datetime(2026, 1, 5, tzinfo=UTC)
    occasion = f"thread/{engagement.id}"
    job_run = JobRun(task="jobs.tidy", due_at=now.replace(year=2000 + engagement.id % 7000), enqueued_at=now)
    mail = Mail(
        user_id=by.id, occasion=occasion, kind="reminder", subject="One due", queued_at=now, next_try_at=now
    )
    ReportSnapshotFactory(engagement_id=engagement.id)
    schedule = ReportScheduleFactory(user=by)
    run = ReportRunFactory(user=by, schedule_id=schedule.id, due_at=job_run.due_at)
    f.session.add_all([bin_item, job_run, mail])
    f.session.flush()
    return {
        "organisation_id": engagement.organisation,
        "engagement_id": engagement,
        "contact_id": contact,
        "channel_id": channel,
        "goal_id": goal,
        "strategy_id": strategy,
        "round_id": round_,
        "version_id": version,
        "check_in_id": f.CheckInFactory(goal_id=goal.id, **on),
        "coaching_session_id": session,
        "milestone_id": milestone,
        "action_id": f.ActionFactory(session_id=session.id, milestone_id=milestone.id, **on),
        "measure_id": measure,
        "hypothesis_id": hypothesis,
        "registration_id": registration,
        "observation_id": observation,
        "survey_id": survey,
        "survey_question_id": question,
        "survey_wave_id": wave,
        "analysis_id": analysis,
        "look_id": look,
        "phase_id": phase,
        "user_id": by,
        "deliverable_id": f.DeliverableFactory(**on),
        "change_order_id": f.ChangeOrderFactory(**on),
        "follow_up_id": f.FollowUpFactory(**on),
        "agenda_template_id": f.AgendaTemplateFactory(user=by),
        "outline_id": f.OutlineFactory(user=by),
        "saved_view_id": f.SavedViewFactory(user=by),
        "bin_item_id": bin_item,
        "job_run_id": job_run,
        "mail_id": mail,
        "report_schedule_id": schedule,
        "report_run_id": run,
        "time_entry_id": time,
        "timesheet_id": timesheet,
        "evaluation_id": evaluation,
        "evaluation_line_id": f.EvaluationLineFactory(
            evaluation_id=evaluation.id, measure_id=f.MeasureFactory(**on).id, low=1, high=1, **on
        ),
        "evaluation_option_id": f.EvaluationOptionFactory(evaluation_id=evaluation.id, **on),
        "finding_id": f.FindingFactory(
            measure_id=f.MeasureFactory(**on).id, evaluation_id=evaluation.id, **on
        ),
        "thing_id": engagement,
    }


def member(role: Role) -> tuple[object, object]:
    """Somebody of this role, and the engagement that they belong to as far as the role can."""
    me = f.UserFactory(role=role)
    ours = {Role.CONSULTANT: "team", Role.CLIENT: "granted"}.get(role)
    engagement = f.EngagementFactory(**({ours: [me]} if ours else {}))
    if role is Role.CLIENT:
        f.ContactFactory(organisation=engagement.organisation, user=me)
    return me, engagement
