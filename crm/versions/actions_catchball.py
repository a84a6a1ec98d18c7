"""Catchball: we propose a version, the client answers it, until both mean the same words.

What is agreed to is a content, and its digest says which. So changes never come into a version: what a
counter asks for goes into today's worksheet, and a new version of that is proposed in place of the old one.
"""

from collections.abc import Sequence

from crm.access import Role
from crm.alignment.actions import mark
from crm.alignment.models import Goal
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.mail.outbox import post
from crm.versions import queries
from crm.versions.actions import keep
from crm.versions.content import digest_of
from crm.versions.models import Say, Turn, Version, VersionState
from crm.versions.standing import MOVES, is_clients, ours_to_answer

MAIL = "catchball"
NOT_NOW = "Version {number} is {state}: this cannot be said to it now."
OTHER_WORDS = (
    "What you saw is not what version {number} says. Nothing was agreed: load the page, read it, then agree."
)
OWN = "Whoever proposes a version does not agree to it: the other side does."
THEIR_TURN = "Your side spoke last. Wait for the answer."
NO_LONGER = "“{sentence}” cannot be taken over: the goal or strategy is no longer on the worksheet."
SUBJECTS = {
    Say.PROPOSE: "Version {number} of the worksheet is proposed to you",
    Say.COUNTER: "Version {number} of the worksheet: an answer",
    Say.AGREE: "Version {number} of the worksheet is agreed",
    Say.WITHDRAW: "Version {number} of the worksheet is withdrawn",
}
STATES = {
    Say.PROPOSE: VersionState.PROPOSED,
    Say.COUNTER: VersionState.COUNTERED,
    Say.AGREE: VersionState.AGREED,
    Say.WITHDRAW: VersionState.WITHDRAWN,
}


def propose(version: Version, note: str | None = None, *, by) -> Turn:
    """Put a version to the client, in place of what was put to them before and is not settled."""
    queries.hold(version.engagement_id)
    for other in queries.on_the_table(version.engagement_id):
        if other.id != version.id:
            _say(other, Say.WITHDRAW, f"Version {version.number} takes its place.", by=by, is_told=False)
    return _say(version, Say.PROPOSE, note, by=by)


def counter(version: Version, note: str, changes: Sequence[dict] = (), *, by) -> Turn:
    """Answer with what should be otherwise; each change as the comparison of two versions tells one."""
    _refuse_twice(version, by)
    return _say(version, Say.COUNTER, note, changes=list(changes), by=by)


def agree(version: Version, digest: str, *, by) -> Turn:
    """Agree to exactly the content that was shown: `digest` is the one on the page."""
    if not is_clients(by):
        raise DomainError(OWN)
    _refuse_twice(version, by)
    if digest != version.digest or digest_of(version.content) != version.digest:
        raise DomainError(OTHER_WORDS.format(number=version.number))
    return _say(version, Say.AGREE, None, by=by)


def withdraw(version: Version, note: str | None = None, *, by) -> Turn:
    return _say(version, Say.WITHDRAW, note, by=by)


def take_over(version: Version, chosen: Sequence[int], seen: dict[int, int | None], *, by) -> Version:
    """Bring chosen changes of the client's counter into today's worksheet; keep and propose a new version.

    `chosen` are places in the counter. `seen` is what the worksheet said at each when it was chosen: what
    somebody changed since is not overwritten.
    """
    last = queries.turns_of(version.id)[-1:]
    if not last or not ours_to_answer(version.state, last[0]) or not last[0].changes:
        raise DomainError(NOT_NOW.format(number=version.number, state=version.state.label.lower()))
    asked = {place: one for place, one in enumerate(last[0].changes) if place in chosen}
    if not asked:
        raise DomainError("Choose at least one change, or answer with why there is none.")
    engagement = db.session.get_one(Engagement, version.engagement_id)
    for place, one in asked.items():
        _bring_in(engagement, one, seen.get(place), by)
    new = keep(engagement, f"After the answer to version {version.number}", by=by)
    if new.state is not VersionState.KEPT:
        raise DomainError("The worksheet says all of this already: answer instead.")
    propose(new, f"{len(asked)} of {len(last[0].changes)} changes taken over.", by=by)
    return new


def _bring_in(engagement: Engagement, change: dict, seen: int | None, by) -> None:
    goal = db.session.get(Goal, change["goal"])
    if goal is None or goal.engagement_id != engagement.id:
        raise DomainError(NO_LONGER.format(sentence=change["sentence"]))
    if change["kind"] == "mark":
        mark(engagement, goal.id, change["strategy"], change["after"], by=by, was=seen)
    elif seen is not None and goal.weight not in (seen, change["after"]):
        raise DomainError(f"Somebody else gave “{goal.statement}” the weight {goal.weight} meanwhile.")
    else:
        goal.weight = change["after"]


def _refuse_twice(version: Version, by) -> None:
    last = queries.turns_of(version.id)[-1:]
    if last and last[0].is_from_client is is_clients(by):
        raise DomainError(THEIR_TURN)


def _say(
    version: Version, say: Say, note: str | None, *, by, changes: list[dict] | None = None, is_told=True
) -> Turn:
    if say not in MOVES[version.state]:
        raise DomainError(NOT_NOW.format(number=version.number, state=version.state.label.lower()))
    turn = Turn(
        **version.whereabouts,
        version_id=version.id,
        say=say,
        note=note,
        changes=changes or [],
        is_from_client=by.role is Role.CLIENT,
        user_id=by.id,
    )
    version.state = STATES[say]
    db.session.add(turn)
    db.session.flush()
    if is_told:
        _tell(turn, version)
    return turn


def _tell(turn: Turn, version: Version) -> None:
    """A mail to everybody on the other side, once each."""
    for person in queries.side_of(version.engagement_id, is_client=not turn.is_from_client):
        post(
            person,
            kind=MAIL,
            occasion=f"{MAIL}/{turn.id}",
            subject=SUBJECTS[turn.say].format(number=version.number),
            turn=turn.id,
        )
