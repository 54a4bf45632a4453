"""A test machine, fakes for the ports, and a driver that lets tests interfere with its requests."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.errors import StatewrightError
from statewright.machine.compiled import Machine
from statewright.machine.messages import Actor, Command, Invalid
from statewright.registry.port import SourceState
from statewright.runtime.driver import BatchDefinitions, Ports, execute
from statewright.runtime.effects import Effect, Effects
from statewright.runtime.envelope import command_digest
from statewright.runtime.message import Message
from statewright.runtime.policy import Policy
from statewright.runtime.process import process
from statewright.runtime.results import Failure, MessageResult
from statewright.runtime.state_cache import StateCache
from statewright.runtime.units import units_of
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore
from statewright.stores.record import Commit
from tests.given import machine_of

NOW = "2026-11-23T12:00:00.000000Z"
STREAM = "till/a"

TILL = """
    machine: till
    version: 2
    initial: open
    data:
      total: {type: integer, default: 0}
    commands:
      Add: {payload: {amount: {type: integer, minimum: 1}}}
      Sign: {payload: {text: string}}
      Burst: {}
      Look: {}
      Open: {roles: [keeper]}
      Divide: {payload: {by: integer}}
      Note: {}
      Forget: {}
      Bury: {}
      Close: {}
      Reopen: {}
      Finish: {}
    events:
      Added: {payload: {amount: integer}, set: {total: data.total + event.amount}}
      Signed: {payload: {text: string}}
      Ticked: {}
      Opened: {}
      Closed: {}
      Reopened: {}
      Finished: {}
    states:
      open:
        accepts:
          Add:
            - {guard: command.amount == 13, reject: UNLUCKY, message: Not thirteen.}
            - {guard: command.amount < 1000, emit: Added}
          Sign: {emit: Signed}
          Burst: {emit: [TICKS]}
          Look: {emit: []}
          Open: {emit: Opened}
          Divide: {guard: data.total / command.by > 0, emit: []}
          Note: {reject: NOTED, on_refusal: record}
          Forget: {reject: FORGOTTEN, on_refusal: drop}
          Bury: {reject: BURIED, on_refusal: dead_letter}
          Close: {emit: Closed, target: closed}
      closed:
        accepts:
          Reopen: {emit: Reopened, target: open}
          Finish: {emit: Finished, target: done}
      done: {final: true}
    invariants:
      - {check: data.total <= 2000, message: The till is full.}
""".replace("TICKS", ", ".join(["Ticked"] * 60))


MACHINE = machine_of(TILL)


class FakeSource:
    """Definitions in a dict; a refresh adds those in `later`, and `due` says whether a refresh is due."""

    def __init__(self, *machines: Machine, later: tuple[Machine, ...] = ()) -> None:
        self.machines = {machine.name: machine for machine in machines}
        self.later = later
        self.refreshes = 0
        self.due = False
        self.current = True

    def machine(self, name: str, *, look: bool = True) -> Machine | None:
        return self.machines.get(name)

    def look_if_due(self) -> bool:
        due, self.due = self.due, False
        if due:
            self.refresh()
        return due

    def refresh(self) -> None:
        self.refreshes += 1
        self.machines |= {machine.name: machine for machine in self.later}

    def is_current(self, name: str) -> bool:
        return self.current

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.machines))

    def state(self) -> SourceState:
        return SourceState(0.0, 0)


class FakeQueue:
    """Records its calls; dead-lettering raises `fault` if it is set, and returns `complete` otherwise."""

    complete = True

    def __init__(self, fault: StatewrightError | None = None) -> None:
        self.fault = fault
        self.dead_lettered: list[tuple[str, str]] = []
        self.delays: list[tuple[str, int]] = []

    def dead_letter(self, message: Message, /, *, code: str, reason: str) -> bool:
        if self.fault is not None:
            raise self.fault
        self.dead_lettered.append((message.message_id, code))
        return self.complete

    def delay(self, message: Message, seconds: int, /) -> bool:
        self.delays.append((message.message_id, seconds))
        return True


def ports_of(
    *,
    store: EventStore | None = None,
    source: FakeSource | None = None,
    queue: FakeQueue | None = None,
    time_left: Callable[[], float] = lambda: math.inf,
    now: Callable[[], str] = lambda: NOW,
    cache: StateCache | None = None,
) -> Ports:
    """Ports with a fixed clock and no real pauses; without `cache`, every batch is cold."""
    return Ports(
        store=store or MemoryStore(),
        queue=queue or FakeQueue(),
        definitions=BatchDefinitions(source or FakeSource(MACHINE), time_left),
        cache=cache or StateCache(entries_max=0),
        now=now,
        time_left=time_left,
        sleep=lambda _seconds: None,
    )


def command_of(
    command_id: str,
    name: str,
    *,
    machine: str = "till",
    aggregate: str = "a",
    roles: tuple[str, ...] = (),
    **rest: Any,
) -> Command:
    """A command; everything in `rest` except `expected_version` is its payload."""
    expected = rest.pop("expected_version", None)
    digest = command_digest(name, rest)
    return Command(command_id, machine, aggregate, name, rest, digest, Actor("u", roles), expected)


def adds(count: int, *, start: int = 0) -> list[Command]:
    """Return `count` different commands that are all accepted."""
    return [command_of(f"add-{index}", "Add", amount=1) for index in range(start, start + count)]


Act = Callable[[Effect], None]


@dataclass
class Played:
    """The results of a batch in order, and every effect that it requested."""

    results: list[MessageResult] = field(default_factory=list)
    requests: list[Effect] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [result.code for result in self.results]

    @property
    def dispositions(self) -> list[str]:
        return [result.disposition.value for result in self.results]

    def asked(self, kind: type[Effect]) -> list[Any]:
        return [request for request in self.requests if isinstance(request, kind)]


def deliver(
    ports: Ports,
    *contents: Command | Invalid | Failure,
    fifo: bool = False,
    policy: Policy | None = None,
    receive_count: int = 1,
    batch: object = "",
    act: Act = lambda _request: None,
) -> Played:
    """Process the units of one batch in turn; message ids are `m{batch}-0`, `m{batch}-1` and so on.

    `act` sees each request before it is executed, and may change the ports or raise.
    """
    group = "g" if fifo else None
    messages = [
        (Message(f"m{batch}-{index}", "{}", receive_count, group), content)
        for index, content in enumerate(contents)
    ]
    played = Played()
    for unit in units_of(messages):
        played.results += _play(process(unit, policy or Policy()), ports, act, played.requests)
    return played


def commits(ports: Ports, stream: str = STREAM) -> tuple[Commit, ...]:
    """Return the stored commits of a stream, oldest first."""
    return ports.store.read(stream).commits


def once(kind: type[Effect], deed: Act, *, times: int = 1) -> Act:
    """Call `deed` before the first `times` requests of one kind."""
    counter = itertools.count()

    def act(request: Effect) -> None:
        if isinstance(request, kind) and next(counter) < times:
            deed(request)

    return act


def raising(error: Exception) -> Act:
    def deed(_request: Effect) -> None:
        raise error

    return deed


def counts(ports: Ports) -> Mapping[str, int]:
    return dict(ports.counts)


def _play(
    effects: Effects[tuple[MessageResult, ...]], ports: Ports, act: Act, requests: list[Effect]
) -> tuple[MessageResult, ...]:
    try:
        request = next(effects)
        while True:
            requests.append(request)
            try:
                act(request)
                answer = execute(request, ports)
            except StatewrightError as error:
                request = effects.throw(error)
            else:
                request = effects.send(answer)
    except StopIteration as end:
        settled: tuple[MessageResult, ...] = end.value
        return settled
