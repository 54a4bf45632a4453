"""A command that exceeds the cost limit harms neither its batch nor its stream."""

from __future__ import annotations

import pytest

from tests.given import machine_of
from tests.runtime.harness import FakeQueue, FakeSource, command_of, commits, deliver, ports_of

GUARDS = "".join(f"{{guard: 'command.xs.exists(x, x == -{n})', reject: ODD}}, " for n in range(1, 30))
LOOKER = machine_of(f"""
    machine: looker
    initial: a
    commands: {{Look: {{payload: {{xs: {{type: array, items: {{type: integer}}}}}}}}}}
    events: {{Looked: {{payload: {{xs: {{type: array, items: {{type: integer}}}}}}}}}}
    states: {{a: {{accepts: {{Look: [{GUARDS}{{emit: Looked}}]}}}}}}
""")


@pytest.mark.parametrize("fifo", [False, True])
def test_only_the_costly_command_is_rejected(fifo: bool) -> None:
    """It is dead-lettered as invalid; the commands before and after it are accepted."""
    queue = FakeQueue()
    ports = ports_of(source=FakeSource(LOOKER), queue=queue)
    batch = [
        command_of(f"c-{number}", "Look", machine="looker", xs=[0] * items)
        for number, items in enumerate((3, 9_000, 4))
    ]
    assert deliver(ports, *batch, fifo=fifo).codes == ["ACCEPTED", "INVALID", "ACCEPTED"]
    assert queue.dead_lettered == [("m-1", "INVALID")]
    assert sum(len(commit.events) for commit in commits(ports, "looker/a")) == 2
