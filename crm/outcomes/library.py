"""Measures that are ready to be taken: what other engagements of this kind count, in our own words."""

from typing import NamedTuple

from crm.outcomes.models import Direction, Frequency, MeasureKind, ValueKind

_DIRECTIONS = {"+": Direction.INCREASE, "-": Direction.DECREASE}
_HOW_OFTEN = {"w": Frequency.WEEKLY, "m": Frequency.MONTHLY, "q": Frequency.QUARTERLY}
_VALUES = {
    "%": ValueKind.PROPORTION, "rate": ValueKind.RATE, "count": ValueKind.COUNT, "number": ValueKind.NUMBER,
    "days": ValueKind.TIME_BETWEEN, "cases": ValueKind.CASES_BETWEEN,
}  # fmt: skip


class Ready(NamedTuple):
    key: str
    name: str
    kind: MeasureKind
    direction: Direction
    unit: str
    value_kind: ValueKind
    per: float
    frequency: Frequency
    numerator: str | None
    denominator: str | None
    source: str

    @property
    def fields(self) -> dict:
        """What of it fills the form of a measure."""
        said = self._asdict()
        del said["key"]
        is_share = self.value_kind in (ValueKind.PROPORTION, ValueKind.RATE, ValueKind.COUNT)
        return said | {"lowest": 0.0 if is_share else None, "ceiling": 100.0 if self.unit == "%" else None}

    def speaks_of(self, words: list[str]) -> bool:
        text = " ".join(str(part) for part in (*self, self.kind.label)).lower()
        return all(word in text for word in words)


def _ready(key, name, kind, way, unit, value, often, numerator, denominator, source, per=1.0) -> Ready:
    return Ready(
        key, name, MeasureKind(kind), _DIRECTIONS[way], unit, _VALUES[value], per, _HOW_OFTEN[often],
        numerator or None, denominator or None, source,
    )  # fmt: skip


READY = (
    _ready("reach", "Reach", "process", "+", "people", "count", "m",
           "People who saw at least one post in the month, each counted once", "", "Insights of the channel"),
    _ready("engagement-rate", "Engagement rate", "process", "+", "%", "%", "m",
           "Likes, comments, shares and saves of the month's posts", "People reached by these posts",
           "Insights of the channel"),
    _ready("followers", "Followers", "process", "+", "followers", "number", "m",
           "Accounts that follow on the last day of the month", "", "Counts of the channel"),
    _ready("click-through", "Click-through to the website", "process", "+", "%", "%", "m",
           "Clicks from posts to the hospital's website", "Views of these posts", "Web statistics"),
    _ready("video-completion", "Videos watched to the end", "process", "+", "%", "%", "m",
           "Views that reached the last quarter", "Views that began", "Insights of the channel"),
    _ready("posts-as-planned", "Posts published as planned", "process", "+", "%", "%", "m",
           "Posts published on the day of the content plan", "Posts in the content plan", "Content plan"),
    _ready("campaign-visits", "Visits from campaigns", "process", "+", "visits", "count", "m",
           "Visits whose address carries the mark of a campaign", "", "Web statistics"),
    _ready("appointment-conversion", "Appointment conversion", "outcome", "+", "%", "%", "m",
           "Visitors of the booking page who booked", "Visitors of the booking page", "Booking system"),
    _ready("new-patients", "New patients", "outcome", "+", "patients", "count", "m",
           "Patients seen who were not seen in the three years before", "", "Patient administration"),
    _ready("no-show", "No-show rate", "outcome", "-", "%", "%", "m",
           "Appointments missed without a word", "Appointments that were booked", "Booking system"),
    _ready("late-cancellation", "Late cancellations", "outcome", "-", "%", "%", "m",
           "Appointments given up within 24 hours", "Appointments that were booked", "Booking system"),
    _ready("waiting-days", "Days to the next free appointment", "outcome", "-", "days", "number", "w",
           "Days from today to the third free appointment", "", "Booking system"),
    _ready("referrals", "Referrals received", "outcome", "+", "referrals", "count", "m",
           "Letters of referral that came in", "", "Referral desk"),
    _ready("screening-uptake", "Screening uptake", "outcome", "+", "%", "%", "q",
           "Invited people who came to be screened", "People invited", "Screening register"),
    _ready("patient-experience", "Patient experience", "outcome", "+", "%", "%", "m",
           "Answers that gave 9 or 10 of 10", "Answers given", "Survey after the visit"),
    _ready("would-recommend", "Patients who would recommend", "outcome", "+", "%", "%", "q",
           "Patients who would recommend the hospital to family", "Patients who answered", "Patient survey"),
    _ready("complaints", "Complaints", "balancing", "-", "per 1,000 contacts", "rate", "m",
           "Complaints received", "Patient contacts", "Complaints desk", 1000.0),
    _ready("days-between-complaints", "Days between grave complaints", "balancing", "+", "days", "days", "m",
           "Days since the grave complaint before", "", "Complaints desk"),
    _ready("staff-engagement", "Staff engagement", "outcome", "+", "points of 5", "number", "q",
           "Mean of the answers on the scale of engagement", "", "Staff survey"),
    _ready("staff-advocacy", "Staff who share the hospital's posts", "process", "+", "%", "%", "m",
           "Staff who shared at least one post", "Staff invited to share", "Tool for advocacy"),
    _ready("applications", "Applications for each vacancy", "outcome", "+", "per vacancy", "rate", "q",
           "Applications received", "Vacancies advertised", "Human resources"),
    _ready("time-to-hire", "Time to hire", "outcome", "-", "days", "number", "q",
           "Days from advertisement to contract, on average", "", "Human resources"),
    _ready("response-time", "Response time to messages", "outcome", "-", "hours", "number", "w",
           "Hours from a message to the first answer by a person, median", "", "Inbox of the channel"),
    _ready("answered-in-a-day", "Messages answered within a day", "process", "+", "%", "%", "w",
           "Messages answered within 24 hours", "Messages that asked for an answer", "Inbox of the channel"),
    _ready("calls-abandoned", "Calls given up before an answer", "balancing", "-", "%", "%", "w",
           "Callers who hung up while waiting", "Calls that came in", "Telephone system"),
    _ready("cost-per-contact", "Cost per contact", "cost", "-", "per contact", "number", "q",
           "Money and hours spent on the channel", "Contacts that came by it", "Ledger and time sheets"),
    _ready("cost-per-new-patient", "Cost per new patient", "cost", "-", "per patient", "number", "q",
           "Spent on the campaign", "New patients who name the campaign", "Ledger and front desk"),
    _ready("hours-saved", "Hours saved", "cost", "+", "hours", "number", "m",
           "Hours that the task took before, less what it takes now", "", "Time sheets"),
    _ready("training-completed", "Training completed", "process", "+", "%", "%", "m",
           "Staff who finished the training", "Staff who should", "Learning system"),
    _ready("skill-gain", "Skill after training", "outcome", "+", "points of 100", "number", "q",
           "Mean of the test after the training", "", "Test of the training"),
    _ready("coaching-attendance", "Coaching sessions held as planned", "process", "+", "%", "%", "m",
           "Sessions held on their day", "Sessions planned", "Plumbline"),
    _ready("overtime", "Overtime of the team", "balancing", "-", "hours", "number", "m",
           "Hours beyond contract of those who do the work", "", "Time sheets"),
    _ready("unfollows", "Accounts that stopped following", "balancing", "-", "%", "%", "m",
           "Accounts that stopped in the month", "Followers on its first day", "Counts of the channel"),
    _ready("wrong-facts", "Posts that had to be corrected", "balancing", "-", "%", "%", "m",
           "Posts corrected or taken down for a wrong fact", "Posts published", "Editor's log"),
    _ready("privacy-incidents", "Posts between privacy incidents", "balancing", "+", "posts", "cases", "m",
           "Posts since one last showed what it should not", "", "Privacy office"),
)  # fmt: skip
BY_KEY = {one.key: one for one in READY}


def found(asked: str, kind: MeasureKind | None = None) -> list[Ready]:
    """The ready measures that hold every word asked for, in any of their texts."""
    words = asked.lower().split()
    return [one for one in READY if one.speaks_of(words) and kind in (None, one.kind)]
