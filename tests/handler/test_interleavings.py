"""Two handlers at one aggregate, stepped through every order of their requests to the store."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from engine.core.messages import Command
from engine.errors import StatewrightError
from handler.driver import World, execute
from handler.outcomes import Settled
from handler.policy import Policy
from handler.process import process
from handler.requests import Append, Find, Read, Request, Story
from handler.sqs import Message
from handler.units import units_of
from tests.handler.world import adds, commits, wish, world_of

STEPS_MAX = 40


class Actor:
    """One story that advances to just before its next request to the store."""

    def __init__(self, name: str, wishes: list[Command], world: World) -> None:
        [unit] = units_of([(Message(f"{name}-{index}", "{}"), one) for index, one in enumerate(wishes)])
        self.story: Story[tuple[Settled, ...]] = process(unit, Policy(snapshot_every=3))
        self.world = world
        self.results: tuple[Settled, ...] = ()
        self.pending: Request | None = next(self.story)
        self._run_to_store()

    def step(self) -> None:
        """Execute the request that waits, and run on to the next."""
        self._answer()
        self._run_to_store()

    def _run_to_store(self) -> None:
        while self.pending is not None and not isinstance(self.pending, Read | Find | Append):
            self._answer()

    def _answer(self) -> None:
        assert self.pending is not None
        try:
            try:
                answer = execute(self.pending, self.world)
            except StatewrightError as error:
                self.pending = self.story.throw(error)
            else:
                self.pending = self.story.send(answer)
        except StopIteration as end:
            self.pending, self.results = None, end.value


def ticking_clock() -> Callable[[], str]:
    """Never the same time twice, so that no two commits are alike by chance."""
    ticks = itertools.count()
    return lambda: f"2026-11-23T12:00:00.{next(ticks):06}Z"


def worlds(first: list[Command], second: list[Command]) -> Iterator[tuple[World, list[Actor]]]:
    """The end of every interleaving: each is replayed from the start along its list of choices."""
    paths: list[list[int]] = [[]]
    while paths:
        path = paths.pop()
        world = world_of(now=ticking_clock())
        actors = [Actor("x", first, world), Actor("y", second, world)]
        for choice in path:
            actors[choice].step()
        ready = [index for index, actor in enumerate(actors) if actor.pending is not None]
        assert len(path) < STEPS_MAX
        if not ready:
            yield world, actors
        paths += [[*path, choice] for choice in ready]


def check(first: list[Command], second: list[Command]) -> int:
    """Every end keeps the rules; how many there are."""
    count = 0
    for world, actors in worlds(first, second):
        history = commits(world)
        ids = [command.id for commit in history for command in commit.commands]
        assert len(ids) == len(set(ids))
        assert [commit.version for commit in history] == [1, *(commit.head + 1 for commit in history[:-1])]
        done = [result for actor in actors for result in actor.results if not result.failed]
        assert {result.command.id for result in done if result.command} == set(ids)
        accepted = [result.command.id for result in done if result.code == "ACCEPTED" and result.command]
        assert sorted(accepted) == sorted(set(ids))
        count += 1
    return count


def test_two_copies_of_one_batch_have_one_effect() -> None:
    """In every interleaving each id is stored once, and exactly one copy says that it was accepted."""
    assert check(adds(2), adds(2)) >= 6


def test_overlapping_batches_store_each_command_once() -> None:
    """Also where the batches share only some commands and snapshots are taken on the way."""
    assert check(adds(3), [*adds(2, start=2), wish("own", "Add", amount=5)]) >= 6


def test_batches_that_need_several_commits_interleave_safely() -> None:
    """Parts of two batches alternate; versions stay contiguous."""
    bursts = [wish(f"b{index}", "Burst") for index in range(4)]
    assert check(bursts[:2], bursts[1:3]) >= 20
