"""Searches through machines, breadth first and bounded."""

from __future__ import annotations

from statewright.analysis.search import Frontier, explore
from statewright.machine.evolve import evolve
from tests.scenarios.machines import SOUND


def frontier(*starts: str, similar_max: int = 9) -> Frontier[str]:
    """Of texts, similar by their first letter; "known" is not visited."""
    return Frontier(starts, key=str, kind=lambda text: text[0], similar_max=similar_max, known={"known"})


def test_nodes_are_visited_once_in_the_order_in_which_they_were_found() -> None:
    """Neither again nor when their key was known before."""
    nodes = frontier("a")
    for node in ("b", "known", "b", "c"):
        nodes.add(node)
    assert [nodes.pop() for _ in range(3)] == ["a", "b", "c"]
    assert not nodes
    assert nodes.is_exhausted


def test_of_similar_nodes_only_a_few_are_visited() -> None:
    """Then the search did not exhaust all there is."""
    nodes = frontier(similar_max=2)
    for node in ("a1", "a2", "a3", "b1"):
        nodes.add(node)
    assert [nodes.pop() for _ in range(3)] == ["a1", "a2", "b1"]
    assert not nodes
    assert not nodes.is_exhausted


def test_histories_are_shortest_first_and_fold_to_where_they_are_decided() -> None:
    """Their history through evolve is the state of their decision."""
    found = list(explore(SOUND["order.machine.yaml"]))
    lengths = [len(explored.history) for explored in found]
    assert lengths == sorted(lengths)
    for explored in found:
        state = SOUND["order.machine.yaml"].initial
        for event in explored.history:
            state = evolve(SOUND["order.machine.yaml"], state, event)
        assert state == explored.decision.state


def test_a_search_ends_at_its_bound() -> None:
    """Whatever is left to try."""
    assert len(list(explore(SOUND["account.machine.yaml"], decisions_max=100))) == 100
