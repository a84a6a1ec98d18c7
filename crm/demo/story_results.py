"""Three engagements with results: one overspent, one whose thread has no gap, one followed up."""

from crm.alignment.models import Perspective
from crm.demo.story import Aim, Debt, Gauge, Means, Plan, Rhythm, Series, Step, Story, along
from crm.engagements.models import ServiceLine, Stage
from crm.outcomes.models import Direction, MeasureKind
from crm.outcomes.models_plan import Design

OUTCOME, PROCESS, BALANCING, COST = MeasureKind
DECREASE, INCREASE = Direction

CLINICS = Story(
    title="Fewer missed clinics",
    organisation="northmoor",
    stage=Stage.MEASUREMENT,
    moves=along(-530, -508, -480, -465, -400, -338, -122),
    starts=-480,
    ends=75,
    team=("consultant2",),
    sponsor="client2",
    fee=48_000,
    currency="GBP",
    budget=((ServiceLine.COACHING, 24), (ServiceLine.TRAINING, 8), (ServiceLine.RESEARCH, 14)),
    scope="Dermatology outpatients: reminders people understand, comments answered by the people who know, "
    "and a waiting-list post that can be trusted. Evaluation by control chart, reported to the trust board.",
    goals=(
        Aim("Fewer missed clinics in dermatology", 40, Perspective.PATIENTS, 75, 0,
            "Reduce did-not-attend from 9.6 % to 7.5 % by the end of the financial year, led by patient "
            "access, so that the list shrinks without a new clinic."),
        Aim("Comments answered the same day", 30, Perspective.PROCESSES, 75, 2,
            "Answer 85 % of public questions on the day they are asked, from 41 %."),
        Aim("Trust in what we say about waiting", 30, Perspective.MISSION, 75, 1,
            "Hold the share of patients who call the waiting-list news honest above 70 %."),
    ),
    strategies=(
        Means("Reminders in five languages", 50, "Patients who read no English", "Text message, Facebook", 0),
        Means("Rota that answers until eight", 64, "Working people", "Facebook, Bluesky", 2),
        Means("Waiting-list post by the clinic lead", 24, "People on the list", "Facebook, X", 1),
    ),
    marks=("9 . 3", ". 9 3", ". 3 9"),
    notes=(
        (0, 0, "Six in ten of those who missed a clinic had a first language other than English."),
        (1, 1, "The rota is the answer; nothing else moves this figure."),
        (2, 2, "Readers in the panel named the clinician's own voice as the reason to believe it."),
    ),
    steps=(
        Step("Texts translated and read back", 0, -300, -290, -288, 0),
        Step("Reminders live in all clinics", 0, -262, -240, -236, 0),
        Step("Rota agreed with the union", 1, -250, -205, -201, 2),
        Step("First waiting-list post", 2, -270, -270, -270, 1),
        Step("Fifty posts without a gap", 2, 30, 30, None, 1),
        Step("Evaluation report to the trust board", 0, 40, 62, None, "lead"),
        Step("Summer open evening", None, -60, -60, -58, 2),
    ),
    plan=Plan(
        "Do reminders in the patient's own language reduce missed dermatology clinics?",
        "Adults booked in a dermatology clinic of Northmoor Royal Infirmary",
        "A reminder in the patient's language seven and two days before",
        "The same clinics in the twelve months before the reminders",
        "Did-not-attend rate",
        "Twenty-two months, by month",
        Design.INTERRUPTED_SERIES,
    ),
    gauges=(
        Gauge("Did not attend, dermatology", 0, OUTCOME, DECREASE, "%", 9.6, 7.5,
            "Patient administration system",
              Series(22, 9.6, 7.4, 0.4, 14, 1_730), "Appointments not attended", "Appointments booked", 0),
        Gauge("Questions answered the same day", 1, PROCESS, INCREASE, "%", 41, 85,
            "Export of the page inbox",
              Series(18, 41, 79, 4.5, 11, 160), "Questions answered on the day", "Questions asked", 2),
        Gauge("Call the waiting-list news honest", 2, OUTCOME, INCREASE, "%", 68, 70,
            "Exit card, one question",
              Series(16, 68, 68, 3.4, 8), owner=1),
        Gauge("Complaints about contact", None, BALANCING, DECREASE, "a month", 12, 12, "Complaints register",
              Series(20, 12, 12, 2.8, 12, None, 0, 0), owner=0),
        Gauge("Median time to a first answer", 1, PROCESS, DECREASE, "hours", 31, 8, "Page inbox",
              Series(18, 31, 17, 4.2, 10, seed="northmoor"), owner=2),
    ),
    rhythm=Rhythm(-462, -36, 18, (12,), (), 2, (-140,), (0, 1, 1, 2, 1)),
    debts=(
        Debt("List what else changed in the quarter of the reminders", 0, -14),
        Debt("Confirm the hours left for the evaluation", "lead", -1),
        Debt("Send the figures of last month", 2, 5),
    ),
)  # fmt: skip

FAMILIES = Story(
    title="Answers for families after discharge",
    organisation="hoshimidai",
    stage=Stage.CLOSING,
    moves=along(-575, -556, -540, -531, -470, -412, -190, -30),
    starts=-540,
    ends=25,
    team=("consultant", "consultant2"),
    fee=9_400_000,
    currency="JPY",
    budget=((ServiceLine.COACHING, 62), (ServiceLine.TRAINING, 20), (ServiceLine.RESEARCH, 24)),
    scope="Films, a question hour and a trained staff for the first week at home, with a measure for each "
    "goal and a hand-over to the education office. Interpreted sessions; all texts in Japanese and English.",
    goals=(
        Aim("Families know whom to ask after discharge", 40, Perspective.PATIENTS, 20, 2,
            "Raise the share of families who know whom to call from 52 % to 80 % within a year, led by the "
            "liaison office, so that no one waits a night with a question."),
        Aim("Fewer avoidable calls to the ward", 35, Perspective.PROCESSES, 20, 1,
            "Reduce avoidable calls from 31 to 20 per 100 discharges by the end of the engagement, with "
            "the present staff, so that nurses stay at the bedside."),
        Aim("Nurses answer in public with confidence", 25, Perspective.LEARNING, 20, 1,
            "Raise the mean confidence of 60 nurses from 2.4 to 3.8 of 5 within nine months, to support "
            "the question hour."),
    ),
    strategies=(
        Means("Short films on the first week at home", 39, "Families of patients over 75",
            "YouTube, ward tablets", 2),
        Means("Evening question hour", 33, "Daughters and sons who work by day", "Hospital page, X", 1),
        Means("Simulation training for public answers", 18, "Nurses of four wards", "On site", "second"),
        Means("Discharge leaflet with a code to the films", 10, "Patients on the day of discharge", "Paper",
            2),
    ),
    marks=("9 . . 3", "3 9 . .", ". 3 9 ."),
    notes=(
        (0, 0, "Families who watched a film named the right number four times in five."),
        (1, 1, "Two in three calls after six o'clock were questions that the hour now answers."),
        (2, 2, "Confidence rose only on the wards that had the simulation."),
    ),
    steps=(
        Step("Six films in the can", 0, -330, -330, -334, 2),
        Step("Films on every ward tablet", 0, -280, -280, -281, 2),
        Step("First question hour", 1, -300, -300, -300, 1),
        Step("Question hour kept for six months", 1, -118, -118, -118, 1),
        Step("Sixty nurses trained", 2, -200, -200, -204, "second"),
        Step("Leaflet in all discharge folders", 3, -260, -260, -263, 2),
        Step("Hand-over to the education office", 2, 14, 14, None, 1),
    ),
    plan=Plan(
        "Do films and a question hour reduce avoidable calls to the ward after discharge?",
        "Families of patients discharged home from four wards",
        "Films on the first week at home, a weekly question hour and a leaflet that leads to both",
        "The same wards in the fourteen months before",
        "Avoidable calls per 100 discharges, judged by two nurses",
        "Twenty-four months, by month",
        Design.CONTROL_CHART,
    ),
    gauges=(
        Gauge("Families who know whom to call", 0, OUTCOME, INCREASE, "%", 52, 80,
            "Telephone survey, day seven",
              Series(20, 52, 81, 3.2, 10, 120), "Families who named the right number", "Families asked", 2),
        Gauge("Avoidable calls per 100 discharges", 1, OUTCOME, DECREASE, "calls", 31, 20, "Ward call log",
              Series(24, 31, 19.5, 2.0, 14), owner=1),
        Gauge("Nurses' confidence in public answers", 2, PROCESS, INCREASE, "of 5", 2.4, 3.8,
            "Five-item scale",
              Series(16, 2.4, 3.8, 0.14, 9, None, 0, 2), owner=1),
        Gauge("Followers of the film channel", 0, PROCESS, INCREASE, "followers", 900, 2_500,
            "YouTube Studio",
              Series(18, 900, 900, 18, None, None, 96, 0), owner=2),
        Gauge("Median time to a first answer", 1, PROCESS, DECREASE, "hours", 20, 6, "Ward call log",
              Series(18, 20, 13.5, 3.1, 10, seed="hoshimidai"), owner=1),
    ),
    rhythm=Rhythm(-530, -6, 19, (8,), (), 0, (-250,), (0, 1, 2, 0, 1, 3, 0, 1)),
    debts=(Debt("Send corrections to the closing report", 0, 6, 6),
           Debt("Send the closing report", "lead", 10, 6)),
)  # fmt: skip

GUIDELINES = Story(
    title="Guidelines that young cardiologists read",
    organisation="cedar",
    stage=Stage.FOLLOW_UP,
    moves=along(-640, -615, -590, -571, -520, -455, -260, -125, -92),
    starts=-590,
    ends=-95,
    team=("consultant",),
    fee=62_000,
    currency="USD",
    budget=((ServiceLine.COACHING, 44), (ServiceLine.TRAINING, 10), (ServiceLine.RESEARCH, 16)),
    scope="Social media of the society in the service of its guidelines, its journal and its membership; "
    "two boot camps for the digital editors; follow-up after three, six and twelve months.",
    goals=(
        Aim("Guidelines read by cardiologists under forty", 50, Perspective.MISSION, -95, 0,
            "Double the monthly reads by members under 40 within fifteen months."),
        Aim("Members renew", 30, Perspective.FINANCE, -60, 1,
            "Raise renewal from 84 % to 88 % by the end of next year."),
        Aim("The journal is cited in clinical talk", 20, Perspective.MISSION, -60, 2),
    ),
    strategies=(
        Means("Journal club on Bluesky and X", 60, "Cardiologists under forty", "Bluesky, X", 2),
        Means("Two-minute guideline films", 50, "Fellows in training", "LinkedIn, YouTube", 2),
        Means("Member host of the month", 12, "Members who never post", "X", 1),
    ),
    marks=("9 9 1", "9 1 3", "3 1 ."),
    notes=(
        (0, 0, "Reads on club nights are five times those of other nights."),
        (0, 1, "Each film carries a link that three in ten follow."),
        (1, 0, "Those who came to the club twice renewed nine times in ten."),
    ),
    steps=(
        Step("First journal club", 0, -430, -430, -428, 2),
        Step("Twelve clubs held", 0, -160, -160, -155, 2),
        Step("Eight films published", 1, -240, -200, -193, 2),
        Step("Host list for a year", 2, -300, -300, -310, 1),
    ),
    plan=Plan(
        "Does a monthly journal club on social media raise the reading of guidelines among younger members?",
        "Members under forty",
        "A monthly journal club and two-minute films",
        "The ten months before the first club",
        "Reads of guideline pages by signed-in members under forty",
        "Twenty-four months, by month",
        Design.BEFORE_AFTER,
    ),
    gauges=(
        Gauge("Guideline reads by members under forty", 0, OUTCOME, INCREASE, "reads", 420, 840,
            "Web analytics",
              Series(24, 420, 870, 52, 10, None, 0, 0), owner=1),
        Gauge("Renewal rate", 1, OUTCOME, INCREASE, "%", 84, 88, "Membership register",
              Series(15, 84.2, 84.6, 1.1, 8), owner=1),
        Gauge("Cost per guideline read", 0, COST, DECREASE, "USD", 3.1, 1.8, "Society accounts",
              Series(20, 3.1, 1.7, 0.22, 10, None, 0, 2), owner=1),
        Gauge("Median time to a first answer", 1, PROCESS, DECREASE, "hours", 44, 24, "Members' mailbox",
              Series(18, 44, 39, 5.5, 10, seed="cedar valley"), owner=1),
    ),
    rhythm=Rhythm(-546, -38, 26, (15,), (), 1, (), (0, 1, 0, 2)),
    debts=(Debt("Check the other pages for stale dates", 2, 9),),
)  # fmt: skip
