"""Engagements that have just begun, and two that came to nothing."""

from crm.alignment.models import Perspective
from crm.demo.story import Aim, Debt, Means, Move, Rhythm, Story, along
from crm.engagements.models import ServiceLine, Stage

CHILDREN = Story(
    title="A children's hospital worth working for",
    organisation="lindenhang",
    stage=Stage.DISCOVERY,
    moves=along(-150, -128, -105, -86),
    starts=-105,
    ends=280,
    team=("consultant",),
    fee=54_000,
    currency="EUR",
    budget=((ServiceLine.COACHING, 48), (ServiceLine.TRAINING, 16), (ServiceLine.RESEARCH, 12)),
    scope="Recruitment of paediatric nurses and the trust of families, in German; discovery on site, then "
    "by video.",
    goals=(
        Aim("Beds open again for want of nobody", 60, Perspective.PROCESSES, 280, 1,
            "Open 14 closed beds by the end of next year with 22 more nurses."),
        Aim("Families trust what they read from us", 40, Perspective.PATIENTS, 280, 2),
    ),
    rhythm=Rhythm(-80, -41, 13, (13,), (-34,), 0, (-20,)),
    debts=(Debt("Complete the inventory of accounts", 2, -12),
           Debt("Find a new date for the director", "lead", -6)),
)  # fmt: skip

BREATH = Story(
    title="Choirs for people short of breath",
    organisation="corrib",
    stage=Stage.AGREED,
    moves=along(-74, -51, -9),
    starts=6,
    ends=330,
    team=("consultant2",),
    fee=18_500,
    currency="EUR",
    budget=((ServiceLine.COACHING, 24), (ServiceLine.RESOURCES, 6)),
    scope="Help a small charity find singers and volunteers through its page, and show its funder what came "
    "of it.",
    rhythm=Rhythm(-46, -46, 7, (6,)),
    debts=(
        Debt("Name six people for the discovery interviews", 1, 4),
        Debt("Send the interview guide", "lead", 1),
    ),
)

ONE_VOICE = Story(
    title="One voice, five sites",
    organisation="maple",
    stage=Stage.PROPOSAL,
    moves=along(-44, -16),
    starts=45,
    ends=590,
    team=("consultant2",),
    fee=140_000,
    currency="USD",
    budget=(
        (ServiceLine.COACHING, 120),
        (ServiceLine.TRAINING, 40),
        (ServiceLine.EVENTS, 16),
        (ServiceLine.RESEARCH, 40),
    ),
    scope="Proposal: align the channels of five hospitals with the authority's plan, with the First Nations "
    "partnership as the first audience and not the last. Two workshops on the coast, one of them reached by "
    "boat.",
    rhythm=Rhythm(-29, -29, 7, (14,)),
    debts=(Debt("Answer the board's questions on the proposal", "lead", 3),),
)

KIDNEY = Story(
    title="Dialysis far from town",
    organisation="harbourlight",
    stage=Stage.INQUIRY,
    moves=along(-11),
    starts=60,
    ends=None,
    team=("consultant",),
    scope="First talk: twelve local groups, one page, and patients who drive three hours to dialysis. They "
    "ask whether social media can carry their case to the ministry.",
    rhythm=Rhythm(-8, -8, 7, (4,)),
    debts=(Debt("Ask the ministry's renal lead who decides", "lead", 5),),
)

WARDS = Story(
    title="Night shifts that nobody sees",
    organisation="lindenhang",
    stage=Stage.QUALIFIED,
    moves=(*along(-26), Move(Stage.QUALIFIED, -9)),
    starts=45,
    ends=None,
    team=("consultant",),
    scope="Recruiting for the night shift of a children's ward, told by those who work it.",
)

RARE = Story(
    title="A first diagnosis within a year",
    organisation="sagebrush",
    stage=Stage.BASELINE,
    moves=(*along(-150, -141, -120, -104), Move(Stage.BASELINE, -58)),
    starts=-120,
    ends=245,
    team=("consultant2",),
    fee=24_000,
    currency="USD",
    budget=((ServiceLine.COACHING, 36), (ServiceLine.RESEARCH, 20)),
    scope="Stories of the way to a diagnosis, for general practitioners who meet a rare disease once.",
    goals=(
        Aim("General practitioners think of it sooner", 60, Perspective.MISSION, 245, 0,
            "Shorten the median time from first visit to referral from 22 to 15 months within two years."),
        Aim("Families find each other", 40, Perspective.PATIENTS, 200, 0),
    ),
    rhythm=Rhythm(-100, -12, 22, (9,)),
)  # fmt: skip

FERRY = Story(
    title="Clinic hours and the ferry",
    organisation="kestrel",
    stage=Stage.LOST,
    moves=(
        *along(-240, -214),
        Move(Stage.LOST, -171, "The county paid for a new pier instead. They may ask again next year."),
    ),
    starts=-180,
    ends=None,
    team=("consultant2",),
    fee=12_000,
    currency="USD",
    budget=((ServiceLine.COACHING, 16),),
    scope="Public news on clinic hours that follow the ferry; three months of coaching for a team of two.",
    rhythm=Rhythm(-226, -204, 22),
)

ONCOLOGY = Story(
    title="Plain words for new cancer drugs",
    organisation="troisvallees",
    stage=Stage.CANCELLED,
    moves=(
        *along(-330, -306, -280, -262, -214),
        Move(Stage.CANCELLED, -155, "The society merged with its neighbour, which has an office for this."),
    ),
    starts=-280,
    ends=-155,
    team=("consultant",),
    fee=31_000,
    currency="EUR",
    budget=((ServiceLine.COACHING, 30), (ServiceLine.TRAINING, 8)),
    scope="Short explanations of newly approved drugs, in French and Italian, written with patients.",
    goals=(
        Aim("Patients find an explanation within a week of approval", 70, Perspective.MISSION, -20, 0,
            "Publish 24 explanations within a year, each within seven days of approval."),
        Aim("Members use the explanations in the clinic", 30, Perspective.PROCESSES, -20, 1),
    ),
    strategies=(
        Means("Drug of the month on LinkedIn", 30, "General practitioners", "LinkedIn", 1),
        Means("Reading panel of patients", 18, "Patients under treatment", "Closed group", 0),
    ),
    marks=("3 9", "3 1"),
    notes=((0, 1, "Every text that the panel rejected was later misunderstood in the clinic."),),
    rhythm=Rhythm(-258, -172, 21),
)  # fmt: skip
