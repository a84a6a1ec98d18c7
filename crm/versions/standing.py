"""Whose turn it is in the catchball, and what they may say. Data and pure functions."""

from typing import NamedTuple

from crm.access import Permission, Role, can
from crm.versions.models import Say, VersionState

#: What can be said to a version in each state.
MOVES = {
    VersionState.KEPT: frozenset({Say.PROPOSE}),
    VersionState.PROPOSED: frozenset({Say.COUNTER, Say.AGREE, Say.WITHDRAW}),
    VersionState.COUNTERED: frozenset({Say.COUNTER, Say.AGREE, Say.WITHDRAW}),
    VersionState.AGREED: frozenset(),
    VersionState.WITHDRAWN: frozenset(),
}


class Standing(NamedTuple):
    """What a reader may do to a version now; `waits_for` says for whom it waits."""

    propose: bool = False
    counter: bool = False
    agree: bool = False
    withdraw: bool = False
    take_over: bool = False
    waits_for: str | None = None


def is_clients(user) -> bool:
    return user.role is Role.CLIENT


def ours_to_answer(state: VersionState, last) -> bool:
    """Whether the client spoke last to a version that is not settled."""
    return Say.COUNTER in MOVES[state] and last is not None and last.is_from_client


def standing(version, turns, user, *, is_closed: bool) -> Standing:
    if is_closed:
        return Standing()
    last = turns[-1] if turns else None
    may_say = can(user, Permission.VERSION_ANSWER, version)
    may_edit = can(user, Permission.THREAD_EDIT, version)
    if version.state is VersionState.KEPT:
        return Standing(propose=may_edit)
    if not MOVES[version.state] or last is None:
        return Standing()
    is_turn = may_say and last.is_from_client is not is_clients(user)
    return Standing(
        counter=is_turn,
        agree=is_turn and is_clients(user),
        withdraw=may_edit,
        take_over=may_edit and last.is_from_client and bool(last.changes),
        waits_for="the team" if last.is_from_client else "the client",
    )
