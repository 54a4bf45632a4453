"""Reads the table after a scenario and computes balances independently of the engine's fold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from statewright.stores.port import EventStore
from statewright.stores.record import Commit, StoredCommand

SIGNS = {"MoneyDeposited": 1, "MoneyWithdrawn": -1}


@dataclass(frozen=True, slots=True)
class History:
    """`streams`: the commits of each stream, oldest first."""

    streams: Mapping[str, tuple[Commit, ...]]

    @classmethod
    def of(cls, store: EventStore) -> Self:
        """The history of all streams in the store."""
        keys = [summary.stream for summary in store.streams()]
        return cls({key: store.read(key).commits for key in keys})

    @property
    def commits(self) -> Iterator[Commit]:
        for commits in self.streams.values():
            yield from commits

    @property
    def accepted(self) -> list[str]:
        """The ids of accepted commands, one per stored occurrence."""
        return [command.id for command in self._commands() if command.outcome == "accepted"]

    @property
    def refused(self) -> list[str]:
        """The ids of commands with a recorded refusal, one per stored occurrence."""
        return [command.id for command in self._commands() if command.outcome != "accepted"]

    def has_gaps(self) -> bool:
        """Whether the event versions of any stream differ from 1 to n."""
        return any(_misplaced(commits) for commits in self.streams.values())

    def balances(self) -> dict[str, int]:
        """The balance of each account, computed from its events."""
        return {key: sum(map(_moved, commits)) for key, commits in self.streams.items()}

    def balances_by_commands(self, sent: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
        """The balance of each account, computed from the commands sent and their stored outcomes.

        Raises ValueError for an outcome that contradicts the balance at that point.
        """
        return {key: _balance(commits, sent) for key, commits in self.streams.items()}

    def _commands(self) -> Iterator[StoredCommand]:
        for commit in self.commits:
            yield from commit.commands


def _misplaced(commits: tuple[Commit, ...]) -> bool:
    version = 1
    for commit in commits:
        if commit.version != version:
            return True
        version += len(commit.events)
    return False


def _moved(commit: Commit) -> int:
    return sum(
        SIGNS[event.type] * int(json.loads(event.data)["amount"])
        for event in commit.events
        if event.type in SIGNS
    )


def _balance(commits: tuple[Commit, ...], sent: Mapping[str, Mapping[str, Any]]) -> int:
    balance = 0
    for stored in (command for commit in commits for command in commit.commands):
        command = sent[stored.id]
        amount = command["data"].get("amount", 0)
        match command["command"], stored.outcome:
            case "Open", "accepted":
                pass
            case "Deposit", "accepted":
                balance += amount
            case "Withdraw", "accepted" if amount <= balance:
                balance -= amount
            case "Withdraw", "INSUFFICIENT_FUNDS" if amount > balance:
                pass
            case name, outcome:
                raise ValueError(f"{stored.id}: {name} of {amount} was {outcome} at a balance of {balance}")
    return balance
