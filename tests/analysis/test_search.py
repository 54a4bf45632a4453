"""Guided and bounded searches through machines."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.analysis.search import Frontier, Reached, Search, explore
from statewright.machine.evolve import evolve
from statewright.machine.messages import Accepted, AggregateState, Event, Rejected
from tests.given import machine_of
from tests.scenarios.machines import SOUND


def frontier(*starts: str, similar_max: int = 9) -> Frontier[str]:
    """Return a frontier of strings that are similar if they share the first letter; it skips "known"."""
    return Frontier(starts, key=str, kind=lambda text: text[0], similar_max=similar_max, known={"known"})


def test_nodes_are_visited_once_in_the_order_found() -> None:
    """Known nodes are skipped."""
    nodes = frontier("a")
    for node in ("b", "known", "b", "c"):
        nodes.add(node)
    assert [nodes.pop() for _ in range(3)] == ["a", "b", "c"]
    assert not nodes
    assert nodes.is_exhausted


def test_only_a_few_similar_nodes_are_visited() -> None:
    """The search is not exhaustive in that case."""
    nodes = frontier(similar_max=2)
    for node in ("a1", "a2", "a3", "b1"):
        nodes.add(node)
    assert [nodes.pop() for _ in range(3)] == ["a1", "a2", "b1"]
    assert not nodes
    assert not nodes.is_exhausted


def test_the_cheapest_node_is_visited_first() -> None:
    """Nodes of equal cost are visited in the order found."""
    nodes = Frontier(["b1"], key=str, kind=str, similar_max=9, known=set(), cost=lambda text: ord(text[0]))
    for node in ("c1", "a1", "b2"):
        nodes.add(node)
    assert [nodes.pop() for _ in range(4)] == ["a1", "b1", "b2", "c1"]


def test_a_history_leads_to_the_state_of_its_decision() -> None:
    """Replaying the history with `evolve` gives that state."""
    for explored in explore(SOUND["order.machine.yaml"]):
        state = SOUND["order.machine.yaml"].initial
        for event in explored.history:
            state = evolve(SOUND["order.machine.yaml"], state, event)
        assert state == explored.decision.state


def leaves_reached(text: str, **options: Any) -> set[str]:
    """Return the reached states, including those without decisions."""
    machine = machine_of(text)
    verdicts = [explored.decision.verdict for explored in explore(machine, **options)]
    return {machine.initial.leaf} | {one.state.leaf for one in verdicts if isinstance(one, Accepted)}


DOCUMENTS = """
    machine: claim
    initial: collecting
    data:
      documents:
        type: array
        default: []
        items:
          type: object
          properties: {id: {type: string}, verified: {type: boolean}}
          required: [id, verified]
    commands:
      Upload: {payload: {id: {type: string, minLength: 1}, note: {type: string, maxLength: 90}}}
      Verify: {payload: {id: {type: string}}, roles: [clerk]}
      Finish:
    events:
      Uploaded:
        payload: {id: string, note: string}
        set: {documents: "data.documents + [{'id': event.id, 'verified': false}]"}
      Verified:
        payload: {id: string}
        set:
          documents: "data.documents.map(d, {'id': d.id, 'verified': d.verified || d.id == event.id})"
      Finished:
    states:
      collecting:
        accepts:
          Upload:
            - {guard: "data.documents.exists(d, d.id == command.id)", reject: KNOWN}
            - {emit: Uploaded}
          Verify:
            - {guard: "data.documents.exists(d, d.id == command.id && !d.verified)", emit: Verified}
            - {reject: UNKNOWN}
          Finish: {guard: GATE, emit: Finished, target: done}
      done: {final: true}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "gate",
    [
        "size(data.documents.filter(d, d.verified)) >= 3",
        "size(data.documents) >= 12",
        "size(data.documents) > 4 && data.documents.all(d, d.verified)",
        "size(data.documents) == 6",
    ],
)
def test_a_guard_that_needs_many_commands_is_passed(gate: str) -> None:
    """Each command moves the aggregate closer to passing the guard."""
    assert "done" in leaves_reached(DOCUMENTS.replace("GATE", f'"{gate}"'))


COUNTER = """
    machine: counter
    initial: open
    data: {n: {type: integer, default: DEFAULT}}
    commands: {Add: {payload: {amount: {type: integer, minimum: 0, maximum: 9}}}, Enter: }
    events: {Added: {payload: {amount: integer}, set: {n: SETTER}}, Entered: }
    states:
      open: {accepts: {Add: {emit: Added}, Enter: {guard: GATE, emit: Entered, target: inside}}}
      inside: {final: true}
"""


@pytest.mark.parametrize(
    ("default", "setter", "gate"),
    [
        ("0", "data.n * 10 + event.amount", "data.n == 40719325"),
        ("0", "data.n * 3 - event.amount", "data.n == -1234"),
        ("1", "data.n * 2", "data.n == 4096"),
        ("0", "data.n + event.amount", "data.n == 200"),
        ("0", "data.n + 1", "data.n >= 250"),
        ("500", "data.n - event.amount", "data.n < 3"),
        ("0", "data.n + event.amount * 7", "data.n == 63 || data.n == -7"),
    ],
)
def test_a_number_that_takes_many_events_is_reached(default: str, setter: str, gate: str) -> None:
    """The search steps back from the number or repeats the most effective command."""
    text = COUNTER.replace("DEFAULT", default).replace("SETTER", setter).replace("GATE", gate)
    assert "inside" in leaves_reached(text)


@pytest.mark.parametrize(
    ("kind", "guard"),
    [
        ("{type: integer}", "command.value * 3 + data.n == 1000"),
        ("{type: integer, minimum: 1}", "command.value >= 73915842"),
        ("{type: number}", "command.value > 17.25 && command.value < 17.75"),
        ("{type: string}", "command.value == 'sesame'"),
        ("{type: string, maxLength: 20}", "size(command.value) == 13"),
        ("{type: array, maxItems: 9, items: {type: string}}", "size(command.value) >= 5"),
        ("{type: string, format: date-time}", "now > timestamp('2031-05-06T00:00:00Z') + duration('36h')"),
    ],
)
def test_a_value_that_passes_a_guard_is_found(kind: str, guard: str) -> None:
    """The values are numbers, strings, sizes and times."""
    text = f"""
    machine: door
    initial: shut
    data: {{n: {{type: integer, default: 100}}}}
    commands: {{Open: {{payload: {{value: {kind}}}}}}}
    events: {{Opened: }}
    states:
      shut: {{accepts: {{Open: {{guard: "{guard}", emit: Opened, target: open}}}}}}
      open: {{final: true}}
    """
    assert "open" in leaves_reached(text)


def test_a_search_can_start_in_other_states() -> None:
    """It tries commands in a state that a search from the initial state would not reach."""
    machine = machine_of(
        COUNTER.replace("DEFAULT", "0").replace("SETTER", "0").replace("GATE", "data.n == 5")
    )
    start = Reached(AggregateState("open", {"n": 5}, 1), (Event("Added", {"amount": 5}, "open"),))
    found = [one for one in explore(machine, starts=[start]) if one.decision.request.command == "Enter"]
    assert {type(one.decision.verdict) for one in found} == {Accepted, Rejected}


@pytest.mark.parametrize(
    ("field", "is_complete"), [("{type: boolean}", True), ("{enum: [a, b]}", True), ("{type: string}", False)]
)
def test_a_search_reports_whether_it_is_complete(field: str, is_complete: bool) -> None:
    """It cannot try all values of an unbounded field that guards read."""
    search = Search(
        machine_of(
            f"""
            machine: lamp
            initial: lit
            data: {{value: {{type: [string, boolean, "null"], default: null}}}}
            commands: {{Set: {{payload: {{value: {field}}}}}}}
            events: {{ValueSet: {{payload: {{value: {field}}}, set: {{value: event.value}}}}}}
            states:
              lit: {{accepts: {{Set: [{{guard: data.value == null, emit: ValueSet}}, {{reject: NO}}]}}}}
            """
        )
    )
    assert len(list(search.run())) == search.decisions
    assert search.is_complete is is_complete


def test_a_search_ends_at_its_limit() -> None:
    """It stops even if more is left to try."""
    assert len(list(explore(SOUND["account.machine.yaml"], decisions_max=100))) == 100
