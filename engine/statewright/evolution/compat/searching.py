"""Searches for streams and commands that two versions handle differently, breadth first with the real engine.

Streams of the old version are folded by the new one event by event, and commands are decided by both at every
state reached, up to a bound. After a difference, the new version is reset to the old state so that one change
does not hide the next. Pure and deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from statewright.analysis.candidates import candidate_requests, literals
from statewright.analysis.guidance import Guidance
from statewright.analysis.requests import CommandRequest, decide_request
from statewright.analysis.search import RANK_COST, Frontier
from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.evolution.compat.correspondence import Pair
from statewright.evolution.compat.spellings import events_unseen, older_requests, older_spellings
from statewright.evolution.compat.witness import folded
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, AggregateState, Event, Invalid, Verdict
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

SEQUENCES_MAX = 8_000  # decided and folded by both versions: a few seconds
SEQUENCES_COMMANDED_MAX = 6_000  # of these, for streams that commands can store
STREAMS_MAX = 500
ARRIVALS_MAX = 6  # states explored per leaf and preceding event
EXTREMES = (INTEGER_MAX, INTEGER_MIN)
# Tried in addition to the constants of both versions. 100 comes first, because it reads better in a witness.
HINTS = (100, *EXTREMES)


@dataclass(frozen=True, slots=True)
class Spot:
    """The state of both versions after `events`. `moved`: the new version was reset after a difference.

    `guessing`: events that no command was seen to store led here, or are tried here. `commanded`: the
    commands were tried before.
    """

    events: tuple[Event, ...]
    old: AggregateState
    new: AggregateState
    moved: bool = False
    guessing: bool = False
    commanded: bool = False


@dataclass(frozen=True, slots=True)
class FoldDifference:
    """The last of `events`, stored by the old version in `leaf`, folds differently."""

    events: tuple[Event, ...]
    leaf: str
    old: AggregateState
    new: AggregateState | str
    moved: bool
    guessing: bool

    @property
    def event(self) -> Event:
        return self.events[-1]

    @property
    def fails(self) -> bool:
        return isinstance(self.new, str)

    def fields(self, pair: Pair) -> tuple[str, ...]:
        """The old data fields with different values; empty if the event cannot be folded."""
        if isinstance(self.new, str):
            return ()
        return tuple(
            name for name, now in pair.data.items() if not same_value(self.old.data[name], self.new.data[now])
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A request that the versions answer differently at a spot."""

    spot: Spot
    request: CommandRequest
    old: Verdict
    new: Verdict


@dataclass
class Search:
    """The results, shortest first; differences at moved or guessed spots come last.

    `streams`: streams that the old version can store, shortest first. `stored`: leaves, each with an event
    that a command was seen to store there. `listed`: commands of the reached states. `tried`: their fields
    for which a fitting value was found.
    """

    streams: list[tuple[Event, ...]] = field(default_factory=list)
    folds: list[FoldDifference] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    sequences: int = 0
    complete: bool = True
    stored: set[tuple[str, str]] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    tried: set[tuple[str, str]] = field(default_factory=set)


def search(pair: Pair, histories: Iterable[tuple[Event, ...]] = ()) -> Search:
    """Find all differences within the bounds. `histories`: of the old version, as extra starting points.

    The first pass follows events that commands store. The second pass starts from the states reached and also
    follows events that no command was seen to store. Answers after such a guess count only in states that are
    not reached otherwise, because the data may be impossible for a real aggregate.
    """
    found = Search()
    start = _aligned(pair, (), pair.old.initial, pair.new.initial)
    if start is None:  # different initial states cannot be compared, but first commits can be folded
        found.streams += _first_commits(pair.old)
        found.complete = False
        return found
    known: set[str] = set()
    starts = [start, *_along(pair, start, histories, found)]
    spots = _explored(pair, starts, found, known, until=SEQUENCES_COMMANDED_MAX)
    reached = {spot.old.leaf for spot in spots}
    again = [replace(spot, guessing=True, commanded=True) for spot in spots]
    _explored(pair, again, found, known, until=SEQUENCES_MAX)
    found.folds.sort(key=lambda fold: (fold.guessing, fold.moved))
    found.answers = [
        one for one in found.answers if not one.spot.guessing or one.spot.old.leaf not in reached
    ]
    found.answers.sort(key=lambda one: (one.spot.moved, not isinstance(one.old, Accepted)))
    return found


def _along(pair: Pair, start: Spot, histories: Iterable[tuple[Event, ...]], found: Search) -> Iterator[Spot]:
    """Every spot along the histories, folded by both versions, without duplicates."""
    known = {_key(start)}
    for history in histories:
        spot: Spot | None = start
        for event in history:
            spot = None if spot is None else _folded_commit(pair, spot, (event,), found)
            if spot is not None and (key := _key(spot)) not in known:
                known.add(key)
                yield spot
        if len(found.streams) < STREAMS_MAX:
            found.streams.append(history)


def _explored(pair: Pair, starts: list[Spot], found: Search, known: set[str], *, until: int) -> list[Spot]:
    """Explore breadth first, and return the explored spots. `until`: the total number of sequences."""
    frontier = Frontier(
        starts, key=_key, kind=_kind, similar_max=ARRIVALS_MAX, known=known, cost=_costs(pair.old)
    )
    spots: list[Spot] = []
    while frontier and found.sequences < until:
        spot = frontier.pop()
        spots.append(spot)
        for events in _next_commits(pair, spot, found):
            if len(found.streams) < STREAMS_MAX:
                found.streams.append((*spot.events, *events))
            after = _folded_commit(pair, spot, events, found)
            if after is not None:
                frontier.add(after)
    found.complete = found.complete and frontier.is_exhausted
    return spots


def _first_commits(machine: Machine) -> list[tuple[Event, ...]]:
    verdicts = (
        decide_request(machine, machine.initial, request).verdict
        for request in candidate_requests(machine, machine.initial)
    )
    return [verdict.events for verdict in verdicts if isinstance(verdict, Accepted) and verdict.events]


def _next_commits(pair: Pair, spot: Spot, found: Search) -> Iterator[tuple[Event, ...]]:
    """The commits that the old version may store next. Compares the answer to each command on the way."""
    found.listed.update(pair.old.rows[spot.old.leaf])
    for request in () if spot.commanded else _requests(pair, spot):
        found.sequences += 1
        old = decide_request(pair.old, spot.old, request).verdict
        new = decide_request(pair.new, spot.new, request).verdict
        if not isinstance(old, Invalid):
            found.tried.update((request.command, name) for name in request.data)
        if request.command in pair.old_commands and not pair.is_same_answer(old, new):
            found.answers.append(Answer(spot, request, old, new))
        if isinstance(old, Accepted) and old.events:
            if not spot.guessing:
                found.stored.update((spot.old.leaf, event.type) for event in old.events)
            yield old.events
    if not spot.guessing:
        return
    stored = {event for leaf, event in found.stored if leaf == spot.old.leaf}
    for event in events_unseen(pair, spot.old, stored, [*literals(pair.old), *literals(pair.new), *HINTS]):
        found.sequences += 1
        yield (event,)


def _requests(pair: Pair, spot: Spot) -> Iterator[CommandRequest]:
    """Requests of both versions, with the constants of both and under former field names."""
    values = [*literals(pair.old), *literals(pair.new), *HINTS]
    tried: set[str] = set()
    for machine, state in ((pair.old, spot.old), (pair.new, spot.new)):
        for plain in candidate_requests(machine, state, values=values):
            for request in (plain, *older_requests(pair, plain)):
                key = canonical_json(
                    [request.command, request.data, [request.actor.id, *request.actor.roles], request.at]
                )
                if key not in tried:
                    tried.add(key)
                    yield request


def _folded_commit(pair: Pair, spot: Spot, events: tuple[Event, ...], found: Search) -> Spot | None:
    """The spot after a commit; None if the new version has no corresponding state."""
    after: Spot | None = spot
    for event in events:
        assert after is not None
        for spelling in older_spellings(pair.old, event):
            _folded(pair, after, spelling, found)
        after = _folded(pair, after, event, found)
        if after is None:
            return None
    return after


def _folded(pair: Pair, spot: Spot, event: Event, found: Search) -> Spot | None:
    events = (*spot.events, event)
    old = folded(pair.old, spot.old, (event,), stored_by=pair.old.version)
    if isinstance(old, str):  # a guessed older payload that cannot exist
        return None
    new = folded(pair.new, spot.new, (event,), stored_by=pair.old.version)
    if pair.is_same(old, new):
        assert isinstance(new, AggregateState)
        return Spot(events, old, new, spot.moved, spot.guessing)
    found.folds.append(FoldDifference(events, spot.old.leaf, old, new, spot.moved, spot.guessing))
    after = _aligned(pair, events, old, spot.new if isinstance(new, str) else new)
    return replace(after, guessing=spot.guessing) if after else None


def _aligned(pair: Pair, events: tuple[Event, ...], old: AggregateState, new: AggregateState) -> Spot | None:
    """A spot with the new version set to the old state, in everything that both declare."""
    leaf = pair.states.get(old.leaf)
    if leaf is None or leaf not in pair.new.rows:
        return None
    data = {**new.data, **_common(pair, old.data)}
    moved = not pair.is_same(old, new)
    return Spot(events, old, replace(new, leaf=leaf, data=data, version=old.version), moved)


def _common(pair: Pair, data: Mapping[str, object]) -> dict[str, object]:
    return {now: data[name] for name, now in pair.data.items()}


def _costs(machine: Machine) -> Callable[[Spot], int]:
    """The search order: short histories first, with a bonus for states that promise something new."""
    guidance = Guidance(machine)
    return lambda spot: len(spot.events) + RANK_COST[guidance.look(spot.old).rank]


def _key(spot: Spot) -> str:
    return canonical_json([spot.old.leaf, spot.old.data, spot.new.leaf, spot.new.data, spot.moved])


def _kind(spot: Spot) -> tuple[str, str, bool]:
    return spot.old.leaf, spot.events[-1].type, spot.moved
