"""What coaches and clients talk about before the work begins: opening, discovery and alignment."""

from typing import NamedTuple

from crm.engagements.models import ServiceLine

US, THEM = "us", "them"


class Topic(NamedTuple):
    """A session. Braces are filled from its engagement: goal, strategy, audience, channels, milestone …"""

    agenda: str
    summary: str
    actions: tuple[tuple[str, str], ...] = ()
    line: ServiceLine = ServiceLine.COACHING


OPENING = (
    Topic(
        "1. What {contact} would like to see changed in a year\n2. What has been tried\n3. Who decides",
        "We heard what a good year would look like and who has to agree to it. The page is busy but nobody "
        "can say which business goal it serves; that is where we would begin. We promised a two-page "
        "proposal and named what we shall not do: run the channels for them.",
        (
            (US, "Send the two-page proposal"),
            (THEM, "Send the current strategic plan and the last annual report"),
        ),
    ),
    Topic(
        "1. Scope and hours\n2. What the sponsor signs\n3. Dates of the discovery interviews",
        "We walked through scope, hours by service line and the sponsor's part. {contact} asked that "
        "outcomes be counted from the start, so a research line stands in the budget. First interviews are "
        "set.",
        ((THEM, "Name six people for the discovery interviews"), (US, "Send the interview guide")),
    ),
    Topic(
        "1. Questions on the proposal\n2. Comparison with doing it alone\n3. Next decision",
        "The board wants to see what it would get that an agency could not give: the link from a post to a "
        "goal to a number. We showed one worksheet and one control chart from our own teaching material.",
        ((US, "Send the anonymous sample worksheet"),),
    ),
)

DISCOVERY = (
    Topic(
        "1. Welcome and ground rules\n2. Listening round: who speaks for us in public today?\n3. Inventory "
        "of channels",
        "Eleven accounts carry the name; four are kept by nobody. We agreed that the inventory comes first "
        "and that no account is closed before its owner has been asked.",
        (
            (THEM, "Complete the inventory of accounts with an owner for each"),
            (US, "Send the inventory template"),
        ),
    ),
    Topic(
        "1. Interview notes: what leaders expect\n2. What the strategic plan asks for\n3. Words we shall use",
        "Leaders name the same two worries in different words. We wrote them down in theirs. “{goal}” came "
        "up in five of six interviews, each time with a story and never with a number.",
        ((US, "Write up the interviews, names removed"), (THEM, "Find last year's figures for “{goal}”")),
    ),
    Topic(
        "1. A day in the comments\n2. Which questions come again and again\n3. Who could answer them",
        "We read 140 comments together. Two in five ask something that a public page should already say. "
        "Staff know the answers and do not know whether they are allowed to give them.",
        (
            (THEM, "Ask counsel which questions staff may answer in public"),
            (US, "Sort the 140 comments by topic"),
        ),
    ),
    Topic(
        "1. Review of the social-media policy\n2. Privacy: what may never be confirmed\n3. Training needs",
        "The policy is from 2016 and forbids what the careers office does daily. We marked seven sentences "
        "to mend and kept the rest. Privacy is well understood on the wards, less so in the shops.",
        (
            (US, "Propose wording for the seven sentences"),
            (THEM, "Take the draft policy to the privacy officer"),
        ),
    ),
    Topic(
        "1. Audience: who is not reached\n2. Data that exist already\n3. Gaps",
        "{audience} hardly appear among the followers, though the work is meant for them. The data office "
        "can give monthly figures for two years back; nobody had asked.",
        ((THEM, "Request 24 months of figures from the data office"),),
        ServiceLine.RESEARCH,
    ),
    Topic(
        "1. Draft of the discovery report\n2. What surprised us\n3. From findings to goals",
        "The report was accepted with one correction. The sentence that stayed with everyone: we measure "
        "what is easy to count, not what we promised. Next time we write the goals.",
        ((US, "Send the final discovery report"), (THEM, "Invite the raters to the alignment workshop")),
    ),
)

ALIGNMENT = (
    Topic(
        "1. From wishes to goals\n2. Weighing them: one hundred points to share out\n3. Owners",
        "The room shared out a hundred points in silence, then talked. “{goal}” gained most in the second "
        "round. Every goal now has an owner who was in the room.",
        (
            (THEM, "Confirm the weights with the executive team"),
            (US, "Enter goals and weights in the worksheet"),
        ),
    ),
    Topic(
        "1. Strategies that exist already\n2. Strategies we wish for\n3. What each would cost in hours",
        "We listed what is done today without judging it, then what is missing. “{strategy}” was "
        "everybody's first choice and nobody could yet say which goal it serves; that is the next session.",
        ((THEM, "Estimate the monthly hours for each strategy"),),
    ),
    Topic(
        "1. Rating, round one: 0, 1, 3, 9\n2. A nine needs a reason\n3. Where raters differ",
        "Round one is in. Raters agree on most cells and differ by two steps on one. We left that one open "
        "on purpose: the disagreement is about the audience, not about the mark.",
        ((US, "Draw the matrix with the disputed cell marked"), (THEM, "Write one sentence for every nine")),
    ),
    Topic(
        "1. What hangs loose\n2. Drop, mend or add\n3. Effort against contribution",
        "The matrix shows where hours go and where goals are served, and the two differ. The group "
        "preferred to shift hours rather than marks, which is the honest way round.",
        ((THEM, "Decide which hours move from the least useful strategy"),),
    ),
    Topic(
        "1. Wording: specific, measurable, with a date\n2. One measure for each goal\n3. Sources",
        "“{goal}” now says from what, to what and by when. For two goals the figure has to be made first; "
        "we named who will make it.",
        ((THEM, "Ask the data office for a monthly extract"), (US, "Send the measure cards")),
        ServiceLine.RESEARCH,
    ),
    Topic(
        "1. Read the worksheet aloud\n2. What we choose not to do\n3. Towards the roadmap",
        "We read it aloud from left to right. Two strategies were laid aside with thanks. {contact} will "
        "bring the sheet to the executive team and ask for a yes, not for comments.",
        ((THEM, "Put the worksheet on the agenda of the executive team"), (US, "Draft the roadmap")),
    ),
)
