"""What they talk about when numbers come in, and when the work ends; and what a coach writes for themself."""

from crm.demo.words_opening import THEM, US, Topic
from crm.engagements.models import ServiceLine

RESEARCH = ServiceLine.RESEARCH

MEASUREMENT = (
    Topic(
        "1. The series so far for “{goal}”\n2. Signal or noise?\n3. What we may say",
        "We drew the chart by hand before showing ours. One month looked like success and lay well within "
        "the limits. Nobody will put that month on a slide.",
        ((THEM, "Send the figures of last month"), (US, "Add the months to the chart")),
        RESEARCH,
    ),
    Topic(
        "1. Counting rules: what is in, what is out\n2. Changes in the source\n3. Data dictionary",
        "The booking system changed its codes in spring, which would have looked like an improvement. We "
        "counted both ways for two months and chose the old rule throughout.",
        ((THEM, "Recount the two months by the old rule"), (US, "Write the rule into the data dictionary")),
        RESEARCH,
    ),
    Topic(
        "1. Seven in a row\n2. What else changed at the time?\n3. What the board should hear",
        "The run is long enough to call it a change. Two other things changed in the same quarter, so we "
        "say “since” and not “because”. {contact} will say it in the same words.",
        ((US, "Draft the paragraph for the board"), (THEM, "List what else changed that quarter")),
        RESEARCH,
    ),
    Topic(
        "1. Balancing measure: what might have got worse?\n2. Voices of staff\n3. Keep, adapt, stop",
        "Nothing got measurably worse, but the evening rota is tired. We adapt: two evenings instead of "
        "four, the other two answered by eight next morning.",
        ((THEM, "Change the rota to two evenings"),),
    ),
    Topic(
        "1. Reach is not an outcome\n2. From followers to contacts to cost\n3. A number for finance",
        "Finance accepts minutes freed, not impressions. We agreed how a minute is valued and that time "
        "freed is not cash saved; the report will keep the two apart.",
        ((THEM, "Ask finance for the loaded hourly rate"), (US, "Prepare the table with both columns")),
        RESEARCH,
    ),
    Topic(
        "1. Survey of patients: questions and sample\n2. Ethics determination\n3. When to ask",
        "Five questions, one of them open. The committee regards it as service evaluation; the letter is on "
        "file. We ask in the two weeks that resemble all others.",
        ((THEM, "File the committee's letter"), (US, "Send the five questions for translation")),
        RESEARCH,
    ),
    Topic(
        "1. Interim results for “{goal}”\n2. Who should see them first\n3. Next reading",
        "Those who did the work saw the chart before those who paid for it, and explained the odd month in "
        "one sentence: the heating had failed. The note stands beside the point now.",
        ((US, "Annotate the point on the chart"), (THEM, "Show the chart at the ward meeting")),
    ),
)

CLOSING = (
    Topic(
        "1. What was promised, what was delivered\n2. Open ends\n3. Who keeps what alive",
        "We went down the thread line by line. Every line has a keeper by name and a day in the year on "
        "which they look at it.",
        ((THEM, "Confirm the keepers in writing"), (US, "Draft the closing report")),
    ),
    Topic(
        "1. Closing report, first reading\n2. What it does not show\n3. Lessons for others",
        "The report says what changed, how sure we are and what else it could have been. The page on what "
        "it does not show was the sponsor's favourite.",
        ((THEM, "Send corrections to the report"), (US, "Prepare the two-page version for the network")),
        RESEARCH,
    ),
    Topic(
        "1. Handing over the charts\n2. How to add a month\n3. When to worry",
        "The team added two months by themselves and read the chart aloud. They know the three patterns "
        "that are worth a call and the many that are not.",
        ((THEM, "Add the coming month without help"),),
        ServiceLine.TRAINING,
    ),
    Topic(
        "1. Looking back: what did the coaching do?\n2. What we should do otherwise\n3. Thanks",
        "They would have liked the numbers a quarter earlier, and so should we. They would keep the silent "
        "sharing out of points. Thanks were given and meant.",
        ((US, "Take the lessons to the team meeting"),),
    ),
    Topic(
        "1. Follow-up: is it still alive?\n2. The chart since we left\n3. One thing to mend",
        "It is alive, with other people than we thought. The level holds. One page had gone stale and was "
        "mended while we spoke.",
        ((THEM, "Check the other pages for stale dates"),),
    ),
)

NOTES = (
    "I talked too much in the first half. Next time: ask, then count to ten.",
    "The sponsor looks to me before answering her own team. Name it gently when we are alone.",
    "The director was not quite with us today. Perhaps the budget round; do not read too much into it.",
    "Real energy when they read the comments aloud. Begin with that next time, slides afterwards.",
    "They asked me to write the post for them. I did not. It took longer and was better.",
    "I notice that I defend the chart. It is their chart: let them doubt it.",
    "The two of them disagree about something older than this project. Keep to the matrix.",
    "Tired after the journey and it showed. No more sessions straight from the airport.",
    "The youngest in the room had the best question and nobody heard it. Call on her first.",
    "I promised a date without looking at my calendar. Write to them today.",
    "Good silence after the effort table. I did not fill it, and they decided by themselves.",
    "Ask a colleague to sit in: I no longer see what is missing here.",
    "He said yes three times and wrote nothing down. Ask for his words next time.",
    "They are ready to go on alone, and I am the one who finds it hard.",
)
