"""What they talk about while the work is being done."""

from crm.demo.words_opening import THEM, US, Topic
from crm.engagements.models import ServiceLine

IMPLEMENTATION = (
    Topic(
        "1. Roadmap for the quarter\n2. Who does what on “{strategy}”\n3. First dates",
        "The quarter has four dates and each has one name beside it. “{strategy}” begins small: one "
        "department, one month, then we look.",
        (
            (THEM, "Tell the department heads what starts when"),
            (US, "Share the roadmap as a page for the wall"),
        ),
    ),
    Topic(
        "1. Editorial rhythm\n2. Three kinds of post and why\n3. Who may press the button",
        "A week now has one answer, one story and one fact, in that order of importance. Two people may "
        "publish; a third learns it by sitting beside them.",
        ((THEM, "Fill the calendar for the next four weeks"),),
    ),
    Topic(
        "1. Rehearsal: hard questions in public\n2. What to say when we may not say\n3. The four-hour rule",
        "Six members of staff practised on real comments, names removed. The best answers were short and "
        "gave a telephone number. We agreed that a first reply comes within four working hours.",
        ((THEM, "Print the answer card for the wards"), (US, "Send the exercises for those who were absent")),
        ServiceLine.TRAINING,
    ),
    Topic(
        "1. Consent for patient stories\n2. Taking a story down again\n3. Where the forms live",
        "Counsel's form fits on one page. A patient may withdraw at any time, and we walked through how: "
        "one mail, two hours, no questions. Three stories are cleared.",
        (
            (THEM, "File the three signed consents"),
            (THEM, "Ask the patients' council to read the next story"),
        ),
    ),
    Topic(
        "1. {milestone}: what is left\n2. What is in the way\n3. The smallest next step",
        "What is in the way is not the technique but a signature. {contact} will ask for it in person. We "
        "cut the step into two so that the first half can go out without waiting.",
        ((THEM, "Get the outstanding signature"),),
    ),
    Topic(
        "1. First weeks of “{strategy}”\n2. What readers did\n3. What we change",
        "Readers come for the practical answer and stay for the face beside it. Posts without a person "
        "reach a third as many. We dropped the stock pictures.",
        (
            (THEM, "Replace the stock pictures on the four main pages"),
            (US, "Send the list of the ten best posts"),
        ),
    ),
    Topic(
        "1. Plain language\n2. Two pages rewritten together\n3. Reading age",
        "Both pages lost half their words and none of their sense. A nurse read them aloud to a patient who "
        "had never seen them: two questions instead of nine.",
        ((THEM, "Rewrite the next two pages the same way"), (US, "Send the plain-language guideline")),
        ServiceLine.TRAINING,
    ),
    Topic(
        "1. Who is not reached\n2. {channels}: the right place?\n3. Meeting people where they are",
        "{audience} use other places than those we like. We test one of them for six weeks and stop one old "
        "one, so that the hours stay the same.",
        ((THEM, "Announce the end of the old page"), (US, "Set up the six-week comparison")),
    ),
    Topic(
        "1. Hours: planned and spent\n2. What we could stop\n3. Rota over the holidays",
        "The hours go where the loudest request comes from. We put the matrix beside the time sheet and "
        "moved a morning a week towards “{goal}”.",
        ((THEM, "Agree the rota for the holidays"),),
    ),
    Topic(
        "1. A complaint that went public\n2. What worked\n3. What we write down",
        "The answer came after fifty minutes, apologised for what could be apologised for and moved the "
        "rest to the telephone. The family thanked the ward afterwards. We wrote the steps on one page.",
        (
            (US, "Write up the case for the toolkit, details changed"),
            (THEM, "Thank the ward in the staff letter"),
        ),
    ),
    Topic(
        "1. Leaders in public\n2. Voice: theirs, not ours\n3. Ten minutes a week",
        "Leaders are willing and afraid of the time. Ten minutes on a Tuesday, one question, one answer, "
        "recorded standing up. {contact} goes first.",
        ((THEM, "Collect five questions from staff"), (US, "Sit in on the first two recordings")),
    ),
    Topic(
        "1. Accessibility: captions, alternative text, contrast\n2. Check of twelve posts\n3. Habit",
        "Four of twelve posts passed. Captions are the quickest gain. The check now takes three minutes and "
        "belongs to whoever schedules the post.",
        ((THEM, "Caption the films of the last quarter"),),
        ServiceLine.TRAINING,
    ),
    Topic(
        "1. {done}: review\n2. Lessons\n3. What comes next on the roadmap",
        "It works well enough to go on and badly enough to learn from. Sign-up was easier than we thought, "
        "the translation harder. The next department knows both.",
        ((THEM, "Brief the next department"), (US, "Note the lessons on the milestone")),
    ),
    Topic(
        "1. Staff as the first audience\n2. What they share at home\n3. The quiet ones",
        "Night shifts see nothing of what is shared by day. We moved one post a week to 21:00 and asked two "
        "night nurses what is missing. The answer was: thanks.",
        ((THEM, "Ask the night shift for one story a month"),),
    ),
    Topic(
        "1. Misinformation in the comments\n2. Answer, leave or remove\n3. Who decides",
        "We sorted twenty comments into three piles and agreed on seventeen. The rule: answer questions, "
        "leave opinions, remove danger, and say so.",
        (
            (US, "Send the three-pile exercise as a file"),
            (THEM, "Add the rule to the house rules of the page"),
        ),
    ),
    Topic(
        "1. Half-way: what would we not do again?\n2. Roadmap, second half\n3. Sponsor's hour",
        "The sponsor saw the thread from goal to number for the first time and asked about the gap in it "
        "before we could. The second half has fewer milestones and more time for each.",
        ((THEM, "Confirm the dates of the second half"), (US, "Draft the half-way report")),
    ),
    Topic(
        "1. Questions that came by letter\n2. From the letter to the page\n3. Thanks to those who wrote",
        "Nine letters in a month ask what the page answers in its third paragraph. It is the first paragraph "
        "now. Two of the writers agreed to read the next draft.",
        (
            (THEM, "Send the draft to the two readers"),
            (US, "Compare the letters with the searches on the site"),
        ),
    ),
    Topic(
        "1. Partners: who speaks to {audience} already?\n2. What they need from us\n3. A first exchange",
        "The library, two parishes and a pharmacy reach more of them than we do. They want one sheet a "
        "month that they may print. {contact} takes the first one round in person.",
        ((THEM, "Print the first sheet for partners"),),
    ),
    Topic(
        "1. A quiet month: why?\n2. Fewer posts, better answers\n3. What we leave out",
        "Reach fell and answers rose, and nobody outside noticed the first. We keep the slower rhythm and "
        "write down why, for the next person who asks for more posts.",
        ((US, "Write the half page on rhythm"),),
    ),
    Topic(
        "1. Handling absence: who answers when {contact} is away\n2. Shared inbox\n3. Passwords and leavers",
        "One person on leave used to mean three silent days. The inbox now has two keepers a day, and two "
        "former members of staff have lost their access.",
        ((THEM, "Check who holds the passwords"), (US, "Send the page on joiners and leavers")),
    ),
    Topic(
        "1. Numbers for the ward wall\n2. One figure, one sentence\n3. Who keeps it fresh",
        "A figure on the wall needs a sentence and a date, or it becomes wallpaper. The ward chose the one "
        "on “{goal}” and wrote the sentence itself.",
        ((THEM, "Hang the first figure with its date"),),
    ),
    Topic(
        "1. {milestone}: rehearsal\n2. What could go wrong on the first day\n3. Whom to call",
        "We walked through the first day hour by hour. Two things could go wrong and both have a telephone "
        "number now. Nobody needs to be brave.",
        ((US, "Stay within reach on the first day"), (THEM, "Tell the switchboard what starts")),
    ),
    Topic(
        "1. Sponsor's questions\n2. The thread, read from the right\n3. What stops when we leave",
        "Read from the measure back to the goal, the thread shows two places where only habit holds it. "
        "They get an owner before the next quarter.",
        ((THEM, "Name an owner for both places"),),
    ),
)
