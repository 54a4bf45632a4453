"""Two handlers on one aggregate, cold and warm, in every order of their requests to the store."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from statewright.errors import StatewrightError
from statewright.machine.messages import Command
from statewright.runtime.driver import Ports, execute
from statewright.runtime.effects import Append, Effect, Effects, FindCommands, Read
from statewright.runtime.message import Message
from statewright.runtime.policy import Policy
from statewright.runtime.process import process
from statewright.runtime.results import MessageResult
from statewright.runtime.state_cache import StateCache
from statewright.runtime.units import units_of
from tests.runtime.harness import adds, command_of, commits, ports_of

pytestmark = pytest.mark.slow

STEPS_MAX = 40
POLICY = Policy(snapshot_every=3)
WINDOWED = replace(POLICY, dedupe_window=256)

Batches = list[list[Command]]


class Actor:
    """One handler with its batches, paused just before its next request to the store."""

    def __init__(self, batches: Batches, ports: Ports, policy: Policy) -> None:
        self.generators = (effects_of(commands, policy) for commands in batches)
        self.ports = ports
        self.results: list[MessageResult] = []
        self.pending: Effect | None = None
        self._begin()
        self._run_to_store()

    def step(self) -> None:
        """Execute the pending request, and run on to the next one."""
        self._answer()
        self._run_to_store()

    def _run_to_store(self) -> None:
        while self.pending is not None and not isinstance(self.pending, Read | FindCommands | Append):
            self._answer()

    def _answer(self) -> None:
        assert self.effects is not None
        assert self.pending is not None
        try:
            try:
                answer = execute(self.pending, self.ports)
            except StatewrightError as error:
                self.pending = self.effects.throw(error)
            else:
                self.pending = self.effects.send(answer)
        except StopIteration as end:
            self.results += end.value
            self._begin()

    def _begin(self) -> None:
        self.effects = next(self.generators, None)
        self.pending = next(self.effects) if self.effects else None


def effects_of(commands: list[Command], policy: Policy) -> Effects[tuple[MessageResult, ...]]:
    [unit] = units_of([(Message(f"m-{index}", "{}"), one) for index, one in enumerate(commands)])
    return process(unit, policy)


def ticking_clock() -> Callable[[], str]:
    """Never return the same time twice, so that no two commits are equal by chance."""
    ticks = itertools.count()
    return lambda: f"2026-11-23T12:00:00.{next(ticks):06}Z"


def interleavings(first: Batches, second: Batches, policy: Policy) -> Iterator[tuple[Ports, list[Actor]]]:
    """Yield the end of every interleaving, each replayed from the start along its list of choices.

    Each actor has a cache, so all but its first batch may be warm.
    """
    paths: list[list[int]] = [[]]
    while paths:
        path = paths.pop()
        ports = ports_of(now=ticking_clock())
        actors = [Actor(batches, replace(ports, cache=StateCache()), policy) for batches in (first, second)]
        for choice in path:
            actors[choice].step()
        ready = [index for index, actor in enumerate(actors) if actor.pending is not None]
        assert len(path) < STEPS_MAX
        if not ready:
            yield ports, actors
        paths += [[*path, choice] for choice in ready]


def check(first: Batches, second: Batches, policy: Policy = POLICY) -> None:
    """Check ids, versions and results at the end of every interleaving."""
    for ports, actors in interleavings(first, second, policy):
        history = commits(ports)
        ids = [command.id for commit in history for command in commit.commands]
        assert len(ids) == len(set(ids))
        assert [commit.version for commit in history] == [1, *(commit.head + 1 for commit in history[:-1])]
        done = [result for actor in actors for result in actor.results if not result.failed]
        assert {result.command.id for result in done if result.command} == set(ids)
        accepted = [result.command.id for result in done if result.code == "ACCEPTED" and result.command]
        assert sorted(accepted) == sorted(set(ids))


def test_two_copies_of_one_batch_have_one_effect() -> None:
    """In every interleaving each id is stored once, and exactly one copy reports it as accepted."""
    check([adds(2)], [adds(2)])


def test_overlapping_batches_store_each_command_once() -> None:
    """This holds even if the batches share only some commands and snapshots are taken in between."""
    check([adds(3)], [[*adds(2, start=2), command_of("own", "Add", amount=5)]])


def test_batches_that_need_several_commits_interleave_safely() -> None:
    """Parts of two batches alternate, and versions stay contiguous."""
    bursts = [command_of(f"b{index}", "Burst") for index in range(4)]
    check([bursts[:2]], [bursts[1:3]])


@pytest.mark.parametrize("policy", [POLICY, WINDOWED], ids=["never forgets", "windowed"])
def test_warm_handlers_have_one_effect_per_command(policy: Policy) -> None:
    """The second batch of each starts from a cached state while the other handler keeps writing."""
    check([adds(2), adds(2, start=1)], [adds(1), adds(2, start=2)], policy)


def test_warm_handlers_with_the_same_batches_have_one_effect() -> None:
    """Each handler meets the other's commits as a conflict, as a duplicate, or by a read."""
    batches = [adds(1), adds(1, start=1), adds(1, start=2)]
    check(batches, batches, WINDOWED)
