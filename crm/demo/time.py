"""The weeks of the demo: handed in, approved and locked by age; rates, and time without a session."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from crm.demo import days
from crm.demo.rows import Rows
from crm.demo.scene import Scene
from crm.sessions.models_time import BILLED, TimeEntry, TimeKind, TimeState
from crm.timesheets.models import EngagementRate, Move, PersonRate, Timesheet, TimesheetStep
from crm.timesheets.weeks import monday

#: A week is handed in once it is over, approved after the next, and locked with the invoice of its month.
APPROVED_AFTER, LOCKED_AFTER = timedelta(days=14), timedelta(days=70)
#: What a coach does besides sessions: kind, minutes, what was done; one in turn for every third session.
BESIDE = (
    (TimeKind.FOLLOW_UP, 30, "Sent the summary and answered two questions about it."),
    (TimeKind.PREPARATION, 75, "Read last quarter's numbers and marked what to ask about."),
    (TimeKind.ADMINISTRATION, 20, "Invited everybody to the next three sessions."),
    (TimeKind.FOLLOW_UP, 45, "Went through the draft stories that the team had sent."),
    (TimeKind.OTHER, 60, "Lunch talk for the nurses of the ward."),
)
RATES = {"consultant": ("420.00", "USD"), "consultant2": ("310.00", "GBP"), "admin": ("450.00", "USD")}
#: The client's price of an hour beside the standard rate of their currency.
DISCOUNT = Decimal("0.92")


def state_of(as_of: date, worked_on: date) -> TimeState:
    """How far the week of that day has come by then."""
    # On a Monday in UTC it is still Sunday further west, and that week not over yet.
    since = monday(as_of - timedelta(days=1)) - monday(worked_on)
    if since <= timedelta():
        return TimeState.OPEN
    if since < APPROVED_AFTER:
        return TimeState.SUBMITTED
    return TimeState.LOCKED if since >= LOCKED_AFTER else TimeState.APPROVED


def add_beside(scene: Scene, user: int, number: int, day: int) -> None:
    """Time without a session, on the working day after one."""
    if number % 3 or day >= -1:
        return
    kind, minutes, note = BESIDE[(number // 3 + scene.engagement_id) % len(BESIDE)]
    worked_on = days.working(scene.day(day + 1))
    scene.add(
        TimeEntry,
        user_id=user,
        worked_on=worked_on,
        kind=kind,
        minutes=minutes,
        is_billable=kind in BILLED,
        note=note,
        state=state_of(scene.rows.as_of, worked_on),
    )


def add_rates(rows: Rows, users: dict[str, int]) -> None:
    """A standard rate for everybody who coaches, raised once."""
    for key, (amount, currency) in RATES.items():
        for years, part in ((2, Decimal("0.9")), (0, Decimal(1))):
            from_on = date(rows.as_of.year - years - 1, 1, 1)
            price = (Decimal(amount) * part).quantize(Decimal("0.01"))
            rows.add(PersonRate, user_id=users[key], from_on=from_on, amount=price, currency=currency)


def add_engagement_rate(scene: Scene) -> None:
    """Where a fee is agreed, a little below the standard; in other currencies what the fee comes to."""
    story, hours = scene.story, sum(hours for _, hours in scene.story.budget)
    if story.fee and hours:
        standard = next((Decimal(rate) for rate, code in RATES.values() if code == story.currency), None)
        amount = Decimal(round(standard * DISCOUNT if standard else story.fee / hours))
        scene.add(EngagementRate, from_on=scene.day(story.starts), amount=amount, currency=story.currency)


def add_sheets(rows: Rows, weeks: Iterable[tuple[int, date]], manager: int) -> None:
    """A timesheet for each of these weeks of a person, with the steps that it has taken."""
    for user, week_on in sorted(weeks):
        state = state_of(rows.as_of, week_on)
        sheet = rows.add(Timesheet, user_id=user, week_on=week_on, state=state)
        if state is TimeState.OPEN:
            continue
        steps = [(Move.SUBMITTED, user, 4), (Move.APPROVED, manager, 8), (Move.LOCKED, manager, 70)]
        taken = {TimeState.SUBMITTED: 1, TimeState.APPROVED: 2, TimeState.LOCKED: 3}[state]
        for move, by, after in steps[:taken]:
            at = datetime.combine(week_on + timedelta(days=after), time(16), UTC)
            said = {"created_at": at, "updated_at": at}
            rows.add(TimesheetStep, timesheet_id=sheet, user_id=user, by_id=by, move=move, **said)


def weeks_of(rows: Rows) -> set[tuple[int, date]]:
    """The weeks in which somebody has time, of the entries that wait to be sent."""
    return {(row["user_id"], monday(row["worked_on"])) for row in rows.of(TimeEntry)}
