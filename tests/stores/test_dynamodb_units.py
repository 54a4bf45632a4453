"""The cost of commands on DynamoDB, in requests and in the capacity units that the service charges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statewright.runtime.effects import Metric
from statewright.runtime.policy import Policy
from statewright.runtime.state_cache import StateCache
from tests.runtime.harness import adds, command_of, commits, counts, deliver, ports_of
from tests.stores.wire import Wire

POLICY = Policy(dedupe_window=256)

Report = Callable[[str], None]


def grown(wire: Wire, *, events: int) -> None:
    """Fill a stream with `events` events, a hundred to a commit, and reset the counters."""
    ports = ports_of(store=wire.store, cache=StateCache())
    for first in range(0, events, 100):
        signs = [command_of(f"s-{n}", "Sign", text="x") for n in range(first, min(first + 100, events))]
        deliver(ports, *signs, policy=POLICY)
    assert wire.store.read("till/a", backwards=True, limit=1).head.version == events
    wire.reset()


def test_a_warm_accept_is_one_request_and_one_write_unit(wire: Wire, report_line: Report) -> None:
    """The put is based on cached state, and nothing is read."""
    ports = ports_of(store=wire.store, cache=StateCache())
    deliver(ports, *adds(1), policy=POLICY)
    wire.reset()
    assert deliver(ports, *adds(1, start=1), policy=POLICY).codes == ["ACCEPTED"]
    assert (wire.sent, wire.write_units, wire.read_units) == (["PutItem"], 1.0, 0.0)
    report_line(_line("warm accept", wire))


@pytest.mark.parametrize(("events", "read_units"), [(1, 1.0), (100, 9.0), (10_000, 261.0)])
def test_a_cold_accept_is_two_requests_for_any_stream_length(
    wire: Wire, events: int, read_units: float, report_line: Report
) -> None:
    """One query reads backwards to the latest snapshot, and one put stores the commit."""
    grown(wire, events=events)
    assert deliver(ports_of(store=wire.store), *adds(1), policy=POLICY).codes == ["ACCEPTED"]
    assert (wire.sent, wire.write_units, wire.read_units) == (["Query", "PutItem"], 1.0, read_units)
    report_line(_line(f"cold accept at {events:6,} events", wire))


def test_commands_of_one_batch_share_one_write(wire: Wire, report_line: Report) -> None:
    """Ten commands of one aggregate are one commit, charged by its size."""
    ports = ports_of(store=wire.store, cache=StateCache())
    deliver(ports, *adds(1), policy=POLICY)
    wire.reset()
    deliver(ports, *adds(10, start=1), policy=POLICY)
    assert (wire.sent, wire.write_units, wire.read_units) == (["PutItem"], 3.0, 0.0)
    report_line(_line("ten accepts of one aggregate", wire))
    assert [len(commit.commands) for commit in commits(ports)] == [1, 10]


def test_a_refusal_from_a_cached_state_is_confirmed_by_one_read(wire: Wire, report_line: Report) -> None:
    """The read finds no new commit, so it costs the minimum for any stream length."""
    grown(wire, events=100)
    ports = ports_of(store=wire.store, cache=StateCache())
    deliver(ports, *adds(1), policy=POLICY)
    wire.reset()
    assert deliver(ports, command_of("r", "Reopen"), policy=POLICY).codes == ["NOT_ACCEPTED"]
    assert (wire.sent, wire.write_units, wire.read_units) == (["Query"], 0.0, 1.0)
    assert counts(ports)[Metric.CACHE_CONFIRMATIONS] == 1
    report_line(_line("warm refusal", wire))


def test_a_warm_duplicate_costs_nothing(wire: Wire) -> None:
    """The cached command is known to be in the stream."""
    ports = ports_of(store=wire.store, cache=StateCache())
    deliver(ports, *adds(1), policy=POLICY)
    wire.reset()
    assert deliver(ports, *adds(1), policy=POLICY).codes == ["DUPLICATE"]
    assert wire.sent == []


def test_an_outdated_cache_costs_one_failed_put(wire: Wire) -> None:
    """The failed put returns the missed commit, so the second put succeeds without a read."""
    ahead, behind = (ports_of(store=wire.store, cache=StateCache()) for _ in range(2))
    deliver(behind, *adds(1), policy=POLICY)
    deliver(ahead, *adds(1, start=1), policy=POLICY)
    wire.reset()
    assert deliver(behind, *adds(1, start=2), policy=POLICY).codes == ["ACCEPTED"]
    assert wire.sent == ["PutItem", "PutItem"]
    assert commits(behind)[-1].version == 3


def _line(situation: str, wire: Wire) -> str:
    return (
        f"DynamoDB, {situation:28} {len(wire.sent)} sent {wire.write_units:6.1f} write units "
        f"{wire.read_units:6.1f} read units"
    )
