"""Streams of an export become commits, or the first fault of a stream is reported."""

from __future__ import annotations

import json
import time

import pytest

from statewright.evolution.history_import import FoldedStream, ImportFault
from statewright.runtime.replay import fold
from statewright.runtime.snapshots import restored
from statewright.stores.record import DefinitionStamp
from tests.evolution.history_import.export import (
    MACHINES,
    ORDER,
    deposits,
    fault,
    line,
    order,
    read,
    read_one,
)
from tests.given import machine_of

RENAMED = """
    machine: lamp
    version: 2
    initial: dark
    data: {level: {type: integer, default: 0}}
    events:
      Lit: {renamed_from: [SwitchedOn], payload: {level: {type: integer, renamed_from: [watts]}},
            set: {level: event.level}}
      Broken: {retired: [{from: bright, target: dark}]}
    states:
      dark: {accepts: {Light: {emit: Lit, with: {level: 1}, target: bright}}}
      bright: {}
"""

SCALED = """
    machine: scale
    initial: on
    data: {size: {type: number, default: 1.0}}
    commands: {Scale: {payload: {by: number}}}
    events: {Scaled: {payload: {by: number}, set: {size: data.size * event.by}}}
    states: {on: {accepts: {Scale: {emit: Scaled}}}}
"""
LOG = """
    machine: log
    initial: on
    data: {texts: {type: array, items: {type: string}, default: []}}
    commands: {Note: {payload: {text: string}}}
    events: {Noted: {payload: {text: string}, set: {texts: "data.texts + [event.text]"}}}
    states: {on: {accepts: {Note: {emit: Noted}}}}
"""


def test_every_event_records_its_target_and_entered_state() -> None:
    """The importing definition determines the target and the entered state of each event."""
    events = [event for commit in read_one(*order()).commits for event in commit.events]
    assert [(event.leaf, event.entered) for event in events] == [
        ("awaiting_payment", "awaiting_payment"),
        ("awaiting_payment", None),
        ("fulfilment.picking", "fulfilment"),
    ]


def test_the_commits_replay_to_the_state_that_was_reported() -> None:
    """They are replayed by the handler's fold."""
    history, state = read_one(*order()), MACHINES["order"].initial
    for commit in history.commits:
        state = fold(MACHINES["order"], state, commit)
    assert state == history.state
    assert (state.leaf, state.data) == ("fulfilment.picking", {"total": 1000, "paid": 1000})


def test_the_importing_definition_is_the_one_that_decided() -> None:
    """Every commit contains its version and digest."""
    machine = MACHINES["order"]
    stamps = {commit.definition for commit in read_one(*order()).commits}
    assert stamps == {DefinitionStamp(machine.version, machine.digest)}


def test_payloads_are_stored_in_their_declared_form() -> None:
    """An integer written as 1000.0 is stored as 1000."""
    text = line(ORDER, 1, "OrderPlaced", {"total": 1000.0})
    assert read_one(text).commits[0].events[0].data == '{"total":1000}'


def test_events_of_one_command_are_one_commit() -> None:
    """They are consecutive and have the same time and cause."""
    account, cause = "account/a-1", {"command_id": "c-9", "actor_id": "t-1", "time": "2024-05-01T10:00:00Z"}
    history = read_one(
        *deposits(account, 2),
        line(account, 3, "MoneyHeld", {"amount": 1}),
        line(account, 4, "HoldReleased", {"amount": 1}, **cause),
        line(account, 5, "MoneyWithdrawn", {"amount": 1, "at": ""}, **cause),
    )
    last = history.commits[-1]
    assert [commit.version for commit in history.commits] == [1, 2, 3, 4]
    assert [(command.id, command.actor_id, command.events) for command in last.commands] == [
        ("c-9", "t-1", 2)
    ]


def test_an_event_without_a_command_id_gets_one_from_its_version() -> None:
    """Ids are unique in a stream, and a second import must give the same ones."""
    assert [commit.commands[0].id for commit in read_one(*order(command_id="c-1")).commits] == [
        "c-1",
        "imported:2",
        "imported:3",
    ]


def test_a_long_stream_gets_snapshots_that_the_handler_can_use() -> None:
    """There is one every 100 events, equal to the fold of all events before it."""
    machine, history = MACHINES["account"], read_one(*deposits("account/a-1", 250))
    snapshots = {commit.version: restored(machine, commit) for commit in history.commits if commit.snapshot}
    assert list(snapshots) == [100, 200]
    state = machine.initial
    for commit in history.commits[:200]:
        state = fold(machine, state, commit)
    assert snapshots[200] == state
    assert [command.id for command in history.commits[199].snapshot.commands][-1] == "c-200"  # type: ignore[union-attr]


def test_a_longer_export_starts_with_the_same_commits() -> None:
    """A longer export starts with the same commits, so an interrupted import can continue."""
    shorter, longer = (read_one(*deposits("account/a-1", count)).commits for count in (150, 320))
    assert longer[:150] == shorter


def test_old_names_become_current_names() -> None:
    """`renamed_from` and `retired` describe the old events."""
    history = read_one(
        line("lamp/l-1", 1, "SwitchedOn", {"watts": 60}),
        line("lamp/l-1", 2, "Broken"),
        machines={"lamp": machine_of(RENAMED)},
    )
    first = history.commits[0].events[0]
    assert (first.type, first.data, history.state.leaf) == ("Lit", '{"level":60}', "dark")


@pytest.mark.parametrize(
    ("number", "text", "reason"),
    [
        (2, line(ORDER, 3, "OrderPaid"), "expected version 2, not 3"),
        (1, line(ORDER, 2, "OrderPlaced"), "expected version 1, not 2"),
        (2, line(ORDER, 2, "OrderPaid", time="2024-05-01T09:00:59Z"), "time 2024-05-01T09:00:59.000000Z is "),
        (2, line(ORDER, 2, "OrderPayd"), 'machine "order" declares no event "OrderPayd"; did you mean "Orde'),
        (2, line(ORDER, 2, "OrderPaid", {"amount": "1"}), "data.amount: must be an integer"),
        (2, line(ORDER, 2, "OrderPaid", {"amont": 1}), 'data: unknown field "amont"'),
        (
            2,
            line(ORDER, 2, "OrderShipped"),
            'machine "order" version 3 has no transition for event "OrderShi',
        ),
        (2, line(ORDER, 2, "OrderPaid", {"amount": 1}, command_id="c-1"), 'command "c-1" appears again'),
        (
            1,
            line("ordr/o-1", 1, "OrderPlaced"),
            'no definition declares machine "ordr"; did you mean "order"',
        ),
    ],
)
def test_a_stream_that_does_not_fold_is_reported_with_line_and_cause(
    number: int, text: str, reason: str
) -> None:
    """A stream that does not fold is reported once, with the line and cause of its first fault."""
    before = [line(ORDER, 1, "OrderPlaced", {"total": 9}, command_id="c-1")] if number == 2 else []
    found = fault(*before, text)
    assert (found.line, found.reason[: len(reason)]) == (number, reason)


def test_the_first_of_two_faults_is_reported() -> None:
    """The first fault is reported, even if the second one is an unreadable line."""
    found = fault(order()[0], line(ORDER, 2, "OrderShipped"), "nonsense")
    assert found.line == 2


def test_a_value_that_cannot_be_computed_is_a_fault() -> None:
    """A setter whose result exceeds 64 bits is a fault."""
    account, most = "account/a-1", 2**63 - 1
    found = fault(*deposits(account, 2), line(account, 3, "MoneyDeposited", {"amount": most}))
    assert found.reason.startswith('a value that event "MoneyDeposited" sets cannot be computed: ')


def test_a_command_that_no_commit_can_hold_is_a_fault() -> None:
    """The fault has the line of its first event and its size."""
    text = line(ORDER, 2, "OrderCancelled", {"reason": "x" * 400_000}, command_id="c-2")
    found = fault(order()[0], text)
    assert found.line == 2
    assert found.reason.startswith('command "c-2" has 400,')


def test_a_number_too_large_for_a_double_is_a_fault_if_a_snapshot_is_due() -> None:
    """A snapshot cannot store it."""
    scaled = machine_of(SCALED)
    found = fault(
        *(line("scale/s-1", version, "Scaled", {"by": 1e308}) for version in range(1, 101)),
        machines={"scale": scaled},
    )
    assert (found.line, found.reason) == (
        100,
        'command "imported:100" leaves a number in the data that is too large for a double',
    )


def test_data_above_the_size_limit_is_a_fault() -> None:
    """The handler would refuse such a command."""
    log = machine_of(LOG)
    texts = (line("log/l-1", version, "Noted", {"text": "x" * 300_000}) for version in range(1, 5))
    found = fault(*texts, machines={"log": log})
    assert (found.line, found.reason) == (4, "the data exceeds 1,000,000 characters after this event")


def test_replaced_data_counts_once() -> None:
    """Removed data no longer counts."""
    pad = machine_of(LOG.replace("data.texts + [event.text]", "[event.text]"))
    texts = (line("log/l-1", version, "Noted", {"text": "x" * 200_000}) for version in range(1, 9))
    assert len(read_one(*texts, machines={"log": pad}).commits) == 8


@pytest.mark.slow
def test_events_that_append_to_a_list_cost_the_same_each() -> None:
    """The list is not measured again for each event."""
    log = machine_of(LOG)
    first = line("log/l-1", 1, "Noted", {"text": ""})
    texts = [first.replace('"version": 1', f'"version": {version}') for version in range(1, 9_901)]
    started = time.process_time()
    read_one(*texts, machines={"log": log})
    assert time.process_time() - started < 15


def test_both_names_of_a_field_on_one_line_are_a_fault() -> None:
    """It is unclear which value is meant."""
    text = line("lamp/l-1", 1, "Lit", {"watts": 60, "level": 1})
    found = fault(text, machines={"lamp": machine_of(RENAMED)})
    assert found.reason == 'data: "watts" is the former name of a field that is also present'


def test_a_faulty_stream_does_not_affect_others() -> None:
    """Every stream is checked separately."""
    found = read(*order("order/o-1"), line("order/o-2", 7, "OrderPaid"), *order("order/o-3"))
    assert [type(one) for one in found] == [FoldedStream, ImportFault, FoldedStream]
    assert [one.stream for one in found] == ["order/o-1", "order/o-2", "order/o-3"]


def test_a_stream_with_scattered_lines_is_a_fault() -> None:
    """Memory holds one stream at a time."""
    first, *others = order("order/o-1")
    found = read(first, *order("order/o-2"), *others)[-1]
    assert isinstance(found, ImportFault)
    assert (found.stream, found.line) == ("order/o-1", 5)
    assert found.reason.endswith("sort the export by stream and version")


def test_a_broken_invariant_is_reported_and_imported() -> None:
    """Events that break an invariant are reported and still imported."""
    text = line(ORDER, 2, "OrderPaid", {"amount": 5000})
    assert read_one(order()[0], text).broken_rule == "An order cannot be overpaid."
    assert read_one(*order()).broken_rule is None


def test_data_that_does_not_fit_its_schema_is_reported_and_imported() -> None:
    """Further commands would be refused."""
    account = "account/a-1"
    text = line(account, 2, "MoneyWithdrawn", {"amount": 5, "at": ""})
    assert read_one(*deposits(account, 1), text).broken_rule == "data.balance: must be at least 0"


def test_without_declared_events_any_event_and_payload_fits() -> None:
    """Without declared events, any event and payload is imported, as in decisions."""
    door = machine_of("machine: door\ninitial: shut\nstates: {shut: {accepts: {Open: open}}, open: {}}")
    history = read_one(line("door/d-1", 1, "Open", {"by": [1, 2.5, None]}), machines={"door": door})
    assert json.loads(history.commits[0].events[0].data) == {"by": [1, 2.5, None]}
