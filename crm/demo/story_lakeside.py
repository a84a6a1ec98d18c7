"""Lakeside General Hospital: the richest engagement of the demo, and another that its sponsor may not see."""

from crm.alignment.models import Perspective
from crm.demo.lakeside_sheet import REACHES, WAYS
from crm.demo.story import Aim, Debt, Gauge, Means, Move, Plan, Rhythm, Series, Step, Story, along
from crm.engagements.models import ServiceLine, Stage
from crm.outcomes.models import Direction, Frequency, MeasureKind
from crm.outcomes.models_plan import Design
from crm.roadmap.models import MilestoneState

ACCESS = Story(
    title="Patient access and voice {year}",
    organisation="lakeside",
    stage=Stage.IMPLEMENTATION,
    moves=along(-601, -583, -562, -548, -466, -391),
    starts=-562,
    ends=168,
    team=("consultant", "consultant2"),
    sponsor="client",
    fee=86_000,
    currency="USD",
    budget=((ServiceLine.COACHING, 72), (ServiceLine.TRAINING, 18), (ServiceLine.RESEARCH, 26)),
    scope="Coaching of the patient-experience office and cardiology to align the hospital's social media "
    "with four business goals, from the worksheet to measured outcomes. In scope: eighteen months of "
    "sessions, two half-day trainings, one outcomes plan with control charts. Out of scope: running the "
    "channels, paid advertising, the booking system.",
    goals=(
        Aim("Fewer missed appointments", 30, Perspective.PATIENTS, 120, 0,
            "Reduce the no-show rate in cardiology from 11.8 % to 9 % within eighteen months, led by the "
            "access centre, so that 35 more patients are seen each month."),
        Aim("Staff who would recommend us", 25, Perspective.LEARNING, 168, 0,
            "Raise the staff recommendation score from 18 to 30 by the end of the engagement."),
        Aim("Heard in the community", 25, Perspective.MISSION, 168, 2,
            "Be the first place that people on the west side ask about their heart."),
        Aim("Lower cost per contact", 20, Perspective.FINANCE, 168, 3,
            "Spend less for each answered question."),
    ),
    strategies=(
        Means("Reminder stories by text and page", 60, "Patients with a first appointment",
            "Facebook, text message", 2),
        Means("Leaders answer questions weekly", 45, "Nurses, technicians and porters", "Intranet, LinkedIn",
            0),
        Means("Patient voices channel", 40, "Families on the west side", "YouTube, Instagram", 2),
        Means("Phone tree explained in short films", 100, "Callers who hang up", "YouTube, hold line", 3),
    ),
    ways=WAYS,
    reaches=REACHES,
    review=9,
    marks=("9 3 0 1", "3 9 0 0", "0 0 9 1", "0 1 0 1"),
    notes=(
        (0, 0, "The pilot in the heart-failure clinic cut missed visits by a fifth in three months."),
        (0, 1, "Leaders may ask staff to mention reminders; two raters wanted a 1."),
        (1, 0, "Staff are proud of the stories they appear in."),
        (2, 2, "The patients' council named it first, and its members bring the families with them."),
    ),
    ties=(
        (0, 3, 1, "The films tell what the reminders ask for."),
        (0, 2, 2, "A patient's own words make the better reminder."),
        (1, 3, -1, "Both draw on the same two people who film."),
    ),
    causes=(
        (1, 0, "People who like to work here explain why an appointment matters."),
        (1, 2, "Staff carry the stories into their own streets."),
        (0, 3, "A kept appointment needs no second call."),
    ),
    steps=(
        Step("Reminder wording agreed with cardiology and counsel", 0, -372, -372, -375, 1,
             phase="Preparation"),
        Step("Consent form for stories approved", 0, -350, -340, -341, 2, phase="Preparation"),
        Step("Reminder page live", 0, -300, -290, -287, 2, phase="Preparation", needs=(0, 1)),
        Step("Launch in cardiology", 0, -18, -4, None, 1, MilestoneState.IN_PROGRESS,
             "All first appointments receive a story and a reminder; the last signature is missing.",
             "Roll-out", 14, (2,)),
        Step("Roll out to orthopaedics", 0, 40, 52, None, 3, phase="Roll-out", takes=30, needs=(3,)),
        Step("Half-day training for leaders", 1, -330, -330, -330, "second", phase="Preparation"),
        Step("Pilot on two wards", 1, -214, -200, -196, 0, phase="Pilot"),
        Step("Weekly answers in the whole hospital", 1, 10, 31, None, 0, MilestoneState.IN_PROGRESS, None,
             "Roll-out", 40, (6,)),
        Step("Scripts of the phone-tree films", 3, -260, -260, -262, 3, phase="Preparation"),
        Step("Four clips filmed and captioned", 3, -190, -151, -148, 2, phase="Pilot", needs=(8,)),
        Step("Films on the hold line", 3, 24, 24, None, 3, phase="Roll-out", takes=10, needs=(9,)),
        Step("Social-media policy signed", None, -402, -395, -393, 0, phase="Preparation"),
    ),
    plan=Plan(
        "Do reminder stories lower the no-show rate in cardiology?",
        "Adults with a booked first appointment in cardiology at Lakeside General",
        "A patient's story with the reminder, by text and on the page, two days before the appointment",
        "The same clinic in the twelve months before",
        "No-show rate: booked first appointments neither kept nor cancelled",
        "Twelve months before and eight after, by month",
        Design.CONTROL_CHART,
    ),
    gauges=(
        Gauge("No-show rate, cardiology", 0, MeasureKind.OUTCOME, Direction.DECREASE, "%", 11.8, 9.0,
              "Booking system, first appointments", Series(20, 11.8, 9.1, 0.5, 12, 1_240),
              "First appointments neither kept nor cancelled", "First appointments booked", 3),
        Gauge("Staff who would recommend us", 1, MeasureKind.OUTCOME, Direction.INCREASE, "points", 18, 30,
              "Pulse survey, net of those who would not", Series(7, 18, 25, 2.4, None, None, 0.9, 0),
              owner=0),
        Gauge("Median time to a first answer", 1, MeasureKind.PROCESS, Direction.DECREASE, "hours", 26, 4,
              "Export of the page inbox", Series(18, 26, 9, 2.6, 10), owner=2),
        Gauge("Cost per answered contact", 3, MeasureKind.COST, Direction.DECREASE, "USD", None, 6.5,
              "Finance, not yet supplied", owner=3, frequency=Frequency.QUARTERLY),
    ),
    rhythm=Rhythm(-547, -12, 17, (0, 9, 19), (-1, -5), 3, (-118, -226), (0, 3, 1, 3, 0, 3, 2, 3)),
    debts=(
        Debt("Get the outstanding signature from the compliance office", 1, -9, 3),
        Debt("Send the no-show figures of last month", 3, -3),
        Debt("Read the sponsor's page of the half-way report", 0, -2),
        Debt("Draft the half-way report for the board", "lead", 0),
        Debt("Collect five questions from the night shift", 0, 2, 7),
        Debt("Ask finance for the cost of an answered call", 0, 4),
        Debt("Book the studio for the hold-line films", 2, 6, 10),
        Debt("Prepare round two of the ratings", "second", 12),
    ),
)  # fmt: skip

NURSES = Story(
    title="Nurses who stay",
    organisation="lakeside",
    stage=Stage.ALIGNMENT,
    moves=along(-160, -141, -118, -104, -47),
    starts=-118,
    ends=250,
    team=("consultant2",),
    fee=38_500,
    currency="USD",
    budget=((ServiceLine.COACHING, 40), (ServiceLine.TRAINING, 12)),
    scope="Recruitment and first-year support of nurses, with the nursing office alone. Kept apart from the "
    "work of patient experience at the wish of the chief nurse.",
    goals=(
        Aim("Fill forty nursing posts", 40, Perspective.PROCESSES, 240, 2,
            "Fill 40 open posts by the end of next year, from 61 open today."),
        Aim("Newly qualified nurses stay a second year", 35, Perspective.LEARNING, 250, None,
            "Raise the share that stays from 71 % to 80 %."),
        Aim("Shorter time from advert to first shift", 25, Perspective.PROCESSES, 200, None),
    ),
    strategies=(
        Means("A day on the ward, filmed by nurses", 50, "Nurses in their last year of study",
            "TikTok, Instagram", 2),
        Means("Alumni circle", 30, "Former staff", "LinkedIn", "lead"),
        Means("Careers podcast", 35, "Nurses who commute", "Podcast"),
    ),
    marks=("9 3 .", "1 1 .", ". . ."),
    notes=((0, 0, "Eleven of the last thirty applicants named the two films made so far."),),
    rhythm=Rhythm(-101, -20, 16, (5, 16), (-3,), 1, (), (0, 1, 0)),
    debts=(Debt("Bring the weights to the nursing council", 2, 3),
           Debt("Second look at the podcast", "lead", -2)),
)  # fmt: skip

EMERGENCY = Story(
    title="What to expect in the emergency department",
    organisation="riverbend",
    stage=Stage.ON_HOLD,
    moves=(
        *along(-395, -372, -350, -338, -270, -205),
        Move(Stage.ON_HOLD, -64,
             "The department moves building. The sponsor asks us to return when the doors are open."),
    ),
    starts=-350,
    ends=90,
    team=("consultant",),
    fee=29_000,
    currency="USD",
    budget=((ServiceLine.COACHING, 36), (ServiceLine.RESEARCH, 10)),
    scope="Honest public information on waiting in the emergency department, and calmer arrivals.",
    goals=(
        Aim("Fewer who leave without being seen", 50, Perspective.PATIENTS, 60, 1,
            "Cut the share that leaves from 4.6 % to 3 % within a year, so that nobody goes home untreated."),
        Aim("Staff feel safe at the desk", 30, Perspective.LEARNING, 90, 0),
        Aim("Fewer visits that a pharmacy could answer", 20, Perspective.FINANCE, 90, None),
    ),
    strategies=(
        Means("Waiting time posted every two hours", 55, "People deciding where to go",
            "Facebook, door screen", 1),
        Means("Faces of the night desk", 20, "Regular visitors", "Facebook", 2),
    ),
    marks=("9 1", "3 3", ". ."),
    notes=((0, 0, "Six in ten who left said that they would have stayed had they known how long."),),
    steps=(
        Step("Waiting time agreed as a figure", 0, -190, -185, -186, 1),
        Step("Door screen on the new building", 0, -70, -25, None, 1),
        Step("Portraits of the night desk", 1, -120, -110, -104, 2),
        Step("Open day in the new department", None, -40, 35, None, 0),
    ),
    gauges=(
        Gauge("Left without being seen", 0, MeasureKind.OUTCOME, Direction.DECREASE, "%", 4.6, 3.0,
              "Emergency department register", Series(14, 4.6, 4.5, 0.35, 8, 2_900),
              "Left before seeing a clinician", "Registered arrivals"),
        Gauge("Incidents at the desk", 1, MeasureKind.BALANCING, Direction.DECREASE, "a month", 9, 5,
              "Incident reports", Series(14, 9, 9, 2.2, 8, None, 0, 0)),
    ),
    rhythm=Rhythm(-336, -70, 27, (), (), 0, (-58,), (0, 1)),
    debts=(Debt("Tell us when the doors open", 0, 20),),
)  # fmt: skip
