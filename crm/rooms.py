"""The rooms of Plumbline: their pages, and their work for the worker. A new room is named here."""

from crm.accounts import views as accounts
from crm.alignment import views as alignment
from crm.alignment import views_checkins as checkins
from crm.alignment import views_import as sheet_import
from crm.alignment import views_sheet as sheet
from crm.alignment import views_weights as weights
from crm.analyses import views as analyses
from crm.audit import views as audit
from crm.bin import views as bin_
from crm.builder import views as builder
from crm.builder import views_saved
from crm.chronicle import views as chronicle
from crm.closing import views as closing
from crm.drafts import views as drafts
from crm.economics import views as economics
from crm.engagements import views as engagements
from crm.engagements import views_preview, views_work
from crm.evidence import views as evidence
from crm.evidence import views_benchmark, views_library, views_study
from crm.health import views as health
from crm.home import views as home
from crm.jobs import jobs as housekeeping
from crm.jobs import views as jobs
from crm.judging import jobs as judging_work
from crm.judging import views as judging
from crm.judging import views_judge
from crm.mail import jobs as mailing
from crm.mail import views as mail
from crm.monitoring import views as monitoring
from crm.organisations import views as organisations
from crm.organisations import views_import
from crm.outcomes import views as outcomes
from crm.outcomes import views_collect as collect
from crm.outcomes import views_import as values_import
from crm.outcomes import views_phases as phases
from crm.outlines import views as outlines
from crm.plans import views as plans
from crm.plans import views_files as plan_files
from crm.plans import views_guidelines, views_hypotheses, views_register
from crm.readings import views as readings
from crm.reminders import jobs as reminding
from crm.reminders import views as reminders
from crm.reporting import views as reporting
from crm.reporting import views_across as across
from crm.reporting import views_streams
from crm.roadmap import views as roadmap
from crm.runs import jobs as making
from crm.runs import views as runs
from crm.runs import views_kept, views_schedules
from crm.sessions import views as sessions
from crm.sessions import views_actions, views_record
from crm.stages import views as stages
from crm.surveys import jobs as surveying
from crm.surveys import views as surveys
from crm.surveys import views_form as survey_form
from crm.surveys import views_parts as survey_parts
from crm.surveys import views_results as survey_results
from crm.thread import views as thread
from crm.timesheets import views as timesheets
from crm.timesheets import views_approval, views_money
from crm.timesheets import views_import as views_time_import
from crm.versions import jobs as answering
from crm.versions import views as versions
from crm.versions import views_catchball, views_files, views_upload

ROOMS = (
    accounts, audit, bin_, jobs, mail, drafts, organisations, views_import, engagements, views_preview,
    views_work, alignment, sheet, weights, checkins, sheet_import, versions, views_catchball, views_files,
    views_upload, judging, views_judge, roadmap, sessions, views_record, views_actions, timesheets,
    views_approval, views_money, views_time_import, outcomes, phases, analyses, economics, evidence,
    views_library, views_benchmark, views_study, collect, values_import, plans, views_hypotheses,
    views_guidelines, views_register, plan_files, surveys, survey_parts, survey_results, survey_form,
    health, stages, outlines, thread, readings, reporting, views_streams, across, builder, views_saved,
    runs, views_schedules, views_kept, closing, chronicle, home, reminders, monitoring,
)  # fmt: skip

#: Rooms that have work for the worker: importing them makes it known.
WORK = (
    housekeeping,
    mailing,
    reminding,
    judging_work,
    answering,
    surveying,
    making,
)
