"""The critical path method, against published networks and against networkx."""

import re
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from crm.methods.critical_path import Step, critical_path, ordered

pytestmark = pytest.mark.no_database


def network(**steps):
    return critical_path({key: Step(days, tuple(needs)) for key, (days, needs) in steps.items()})


def test_a_textbook_network():
    """Render, Stair and Hanna, Quantitative Analysis for Management, General Foundry: 15 weeks, A-C-E-G-H."""
    found = network(
        a=(2, ""), b=(3, ""), c=(2, "a"), d=(4, "b"), e=(4, "c"), f=(3, "c"), g=(5, "de"), h=(2, "fg")
    )
    assert found.finish == 15
    assert found.path == tuple("acegh")
    slack = {key: timing.slack for key, timing in found.timings.items()}
    assert slack == {"a": 0, "b": 1, "c": 0, "d": 1, "e": 0, "f": 6, "g": 0, "h": 0}
    assert (found.timings["f"].earliest_start, found.timings["f"].latest_start) == (4, 10)


def test_another_textbook_network():
    """Hillier and Lieberman, Introduction to Operations Research, Reliable Construction: 44 weeks."""
    found = network(
        a=(2, ""), b=(4, "a"), c=(10, "b"), d=(6, "c"), e=(4, "c"), f=(5, "e"), g=(7, "d"), h=(9, "eg"),
        i=(7, "c"), j=(8, "fi"), k=(4, "j"), l=(5, "j"), m=(2, "h"), n=(6, "kl"),
    )  # fmt: skip
    assert found.finish == 44
    assert found.path == tuple("abcefjln")
    assert found.timings["i"].slack == 2
    assert found.timings["h"].slack == 4


def test_a_step_does_not_begin_before_its_day():
    steps = {"a": Step(2, (), 5), "b": Step(1, ("a",))}
    found = critical_path(steps)
    assert (found.finish, found.timings["a"].earliest_start) == (8, 5)


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ({"a": ["a"]}, "a → a"),
        ({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}, "a → b → c → a|b → c → a → b|c → a → b → c"),
        ({"a": [], "b": ["x"]}, "b waits for x, which is not there"),
    ],
)
def test_circles_and_gaps_are_named(needs, words):
    with pytest.raises(ValueError, match=r"waits for|circle") as error:
        ordered(needs)
    assert re.search(words, str(error.value))


@pytest.mark.parametrize("steps", [{}, {"a": Step(-1)}, {"a": Step(1, (), -1)}])
def test_nonsense_is_refused(steps):
    with pytest.raises(ValueError, match=r"no step|negative"):
        critical_path(steps)


@some.composite
def networks(draw):
    """Steps that wait for earlier ones only, so that nothing goes in a circle."""
    size = draw(some.integers(1, 12))
    return {
        key: Step(
            draw(some.integers(0, 30)),
            tuple(draw(some.sets(some.integers(0, key - 1), max_size=4))) if key else (),
            draw(some.integers(0, 60)),
        )
        for key in range(size)
    }


@settings(max_examples=60)
@given(networks())
def test_finish_and_path_agree_with_networkx(steps):
    graph = nx.DiGraph()
    for key, step in steps.items():
        graph.add_edge("start", key, weight=step.not_before + step.days)
        for needed in step.needs:
            graph.add_edge(needed, key, weight=step.days)
    found = critical_path(steps)
    assert found.finish == nx.dag_longest_path_length(graph)
    for key, timing in found.timings.items():
        before = graph.subgraph({key} | nx.ancestors(graph, key))
        assert timing.earliest_finish == nx.dag_longest_path_length(before)
        assert timing.slack >= 0
    assert all(found.timings[key].slack == 0 for key in found.path)
    assert found.timings[found.path[-1]].earliest_finish == found.finish
    days = sum(steps[key].days for key in found.path)
    assert found.timings[found.path[0]].earliest_start + days == found.finish


@settings(max_examples=60)
@given(networks(), some.integers(0, 11), some.integers(1, 9))
def test_a_step_may_slip_by_its_slack_and_no_more(steps, key, more):
    key %= len(steps)
    found = critical_path(steps)
    slack = found.timings[key].slack

    def late_by(days):
        step = steps[key]
        begins = found.timings[key].earliest_start + days
        return critical_path({**steps, key: Step(step.days, step.needs, begins)}).finish

    assert late_by(slack) == found.finish
    assert late_by(slack + more) == found.finish + more


@settings(max_examples=60)
@given(some.dictionaries(some.integers(0, 7), some.sets(some.integers(0, 7), max_size=4), min_size=1))
def test_circles_are_found_where_networkx_finds_one(needs):
    needs = {key: sorted(wanted & needs.keys()) for key, wanted in needs.items()}
    graph = nx.DiGraph([(needed, key) for key, wanted in needs.items() for needed in wanted])
    graph.add_nodes_from(needs)
    if nx.is_directed_acyclic_graph(graph):
        order = ordered(needs)
        assert sorted(order) == sorted(needs)
        assert all(order.index(needed) < order.index(key) for key in needs for needed in needs[key])
    else:
        with pytest.raises(ValueError, match="circle") as error:
            ordered(needs)
        way = [int(word) for word in str(error.value).split(": ")[1].rstrip(".").split(" → ")]
        assert way[0] == way[-1]
        assert all(b in needs[a] for a, b in pairwise(way))
