"""The critical path method on the steps of a roadmap.

Days are whole numbers, counted from any one day; a step may begin in the morning of the day on which what it
waits for was finished.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

Key = Hashable


@dataclass(frozen=True)
class Step:
    """One step: how many days of work, which steps it waits for, and before which day it does not begin."""

    days: int
    needs: Sequence[Key] = ()
    not_before: int = 0


@dataclass(frozen=True)
class Timing:
    """The earliest and latest days of one step; `slack` is by how many days it may slip unnoticed."""

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        return self.latest_start - self.earliest_start


@dataclass(frozen=True)
class Network:
    """The timings by step, the day on which all is finished, and one critical path, first step first."""

    timings: Mapping[Key, Timing]
    finish: int
    path: tuple[Key, ...]


def ordered(needs: Mapping[Key, Sequence[Key]]) -> list[Key]:
    """The steps, each after all that it waits for.

    `needs` names for each step the steps that it waits for. Raises ValueError for a step that waits for one
    that is not there, and for a circle, which it names in the order of waiting.
    """
    for key, wanted in needs.items():
        for missing in set(wanted) - needs.keys():
            raise ValueError(f"{key} waits for {missing}, which is not there.")
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        way = " → ".join(map(str, reversed(error.args[1])))
        raise ValueError(f"This goes round in a circle: {way}.") from None


def critical_path(steps: Mapping[Key, Step]) -> Network:
    """Forward and backward pass over the network of steps, and its longest path.

    `steps` by key; `days` and `not_before` are whole days, 0 or more. Raises ValueError where there is no
    step, for a negative number, for a step that waits for one that is not there, and for a circle.
    Kelley and Walker (1959), Proc. Eastern Joint Computer Conference, 160-173.
    """
    if not steps:
        raise ValueError("There is no step yet.")
    for key, step in steps.items():
        if step.days < 0 or step.not_before < 0:
            raise ValueError(f"{key} has a negative number of days.")
    order = ordered({key: step.needs for key, step in steps.items()})
    start, finish = {}, {}
    for key in order:
        step = steps[key]
        start[key] = max([step.not_before, *(finish[needed] for needed in step.needs)])
        finish[key] = start[key] + step.days
    end = max(finish.values())
    latest = dict.fromkeys(order, end)
    for key in reversed(order):
        for needed in steps[key].needs:
            latest[needed] = min(latest[needed], latest[key] - steps[key].days)
    timings = {
        key: Timing(start[key], finish[key], latest[key] - steps[key].days, latest[key]) for key in order
    }
    return Network(timings, end, _longest(steps, start, finish, end, order))


def _longest(steps, start, finish, end, order) -> tuple[Key, ...]:
    """Back from the step that ends last, along those that hold each one up."""
    at = next(key for key in order if finish[key] == end)
    path = [at]
    while holding := [key for key in steps[at].needs if finish[key] == start[at]]:
        at = holding[0]
        path.append(at)
    return tuple(reversed(path))
